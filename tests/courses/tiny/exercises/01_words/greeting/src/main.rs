//! The door of a hotel.
//!
//! From the guests: "It greets everybody in the same way."

#[cfg(test)]
mod tests;

fn greeting(_name: &str) -> String {
    "Hello!".to_owned() // TODO: who comes in?
}

fn main() {
    println!("{}", greeting("world"));
}
