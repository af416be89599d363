fn main() {
    let word = "four";
    println!("{word} has {} letters", word.len());

    // A new variable of the same name may have another type.
    let word = word.len();
    println!("twice that is {}", word * 2);
}
