use std::collections::HashSet;
use std::fmt::Display;
use std::panic::catch_unwind;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use support::{any, expect, fail, random_name};

use super::{Document, Key, Keys, Refused, open, rewrap, seal};

#[test]
fn a_document_is_read_with_the_key_that_it_was_sealed_with() {
    let bank = Bank::with_keys(1);
    for text in [String::new(), "x".to_owned(), text(), text().repeat(100)] {
        let (name, document) = bank.seal(&text);
        bank.reads("the only key", &name, &document, &text);
    }
}

#[test]
fn a_new_document_is_under_the_newest_key() {
    let bank = Bank::with_keys(any(3..=5));
    let text = text();
    let (name, document) = bank.seal(&text);
    let newest = bank.newest();
    let story = format!("a new document, with {}", bank.versions());
    expect(story, key(newest), key(document.key_version));
    bank.with_only(newest).reads("the newest key alone", &name, &document, &text);
}

#[test]
fn a_document_is_still_read_when_there_are_newer_keys() {
    let mut bank = Bank::with_keys(1);
    let mut documents = Vec::new();
    for _ in 0..4 {
        let text = text();
        let (name, document) = bank.seal(&text);
        documents.push((name, document, text));
        bank.rotate();
    }
    for (name, document, text) in &documents {
        bank.reads("all keys", name, document, text);
    }
}

#[test]
fn a_document_whose_key_was_retired_is_refused_by_its_number() {
    let mut bank = Bank::with_keys(any(1..=3));
    let (name, mut document) = bank.seal(&text());
    let old = document.key_version;
    bank.rotate();
    bank.keys.remove(&old);
    bank.refuses(&format!("{} retired", key(old)), &name, &document, &Refused::UnknownKey(old));

    let before = document.clone();
    let got = rewrap(&bank.keys, &name, &mut document);
    expect(
        "rewrap, its key retired",
        said(&Err::<(), _>(Refused::UnknownKey(old))),
        said(&got),
    );
    is_unchanged(&document, &before);
}

#[test]
fn a_rewrapped_document_needs_its_old_key_no_more() {
    let mut bank = Bank::with_keys(1);
    let text = text();
    let (name, mut document) = bank.seal(&text);
    for _ in 0..3 {
        bank.rotate();
        let newest = bank.newest();
        bank.rewrap(&name, &mut document);
        let story = format!("a document after rewrap, with {}", bank.versions());
        expect(story, key(newest), key(document.key_version));
        bank = bank.with_only(newest);
        bank.reads("rewrapped, and only the newest key", &name, &document, &text);
    }
}

#[test]
fn a_document_may_skip_a_few_keys() {
    let mut bank = Bank::with_keys(2);
    let text = text();
    let (name, mut document) = bank.seal(&text);
    for _ in 0..any(2..=4) {
        bank.rotate();
    }
    bank.rewrap(&name, &mut document);
    bank.with_only(bank.newest()).reads("rewrapped late", &name, &document, &text);
    // Once more changes nothing that anybody could read.
    bank.rewrap(&name, &mut document);
    bank.with_only(bank.newest()).reads("rewrapped twice", &name, &document, &text);
}

#[test]
fn rewrap_leaves_the_body_as_it_is() {
    let mut bank = Bank::with_keys(1);
    let text = text();
    let (name, mut document) = bank.seal(&text);
    let body = document.body.clone();
    bank.rotate();
    bank.rewrap(&name, &mut document);
    if document.body != body {
        let got = format_args!("{} bytes that were written anew", document.body.len());
        fail("the body of a document after rewrap", "the same bytes as before", got);
    }
}

#[test]
fn rewrap_does_not_even_look_at_the_body() {
    let mut bank = Bank::with_keys(1);
    let text = text();
    let (name, document) = bank.seal(&text);
    bank.rotate();
    let mut header = Document {
        body: Vec::new(),
        ..document.clone()
    };
    bank.rewrap(&name, &mut header);
    expect("the body of a document that is elsewhere, after rewrap", 0, header.body.len());
    header.body = document.body;
    bank.with_only(bank.newest()).reads("rewrapped without its body", &name, &header, &text);
}

#[test]
fn another_program_reads_a_document_by_the_documentation() {
    let mut bank = Bank::with_keys(any(1..=3));
    let text = text();
    let (name, mut document) = bank.seal(&text);
    for what in ["a document", "a rewrapped document"] {
        let own = bank.own_key(what, &name, &document);
        match decrypt(&own, &name, &document.body) {
            Some(got) => expect(what, &text, String::from_utf8_lossy(&got)),
            None => fail(what, "a body under the document's own key", "one that it does not open"),
        }
        bank.rotate();
        bank.rewrap(&name, &mut document);
    }
}

