use std::fmt::Debug;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};
use sha2::Sha256;
use support::{any, expect, fail, random_name};

use super::{Keys, add, blind_index, create, email_of, find};

#[test]
fn a_patient_is_found_by_an_address() {
    let clinic = Clinic::new();
    let emails: Vec<_> = (0..3).map(|_| email()).collect();
    let ids: Vec<_> = emails.iter().map(|email| clinic.add(email)).collect();
    for (email, id) in emails.iter().zip(ids) {
        clinic.finds(email, Some(id));
    }
    clinic.finds(&email(), None);
    clinic.finds("", None);
}

#[test]
fn a_patient_is_found_however_the_address_is_typed() {
    let clinic = Clinic::new();
    for email in [
        email(),
        format!("JÖRG.{}", email()),
        format!(" {} ", email()).to_uppercase(),
    ] {
        let id = clinic.add(&email);
        for typed in spellings(&email) {
            clinic.finds(&typed, Some(id));
        }
    }
}

#[test]
fn an_address_in_any_spelling_is_one_patient() {
    let clinic = Clinic::new();
    let email = email();
    let id = clinic.add(&email);
    for typed in spellings(&email) {
        let got = clinic.told(add(&clinic.db, &clinic.keys, &typed));
        expect(format_args!("{typed:?} registers, after {email:?}"), "None", got);
    }
    clinic.finds(&email, Some(id));
    expect("patients in the table", 1, clinic.table().len());
}

#[test]
fn addresses_that_differ_are_different_patients() {
    let clinic = Clinic::new();
    let name = random_name("ana").replace(' ', "");
    for email in [
        format!("{name}@example.com"),
        format!("{name}@example.org"),
        format!("{name}+x@example.com"),
        format!("{name}.@example.com"),
        format!("a.{name}@example.com"),
        format!("{name} @example.com"),
    ] {
        clinic.add(&email);
    }
}

#[test]
fn an_address_is_kept_as_it_was_typed() {
    let clinic = Clinic::new();
    for email in [email(), format!("  JÖRG.{} ", email())] {
        let id = clinic.add(&email);
        let got = clinic.told(email_of(&clinic.db, &clinic.keys, id));
        expect(
            format_args!("the address of {email:?}"),
            format_args!("{:?}", Some(&email)),
            got,
        );
    }
}

#[test]
fn nobody_reads_an_address_in_the_table() {
    let clinic = Clinic::new();
    let name = random_name("ana").replace(' ', "").to_lowercase();
    clinic.add(&format!("{name}@example.com"));
    for value in clinic.table().concat() {
        let text = String::from_utf8_lossy(&value).to_lowercase();
        for secret in [
            name.clone(),
            hex(name.as_bytes()),
            name.chars().rev().collect(),
        ] {
            if text.contains(&secret) {
                fail("the table of patients", "nothing to read", text);
            }
        }
    }
}

/// Whoever has the table and the program, and no key, makes keys of his own and looks what is the same.
#[test]
fn a_thief_with_a_list_of_addresses_finds_nobody() {
    let (clinic, thief) = (Clinic::new(), Clinic::new());
    let mut list: Vec<_> = (0..20).map(|_| email()).collect();
    list.push("ana@example.com".to_owned());
    list.push(String::new());
    for email in &list {
        clinic.add(email);
        thief.add(email);
    }
    clinic.tells_nothing_to(&thief, &list);
}

#[test]
fn the_index_takes_the_index_key_and_no_other() {
    let clinic = Clinic::new();
    let list: Vec<_> = (0..5).map(|_| email()).collect();
    for email in &list {
        clinic.add(email);
    }
    // Somebody who may read letters has the sealing key, and makes an index with it.
    let reader = Clinic::with(clinic.keys.sealing, any_key());
    let double = Clinic::with(clinic.keys.sealing, clinic.keys.sealing);
    for other in [reader, double] {
        for email in &list {
            other.add(email);
        }
        clinic.tells_nothing_to(&other, &list);
    }
}

#[test]
fn a_service_with_the_index_key_alone_searches_and_reads_nothing() {
    let mut clinic = Clinic::new();
    let email = email();
    let id = clinic.add(&email);
    clinic.keys.sealing = any_key();
    for typed in spellings(&email) {
        clinic.finds(&typed, Some(id));
    }
    let got = clinic.told(email_of(&clinic.db, &clinic.keys, id));
    expect("the address of a patient, without the sealing key", "None", got);
}

