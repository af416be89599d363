//! Shouts.

#[cfg(test)]
mod tests;

fn shout(text: &str) -> String {
    text // TODO: a caller wants a text of its own, and a loud one
}

fn main() {
    println!("{}", shout("hello"));
}