#[test]
fn every_document_has_a_key_of_its_own() {
    let mut bank = Bank::with_keys(2);
    let text = text();
    let name = name();
    let mut documents: Vec<_> = (0..40).map(|_| seal(&bank.keys, &name, text.as_bytes())).collect();
    let own: HashSet<_> =
        documents.iter().map(|one| bank.own_key("a document", &name, one)).collect();
    expect("the different keys of 40 documents", 40, own.len());
    let values = |at: usize| own.iter().map(|key| key[at]).collect::<HashSet<_>>().len();
    let varying = (0..32).filter(|at| values(*at) > 15).count();
    expect(
        "40 documents",
        "32 random bytes in each key",
        format_args!("{varying} random bytes in each key"),
    );
    nonces_differ("40 wrapped keys", &documents);
    bank.rotate();
    documents.iter_mut().for_each(|one| bank.rewrap(&name, one));
    nonces_differ("40 rewrapped keys", &documents);
}

#[test]
fn a_document_in_the_place_of_another_is_damaged() {
    let mut bank = Bank::with_keys(2);
    let (ana, of_ana) = bank.seal(&text());
    let (ben, of_ben) = bank.seal(&text());
    bank.refuses("under another name", &ben, &of_ana, &Refused::Damaged);
    let mixed = Document {
        body: of_ben.body.clone(),
        ..of_ana.clone()
    };
    bank.refuses("with the body of another", &ana, &mixed, &Refused::Damaged);
    bank.refuses("with the wrapped key of another", &ben, &mixed, &Refused::Damaged);
    bank.rotate();
    let mut moved = of_ana.clone();
    let got = rewrap(&bank.keys, &ben, &mut moved);
    expect("rewrap under another name", said(&Err::<(), _>(Refused::Damaged)), said(&got));
    is_unchanged(&moved, &of_ana);
    let other = bank.keys.keys().copied().find(|version| *version != of_ana.key_version);
    let relabelled = Document {
        key_version: other.expect("there are three keys"),
        ..of_ana
    };
    bank.refuses("with another key's number", &ana, &relabelled, &Refused::Damaged);
}

/// Who can write to the disks puts together what is there, and looks what `open` makes of it.
#[test]
fn a_document_in_any_other_form_is_damaged() {
    let bank = Bank::with_keys(2);
    let (name, document) = bank.seal(&text());
    let own = bank.own_key("a document", &name, &document);
    let newest = bank.keys[&bank.newest()];
    let with_key = |wrapped_key| Document {
        wrapped_key,
        ..document.clone()
    };
    let with_body = |body| Document {
        body,
        ..document.clone()
    };
    let stripped = Document {
        wrapped_key: Vec::new(),
        ..with_body(document.wrapped_key.clone())
    };
    let longer = [&own[..], &[0]].concat();
    for (what, changed) in [
        ("with its wrapped key for a body and no wrapped key", stripped),
        ("with a body that was sealed without a name", with_body(encrypt(&own, "", b"x"))),
        ("with its own key, wrapped without a name", with_key(encrypt(&newest, "", &own))),
        ("with a wrapped key of 31 bytes", with_key(encrypt(&newest, &name, &own[1..]))),
        ("with a wrapped key of 33 bytes", with_key(encrypt(&newest, &name, &longer))),
    ] {
        bank.refuses(what, &name, &changed, &Refused::Damaged);
    }
}

#[test]
fn a_document_with_any_bit_changed_is_damaged() {
    let bank = Bank::with_keys(1);
    let text = text();
    let (name, document) = bank.seal(&text);
    bank.reads("unchanged", &name, &document, &text);
    for bit in 0..document.body.len() * 8 {
        let mut changed = document.clone();
        changed.body[bit / 8] ^= 1 << (bit % 8);
        let what = format!("bit {bit} of the body changed");
        bank.refuses(&what, &name, &changed, &Refused::Damaged);
    }
    for bit in 0..document.wrapped_key.len() * 8 {
        let mut changed = document.clone();
        changed.wrapped_key[bit / 8] ^= 1 << (bit % 8);
        let what = format!("bit {bit} of the wrapped key changed");
        bank.refuses(&what, &name, &changed, &Refused::Damaged);
    }
    for length in [0, 1, 23, 24, 40, 71] {
        let mut cut = document.clone();
        cut.wrapped_key.truncate(length);
        let what = format!("its wrapped key cut after {length} bytes");
        bank.refuses(&what, &name, &cut, &Refused::Damaged);
        let mut cut = document.clone();
        cut.body.truncate(length % 40);
        bank.refuses("half of its body", &name, &cut, &Refused::Damaged);
    }
}

