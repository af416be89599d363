//! Values that no constant in a solution can match, and that a failure can be repeated with.
//!
//! One seed serves the whole run: `SUPPORT_SEED`, or a fresh one. Each test draws from a row of its own, made from the
//! seed and the name of its thread (libtest names it after the test), so neither the order of the tests nor which of
//! them run changes a value. Values are drawn in the thread of the test.

use std::cell::Cell;
use std::env;
use std::hash::{BuildHasher, RandomState};
use std::ops::RangeInclusive;
use std::sync::LazyLock;
use std::thread;

/// Ten digits at most: somebody may have to type it.
static SEED: LazyLock<u32> = LazyLock::new(|| match env::var("SUPPORT_SEED") {
    Ok(seed) => seed.parse().expect("SUPPORT_SEED is a number up to 4294967295"),
    Err(_) => (RandomState::new().hash_one(()) >> 32) as u32,
});

thread_local! {
    /// Where this test is in its row of values; nowhere before the first one.
    static POSITION: Cell<Option<u64>> = const { Cell::new(None) };
}

/// A number from `range`, another one in every run.
///
/// # Panics
/// When the range is empty, or reaches below zero.
#[must_use]
pub fn any<T: Copy + TryFrom<u64> + TryInto<u64>>(range: RangeInclusive<T>) -> T {
    let bounds = ((*range.start()).try_into(), (*range.end()).try_into());
    let (Ok(start), Ok(end)) = bounds else {
        panic!("any() takes a range of numbers from zero up")
    };
    assert!(start <= end, "any() takes a range with something in it");
    let value = start + next() % (end - start + 1);
    T::try_from(value).ok().expect("a value inside the range has its type")
}

/// A name that nobody had before: `Ana 5e8dd5b1`.
#[must_use]
pub fn random_name(title: &str) -> String {
    format!("{title} {:08x}", next() >> 32)
}

/// The seed, if this test has drawn from it.
pub(crate) fn seed_in_use() -> Option<u32> {
    POSITION.get().map(|_| *SEED)
}

fn next() -> u64 {
    let position = POSITION.get().unwrap_or_else(|| {
        let thread = thread::current();
        row(*SEED, thread.name().unwrap_or_default())
    });
    let position = position.wrapping_add(0x9e37_79b9_7f4a_7c15);
    POSITION.set(Some(position));
    mix(position)
}

/// Where the row of values of a test begins: FNV-1a, as the hashes of the standard library may change with its version.
fn row(seed: u32, test: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ u64::from(seed);
    test.bytes()
        .fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// `SplitMix64`: random enough for a test, and never for a key that protects something.
fn mix(position: u64) -> u64 {
    let mixed = (position ^ (position >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::{any, mix, random_name, row};

    #[test]
    fn values_stay_in_their_range_and_differ() {
        let values: Vec<u8> = (0..2_000).map(|_| any(3..=9)).collect();
        assert!((3..=9).all(|value| values.contains(&value)));
        assert!(values.iter().all(|value| (3..=9).contains(value)));
        assert_eq!(any(5..=5), 5);
        assert_ne!(random_name("Ana"), random_name("Ana"));
    }

    #[test]
    fn a_seed_and_the_name_of_a_test_decide_its_values() {
        // The published first values of both functions.
        assert_eq!(mix(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
        assert_eq!(row(0, "a"), 0xaf63_dc4c_8601_ec8c);
        assert_ne!(row(1, "a"), row(0, "a"));
    }
}
