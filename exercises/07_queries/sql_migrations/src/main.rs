//! The clinic's database, brought up to date when the service starts.
//!
//! From operations: "Dr. Silva is in the list of doctors once for every restart."
//! From the night shift: "An update stopped halfway. Now neither the new version starts nor the old one."
//! From a colleague: "I only corrected an old script. It is right on my machine, and wrong on every other."
//!
//! The documentation promises: each migration runs once on each database, in the order of the list. One that fails leaves
//! nothing of itself, and the service may be killed at any moment: the next start goes on from there. A migration that ran
//! and reads differently now is an error, and nothing runs. A version that knows fewer migrations than the database has
//! seen starts all the same: while a new version is rolled out, the old one runs beside it.
//!
//! The tests call `migrate` with `MIGRATIONS` and with lists of their own.

#[cfg(test)]
mod tests;

use std::env;
use std::error::Error;

use rusqlite::Connection;

/// The first two ran everywhere long ago. The third one is for tonight.
const MIGRATIONS: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS appointments (
         id INTEGER PRIMARY KEY,
         patient TEXT NOT NULL,
         starts_at TEXT NOT NULL
     );",
    "CREATE TABLE IF NOT EXISTS doctors (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
     INSERT INTO doctors (name) VALUES ('Dr. Silva');",
    // Appointments that are there last twenty minutes. So do those that the old version makes until tomorrow, with
    // INSERT INTO appointments (patient, starts_at) VALUES (?1, ?2)
    "ALTER TABLE appointments ADD COLUMN minutes INTEGER NOT NULL;",
];

/// TODO: how does it know what has run already?
fn migrate(db: &mut Connection, migrations: &[&str]) -> Result<(), Box<dyn Error>> {
    for sql in migrations {
        db.execute_batch(sql)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::var("DATABASE").unwrap_or_else(|_| ":memory:".to_owned());
    migrate(&mut Connection::open(&file)?, &MIGRATIONS)?;
    println!("{file} is up to date");
    Ok(())
}
