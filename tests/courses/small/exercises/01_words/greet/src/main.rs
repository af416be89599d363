//! Greets.

#[cfg(test)]
mod tests;

fn greeting(_name: &str) -> String {
    "hello".to_owned() // TODO: whom does it greet?
}

fn main() {
    println!("{}", greeting("world"));
}
