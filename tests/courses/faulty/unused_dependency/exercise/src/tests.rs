use crate::answer;

#[test]
fn the_answer_is_one() {
    assert_eq!(answer(), 1);
}

#[test]
fn the_answer_is_small() {
    assert!(answer() < 10);
}
