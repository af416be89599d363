//! A clock for services that are handed one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Seconds since whenever a service counts from. It stands still until the test moves it, and all clones are the same
/// clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    /// A clock that shows this.
    #[must_use]
    pub fn at(seconds: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seconds)))
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// So many seconds pass.
    pub fn advance(&self, seconds: u64) {
        self.set(self.now() + seconds);
    }

    /// Somebody sets it, forward or back.
    pub fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::Relaxed);
    }

    /// The clock as a service takes it: a function that knows what time it is.
    pub fn reader(&self) -> impl Fn() -> u64 + Clone + Send + Sync + 'static {
        let clock = self.clone();
        move || clock.now()
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn whoever_was_handed_the_clock_sees_it_move() {
        let clock = Clock::at(100);
        let now = clock.reader();
        assert_eq!(now(), 100);
        clock.advance(60);
        assert_eq!((clock.now(), now()), (160, 160));
        clock.set(90);
        assert_eq!(now(), 90);
    }
}
