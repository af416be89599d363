//! `no-wall-clock`: a test that reads the time of day passes today and fails at midnight, in a leap year, or on a busy
//! machine. Time is handed in, or stands still.

use super::super::source::is_named;
use super::{Fault, Material, Rule};

/// `Instant::now` of tokio follows a paused clock and is told apart below.
const CLOCKS: [&str; 6] = [
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "OffsetDateTime::now_utc",
    "Timestamp::now",
];

pub(super) struct NoWallClock;

impl Rule for NoWallClock {
    fn id(&self) -> &'static str {
        "no-wall-clock"
    }

    fn subject(&self) -> &'static str {
        "no test reads the wall's clock"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let mut faults = Vec::new();
        for tests in material.tests() {
            let imports_tokios = tests
                .source
                .lines()
                .any(|(_, code)| code.contains("tokio::time::") && is_named(code, "Instant"));
            for (line, code) in tests.source.lines() {
                let clock = CLOCKS.iter().find(|clock| is_named(code, clock));
                let is_tokios = code.contains("tokio::time::Instant::now")
                    || (imports_tokios && !code.contains("std::time::Instant::now"));
                let Some(clock) = clock.filter(|clock| **clock != "Instant::now" || !is_tokios) else {
                    continue;
                };
                let what = format!(
                    "a test reads the wall's clock: {clock}\n  help: hand the time in, or use a paused clock and count"
                );
                faults.push(Fault::new(&tests.file, line, what));
            }
        }
        Some(faults)
    }
}
