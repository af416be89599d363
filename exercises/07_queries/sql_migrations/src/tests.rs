use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use support::{any, expect, fail, random_name};
use support_sql::Database;

use super::{MIGRATIONS, migrate};

/// What ran everywhere long ago, as it was then.
const OLD: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS appointments (
         id INTEGER PRIMARY KEY,
         patient TEXT NOT NULL,
         starts_at TEXT NOT NULL
     );",
    "CREATE TABLE IF NOT EXISTS doctors (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
     INSERT INTO doctors (name) VALUES ('Dr. Silva');",
];

/// Another list, with rows that may be there only once.
const ROOMS: &str = "CREATE TABLE rooms (name TEXT); INSERT INTO rooms VALUES ('Blue'), ('Green');";
const BEDS: &str = "CREATE TABLE beds (room TEXT); INSERT INTO beds SELECT name FROM rooms;";
const FLOORS: &str = "
    ALTER TABLE rooms ADD COLUMN floor INTEGER DEFAULT 1;
    UPDATE rooms SET floor = 2 WHERE name = 'Green';
    INSERT INTO beds SELECT name FROM rooms WHERE floor = 2;";

const ROOMS_AND_FLOORS: &str =
    "SELECT group_concat(name || ' on ' || floor, ', ' ORDER BY name) FROM rooms";
const ROOMS_OF_BEDS: &str = "SELECT group_concat(room, ', ' ORDER BY room) FROM beds";

#[test]
fn a_new_database_gets_all_migrations_in_their_order() {
    let clinic = Clinic::new();
    clinic.starts("the first start", &[ROOMS, BEDS, FLOORS]);
    clinic.has(ROOMS_AND_FLOORS, "Blue on 1, Green on 2");
    clinic.has(ROOMS_OF_BEDS, "Blue, Green, Green");
}

#[test]
fn starting_again_changes_nothing() {
    let clinic = Clinic::new();
    for start in ["the first start", "the second start", "the third start"] {
        clinic.starts(start, &[ROOMS, BEDS, FLOORS]);
        clinic.has(ROOMS_AND_FLOORS, "Blue on 1, Green on 2");
        clinic.has(ROOMS_OF_BEDS, "Blue, Green, Green");
    }
}

#[test]
fn a_database_that_has_some_gets_only_the_rest() {
    for seen in 1..3 {
        let clinic = Clinic::new();
        clinic.starts("the first start", &[ROOMS, BEDS, FLOORS][..seen]);
        let room = random_name("Amber");
        clinic.db().execute("INSERT INTO rooms (name) VALUES (?1)", [&room]).unwrap();
        clinic.starts("a start with more migrations", &[ROOMS, BEDS, FLOORS]);
        clinic.has(ROOMS_AND_FLOORS, &format!("{room} on 1, Blue on 1, Green on 2"));
        clinic.has(
            "SELECT count(*) || ' beds' FROM beds",
            if seen == 1 { "4 beds" } else { "3 beds" },
        );
    }
}

#[test]
fn a_migration_that_fails_leaves_nothing_of_itself() {
    let clinic = Clinic::new();
    let broken = format!("{BEDS} INSERT INTO floors VALUES (1);");
    clinic.refuses("a start with a migration that fails at its end", &[ROOMS, &broken, FLOORS]);
    clinic.has(
        "SELECT count(*) || ' tables named beds' FROM sqlite_schema WHERE name = 'beds'",
        "0 tables named beds",
    );
    // Nothing of it ran, so it may be mended.
    for start in ["a start after it was mended", "the start after that"] {
        clinic.starts(start, &[ROOMS, BEDS, FLOORS]);
        clinic.has(ROOMS_AND_FLOORS, "Blue on 1, Green on 2");
        clinic.has(ROOMS_OF_BEDS, "Blue, Green, Green");
    }
}

#[test]
fn a_service_that_is_killed_at_any_moment_starts_again() {
    for (moment, database) in Clinic::new().killed_before_each_statement_of(&[ROOMS, BEDS, FLOORS])
    {
        let start = format!("the start after one that was killed before\n            {moment}");
        let mut db = Connection::open(database).unwrap();
        begin(&start, &mut db, &[ROOMS, BEDS, FLOORS]);
        has(&db, ROOMS_AND_FLOORS, "Blue on 1, Green on 2");
        has(&db, ROOMS_OF_BEDS, "Blue, Green, Green");
    }
}

#[test]
fn a_migration_that_ran_must_not_change_any_more() {
    let list = [ROOMS, BEDS, FLOORS];
    for place in 0..3 {
        let clinic = Clinic::new();
        clinic.starts("the first start", &list);
        let changed = list[place].replace("Green", "Grey").replace("beds", "bunks");
        let mut edited = list.to_vec();
        edited[place] = &changed;
        edited.push("CREATE TABLE nurses (name TEXT)");
        clinic.refuses(&format!("a start after migration {} was edited", place + 1), &edited);
        clinic.has(
            "SELECT count(*) || ' tables of nurses' FROM sqlite_schema WHERE name = 'nurses'",
            "0 tables of nurses",
        );
        clinic.has(ROOMS_AND_FLOORS, "Blue on 1, Green on 2");
        clinic.starts("a start with the list as it was", &list);
    }
}

