fn main() {
    let shelf: Vec<&str> = vec!["bread", "milk"];

    // The question in words.
    if shelf.is_empty() {
        println!("nothing left");
    } else {
        println!("{} things left", shelf.len());
    }
}
