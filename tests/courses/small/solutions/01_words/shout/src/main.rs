//! Shouts.

#[cfg(test)]
mod tests;

fn shout(text: &str) -> String {
    text.to_uppercase()
}

fn main() {
    println!("{}", shout("hello"));
}
