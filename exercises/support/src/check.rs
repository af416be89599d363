//! A check for what no [`Reply`](crate::Reply) says: what a function gave back, what a connection got.

use std::fmt::Display;

use crate::fail;

/// What was got reads as what was expected, to the letter. A type with a `Display` of its own is compared by it.
///
/// # Panics
/// When the two differ.
#[track_caller]
pub fn expect(story: impl Display, expected: impl Display, got: impl Display) {
    let (expected, got) = (expected.to_string(), got.to_string());
    if expected != got {
        fail(story, expected, got);
    }
}
