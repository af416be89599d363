use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{Mutex, Once};

use serde_json::json;
use support::{Client, Reply, any, fail, random_name};

use super::app;
use super::db::{Db, Row};

/// The lines of all tests. Each test knows its own by what it has drawn.
static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());
static START: Once = Once::new();

#[test]
fn a_patient_is_found_and_another_one_is_not() {
    let name = random_name("Ana");
    let mut db = db();
    db.rows.insert(5, Row::Name(name.clone()));
    let clinic = clinic(db);
    clinic.get("/patients/5").is_ok().is_json().has("", json!({ "id": 5, "name": name }));
    let letter = format!("Dear {name}, please come and see us.");
    clinic.get("/patients/5/letter").is_ok().has_text(&letter);
    for path in ["/patients/6", "/patients/7/letter"] {
        drop(clinic.get(path).is_not_found().is_json().text("/error"));
    }
}

#[test]
fn a_failure_gives_nothing_away() {
    let db = db();
    let secrets = [
        "SELECT".to_owned(),
        "diagnosis".to_owned(),
        "WHERE".to_owned(),
        db.host.clone(),
        db.file.clone(),
        "page 77".to_owned(),
        "no reply".to_owned(),
        "DbError".to_owned(),
    ];
    let clinic = clinic(db);
    for path in ["/patients/2", "/patients/2/letter"] {
        for secret in &secrets {
            clinic.get(path).has_status(500).hides(secret);
        }
    }
}

#[test]
fn a_failure_is_told_in_one_form_with_an_id_to_ask_for() {
    let clinic = clinic(db());
    for path in ["/patients/2", "/patients/2/letter"] {
        is_incident(clinic.get(path));
    }
}

#[test]
fn a_panic_is_told_in_the_same_form() {
    let db = db();
    let file = db.file.clone();
    let clinic = clinic(db);
    for path in ["/patients/3", "/patients/3/letter", "/patients/4"] {
        for secret in [file.as_str(), "row 3", "no end", "no known kind", "panic"] {
            is_incident(clinic.get(path).hides(secret));
        }
    }
    // And the service is still there.
    clinic.get("/patients/1").is_ok().has("/name", "Ben");
}

#[test]
fn every_failure_has_an_id_of_its_own() {
    let clinic = clinic(db());
    let paths = [
        "/patients/2",
        "/patients/2/letter",
        "/patients/3",
        "/patients/3/letter",
    ];
    let mut ids = BTreeSet::new();
    for path in paths.iter().chain(&paths).chain(&paths) {
        let reply = clinic.get(path).has_status(500);
        let id = reply.text("/id");
        if !ids.insert(id.clone()) {
            fail(format_args!("GET {path}"), "an id that was never there before", id);
        }
    }
}

#[test]
fn the_log_tells_under_that_id_what_has_failed_and_why() {
    let db = db();
    let whole = [
        format!("no reply from {}", db.host),
        "SELECT name, diagnosis FROM patients WHERE id = 2".to_owned(),
        format!("{}: page 77 is damaged", db.file),
    ];
    let clinic = clinic(db);
    for path in ["/patients/2", "/patients/2/letter", "/patients/2"] {
        has_logged(path, &clinic.get(path).has_status(500), &whole);
    }
}

#[test]
fn the_log_tells_under_that_id_what_a_panic_said() {
    let db = db();
    let words = format!("row 3 of {} has no end", db.file);
    let clinic = clinic(db);
    for path in ["/patients/3", "/patients/3/letter"] {
        has_logged(path, &clinic.get(path).has_status(500), std::slice::from_ref(&words));
    }
    let words = ["a row of no known kind".to_owned()];
    has_logged("/patients/4", &clinic.get("/patients/4").has_status(500), &words);
}

#[track_caller]
fn is_incident(reply: Reply) {
    let reply = reply.has_status(500).is_json();
    let id = reply.text("/id");
    drop(reply.has("", json!({ "error": "internal error", "id": id })));
}

/// All of this stands in lines of the log that have the id of the reply, and that are errors.
#[track_caller]
fn has_logged(path: &str, reply: &Reply, whole: &[String]) {
    let id = reply.text("/id");
    let mut log = LOG.lock().unwrap().clone();
    log.retain(|line| line.contains(&id));
    for part in whole {
        if !log.iter().any(|line| line.starts_with("ERROR") && line.contains(part)) {
            let story = format!("GET {path}\n  then      the log, all that it says about {id}");
            let got = if log.is_empty() {
                "nothing".to_owned()
            } else {
                log.join("\n            ")
            };
            fail(story, format_args!("ERROR ... {part} ..."), got);
        }
    }
}

/// One good patient, a damaged one (2), and two that make their readers panic (3, 4).
fn db() -> Db {
    Db {
        host: format!("db-{}.clinic.test", any(1_000..=9_999)),
        file: format!("/var/lib/clinic/{}.db", any(100_000..=999_999)),
        rows: BTreeMap::from([
            (1, Row::Name("Ben".to_owned())),
            (2, Row::Damaged),
            (3, Row::Impossible),
            (4, Row::Unknown),
        ]),
    }
}

fn clinic(db: Db) -> Client {
    START.call_once(|| tracing_subscriber::fmt().without_time().with_writer(|| Log).init());
    Client::new(app(db))
}

/// Where the subscriber writes, a line at a time.
struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().push(String::from_utf8_lossy(line).trim().to_owned());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