#[test]
fn another_program_searches_by_the_documentation() {
    let clinic = Clinic::new();
    for typed in [email(), format!("\t JÖRG.{}\n", email().to_uppercase())] {
        let id = clinic.add(&typed);
        let mut mac = Hmac::<Sha256>::new_from_slice(&clinic.keys.index).unwrap();
        mac.update(typed.trim().to_lowercase().as_bytes());
        let index: [u8; 32] = mac.finalize().into_bytes().into();
        let sql = "SELECT id FROM patients WHERE email_index = ?1";
        let found = clinic.db.query_row(sql, [index], |row| row.get::<_, i64>(0)).optional();
        let story = format!("{typed:?} in the table, by HMAC-SHA-256 under the index key");
        expect(story, format_args!("{:?}", Some(id)), clinic.told(found));
    }
}

/// RFC 4231, test case 2.
#[test]
fn the_index_of_a_published_example_is_the_published_one() {
    let got = blind_index(b"Jefe", "what do ya want for nothing?");
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    expect("test case 2 of RFC 4231", expected, hex(&got));
}

struct Clinic {
    db: Connection,
    keys: Keys,
}

impl Clinic {
    fn new() -> Self {
        Self::with(any_key(), any_key())
    }

    fn with(sealing: [u8; 32], index: [u8; 32]) -> Self {
        let db = Connection::open_in_memory().expect("a database in memory");
        create(&db).expect("a schema that is SQL");
        let keys = Keys { sealing, index };
        Self { db, keys }
    }

    #[track_caller]
    fn add(&self, email: &str) -> i64 {
        match add(&self.db, &self.keys, email) {
            Ok(Some(id)) => id,
            got => fail(format_args!("{email:?} registers"), "a new patient", self.told(got)),
        }
    }

    #[track_caller]
    fn finds(&self, typed: &str, id: Option<i64>) {
        let got = self.told(find(&self.db, &self.keys, typed));
        let in_table = self.table().len();
        expect(format_args!("{typed:?}, in a table of {in_table}"), format_args!("{id:?}"), got);
    }

    /// What was found, or what the database had to say.
    fn told<T: Debug>(&self, result: rusqlite::Result<Option<T>>) -> String {
        match result {
            Ok(found) => format!("{found:?}"),
            Err(error) => error.to_string(),
        }
    }

    /// All that the rows say, but for their numbers.
    fn table(&self) -> Vec<Vec<Vec<u8>>> {
        let mut rows =
            self.db.prepare("SELECT * FROM patients ORDER BY id").expect("a table patients");
        let columns: Vec<_> = rows.column_names().into_iter().map(str::to_owned).collect();
        let values = |row: &rusqlite::Row<'_>| {
            let named = columns.iter().filter(|name| *name != "id");
            named.map(|name| row.get(name.as_str()).map(bytes)).collect()
        };
        let rows = rows.query_map([], values).expect("rows");
        rows.collect::<rusqlite::Result<_>>().expect("values")
    }

    #[track_caller]
    fn tells_nothing_to(&self, thief: &Self, list: &[String]) {
        let own = thief.table();
        for (row, email) in own.iter().zip(list) {
            if let Some(same) = self.table().concat().iter().find(|value| row.contains(value)) {
                fail(
                    format_args!(
                        "{email:?}, in our table and in one of a thief who lacks our index key"
                    ),
                    "nothing that is the same",
                    format_args!("{} in both", hex(same)),
                );
            }
        }
    }
}

fn bytes(value: Value) -> Vec<u8> {
    match value {
        Value::Null => Vec::new(),
        Value::Integer(number) => number.to_string().into_bytes(),
        Value::Real(number) => number.to_string().into_bytes(),
        Value::Text(text) => text.into_bytes(),
        Value::Blob(bytes) => bytes,
    }
}

/// Of one address.
fn spellings(email: &str) -> Vec<String> {
    let email = email.trim();
    let mixed = email.char_indices().map(|(at, letter)| {
        if at % 2 == 0 {
            letter.to_uppercase().to_string()
        } else {
            letter.to_lowercase().to_string()
        }
    });
    vec![
        email.to_owned(),
        email.to_lowercase(),
        email.to_uppercase(),
        mixed.collect(),
        format!(" {email}"),
        format!("{email}\r\n"),
        format!("\t{}  ", email.to_uppercase()),
    ]
}

fn email() -> String {
    random_name("Ana").replace(' ', ".") + "@Example.com"
}

fn any_key() -> [u8; 32] {
    [0; 32].map(|_| any(0..=255))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
