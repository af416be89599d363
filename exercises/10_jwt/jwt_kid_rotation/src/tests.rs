use std::mem;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use support::{Client, Clock, Reply, any, fail, random_name};

use super::app;

const MINUTE: u64 = 60;
const ASKED: &str = "requests to the hospital";

#[test]
fn a_doctor_with_a_token_of_the_hospital_is_let_in() {
    let hospital = Hospital::new();
    for _ in 0..2 {
        hospital.lets_in(&hospital.keys()[0]);
    }
    hospital.api.get("/me").has_status(401);
    for nothing in ["", "..", "x.y.z"] {
        hospital.me(nothing).has_status(401);
    }
}

#[test]
fn all_keys_in_the_set_count_while_the_hospital_changes_them() {
    let hospital = Hospital::new();
    for _ in 0..2 {
        for key in hospital.keys() {
            hospital.lets_in(&key);
        }
    }
}

#[test]
fn a_key_that_somebody_uploaded_is_no_key_of_the_hospital() {
    let hospital = Hospital::new();
    let evil = Key::new();
    let name = evil.kid.clone();
    hospital.upload(&name, &evil);
    for kid in [
        format!("../uploads/{name}"),
        format!("x/../../uploads/{name}"),
        format!("./.././uploads/{name}"),
        format!("/../uploads/{name}"),
        format!("%2e%2e/uploads/{name}"),
        format!("..%2Fuploads%2f{name}"),
        format!("..\\uploads\\{name}"),
        format!("/uploads/{name}"),
        format!("uploads/{name}"),
        format!("../uploads/{name}.json"),
        format!("../uploads/{name}.json?"),
        format!("../uploads/{name}.json#"),
        format!("http://hospital.example/uploads/{name}.json"),
        name,
    ] {
        // Each is the first to ask for a while.
        hospital.clock.advance(MINUTE);
        hospital.lets_in(&hospital.keys()[1]);
        hospital.refuses(&evil.named(&kid));
    }
}

#[test]
fn a_token_whose_key_is_not_in_the_set_is_refused() {
    let hospital = Hospital::new();
    for key in hospital.keys() {
        hospital.lets_in(&key);
        for kid in [
            "",
            "0",
            "default",
            &Key::new().kid,
            &key.kid.to_uppercase(),
            &key.kid[1..],
        ] {
            hospital.clock.advance(MINUTE);
            hospital.refuses(&key.named(kid));
        }
        let without = key.sign(&json!({ "alg": "EdDSA" }), &doctor());
        hospital.me(&without).has_status(401);
    }
}

#[test]
fn the_only_key_in_the_set_counts_for_no_token_but_those_that_name_it() {
    let hospital = Hospital::new();
    let only = hospital.shows_only_one_key();
    hospital.clock.advance(10 * MINUTE);
    hospital.lets_in(&only);
    for token in [
        only.sign(&json!({ "alg": "EdDSA" }), &doctor()),
        only.named(""),
        only.named(&Key::new().kid),
    ] {
        hospital.clock.advance(MINUTE);
        hospital.refuses(&token);
    }
}

#[test]
fn a_key_that_has_no_name_in_the_set_counts_for_no_token() {
    let hospital = Hospital::new();
    let nameless = hospital.shows_a_key_without_a_name();
    hospital.clock.advance(10 * MINUTE);
    hospital.lets_in(&hospital.keys()[0]);
    hospital.refuses(&nameless.sign(&json!({ "alg": "EdDSA" }), &doctor()));
    for kid in ["", &nameless.kid] {
        hospital.refuses(&nameless.named(kid));
    }
}

#[test]
fn a_token_that_another_key_has_signed_is_refused() {
    let hospital = Hospital::new();
    let [first, second] = hospital.keys();
    hospital.lets_in(&first);
    hospital.refuses(&second.named(&first.kid));
    let evil = Key::new();
    hospital.refuses(&evil.named(&first.kid));
    for header in [
        json!({ "alg": "EdDSA", "kid": first.kid, "jwk": evil.jwk() }),
        json!({ "alg": "EdDSA", "kid": evil.kid, "jwk": evil.jwk() }),
        json!({ "alg": "EdDSA", "jwk": evil.jwk() }),
        json!({ "alg": "EdDSA", "kid": evil.kid, "jku": format!("/uploads/{}.json", evil.kid) }),
    ] {
        hospital.me(&evil.sign(&header, &doctor())).has_status(401);
    }
    hospital.lets_in(&second);
}

