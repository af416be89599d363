//! Somebody asks, and gets an answer.

#[cfg(test)]
mod tests;

fn answer() -> u8 {
    0 // TODO: what was asked?
}

fn main() {
    println!("{}", answer());
}
