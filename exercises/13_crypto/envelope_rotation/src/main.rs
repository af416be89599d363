//! The document store of a bank. What is on its disks is sealed; the keys come from a machine that keeps nothing else.
//!
//! From the security officer: "In March somebody left who had seen key 1. We made key 2 at once. Why is everything, new
//! letters included, still under key 1? I cannot retire it."
//! From operations: "We called `rewrap` for all of it. It read and wrote four terabytes, for nine days, and the backup of
//! that week was the whole store again. Key 2 is to be changed every quarter?"
//!
//! The documentation promises:
//!
//! - each document has a key of its own: 32 random bytes that seal its body, and nothing else;
//! - `wrapped_key` is that key, sealed with the newest of the bank's keys, the one with the highest version;
//!   `key_version` says which one that was. Older ones are kept to read with, until they are retired;
//! - "sealed" is the form of the last exercise, with the document's name as associated data, in both places;
//! - `rewrap` brings a document under the newest key. The body stays as it is, to the byte, and is not even looked at:
//!   it may be on a tape far away. When `rewrap` fails the document is as before;
//! - a document under a key that we do not have is `UnknownKey`, one that is not as we have sealed it is `Damaged`. Another
//!   program seals the documents anew that are there already, and have no wrapped key.
//!
//! The tests call `seal`, `open` and `rewrap`, and read what is in a `Document`.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

type Key = [u8; 32];

/// The bank's keys that are not retired, by version. There is always one.
type Keys = BTreeMap<u32, Key>;

#[derive(Clone, Debug, PartialEq)]
struct Document {
    key_version: u32,
    wrapped_key: Vec<u8>,
    body: Vec<u8>,
}

#[derive(Debug, PartialEq)]
enum Refused {
    UnknownKey(u32),
    Damaged,
}

fn seal(keys: &Keys, name: &str, text: &[u8]) -> Document {
    // TODO: whose key is this, and how long does it have to live?
    let (version, key) = keys.first_key_value().expect("there is always a key");
    Document {
        key_version: *version,
        wrapped_key: Vec::new(),
        body: encrypt(key, name, text),
    }
}

fn open(keys: &Keys, name: &str, document: &Document) -> Result<Vec<u8>, Refused> {
    let version = document.key_version;
    let key = keys.get(&version).ok_or(Refused::UnknownKey(version))?;
    decrypt(key, name, &document.body)
}

fn rewrap(keys: &Keys, name: &str, document: &mut Document) -> Result<(), Refused> {
    let text = open(keys, name, document)?;
    *document = seal(keys, name, &text);
    Ok(())
}

/// A random nonce, and then the text as XChaCha20-Poly1305 seals it.
fn encrypt(key: &Key, name: &str, text: &[u8]) -> Vec<u8> {
    let nonce = XNonce::from(random());
    let aad = name.as_bytes();
    let sealed = XChaCha20Poly1305::new(key.into()).encrypt(&nonce, Payload { msg: text, aad });
    [
        &nonce[..],
        &sealed.expect("a text is no longer than memory"),
    ]
    .concat()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes
}

fn decrypt(key: &Key, name: &str, sealed: &[u8]) -> Result<Vec<u8>, Refused> {
    let (nonce, msg) = sealed.split_first_chunk().ok_or(Refused::Damaged)?;
    let aad = name.as_bytes();
    let opened =
        XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), Payload { msg, aad });
    opened.map_err(|_| Refused::Damaged)
}

fn main() {
    let mut keys = Keys::from([(1, random())]);
    let mut document = seal(&keys, "letter-7", b"Dear Ana, ...");
    for version in 2..=3 {
        keys.insert(version, random());
        let body = document.body.clone();
        rewrap(&keys, "letter-7", &mut document).expect("no key is retired");
        let (version, same) = (document.key_version, document.body == body);
        println!("under key {version}; the body is the same: {same}");
    }
    keys.remove(&1);
    println!("without key 1: {:?}", open(&keys, "letter-7", &document).map(String::from_utf8));
}
