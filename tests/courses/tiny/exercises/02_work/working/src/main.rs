//! Somebody works.

#[cfg(test)]
mod tests;

fn work() -> u8 {
    0 // TODO: what does it come to?
}

fn main() {
    println!("{}", work());
}
