//! What the specifications stand on.

use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};

/// A name that nobody can know beforehand.
pub fn any_name() -> String {
    format!("guest {}", RandomState::new().hash_one("a guest"))
}

/// Compares what was answered with what should be.
#[track_caller]
pub fn expect<T: Debug + PartialEq>(got: T, expected: T) {
    assert!(got == expected, "\n  expected  {expected:?}\n  got       {got:?}");
}
