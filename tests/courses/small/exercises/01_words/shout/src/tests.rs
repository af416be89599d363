use super::shout;

#[test]
fn a_shout_is_loud() {
    assert_eq!(shout("hello"), "HELLO");
}
