fn main() {
    let word = "four";
    println!("{word} has {} letters", word.len());

    // TODO: `word` is to be the number of its letters from here on.
    word = word.len();
    println!("twice that is {}", word * 2);
}