#[test]
fn keys_that_we_know_cost_the_hospital_nothing() {
    let hospital = Hospital::new();
    hospital.lets_in(&hospital.keys()[0]).costs_at_most(1, ASKED, hospital.asked());
    for key in hospital.keys() {
        hospital.lets_in(&key).counts(0, ASKED, hospital.asked());
    }
    hospital.clock.advance(10 * MINUTE - 1);
    for key in hospital.keys() {
        hospital.lets_in(&key).counts(0, ASKED, hospital.asked());
    }
}

#[test]
fn a_new_key_counts_at_once() {
    let hospital = Hospital::new();
    for wait in [60, any(61..=599)] {
        hospital.lets_in(&hospital.keys()[0]);
        hospital.clock.advance(wait);
        let new = hospital.rotates();
        hospital.asked();
        hospital.lets_in(&new).counts(1, ASKED, hospital.asked());
        for key in hospital.keys() {
            hospital.lets_in(&key).counts(0, ASKED, hospital.asked());
        }
    }
}

#[test]
fn fifty_made_up_keys_cost_the_hospital_one_request_a_minute() {
    let hospital = Hospital::new();
    let evil = Key::new();
    hospital.lets_in(&hospital.keys()[0]);
    hospital.clock.advance(MINUTE);
    hospital.asked();
    for _ in 0..3 {
        for at in 0..50 {
            let reply = hospital.me(&evil.named(&random_name("key"))).has_status(401);
            reply.counts(usize::from(at == 0), ASKED, hospital.asked());
        }
        hospital.clock.advance(MINUTE - 1);
        let reply = hospital.me(&evil.named(&random_name("key"))).has_status(401);
        reply.counts(0, ASKED, hospital.asked());
        hospital.lets_in(&hospital.keys()[1]).counts(0, ASKED, hospital.asked());
        hospital.clock.advance(1);
    }
}

#[test]
fn a_key_that_was_withdrawn_counts_for_ten_minutes_at_most() {
    let hospital = Hospital::new();
    let [old, other] = hospital.keys();
    hospital.lets_in(&old);
    hospital.withdraws(&old);
    // Whoever goes on using it does not keep it alive.
    for _ in 0..2 {
        hospital.clock.advance(any(2..=4) * MINUTE);
        hospital.me(&old.named(&old.kid));
        hospital.lets_in(&other);
    }
    hospital.asked();
    hospital.clock.set(hospital.began + 10 * MINUTE);
    let reply = hospital.refuses(&old.named(&old.kid));
    reply.counts(1, ASKED, hospital.asked());
    hospital.lets_in(&other).counts(0, ASKED, hospital.asked());
}

#[test]
fn a_set_that_is_ten_minutes_old_is_fetched_once() {
    let hospital = Hospital::new();
    hospital.lets_in(&hospital.keys()[0]);
    for age in [10 * MINUTE, any(11..=999) * MINUTE] {
        hospital.clock.advance(age);
        hospital.asked();
        for at in 0..3 {
            hospital.lets_in(&hospital.keys()[at % 2]).counts(
                usize::from(at == 0),
                ASKED,
                hospital.asked(),
            );
        }
        hospital.clock.advance(10 * MINUTE - 1);
        hospital.lets_in(&hospital.keys()[0]).counts(0, ASKED, hospital.asked());
    }
}

