//! What the fridges of a pharmacy report: for each sensor and minute, the temperature in tenths of a degree. It is kept
//! in redb, a key-value store in one file, with its keys in order.
//!
//! From the night shift: "We restarted the box. All readings are gone."
//! From the pharmacist: "The chart jumps: minute 1000 comes before minute 999, and some minutes of the hour are not in
//! it. And what you show as the latest reading is from yesterday."
//!
//! The documentation promises: a reading that `record` took is there after a restart, and after a power cut.
//! `between` gives the readings of one sensor from the first minute up to, but not including, the last, in the order of
//! their minutes. `latest` is the one with the highest minute. A second reading for a minute replaces the first.
//!
//! The tests call `open`, `record`, `between` and `latest`. The documentation of redb: docs.rs/redb

#[cfg(test)]
mod tests;

use std::env;
use std::path::Path;

use redb::{Database, Error, ReadableDatabase, TableDefinition};

/// Tenths of a degree, by sensor and minute.
const READINGS: TableDefinition<&str, i32> = TableDefinition::new("readings");

struct Readings {
    database: Database,
}

impl Readings {
    fn open(file: &Path) -> Result<Self, Error> {
        let database = Database::create(file)?;
        let transaction = database.begin_write()?;
        transaction.open_table(READINGS)?;
        transaction.commit()?;
        Ok(Self { database })
    }

    fn record(&self, sensor: u32, minute: u64, tenths: i32) -> Result<(), Error> {
        let transaction = self.database.begin_write()?;
        let mut table = transaction.open_table(READINGS)?;
        // TODO: who else has seen this, by the end of the function?
        table.insert(key(sensor, minute).as_str(), tenths)?;
        Ok(())
    }

    fn between(&self, sensor: u32, first: u64, last: u64) -> Result<Vec<(u64, i32)>, Error> {
        let table = self.database.begin_read()?.open_table(READINGS)?;
        let mut readings = Vec::new();
        for entry in table.range(key(sensor, first).as_str()..key(sensor, last).as_str())? {
            let (key, tenths) = entry?;
            readings.push((minute(key.value()), tenths.value()));
        }
        Ok(readings)
    }

    fn latest(&self, sensor: u32) -> Result<Option<(u64, i32)>, Error> {
        let table = self.database.begin_read()?.open_table(READINGS)?;
        let all = format!("{sensor}/")..format!("{sensor}0"); // '0' comes right after '/'
        let last = table.range(all.start.as_str()..all.end.as_str())?.next_back().transpose()?;
        Ok(last.map(|(key, tenths)| (minute(key.value()), tenths.value())))
    }
}

/// `3/1000` for minute 1000 of sensor 3.
// TODO: in which order are texts?
fn key(sensor: u32, minute: u64) -> String {
    format!("{sensor}/{minute}")
}

fn minute(key: &str) -> u64 {
    let minute = key.split('/').nth(1).and_then(|minute| minute.parse().ok());
    minute.expect("a key that this program has written")
}

fn main() -> Result<(), Error> {
    let file = env::temp_dir().join("fridges.redb");
    let readings = Readings::open(&file)?;
    let next = readings.latest(3)?.map_or(998, |(minute, _)| minute + 1);
    for minute in next..next + 3 {
        readings.record(3, minute, 41)?;
    }
    println!("{}: {:?}", file.display(), readings.between(3, 0, next + 3)?);
    Ok(())
}
