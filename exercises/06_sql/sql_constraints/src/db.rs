//! Connections, as SQLite makes them.

use rusqlite::Connection;

/// SQLite checks foreign keys only where a connection asks for that, so that programs from before 2009 still work. The
/// copy inside rusqlite is built to ask by itself; those of most operating systems and languages are not, and so this is not.
pub fn connect() -> Connection {
    let db = Connection::open_in_memory().expect("room for a database");
    db.pragma_update(None, "foreign_keys", false).expect("a pragma that SQLite knows");
    db
}
