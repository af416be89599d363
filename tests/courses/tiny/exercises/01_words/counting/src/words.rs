pub(crate) fn words(text: &str) -> Vec<&str> {
    text.split(' ').collect() // TODO: what if two blanks stand side by side?
}
