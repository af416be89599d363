//! The door of a hotel.
//!
//! From the guests: "It greets everybody in the same way."

#[cfg(test)]
mod tests;

fn greeting(name: &str) -> String {
    format!("Hello, {name}!")
}

fn main() {
    println!("{}", greeting("world"));
}
