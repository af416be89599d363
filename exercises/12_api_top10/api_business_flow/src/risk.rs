//! Another company, which knows who cheats. It takes its time, and others work meanwhile.

use std::time::Duration;

use tokio::time::sleep;

/// Nobody with a number from here on is to be trusted.
pub const CHEATS: i64 = 1_000_000;

pub async fn trusts(customer: i64) -> bool {
    sleep(Duration::from_secs(1)).await;
    customer < CHEATS
}
