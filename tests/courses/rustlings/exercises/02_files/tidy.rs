fn main() {
    let shelf: Vec<&str> = vec!["bread", "milk"];

    // TODO: There is a clearer way to ask this.
    if shelf.len() == 0 {
        println!("nothing left");
    } else {
        println!("{} things left", shelf.len());
    }
}