#[test]
fn two_migrations_that_read_the_same_are_two() {
    let clinic = Clinic::new();
    let (beds, bed) = ("CREATE TABLE beds (room TEXT);", "INSERT INTO beds VALUES ('Blue');");
    for start in ["the first start", "the second start"] {
        clinic.starts(start, &[beds, bed, bed]);
        clinic.has(ROOMS_OF_BEDS, "Blue, Blue");
    }
    clinic.starts("a start with one more", &[beds, bed, bed, bed]);
    clinic.has(ROOMS_OF_BEDS, "Blue, Blue, Blue");
}

#[test]
fn an_older_version_starts_on_a_newer_database() {
    let clinic = Clinic::new();
    for (start, known) in [
        ("the new version", 3),
        ("the old version", any(1..=2)),
        ("the new version again", 3),
    ] {
        clinic.starts(start, &[ROOMS, BEDS, FLOORS][..known]);
        clinic.has(ROOMS_AND_FLOORS, "Blue on 1, Green on 2");
        clinic.has(ROOMS_OF_BEDS, "Blue, Green, Green");
    }
}

#[test]
fn appointments_that_were_there_last_twenty_minutes() {
    let clinic = Clinic::new();
    clinic.starts("yesterday's version", &OLD);
    let patient = random_name("Ana");
    clinic.books_as_before(&patient);
    clinic.starts("tonight's version", &MIGRATIONS);
    clinic.has("SELECT patient || ', ' || minutes FROM appointments", &format!("{patient}, 20"));
    clinic.has("SELECT group_concat(name, ', ') FROM doctors", "Dr. Silva");
}

#[test]
fn both_versions_book_on_the_new_database() {
    let clinic = Clinic::new();
    clinic.starts("yesterday's version", &OLD);
    clinic.starts("tonight's version", &MIGRATIONS);
    let (patient, minutes) = (random_name("Ben"), any(21..=60));
    clinic.books_as_before(&patient);
    let sql = "INSERT INTO appointments (patient, starts_at, minutes) VALUES (?1, '2026-03-03T09:00Z', ?2)";
    if let Err(error) = clinic.db().execute(sql, (&patient, minutes)) {
        fail(sql, "an appointment", error);
    }
    let sql = "SELECT group_concat(patient || ', ' || minutes, '; ' ORDER BY starts_at) FROM appointments";
    clinic.has(sql, &format!("{patient}, 20; {patient}, {minutes}"));
}

/// A clinic's database. Each start of the service is a connection of its own.
struct Clinic(Database);

impl Clinic {
    fn new() -> Self {
        Self(Database::new(""))
    }

    fn db(&self) -> Connection {
        self.0.connect()
    }

    #[track_caller]
    fn starts(&self, start: &str, migrations: &[&str]) {
        begin(start, &mut self.db(), migrations);
    }

    #[track_caller]
    fn refuses(&self, start: &str, migrations: &[&str]) {
        if migrate(&mut self.db(), migrations).is_ok() {
            fail(start, "an error", "none");
        }
    }

    #[track_caller]
    fn has(&self, sql: &str, expected: &str) {
        has(&self.db(), sql, expected);
    }

    #[track_caller]
    fn books_as_before(&self, patient: &str) {
        let sql = "INSERT INTO appointments (patient, starts_at) VALUES (?1, '2026-03-02T09:00Z')";
        if let Err(error) = self.db().execute(sql, [patient]) {
            fail(sql, "an appointment", error);
        }
    }

    /// What is left of the database when the power fails just before each of the statements of a start.
    fn killed_before_each_statement_of(&self, migrations: &[&str]) -> Vec<(String, PathBuf)> {
        let (mut db, others) = (self.db(), self.db());
        let left = Arc::new(Mutex::new(Vec::new()));
        let noted = left.clone();
        let note = move |event: TraceEvent<'_>| {
            if let TraceEvent::Stmt(_, sql) = event {
                let mut left = noted.lock().unwrap();
                let copy = format!("{}-{}", others.path().unwrap_or_default(), left.len());
                // What others can see has been committed, and stays.
                others.execute("VACUUM INTO ?1", [&copy]).unwrap();
                left.push((sql.trim().to_owned(), PathBuf::from(copy)));
            }
        };
        db.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note)).unwrap();
        begin("the first start", &mut db, migrations);
        left.lock().unwrap().clone()
    }
}

#[track_caller]
fn begin(start: &str, db: &mut Connection, migrations: &[&str]) {
    if let Err(error) = migrate(db, migrations) {
        fail(start, "a database that is up to date", error);
    }
}

#[track_caller]
fn has(db: &Connection, sql: &str, expected: &str) {
    match db.query_row(sql, [], |row| row.get::<_, Option<String>>(0)) {
        Ok(got) => expect(sql, expected, got.unwrap_or_default()),
        Err(error) => fail(sql, expected, error),
    }
}
