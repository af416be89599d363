// Everything of the file under test is in sight here, so that nothing of it may shadow what the tests use.
use super::*;

#[test]
fn every_word_counts() {
    assert_eq!(count("one two three"), 3);
}

#[test]
fn blanks_do_not_count() {
    support::expect(count("  one   two "), 2);
    assert_eq!(count("  one   two "), 2);
}
