use crate::greeting;
use support::any_name;

#[test]
fn a_guest_is_greeted_by_name() {
    let name = any_name();
    assert_eq!(greeting(&name), format!("Hello, {name}!"));
}

#[test]
fn a_guest_without_a_name_is_greeted_too() {
    assert!(greeting("").starts_with("Hello"));
}

#[test]
fn the_greeting_begins_with_the_words_of_the_house() {
    let words = std::fs::read_to_string("words.txt").expect("the words of the house");
    let greeting = greeting("Ada");
    assert!(
        greeting.starts_with(&format!("{}, ", words.trim())),
        "{greeting}"
    );
}
