use std::collections::HashSet;
use std::panic::catch_unwind;

use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use support::{any, expect, fail, random_name};

use super::{open, seal};

const NONCE: usize = 24;
const TAG: usize = 16;

#[test]
fn a_note_is_read_where_it_was_written() {
    let clinic = Clinic::new();
    let notes = [String::new(), "x".to_owned(), note(), note().repeat(200)];
    let places: Vec<_> = notes.iter().map(|_| place()).collect();
    let sealed: Vec<_> =
        places.iter().zip(&notes).map(|(place, note)| clinic.seal(place, note)).collect();
    for ((place, note), sealed) in places.iter().zip(&notes).zip(&sealed) {
        clinic.reads(place, sealed, note);
        expect(
            format_args!("a note of {} bytes, sealed", note.len()),
            format_args!("{} bytes", NONCE + note.len() + TAG),
            format_args!("{} bytes", sealed.len()),
        );
    }
}

#[test]
fn the_same_note_looks_different_every_time() {
    let clinic = Clinic::new();
    let (place, note) = (place(), note());
    let (first, second) = (clinic.seal(&place, &note), clinic.seal(&place, &note));
    let story = format!("{note:?}, sealed twice");
    for (what, part) in [("nonces", 0..NONCE), ("texts", NONCE..NONCE + note.len())] {
        if first[part.clone()] == second[part.clone()] {
            let got = hex(&first[part]);
            fail(&story, format_args!("two different {what}"), format_args!("twice {got}"));
        }
    }
}

#[test]
fn whoever_knows_one_note_learns_nothing_of_another() {
    let clinic = Clinic::new();
    let (place_of_eve, place_of_ana) = (place(), place());
    let (known, secret) = (note(), note());
    // Notes of two patients, and an older note of the same patient.
    for (known_place, secret_place) in [
        (&place_of_eve, &place_of_ana),
        (&place_of_ana, &place_of_eve),
        (&place_of_ana, &place_of_ana),
    ] {
        let known_sealed = clinic.seal(known_place, &known);
        let secret_sealed = clinic.seal(secret_place, &secret);
        // What the cipher adds to a text is the same for the same nonce, and falls out.
        let read: Vec<_> = known_sealed[NONCE..]
            .iter()
            .zip(&secret_sealed[NONCE..])
            .zip(known.bytes())
            .map(|((known, secret), text)| known ^ secret ^ text)
            .collect();
        let common = read.iter().zip(secret.bytes()).take_while(|(a, b)| **a == *b).count();
        if common >= 12 {
            fail(
                format_args!(
                    "{secret:?} in {secret_place}, sealed, xor {known:?} in {known_place}, sealed"
                ),
                "noise",
                format_args!("{:?}, without the key", &secret[..common]),
            );
        }
    }
}

#[test]
fn every_note_has_a_nonce_that_nobody_can_tell_in_advance() {
    let clinic = Clinic::new();
    let (place, note) = (place(), note());
    let nonces: HashSet<_> =
        (0..60).map(|_| clinic.seal(&place, &note)[..NONCE].to_vec()).collect();
    expect("60 notes, sealed", "60 nonces", format_args!("{} nonces", nonces.len()));
    let values = |at: usize| nonces.iter().map(|nonce| nonce[at]).collect::<HashSet<_>>().len();
    let varying = (0..NONCE).filter(|at| values(*at) > 25).count();
    expect(
        "60 notes, sealed",
        "24 random bytes in each nonce",
        format_args!("{varying} random bytes in each nonce"),
    );
}

#[test]
fn a_note_that_was_copied_to_another_place_is_not_opened() {
    let clinic = Clinic::new();
    let (table, row, column) = (word(), any(10..=99), word());
    let ours = format!("{table}/{row}/{column}");
    let note = note();
    let sealed = clinic.seal(&ours, &note);
    clinic.reads(&ours, &sealed, &note);
    for theirs in [
        format!("{table}/{}/{column}", row + 1),
        format!("{table}/{row}0/{column}"),
        format!("{table}/{}/{column}", row / 10),
        format!("{table}/{row}/{}", word()),
        format!("{}/{row}/{column}", word()),
        format!("{table}/{row}/{column}x"),
        format!("{table}{row}/{column}"),
        ours.to_uppercase(),
        ours[..ours.len() - 1].to_owned(),
        ours[1..].to_owned(),
        String::new(),
    ] {
        clinic.does_not_read(&theirs, &sealed, &format!("copied from {ours}"));
    }
}

