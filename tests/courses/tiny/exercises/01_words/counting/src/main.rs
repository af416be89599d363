//! A counter of words.

#[cfg(test)]
mod tests;
mod words;

use words::words;

fn count(text: &str) -> usize {
    words(text).len()
}

fn main() {
    println!("{}", count("one two"));
}
