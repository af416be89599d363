use super::greeting;

#[test]
fn a_greeting_says_hello() {
    assert!(greeting("Ada").starts_with("hello"));
}

#[test]
fn a_greeting_names_whom_it_greets() {
    assert_eq!(greeting("Ada"), "hello Ada");
}
