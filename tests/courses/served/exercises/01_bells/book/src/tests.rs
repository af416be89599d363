use super::last;

#[test]
fn the_last_page_has_the_highest_number() {
    assert_eq!(last(7), 7);
}
