use serde_json::json;
use support::{Client, Reply, any, random_name};

use super::app;
use super::common::COMMON;

#[test]
fn a_password_has_eight_characters_or_more() {
    let service = Service::new();
    service.refuses("", "too_short");
    service.refuses("Xa3$", "too_short");
    service.refuses(&letters(7), "too_short");
    service.takes(&letters(8));
    service.takes(&letters(any(9..=15)));
}

#[test]
fn a_long_password_counts_to_its_last_letter() {
    let service = Service::new();
    // Where services, tables and hashes like to cut: 16, 32, 64, 72 (bcrypt), 100.
    for length in [16, 17, 33, 40, 64, 65, 72, 73, 101, any(74..=127), 128] {
        service.takes(&letters(length));
    }
}

#[test]
fn a_password_that_is_too_long_is_refused_and_not_cut() {
    let service = Service::new();
    service.refuses(&letters(129), "too_long");
    service.refuses(&letters(any(130..=2_000)), "too_long");
    service.refuses(&"ν".repeat(129), "too_long");
}

#[test]
fn no_rule_says_which_characters_a_password_has() {
    let service = Service::new();
    let word = random_name("x").replace(|letter: char| !letter.is_ascii_hexdigit(), "");
    for password in [
        format!("onlysmallletters{}", word.replace(|c: char| c.is_ascii_digit(), "z")),
        format!("{}", any(2_000_000_000_u64..=9_000_000_000)),
        "ONLYCAPITALS".to_owned(),
        "!?$%&/()=".to_owned(),
        format!("three small words {word}"),
        "a\u{0}b\tc\nd\"e'f\\g".to_owned(),
        format!("'; DROP TABLE users; -- {word}"),
    ] {
        service.takes(&password);
    }
}

#[test]
fn a_password_may_be_written_in_any_alphabet() {
    let service = Service::new();
    for password in ["κωδικός", "пароль!", "密码密码密码密", "🔑🔑🔑🔑🔑🔑🔑"]
    {
        service.refuses(password, "too_short");
        let password = format!("{password}{}", any(1..=9));
        service.takes(&password);
    }
    let longest = "密".repeat(127) + "码";
    service.takes(&longest);
    service.is_somebody_elses("密码密码密码密码", "码密码密码密码密");
}

#[test]
fn spaces_are_part_of_a_password() {
    let service = Service::new();
    let word = random_name("word");
    for password in [
        format!(" {word}"),
        format!("{word} "),
        format!("{word}\n"),
        word.replace(' ', "  "),
    ] {
        service.takes(&password);
        service.is_somebody_elses(&password, &word);
        service.is_somebody_elses(&word, &password);
    }
    service.takes("        ");
    service.refuses(&format!(" {} ", letters(5)), "too_short");
}

#[test]
fn case_and_accents_are_part_of_a_password() {
    let service = Service::new();
    let word = random_name("Ab");
    service.is_somebody_elses(&word, &word.to_lowercase());
    service.is_somebody_elses(&word, &word.to_uppercase());
    service.is_somebody_elses(&format!("é{word}"), &format!("e{word}"));
    service.is_somebody_elses(&format!("ÉÉ{word}"), &format!("éé{word}"));
}

#[test]
fn a_password_that_everybody_tries_first_is_refused() {
    let service = Service::new();
    for common in COMMON.into_iter().filter(|common| common.len() >= 8) {
        service.refuses(common, "too_common");
        service.refuses(&common.to_uppercase(), "too_common");
        service.refuses(&some_capitals(common), "too_common");
        // Only what is on the list is on the list.
        service.takes(&format!("{common} {}", letters(6)));
        service.takes(&format!("{}{common}", letters(6)));
    }
    service.refuses("Password1", "too_common");
    service.refuses("123456", "too_short");
}

#[test]
fn whoever_was_refused_has_no_account() {
    let service = Service::new();
    for password in ["short".to_owned(), "password".to_owned(), letters(200)] {
        let reply = service.sign_up("ana", &password).has_status(422);
        service.client.after(&reply).post("/login", &user("ana", &password)).has_status(401);
    }
}

/// So many small letters, others in each run.
fn letters(count: usize) -> String {
    (0..count).map(|_| char::from(any(b'a'..=b'z'))).collect()
}

/// The same word with some of its letters in upper case, others in each run.
fn some_capitals(word: &str) -> String {
    let maybe = |letter: char| match any(0..=1) {
        0 => letter,
        _ => letter.to_ascii_uppercase(),
    };
    word.chars().map(maybe).collect()
}

fn user(name: &str, password: &str) -> serde_json::Value {
    json!({"name": name, "password": password})
}

struct Service {
    client: Client,
}

impl Service {
    fn new() -> Self {
        Self {
            client: Client::new(app()),
        }
    }

    #[track_caller]
    fn sign_up(&self, name: &str, password: &str) -> Reply {
        self.client.post("/users", &user(name, password))
    }

    #[track_caller]
    fn refuses(&self, password: &str, error: &str) {
        self.sign_up(&random_name("eve"), password).has_status(422).has("/error", error);
    }

    /// Whoever signs up with it logs in with it, and with nothing that is one letter off.
    #[track_caller]
    fn takes(&self, password: &str) {
        let name = random_name("ana");
        let reply = self.sign_up(&name, password).is_created();
        let client = self.client.after(&reply);
        client.post("/login", &user(&name, password)).is_no_content();
        let last = password.char_indices().next_back().map_or(0, |(at, _)| at);
        let (shorter, longer) = (&password[..last], format!("{password}x"));
        for wrong in [shorter, &longer, &format!("{shorter}~")] {
            client.post("/login", &user(&name, wrong)).has_status(401);
        }
    }

    /// Whoever signs up with the one does not log in with the other.
    #[track_caller]
    fn is_somebody_elses(&self, password: &str, other: &str) {
        let name = random_name("ana");
        let reply = self.sign_up(&name, password).is_created();
        let client = self.client.after(&reply);
        client.post("/login", &user(&name, other)).has_status(401);
        client.post("/login", &user(&name, password)).is_no_content();
    }
}
