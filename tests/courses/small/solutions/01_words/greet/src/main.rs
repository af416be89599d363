//! Greets.

#[cfg(test)]
mod tests;

fn greeting(name: &str) -> String {
    format!("hello {name}")
}

fn main() {
    println!("{}", greeting("world"));
}
