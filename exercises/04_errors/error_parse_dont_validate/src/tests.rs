use serde_json::{Value, json};
use support::{Client, Reply, any, random_name};

use super::app;

#[test]
fn a_subscriber_is_stored_and_can_be_changed() {
    let (letter, ana) = (Client::new(app()), ana());
    let reply = letter.post("/subscribers", &ana).is_created().has("", ana.clone());
    let place = reply.location();
    letter.get(&place).is_ok().is_json().has("", ana);
    let new = self::ana();
    let reply = letter.put(&place, &new).is_no_content();
    letter.after(&reply).get(&place).is_ok().has("", new.clone());
    letter.put("/subscribers/99", &new).is_not_found();
    letter.get("/subscribers/99").is_not_found();
}

#[test]
fn a_change_is_read_as_carefully_as_a_new_subscriber() {
    let (letter, ana) = (Client::new(app()), ana());
    let place = letter.post("/subscribers", &ana).is_created().location();
    for (pointer, key, value) in [
        ("/name", "name", ""),
        ("/name", "name", "<b>Ana</b>"),
        ("/email", "email", ""),
        ("/email", "email", "ana.example.com"),
    ] {
        let mut new = self::ana();
        new[key] = value.into();
        let refused = is_refused(letter.put(&place, &new), &[pointer]);
        letter.after(&refused).get(&place).is_ok().has("", ana.clone());
        is_refused(letter.post("/subscribers", &new), &[pointer]);
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let letter = Client::new(app());
    let place = letter.post("/subscribers", &ana()).is_created().location();
    for new in [
        json!({ "name": "", "email": "" }),
        json!({ "name": " \t", "email": format!("ana{}", any(1..=99)) }),
        json!({ "name": "A".repeat(any(81..=200)), "email": "an a@example.com" }),
    ] {
        is_refused(letter.post("/subscribers", &new), &["/name", "/email"]);
        is_refused(letter.put(&place, &new), &["/name", "/email"]);
    }
}

#[test]
fn white_space_around_a_value_is_not_part_of_it() {
    let (letter, ana) = (Client::new(app()), ana());
    let (name, email) = (ana["name"].as_str().unwrap(), ana["email"].as_str().unwrap());
    for (before, after) in [
        (" ", ""),
        ("", "  "),
        ("\t", "\r\n"),
        ("\u{a0}", "\u{3000}"),
    ] {
        let blanks = json!({
            "name": format!("{before}{name}{after}"),
            "email": format!("{before}{email}{after}"),
        });
        let reply = letter.post("/subscribers", &blanks).is_created().has("", ana.clone());
        let place = reply.location();
        letter.get(&place).is_ok().has("", ana.clone());
        drop(letter.put(&place, &self::ana()).is_no_content());
        let reply = letter.put(&place, &blanks).is_no_content();
        letter.after(&reply).get(&place).is_ok().has("", ana.clone());
    }
    // It does not count, either.
    let (long, blank) = (text(80), " ".repeat(any(1..=9)));
    let padded = json!({ "name": format!("{blank}{long}{blank}"), "email": email });
    letter.post("/subscribers", &padded).is_created().has("/name", long);
    let blank = " ".repeat(any(255..=300));
    let padded = json!({ "email": format!("{email}{blank}"), "name": name });
    letter.post("/subscribers", &padded).is_created().has("/email", email);
}

#[test]
fn a_name_is_what_the_documentation_says() {
    for name in [
        "A".to_owned(),
        "Ursula K. Le Guin".to_owned(),
        "O'Brien & Sons; DROP TABLE".to_owned(),
        "李小龍".to_owned(),
        text(80),
        "é".repeat(80),
        "龍".repeat(any(30..=80)),
        "👩🏽".repeat(40),
    ] {
        is_taken("name", &name);
    }
    for name in [
        String::new(),
        " ".repeat(any(1..=99)),
        "\u{3000}\u{a0}\t".to_owned(),
        text(81),
        "é".repeat(81),
        text(any(82..=500)),
        "Ana<".to_owned(),
        ">Ana".to_owned(),
        "A\u{0}na".to_owned(),
        "Ana\nBen".to_owned(),
        "A\u{7f}na".to_owned(),
        "A\u{85}na".to_owned(),
    ] {
        is_refused_in("name", &name);
    }
}

#[test]
fn an_email_is_what_the_documentation_says() {
    for email in [
        "a@b".to_owned(),
        format!("ana+news{}@example.com", any(1..=99)),
        "o'brien@example.com".to_owned(),
        "ana@bücher.example".to_owned(),
        format!("{}@example.com", "a".repeat(242)),
        format!("{}@b", "é".repeat(126)),
    ] {
        is_taken("email", &email);
    }
    for email in [
        String::new(),
        " ".to_owned(),
        "@".to_owned(),
        "ana".to_owned(),
        "ana@".to_owned(),
        "@example.com".to_owned(),
        "ana@@example.com".to_owned(),
        "ana@example.com@".to_owned(),
        "@ana@example.com".to_owned(),
        "ana @example.com".to_owned(),
        "ana@exam\tple".to_owned(),
        "ana@example\u{a0}.com".to_owned(),
        "ana@example.com\nbcc:ben".to_owned(),
        format!("{}@example.com", "a".repeat(243)),
        format!("{}@example.com", "a".repeat(any(244..=999))),
        format!("{}@bb", "é".repeat(126)),
    ] {
        is_refused_in("email", &email);
    }
}

/// Both the new subscriber and the changed one.
#[track_caller]
fn is_taken(key: &str, value: &str) {
    let (letter, mut new) = (Client::new(app()), ana());
    let place = letter.post("/subscribers", &new).is_created().location();
    new[key] = value.into();
    drop(letter.post("/subscribers", &new).is_created().has("", new.clone()));
    let reply = letter.put(&place, &new).is_no_content();
    letter.after(&reply).get(&place).is_ok().has("", new);
}

#[track_caller]
fn is_refused_in(key: &str, value: &str) {
    let (letter, mut new) = (Client::new(app()), ana());
    let place = letter.post("/subscribers", &new).is_created().location();
    new[key] = value.into();
    let pointer = format!("/{key}");
    is_refused(letter.post("/subscribers", &new), &[&pointer]);
    is_refused(letter.put(&place, &new), &[&pointer]);
}

#[track_caller]
fn is_refused(reply: Reply, pointers: &[&str]) -> Reply {
    let reply = reply.has_status(422).lists("/errors", "pointer", pointers);
    for place in 0..pointers.len() {
        let _ = reply.text(&format!("/errors/{place}/detail"));
    }
    reply
}

fn ana() -> Value {
    json!({
        "name": random_name("Ana"),
        "email": format!("ana.{}@example.com", any(1..=999_999)),
    })
}

/// So many characters of one byte each.
fn text(characters: usize) -> String {
    let name = random_name("Ana");
    let rest = characters - name.len();
    name + &"a".repeat(rest)
}
