// TODO: Somebody left a trace of their search.
fn longest(words: &[&str]) -> usize {
    let lengths = words.iter().map(|word| dbg!(word.len()));
    lengths.max().unwrap_or(0)
}

fn main() {
    println!("{}", longest(&["a", "abc"]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_counts() {
        assert_eq!(longest(&["one", "three", "two"]), 5);
    }

    #[test]
    fn no_words_no_length() {
        assert_eq!(longest(&[]), 0);
    }
}
