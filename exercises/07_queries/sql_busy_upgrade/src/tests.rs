use serde_json::json;
use support::{Client, any, fail, random_name};
use support_sql::{Database, Rival};

use super::app;

#[test]
fn a_free_slot_can_be_booked() {
    let database = clinic();
    let desk = Client::new(app(database.connect()));
    let (slot, patient) = (any(1..=9), random_name("Ana"));
    let nobody = desk.get(&format!("/slots/{slot}")).is_ok().has("/patient", json!(null));
    let booked =
        desk.after(&nobody).post(&format!("/slots/{slot}/book"), &json!({ "patient": patient }));
    desk.after(&booked.is_created())
        .get(&format!("/slots/{slot}"))
        .is_ok()
        .has("/patient", patient);
}

#[test]
fn a_taken_slot_stays_with_the_patient_who_has_it() {
    let database = clinic();
    let desk = Client::new(app(database.connect()));
    let (ana, ben) = (random_name("Ana"), random_name("Ben"));
    let first = desk.post("/slots/1/book", &json!({ "patient": ana })).is_created();
    let second = desk.after(&first).post("/slots/1/book", &json!({ "patient": ben })).is_conflict();
    let other = desk.after(&second).post("/slots/2/book", &json!({ "patient": ben })).is_created();
    desk.after(&other).get("/slots/1").is_ok().has("/patient", ana);
    desk.after(&other).get("/slots/2").is_ok().has("/patient", ben);
}

#[test]
fn a_slot_that_does_not_exist_cannot_be_booked() {
    let database = clinic();
    let desk = Client::new(app(database.connect()));
    let slot = any(10..=99);
    desk.post(&format!("/slots/{slot}/book"), &json!({ "patient": "Ana" })).is_not_found();
    desk.get(&format!("/slots/{slot}")).is_not_found();
}

#[test]
fn two_desks_book_two_slots_at_the_same_moment() {
    let database = clinic();
    let (desk, other_desk) = two_desks(&database, 2, "Ben");
    let patient = random_name("Ana");
    desk.post("/slots/1/book", &json!({ "patient": patient })).is_created();
    if !other_desk.finishes() {
        fail("POST /slots/2/book at the other desk", "201 Created", "the slot is still free");
    }
    desk.get("/slots/1").is_ok().has("/patient", patient);
    desk.get("/slots/2").is_ok().has("/patient", "Ben");
}

#[test]
fn two_desks_want_the_same_slot_and_only_one_gets_it() {
    let database = clinic();
    let other_patient = random_name("Ben");
    let (desk, other_desk) = two_desks(&database, 1, &other_patient);
    let patient = random_name("Ana");
    let reply = desk.post("/slots/1/book", &json!({ "patient": patient }));
    // Who is first is nobody's promise. That the first one keeps the slot is.
    if other_desk.finishes() {
        let reply = reply.is_conflict();
        desk.after(&reply).get("/slots/1").is_ok().has("/patient", other_patient);
    } else {
        let reply = reply.is_created();
        desk.after(&reply).get("/slots/1").is_ok().has("/patient", patient);
    }
}

#[test]
fn a_database_that_stays_locked_is_unavailable_and_works_again_afterwards() {
    let database = clinic();
    let desk = Client::new(app(database.connect()));
    let (backup, patient) = (database.connect(), random_name("Ana"));
    backup.execute_batch("BEGIN IMMEDIATE").unwrap();
    let locked = desk.post("/slots/1/book", &json!({ "patient": patient })).has_status(503);
    let _ = locked.header("retry-after");
    // Readers need no lock.
    desk.after(&locked).get("/slots/1").is_ok().has("/patient", json!(null));
    backup.execute_batch("ROLLBACK").unwrap();
    let booked = desk.after(&locked).post("/slots/1/book", &json!({ "patient": patient }));
    desk.after(&booked.is_created()).get("/slots/1").is_ok().has("/patient", patient);
}

#[test]
fn a_broken_database_is_an_error_and_no_reason_to_try_again() {
    let database = clinic();
    let desk = Client::new(app(database.connect()));
    database.connect().execute_batch("DROP TABLE slots").unwrap();
    let broken = desk.post("/slots/1/book", &json!({ "patient": "Ana" })).has_status(500);
    broken.lacks_header("retry-after");
}

fn clinic() -> Database {
    let database = Database::new(include_str!("schema.sql"));
    let more = "INSERT INTO slots (id, starts_at) SELECT value, '2026-03-02' FROM json_each('[4,5,6,7,8,9]')";
    database.connect().execute_batch(more).unwrap();
    database
}

/// This desk, and another one that books a slot between our reading and our writing. Where it finds the database locked
/// in that moment, it comes back when we are done.
fn two_desks(database: &Database, slot: i64, patient: &str) -> (Client, Rival) {
    let patient = patient.to_owned();
    let other_desk = Rival::of(database, move |connection| {
        let sql = "UPDATE slots SET patient = ?2 WHERE id = ?1 AND patient IS NULL";
        connection.execute(sql, (slot, &patient)).is_ok_and(|rows| rows == 1)
    });
    let mut connection = database.connect();
    other_desk.overtakes(&mut connection);
    (Client::new(app(connection)), other_desk)
}
