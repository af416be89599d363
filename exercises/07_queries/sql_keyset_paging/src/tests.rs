use axum::http::Uri;
use rusqlite::Connection;
use serde_json::Value;
use support::{Client, Reply, any, expect, fail, random_name};
use support_sql::{Database, Plan, Statements};

use super::app;

/// More pages than any test has.
const TOO_MANY: usize = 20;

#[test]
fn the_first_page_shows_the_ten_newest_photos() {
    let family = Family::new();
    let name = random_name("beach");
    for minute in 0..any(12..=19) {
        family.upload(&name, 60 * minute);
    }
    let newest = family.upload(&random_name("snow"), 60 * 60);
    let page = family.client.get("/photos").is_ok().has_items(10);
    let page = page.has("/items/0/id", newest).has("/items/0/taken_at", 60 * 60);
    page.has("/items/1/name", name.as_str()).has("/items/9/name", name.as_str());
}

#[test]
fn the_last_page_leads_nowhere() {
    for photos in [0, 1, 10] {
        let family = Family::new();
        for _ in 0..photos {
            family.upload("beach", any(1..=9));
        }
        family.client.get("/photos").is_ok().has_items(photos).has("/next", Value::Null);
    }
}

#[test]
fn every_photo_is_shown_once_from_the_newest_to_the_oldest() {
    for photos in [30, any(31..=59)] {
        let family = Family::new();
        // Uploaded in another order than taken, and half of them taken before 1970.
        for number in 1..=photos {
            family.upload("beach", number * 37 % 61 - 30);
        }
        let shown = family.scroll(|_| {});
        expect("the photos on all pages", photos, shown.len());
        let times: Vec<_> = shown.iter().map(|photo| photo.1).collect();
        let mut sorted = times.clone();
        sorted.sort_by_key(|time| -time);
        expect("when they were taken", format!("{sorted:?}"), format!("{times:?}"));
    }
}

#[test]
fn a_photo_that_is_new_in_between_repeats_no_other() {
    let family = Family::new();
    for second in 0..35 {
        family.upload("beach", 100 + second);
    }
    let shown = family.scroll(|_| {
        for _ in 0..any(1..=3) {
            family.upload("just now", any(200..=300));
        }
    });
    let new: Vec<_> = shown.iter().filter(|photo| photo.1 >= 200).collect();
    expect("the photos that came while somebody scrolled", "[]", format!("{new:?}"));
    expect("the photos on all pages", 35, shown.len());
}

#[test]
fn a_photo_that_is_deleted_in_between_hides_no_other() {
    let family = Family::new();
    for second in 0..35 {
        family.upload("beach", 100 + second);
    }
    let shown = family.scroll(|page| {
        // Three that have been seen already; the last one of the page is among them.
        for photo in [&page[0], &page[4], &page[page.len() - 1]] {
            family.db.execute("DELETE FROM photos WHERE id = ?1", [photo.0]).unwrap();
        }
    });
    expect("the photos on all pages", 35, shown.len());
}

#[test]
fn photos_of_the_same_second_are_all_shown() {
    // An index that is there for another query must not matter.
    for other_index in ["", "CREATE INDEX photos_by_name ON photos (taken_at, name)"] {
        let family = Family::new();
        family.db.execute_batch(other_index).unwrap();
        let (second, photos) = (any(1..=9_999), any(31..=49));
        for number in 0..photos {
            family.upload(&random_name("all at once"), second + number % 2);
        }
        let shown = family.scroll(|_| {});
        expect("the photos on all pages", photos, shown.len());
    }
}

#[test]
fn a_page_is_read_from_its_place_in_the_index() {
    let family = Family::new();
    for second in 0..45 {
        family.upload("beach", 100 + second);
    }
    let first = family.client.get("/photos").is_ok();
    family.statements.forget();
    let second = family.client.get(&next_of(&first)).is_ok();
    let unit = "rows read (10 photos, and one more to see whether there is one)";
    let _ = second.costs_at_most(11, unit, family.statements.rows());
    for sql in family.statements.with_values() {
        if sql.to_uppercase().contains("OFFSET") {
            fail(sql, "a place to begin at", "so many rows to be read and thrown away");
        }
        let _ = Plan::of(&family.db, &sql).searches().sorts_nothing();
    }
}

#[test]
fn what_no_page_said_is_a_bad_request() {
    let family = Family::new();
    for second in 0..15 {
        family.upload("beach", 100 + second);
    }
    let next = family.client.get("/photos").is_ok().text("/next");
    for cursor in [
        "",
        "soon",
        "%27%20OR%201=1--",
        &format!("{next}x"),
        &format!("x{next}"),
    ] {
        family.client.get(&format!("/photos?after={cursor}")).is_bad_request();
    }
}

/// What a page shows of a photo: its id, and when it was taken.
type Shown = (i64, i64);

/// A family's database, seen from its own side and by somebody who scrolls.
struct Family {
    client: Client,
    statements: Statements,
    db: Connection,
    _file: Database,
}

impl Family {
    fn new() -> Self {
        let file = Database::new(include_str!("schema.sql"));
        let mut connection = file.connect();
        let statements = Statements::of(&mut connection);
        let (client, db) = (Client::new(app(connection)), file.connect());
        Self {
            client,
            statements,
            db,
            _file: file,
        }
    }

    fn upload(&self, name: &str, taken_at: i64) -> i64 {
        self.db
            .execute("INSERT INTO photos (name, taken_at) VALUES (?1, ?2)", (name, taken_at))
            .unwrap();
        self.db.last_insert_rowid()
    }

    /// From the first page to the last, with something that happens before each next one.
    #[track_caller]
    fn scroll(&self, mut in_between: impl FnMut(&[Shown])) -> Vec<Shown> {
        let mut shown = Vec::new();
        let mut path = "/photos".to_owned();
        for _ in 0..TOO_MANY {
            let reply = self.client.get(&path).is_ok();
            let page = shown_by(&reply);
            if let Some(again) = page.iter().find(|photo| shown.contains(*photo)) {
                let got = format!("photo {} once more", again.0);
                fail(format_args!("GET {path}"), "photos that have not been shown yet", got);
            }
            shown.extend(&page);
            if page.is_empty() || reply.value("/next").is_null() {
                return shown;
            }
            in_between(&page);
            path = next_of(&reply);
        }
        fail("scrolling down", "a last page", format_args!("more than {TOO_MANY} pages"))
    }
}

/// What the app asks for next.
#[track_caller]
fn next_of(reply: &Reply) -> String {
    let path = format!("/photos?after={}", reply.text("/next"));
    match path.parse::<Uri>() {
        Ok(_) => path,
        Err(error) => fail(format_args!("GET {path}"), "a `next` that needs no escaping", error),
    }
}

#[track_caller]
fn shown_by(reply: &Reply) -> Vec<Shown> {
    let items = reply.value("/items");
    let number = |item: &Value, key| match item[key].as_i64() {
        Some(number) => number,
        None => fail("a photo on a page", format_args!("a number as its {key}"), item),
    };
    let items = items.as_array().into_iter().flatten();
    items.map(|item| (number(item, "id"), number(item, "taken_at"))).collect()
}
