//! A database file of its own for every test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{env, fs, io, process};

use rusqlite::Connection;

/// How long a connection of a test waits for a lock. Long enough to be a wait, short enough for a test.
const PATIENCE: Duration = Duration::from_millis(50);

/// A fresh file in WAL mode. It goes away with the value.
#[derive(Debug)]
pub struct Database {
    folder: PathBuf,
}

impl Database {
    /// A database with these tables and rows.
    ///
    /// # Panics
    /// When the schema is not SQL, or the disk is full.
    #[must_use]
    pub fn new(schema: &str) -> Self {
        let database = Self {
            folder: fresh_folder(),
        };
        let connection = database.connect();
        connection.pragma_update(None, "journal_mode", "wal").expect("WAL mode");
        connection.execute_batch(schema).expect("a schema that is SQL");
        database
    }

    /// One more connection to it, which waits 50 milliseconds for a lock.
    ///
    /// # Panics
    /// When the file cannot be opened.
    #[must_use]
    pub fn connect(&self) -> Connection {
        let connection = Connection::open(self.folder.join("data.db")).expect("a connection");
        connection.busy_timeout(PATIENCE).expect("a busy timeout");
        // Nothing here has to outlive a power cut, and waiting for the disk is what a test of many writes would do most.
        connection.pragma_update(None, "synchronous", "off").expect("a setting of SQLite");
        connection
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What cannot be removed is in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A run that was killed may have left one behind.
fn fresh_folder() -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("backendlings-sql-{}-{number}", process::id()));
        match fs::create_dir(&folder) {
            Ok(()) => return folder,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => panic!("a folder for the database at {}: {error}", folder.display()),
        }
    }
}
