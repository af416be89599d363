use super::ring;

#[test]
fn a_bell_says_ding() {
    assert_eq!(ring("/bells/great"), "ding /bells/great");
}
