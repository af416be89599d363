use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Client, Reply, any, expect, random_name};

use super::app;

type Db = Arc<Mutex<Connection>>;

#[test]
fn a_visitor_who_signs_up_gets_a_confirmation() {
    let (site, _) = site();
    let ana = form("Ana");
    let reply = site.post("/users", &ana).is_created().is_json();
    let reply = reply.has("/name", ana["name"].clone()).has("/email", ana["email"].clone());
    let _ = reply.location();
}

#[test]
fn whoever_signed_up_finds_the_profile_where_the_confirmation_says() {
    let (site, _) = site();
    // An apostrophe is a letter of names, and none of SQL's.
    for form in [form("Ana"), form("Conan O'Brien")] {
        let reply = site.post("/users", &form).is_created();
        has(site.after(&reply).get(&reply.location()), &form);
    }
}

#[test]
fn the_newsletter_finds_names_and_addresses_in_their_columns() {
    let (site, db) = site();
    let ana = form("Ana");
    let reply = site.post("/users", &ana).is_created();
    let expected = format!("name = {}, email = {}", ana["name"], ana["email"]);
    expect("POST /users, then a look at the table users", &expected, table(&db));
    let ben = form("Ben");
    let _ = site.put(&reply.location(), &ben).is_ok();
    let expected = format!("name = {}, email = {}", ben["name"], ben["email"]);
    expect("POST /users, PUT it, then a look at the table users", &expected, table(&db));
}

#[test]
fn a_confirmation_names_the_new_user_even_after_others_have_left() {
    let (site, db) = site();
    let first = any(100..=9_999);
    seed(&db, first);
    let _ = site.post("/users", &form("Ana")).is_created();
    let left = site.delete(&format!("/users/{first}")).is_no_content();
    let cyd = form("Cyd");
    let site = site.after(&left);
    let reply = site.post("/users", &cyd).is_created().has("/id", first + 2);
    has(site.after(&reply).get(&reply.location()), &cyd);
}

#[test]
fn visitors_who_share_an_address_are_different_users() {
    let (site, _) = site();
    let (ana, mut ben) = (form("Ana"), form("Ben"));
    ben["email"] = ana["email"].clone();
    // Ana has a brother, and forgets that she is a user already.
    let places = [&ana, &ben, &ana].map(|form| {
        let reply = site.post("/users", form).is_created();
        has(site.after(&reply).get(&reply.location()), form);
        reply.location()
    });
    let different = places.iter().collect::<BTreeSet<_>>().len();
    let got = format!("{different} locations: {}", places.join(", "));
    let story = "POST /users by Ana, by Ben, and by Ana again, all with one address";
    expect(story, "3 locations", if different == 3 { "3 locations" } else { &got });
}

#[test]
fn nobody_is_found_under_a_number_that_nobody_has() {
    let (site, db) = site();
    seed(&db, any(100..=999));
    site.get(&format!("/users/{}", any(1_000..=9_999))).is_not_found();
}

#[test]
fn a_correction_changes_one_profile_and_no_other() {
    let (site, db) = site();
    let id = any(100..=9_999);
    seed(&db, id);
    let ben = form("Ben");
    let other = site.post("/users", &ben).is_created().location();
    let corrected = form("Ana");
    let path = format!("/users/{id}");
    let reply = site.put(&path, &corrected).is_ok().has("/id", id);
    let reply = reply.has("/name", corrected["name"].clone());
    let reply = reply.has("/email", corrected["email"].clone());
    let site = site.after(&reply);
    has(site.get(&path).has("/id", id), &corrected);
    has(site.get(&other), &ben);
    // The same correction once more changes nothing, and is as welcome.
    let _ = site.put(&path, &corrected).is_ok();
}

#[test]
fn a_correction_of_a_profile_that_nobody_has_is_not_found_and_makes_none() {
    let (site, db) = site();
    let id = any(100..=999);
    seed(&db, id);
    let path = format!("/users/{}", any(1_000..=9_999));
    let reply = site.put(&path, &form("Ana")).is_not_found();
    let site = site.after(&reply);
    site.get(&path).is_not_found();
    site.get(&format!("/users/{id}")).is_ok().has("/name", "Early bird");
}

#[test]
fn whoever_leaves_is_gone_and_nobody_else_is() {
    let (site, db) = site();
    let id = any(100..=9_999);
    seed(&db, id);
    let ben = form("Ben");
    let path = site.post("/users", &ben).is_created().location();
    let reply = site.delete(&path).is_no_content();
    site.after(&reply).get(&path).is_not_found();
    site.after(&reply).get(&format!("/users/{id}")).is_ok().has("/name", "Early bird");
}

#[test]
fn nobody_leaves_twice_and_nobody_leaves_who_never_came() {
    let (site, db) = site();
    let id = any(100..=999);
    seed(&db, id);
    let path = format!("/users/{id}");
    let reply = site.delete(&path).is_no_content();
    site.after(&reply).delete(&path).is_not_found();
    site.delete(&format!("/users/{}", any(1_000..=9_999))).is_not_found();
}

fn site() -> (Client, Db) {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(include_str!("users.sql")).unwrap();
    let db = Arc::new(Mutex::new(db));
    (Client::new(app(db.clone())), db)
}

/// Somebody who signed up long ago.
fn seed(db: &Db, id: i64) {
    let sql = "INSERT INTO users (id, name, email) VALUES (?1, 'Early bird', 'bird@example.com')";
    db.lock().unwrap().execute(sql, [id]).unwrap();
}

/// What a visitor types.
fn form(name: &str) -> Value {
    let email = format!("{:08x}@example.com", any(0..=u32::MAX));
    json!({ "name": random_name(name), "email": email })
}

#[track_caller]
fn has(reply: Reply, form: &Value) {
    reply.is_ok().has("/name", form["name"].clone()).has("/email", form["email"].clone());
}

/// The rows as other programs see them.
fn table(db: &Db) -> String {
    let db = db.lock().unwrap_or_else(PoisonError::into_inner);
    let mut select = db.prepare("SELECT name, email FROM users ORDER BY id").unwrap();
    let rows = select.query_map((), |row| {
        let (name, email): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(format!("name = {name:?}, email = {email:?}"))
    });
    rows.unwrap().collect::<Result<Vec<_>, _>>().unwrap().join("; ")
}
