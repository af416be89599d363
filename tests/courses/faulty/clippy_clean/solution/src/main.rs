//! Somebody asks, and gets an answer.

#[cfg(test)]
mod tests;

fn answer() -> u8 {
    return 1;
}

fn main() {
    println!("{}", answer());
}