#[test]
fn while_the_hospital_does_not_answer_its_keys_go_on() {
    let hospital = Hospital::new();
    hospital.lets_in(&hospital.keys()[0]);
    for outage in [
        None,
        Some(""),
        Some("<h1>Bad Gateway</h1>"),
        Some("{}"),
        Some(r#"{"keys":null}"#),
    ] {
        hospital.answers_only(outage);
        hospital.clock.advance(10 * MINUTE);
        for _ in 0..3 {
            hospital.asked();
            for at in 0..4 {
                let reply = hospital.lets_in(&hospital.keys()[at % 2]);
                reply.counts(usize::from(at == 0), ASKED, hospital.asked());
            }
            hospital.refuses(&Key::new().named("x")).counts(0, ASKED, hospital.asked());
            hospital.clock.advance(MINUTE);
        }
        hospital.answers_again();
        let new = hospital.rotates();
        hospital.asked();
        hospital.lets_in(&new).counts(1, ASKED, hospital.asked());
    }
}

#[test]
fn a_question_is_the_only_one_in_its_minute_whatever_it_was_for() {
    let hospital = Hospital::new();
    let [key, _] = hospital.keys();
    let unknown = Key::new();
    hospital.lets_in(&key);
    // For the age of the set, and then for a name; for a name, in vain, and then for the age.
    hospital.clock.advance(10 * MINUTE);
    hospital.asked();
    hospital.lets_in(&key).counts(1, ASKED, hospital.asked());
    hospital.refuses(&unknown.named("x")).counts(0, ASKED, hospital.asked());
    hospital.answers_only(None);
    hospital.clock.advance(10 * MINUTE - 1);
    hospital.refuses(&unknown.named("x")).counts(1, ASKED, hospital.asked());
    hospital.clock.advance(1);
    hospital.lets_in(&key).counts(0, ASKED, hospital.asked());
}

#[test]
fn a_hospital_that_is_down_when_we_begin_is_asked_again() {
    let hospital = Hospital::new();
    hospital.answers_only(None);
    for _ in 0..3 {
        let [key, _] = hospital.keys();
        let reply = hospital.me(&key.named(&key.kid));
        reply.costs_at_most(1, ASKED, hospital.asked());
    }
    hospital.answers_again();
    hospital.clock.advance(MINUTE);
    hospital.lets_in(&hospital.keys()[0]);
}

/// The hospital's server, and the API of the clinic that asks it.
struct Hospital {
    server: Arc<Mutex<Server>>,
    began: u64,
    clock: Clock,
    api: Client,
}

#[derive(Default)]
struct Server {
    keys: Vec<Key>,
    /// What else is in the set. Not all of it is ours to understand.
    others: Vec<Value>,
    uploads: Vec<(String, String)>,
    asked: usize,
    /// What it says instead.
    outage: Option<Option<String>>,
}

impl Server {
    /// As servers do, it finds the folder that a path leads to.
    fn get(&mut self, path: &str) -> Option<String> {
        self.asked += 1;
        if let Some(answer) = &self.outage {
            return answer.clone();
        }
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let path = path.replace("%2e", ".").replace("%2E", ".");
        let path = path.replace("%2f", "/").replace("%2F", "/").replace('\\', "/");
        let mut folders = Vec::new();
        for folder in path.split('/') {
            match folder {
                "" | "." => {}
                ".." => drop(folders.pop()),
                folder => folders.push(folder),
            }
        }
        match folders[..] {
            ["jwks.json"] => Some(self.set().to_string()),
            ["keys", name] => {
                let key = self.keys.iter().find(|key| name.strip_suffix(".json") == Some(&key.kid));
                key.map(|key| key.jwk().to_string())
            }
            ["uploads", name] => {
                let upload =
                    self.uploads.iter().find(|(upload, _)| name.starts_with(upload.as_str()));
                upload.map(|(_, json)| json.clone())
            }
            _ => None,
        }
    }

    fn set(&self) -> Value {
        let keys: Vec<_> =
            self.others.iter().cloned().chain(self.keys.iter().map(Key::jwk)).collect();
        json!({ "keys": keys })
    }
}

impl Hospital {
    fn new() -> Self {
        let server = Arc::new(Mutex::new(Server {
            keys: vec![Key::new(), Key::new()],
            others: vec![
                json!({ "kty": "RSA", "kid": "rsa", "n": "sXchOtbFH4Fg", "e": "AQAB" }),
                json!({ "kty": "AKP", "kid": "later", "pub": "AAAA" }),
            ],
            ..Server::default()
        }));
        let began = any(1_000_000_000..=2_000_000_000);
        let clock = Clock::at(began);
        let asked = server.clone();
        let get = move |path: &str| asked.lock().unwrap().get(path);
        Self {
            api: Client::new(app(get, clock.reader())),
            server,
            began,
            clock,
        }
    }

    fn keys(&self) -> [Key; 2] {
        let keys = &self.server.lock().unwrap().keys;
        keys.clone().try_into().unwrap_or_else(|_| fail("a test", "two keys", keys.len()))
    }

    /// A new key comes, and the oldest goes.
    fn rotates(&self) -> Key {
        let new = Key::new();
        let keys = &mut self.server.lock().unwrap().keys;
        keys.remove(0);
        keys.push(new.clone());
        new
    }

    fn shows_only_one_key(&self) -> Key {
        let only = Key::new();
        let mut server = self.server.lock().unwrap();
        server.keys = vec![only.clone()];
        server.others.clear();
        only
    }

    /// RFC 7517 allows it.
    fn shows_a_key_without_a_name(&self) -> Key {
        let key = Key::new();
        let mut jwk = key.jwk();
        jwk.as_object_mut().expect("a key is an object").remove("kid");
        self.server.lock().unwrap().others.push(jwk);
        key
    }

    fn withdraws(&self, old: &Key) {
        self.server.lock().unwrap().keys.retain(|key| key.kid != old.kid);
    }

    fn upload(&self, name: &str, key: &Key) {
        let picture = (name.to_owned(), key.jwk().to_string());
        self.server.lock().unwrap().uploads.push(picture);
    }

    fn answers_only(&self, answer: Option<&str>) {
        self.server.lock().unwrap().outage = Some(answer.map(str::to_owned));
    }

    fn answers_again(&self) {
        self.server.lock().unwrap().outage = None;
    }

    /// How often, since the last time that somebody wanted to know.
    fn asked(&self) -> usize {
        mem::take(&mut self.server.lock().unwrap().asked)
    }

    fn me(&self, token: &str) -> Reply {
        let client = self.api.with("authorization", &format!("Bearer {token}"));
        let waited = self.clock.now() - self.began;
        client
            .noting(&format!("{}, {waited} seconds after the first", header(token)))
            .get("/me")
    }

    #[track_caller]
    fn lets_in(&self, key: &Key) -> Reply {
        let doctor = doctor();
        let token = key.sign(&json!({ "alg": "EdDSA", "kid": key.kid }), &doctor);
        self.me(&token).is_ok().has_text(&doctor)
    }

    #[track_caller]
    fn refuses(&self, token: &str) -> Reply {
        self.me(token).has_status(401)
    }
}

#[derive(Clone)]
struct Key {
    kid: String,
    private: SigningKey,
}

impl Key {
    fn new() -> Self {
        Self {
            kid: random_name("k").replace(' ', "-"),
            private: SigningKey::from_bytes(&[(); 32].map(|()| any(0..=u8::MAX))),
        }
    }

    fn jwk(&self) -> Value {
        let x = BASE64_URL_SAFE_NO_PAD.encode(self.private.verifying_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": self.kid, "x": x })
    }

    /// A token that this key has signed, and that says whose it is.
    fn named(&self, kid: &str) -> String {
        self.sign(&json!({ "alg": "EdDSA", "kid": kid }), &doctor())
    }

    fn sign(&self, header: &Value, doctor: &str) -> String {
        let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(header), part(&json!({ "sub": doctor })));
        let signature = self.private.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// The header of a token.
fn header(token: &str) -> String {
    let header = token.split('.').next().map(|part| BASE64_URL_SAFE_NO_PAD.decode(part));
    String::from_utf8_lossy(&header.and_then(Result::ok).unwrap_or_default()).into_owned()
}

fn doctor() -> String {
    random_name("Dr. Silva")
}
