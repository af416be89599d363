use super::add_up;

#[test]
fn nothing_adds_up_to_nothing() {
    assert_eq!(add_up(&[]), 0);
}

#[test]
fn every_number_counts() {
    assert_eq!(add_up(&[1, 2, 3]), 6);
}
