use crate::answer;
use support::expect;

#[test]
fn the_answer_is_one() {
    expect(answer(), 1);
}

#[test]
fn the_answer_is_small() {
    expect(answer() < 10, true);
}

#[test]
fn the_service_knows_its_own_address() {
    expect("https://clinic.com/answers".len(), 26);
}
