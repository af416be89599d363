//! The patients of a clinic. Their e-mail addresses are sealed in the database, and yet each can be found by its address:
//! a column next to it, the blind index, tells of two addresses only whether they are the same.
//!
//! From the security team: "A copy of the database got out, without any key. Somebody had a list of addresses from another
//! theft, hashed them all, and knew by evening which of them are patients here."
//! From a patient: "My phone writes Ana@Example.com, and the clinic does not know me. I registered again; now there are two
//! of me, and my results are with the other one."
//!
//! The documentation promises:
//!
//! - `email_index` is the HMAC-SHA-256 (RFC 2104) of the address in lower case and without white space around it, under
//!   the index key. It takes no other key, so that a service may search that cannot read a single address;
//! - `email` is the address as it was typed, sealed under the sealing key;
//! - an address in any such spelling belongs to one patient: `add` gives the number of the new one, or `None`.
//!
//! The tests call `blind_index`, `create`, `add`, `find` and `email_of`, and read the table `patients`.

#[cfg(test)]
mod tests;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

struct Keys {
    sealing: [u8; 32],
    index: [u8; 32],
}

fn create(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(
        "CREATE TABLE patients (id INTEGER PRIMARY KEY, email_index BLOB NOT NULL UNIQUE, email BLOB NOT NULL) STRICT",
    )
}

fn add(db: &Connection, keys: &Keys, email: &str) -> rusqlite::Result<Option<i64>> {
    let index = blind_index(&keys.index, email);
    let added = db.execute(
        "INSERT INTO patients (email_index, email) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        (index, seal(&keys.sealing, &index, email)),
    )?;
    Ok((added > 0).then(|| db.last_insert_rowid()))
}

fn find(db: &Connection, keys: &Keys, email: &str) -> rusqlite::Result<Option<i64>> {
    let index = blind_index(&keys.index, email);
    let sql = "SELECT id FROM patients WHERE email_index = ?1";
    db.query_row(sql, [index], |row| row.get(0)).optional()
}

/// None, too, for whoever has another key.
fn email_of(db: &Connection, keys: &Keys, id: i64) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT email_index, email FROM patients WHERE id = ?1";
    let row = db.query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(row.and_then(|(index, sealed): ([u8; 32], Vec<u8>)| open(&keys.sealing, &index, &sealed)))
}

/// The same for the same address, and of no use to whoever does not have the key.
fn blind_index(_key: &[u8], email: &str) -> [u8; 32] {
    // TODO: how many addresses are there in the world, and who can do this to all of them?
    Sha256::digest(email).into()
}

/// As in the first exercise. The place of an address is its index: nobody can move it to another patient.
fn seal(key: &[u8; 32], place: &[u8], email: &str) -> Vec<u8> {
    let nonce = XNonce::from(random());
    let payload = Payload {
        msg: email.as_bytes(),
        aad: place,
    };
    let sealed = XChaCha20Poly1305::new(key.into()).encrypt(&nonce, payload);
    [
        &nonce[..],
        &sealed.expect("an address is no longer than memory"),
    ]
    .concat()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes
}

fn open(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Option<String> {
    let (nonce, msg) = sealed.split_first_chunk()?;
    let payload = Payload { msg, aad: place };
    let opened = XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload);
    String::from_utf8(opened.ok()?).ok()
}

fn main() -> rusqlite::Result<()> {
    let keys = Keys {
        sealing: random(),
        index: random(),
    };
    let db = Connection::open_in_memory()?;
    create(&db)?;
    println!("added: {:?}", add(&db, &keys, "ana@example.com")?);
    for email in ["ana@example.com", " Ana@Example.com", "ben@example.com"] {
        println!("{email:?} is {:?}", find(&db, &keys, email)?);
    }
    println!("1 is {:?}", email_of(&db, &keys, 1)?);
    Ok(())
}