#[test]
fn two_notes_that_were_swapped_are_not_opened() {
    let clinic = Clinic::new();
    let (ana, ben) = (place(), place());
    let (of_ana, of_ben) = (clinic.seal(&ana, &note()), clinic.seal(&ben, &note()));
    clinic.does_not_read(&ana, &of_ben, &format!("copied from {ben}"));
    clinic.does_not_read(&ben, &of_ana, &format!("copied from {ana}"));
    // Half of one and half of the other.
    let mixed = [&of_ana[..NONCE], &of_ben[NONCE..]].concat();
    clinic.does_not_read(&ana, &mixed, "with another nonce");
    clinic.does_not_read(&ben, &mixed, "with another nonce");
}

#[test]
fn a_note_that_was_sealed_for_no_place_is_opened_nowhere() {
    let clinic = Clinic::new();
    let (place, note) = (place(), note());
    for (nonce, what) in [
        ([0; NONCE].map(|_| any(0..=255)), "sealed without a place"),
        (*b"notes of the clinic, 1.0", "sealed as all were up to now"),
    ] {
        let cipher = XChaCha20Poly1305::new((&clinic.key).into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), note.as_bytes());
        let sealed = sealed.expect("a note is no longer than memory");
        clinic.does_not_read(&place, &[&nonce[..], &sealed].concat(), what);
    }
}

#[test]
fn a_note_with_any_bit_changed_is_not_opened() {
    let clinic = Clinic::new();
    let (place, note) = (place(), note());
    let sealed = clinic.seal(&place, &note);
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        clinic.does_not_read(&place, &changed, &format!("with bit {bit} changed"));
    }
    clinic.reads(&place, &sealed, &note);
}

#[test]
fn half_a_note_is_none() {
    let clinic = Clinic::new();
    let place = place();
    let sealed = clinic.seal(&place, &note());
    for length in 0..sealed.len() {
        let what = format!("cut after {length} bytes");
        clinic.does_not_read(&place, &sealed[..length], &what);
    }
    let longer = [&sealed[..], &[any(1..=255)]].concat();
    clinic.does_not_read(&place, &longer, "with a byte more");
    clinic.does_not_read(&place, &sealed[1..], "without its first byte");
}

#[test]
fn another_key_opens_nothing() {
    let (ours, mut theirs) = (Clinic::new(), Clinic::new());
    let place = place();
    let sealed = ours.seal(&place, &note());
    theirs.does_not_read(&place, &sealed, "under another key");
    theirs.key = ours.key;
    theirs.key[any(0..=31)] ^= 1 << any(0..=7);
    theirs.does_not_read(&place, &sealed, "under a key with one other bit");
}

/// The example of draft-irtf-cfrg-xchacha-03, A.3.1, whose text and associated data are those of RFC 8439, 2.8.2.
#[test]
fn a_note_that_another_program_has_sealed_is_opened() {
    let key: Vec<_> = (0x80..=0x9f).collect();
    let nonce: Vec<_> = (0x40..=0x57).collect();
    let place = bytes("50515253c0c1c2c3c4c5c6c7");
    let sealed = bytes(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa644\
         0bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e\
         3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e\
         c0875924c1c7987947deafd8780acf49",
    );
    let note = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for \
                the future, sunscreen would be it.";
    let got = open(&key.try_into().unwrap(), &place, &[nonce, sealed].concat());
    expect("the example of the XChaCha draft", note, text(got));
}

struct Clinic {
    key: [u8; 32],
}

impl Clinic {
    fn new() -> Self {
        Self {
            key: [0; 32].map(|_| any(0..=255)),
        }
    }

    #[track_caller]
    fn seal(&self, place: &str, note: &str) -> Vec<u8> {
        let sealed = seal(&self.key, place.as_bytes(), note.as_bytes());
        if sealed.len() < NONCE + note.len() + TAG {
            let expected = format_args!("{NONCE} + {} + {TAG} bytes", note.len());
            let got = format_args!("{} bytes: {}", sealed.len(), hex(&sealed));
            fail(format_args!("{note:?} in {place}, sealed"), expected, got);
        }
        sealed
    }

    #[track_caller]
    fn reads(&self, place: &str, sealed: &[u8], note: &str) {
        let got = open(&self.key, place.as_bytes(), sealed);
        expect(format_args!("the note in {place}"), note, text(got));
    }

    #[track_caller]
    fn does_not_read(&self, place: &str, sealed: &[u8], what: &str) {
        let got = catch_unwind(|| open(&self.key, place.as_bytes(), sealed));
        let got = got.map_or_else(|_| "a panic, see above".to_owned(), text);
        expect(format_args!("the note in {place}, {what}"), "none", got);
    }
}

fn text(opened: Option<Vec<u8>>) -> String {
    opened.map_or_else(|| "none".to_owned(), |note| String::from_utf8_lossy(&note).into_owned())
}

fn place() -> String {
    format!("patients/{}/note", any(11..=u32::MAX))
}

fn note() -> String {
    format!("allergic to {}", random_name("penicillin"))
}

fn word() -> String {
    random_name("t").replace(' ', "")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
    (0..hex.len()).step_by(2).map(byte).collect()
}
