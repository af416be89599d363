//! Adds numbers up.

#[cfg(test)]
mod tests;

fn add_up(numbers: &[u32]) -> u32 {
    numbers.iter().skip(1).sum() // TODO: is every number counted?
}

fn main() {
    println!("{}", add_up(&[1, 2, 3]));
}