struct Bank {
    keys: Keys,
}

impl Bank {
    /// Some keys, the newest of which is not the one with the number of keys.
    fn with_keys(count: u32) -> Self {
        let mut bank = Self { keys: Keys::new() };
        (0..count).for_each(|_| bank.rotate());
        bank
    }

    /// One more key.
    fn rotate(&mut self) {
        let newest = self.keys.keys().last().copied().unwrap_or(any(1..=20));
        let version = newest + any(1..=9);
        self.keys.insert(version, [0; 32].map(|_| any(0..=255)));
    }

    fn newest(&self) -> u32 {
        self.keys.keys().copied().max().expect("there is always a key")
    }

    fn with_only(&self, version: u32) -> Self {
        Self {
            keys: Keys::from([(version, self.keys[&version])]),
        }
    }

    fn versions(&self) -> String {
        let versions: Vec<_> = self.keys.keys().map(|version| key(*version)).collect();
        versions.join(", ")
    }

    /// A document by a new name.
    fn seal(&self, text: &str) -> (String, Document) {
        let name = name();
        let document = seal(&self.keys, &name, text.as_bytes());
        (name, document)
    }

    #[track_caller]
    fn rewrap(&self, name: &str, document: &mut Document) {
        let got = rewrap(&self.keys, name, document);
        expect(format_args!("rewrap, with {}", self.versions()), said(&Ok(())), said(&got));
    }

    #[track_caller]
    fn reads(&self, what: &str, name: &str, document: &Document, text: &str) {
        let got = open(&self.keys, name, document);
        let got = got.map(|text| String::from_utf8_lossy(&text).into_owned());
        expect(format_args!("a document, {what}"), said(&Ok(text.to_owned())), said(&got));
    }

    #[track_caller]
    fn refuses(&self, what: &str, name: &str, document: &Document, why: &Refused) {
        let got = catch_unwind(|| {
            open(&self.keys, name, document).map(|text| String::from_utf8_lossy(&text).into_owned())
        });
        let got = got.map_or_else(|_| "a panic, see above".to_owned(), |got| format!("{got:?}"));
        expect(format_args!("a document, {what}"), format_args!("Err({why:?})"), got);
    }

    /// The key of a document, unwrapped by what the documentation says.
    #[track_caller]
    fn own_key(&self, what: &str, name: &str, document: &Document) -> Key {
        let (version, wrapped) = (document.key_version, &document.wrapped_key);
        let opened = self.keys.get(&version).and_then(|key| decrypt(key, name, wrapped));
        match opened.as_deref().map(Key::try_from) {
            Some(Ok(key)) => key,
            _ => fail(
                format_args!("the wrapped key of {what}"),
                format_args!("24 + 32 + 16 bytes that {} opens", key(version)),
                format_args!("{} bytes: {}", wrapped.len(), hex(wrapped)),
            ),
        }
    }
}

#[track_caller]
fn is_unchanged(document: &Document, before: &Document) {
    let got = if document == before {
        "unchanged"
    } else {
        "changed"
    };
    expect("the document after a rewrap that failed", "unchanged", got);
}

#[track_caller]
fn nonces_differ(story: &str, documents: &[Document]) {
    let nonces: HashSet<_> = documents.iter().map(|one| &one.wrapped_key[..24]).collect();
    expect(format_args!("the different nonces of {story}"), documents.len(), nonces.len());
}

/// The form of the last exercise.
fn encrypt(key: &Key, name: &str, msg: &[u8]) -> Vec<u8> {
    let nonce = [0; 24].map(|_| any(0..=255));
    let aad = name.as_bytes();
    let cipher = XChaCha20Poly1305::new(key.into());
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg, aad });
    [
        &nonce[..],
        &sealed.expect("a text is no longer than memory"),
    ]
    .concat()
}

fn decrypt(key: &Key, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, msg) = sealed.split_first_chunk()?;
    let aad = name.as_bytes();
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg, aad }).ok()
}

fn said<T: std::fmt::Debug>(result: &Result<T, Refused>) -> impl Display {
    format!("{result:?}")
}

fn key(version: u32) -> String {
    format!("key {version}")
}

fn name() -> String {
    random_name("letter").replace(' ', "-")
}

fn text() -> String {
    format!("Dear {}, you owe us nothing.", random_name("Ana"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
