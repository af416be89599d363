#[cfg(test)]
mod tests;

/// The last page of a book of so many pages.
fn last(pages: u32) -> u32 {
    pages
}

fn main() {
    println!("{}", last(7));
}
