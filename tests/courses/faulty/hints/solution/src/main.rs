//! Somebody asks, and gets an answer.

#[cfg(test)]
mod tests;

fn answer() -> u8 {
    let what_was_asked = 1;
    std::convert::identity(what_was_asked)
}

fn main() {
    println!("{}", answer());
}
