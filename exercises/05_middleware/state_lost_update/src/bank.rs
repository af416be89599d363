//! The bank that charges the guests' cards. It takes its time, and others work meanwhile.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::sleep;

/// The card that the bank says no to; it says yes to all others.
pub const NO_MONEY: &str = "4000";

#[derive(Default)]
pub struct Bank {
    paid: AtomicU32,
}

/// The bank says no. Nobody has paid.
pub struct Declined;

impl Bank {
    pub async fn charge(&self, card: &str, seats: u32) -> Result<(), Declined> {
        sleep(Duration::from_secs(1)).await;
        if card == NO_MONEY {
            return Err(Declined);
        }
        self.paid.fetch_add(seats, Ordering::Relaxed);
        Ok(())
    }

    /// How many seats have been paid for.
    #[cfg(test)]
    pub fn paid(&self) -> u32 {
        self.paid.load(Ordering::Relaxed)
    }
}
