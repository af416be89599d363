//! Somebody works.

#[cfg(test)]
mod tests;

fn work() -> u8 {
    1
}

fn main() {
    println!("{}", work());
}
