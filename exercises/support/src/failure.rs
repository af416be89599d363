//! How a failed check is told.

use std::fmt::Display;

use crate::random;

/// Fails the test with a story: what was done (a request, a call), what should have come of it, what did.
///
/// A test that used random values also says how to get the same ones again.
///
/// # Panics
/// Always.
#[track_caller]
pub fn fail(story: impl Display, expected: impl Display, got: impl Display) -> ! {
    let seed = random::seed_in_use().map_or_else(String::new, |seed| {
        format!("\n  seed      {seed} (repeat with SUPPORT_SEED={seed})")
    });
    let told = format!("\n  {story}\n  expected  {expected}\n  got       {got}{seed}\n");
    panic!("{}", visible(&told))
}

/// White space that nobody can tell from a blank, and what has no shape at all, as Rust writes it: `\u{3000}`.
fn visible(told: &str) -> String {
    let mut visible = String::new();
    for letter in told.chars() {
        let is_plain = matches!(letter, ' ' | '\n');
        if !is_plain && (letter.is_whitespace() || letter.is_control()) {
            visible.extend(letter.escape_debug());
        } else {
            visible.push(letter);
        }
    }
    visible
}
