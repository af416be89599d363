//! The notes of a clinic's doctors, as they are kept in the database: sealed, so that a stolen copy tells nothing.
//!
//! From the data protection officer: "Somebody had our backup for a day. He was a patient himself, so he knew his own note.
//! Then he could read those of all others, without any key."
//! From a doctor: "Ana's record says that she is allergic to nothing. That is Ben's note! Somebody has copied it in the
//! database, cell by cell, and our software shows it as if I had written it there."
//!
//! The documentation promises, so that other programs can read the notes as well:
//!
//! - a sealed note is a nonce of 24 random bytes, new for each note that is written, and then what XChaCha20-Poly1305 makes
//!   of it under that nonce, its tag of 16 bytes included;
//! - the associated data is the note's `place`: `patients/7/note`. It is not kept, since the reader knows it;
//! - what was not sealed by us, for this very place, is `None`. Another program seals the notes anew that are there already.
//!
//! The tests call `seal` and `open`.

#[cfg(test)]
mod tests;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

fn seal(key: &[u8; 32], place: &[u8], note: &[u8]) -> Vec<u8> {
    // 192 bits are so many that random ones never meet. The 96 of AES-GCM are enough for some billions of notes only.
    let mut nonce = XNonce::default();
    getrandom::fill(&mut nonce).expect("the system has random bytes");
    let payload = Payload {
        msg: note,
        aad: place,
    };
    let sealed = cipher(key).encrypt(&nonce, payload).expect("a note is no longer than memory");
    [nonce.as_slice(), &sealed].concat()
}

fn open(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk()?;
    let payload = Payload {
        msg: sealed,
        aad: place,
    };
    cipher(key).decrypt(&XNonce::from(*nonce), payload).ok()
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

fn main() {
    let key = [7; 32]; // Where keys are kept is the next exercise.
    let (ana, ben) = (b"patients/7/note", b"patients/8/note");
    let sealed = seal(&key, ana, b"allergic to penicillin");
    let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
    println!("in the database: {hex}");
    for place in [ana, ben] {
        let note = open(&key, place, &sealed).map(String::from_utf8);
        println!("read as {}: {note:?}", place.escape_ascii());
    }
}
