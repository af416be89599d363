use std::sync::Arc;

use serde_json::json;
use support::{Client, Reply, any, expect, random_name};

use super::app;
use super::hasher::Hasher;
use super::users::{User, Users};

const WRONG: &str = r#"{"error":"wrong email or password"}"#;

#[test]
fn whoever_knows_the_password_logs_in() {
    let clinic = Clinic::new();
    let (ana, ben) = (clinic.patient(false), clinic.patient(false));
    for _ in 0..2 {
        clinic.log_in(&ana.email, &ana.password).is_no_content();
        clinic.log_in(&ben.email, &ben.password).is_no_content();
    }
    clinic.log_in(&ana.email, &ben.password).has_status(401);
}

#[test]
fn a_wrong_password_and_an_unknown_address_get_one_answer() {
    let clinic = Clinic::new();
    let ana = clinic.patient(false);
    for password in [
        random_name("wrong"),
        String::new(),
        ana.password.to_uppercase(),
    ] {
        clinic.log_in(&ana.email, &password).has_status(401).is_json().has_text(WRONG);
        clinic.log_in(&address(), &password).has_status(401).is_json().has_text(WRONG);
    }
    clinic.log_in(&address(), &ana.password).has_status(401).is_json().has_text(WRONG);
    clinic.log_in("", "").has_status(401).is_json().has_text(WRONG);
}

#[test]
fn only_its_owner_learns_that_an_account_is_closed() {
    let clinic = Clinic::new();
    let ana = clinic.patient(true);
    let wrong = random_name("wrong");
    clinic.log_in(&ana.email, &wrong).has_status(401).is_json().has_text(WRONG);
    clinic.log_in(&ana.email, &ana.password).has_status(403);
    clinic.log_in(&ana.email, "").has_status(401).is_json().has_text(WRONG);
}

#[test]
fn a_login_is_the_same_work_for_every_address() {
    // Some milliseconds for a hash: an answer that does not wait for it is there before it is.
    let clinic = Clinic::that_pays(any(8_000..=9_000), 2);
    let (ana, closed) = (clinic.patient(false), clinic.patient(true));
    let one_hash = clinic.work_of(|clinic| {
        clinic.hasher.hash("one");
    });
    // The first time and later: a hash that is made when it is first needed is seen once, too.
    for _ in 0..2 {
        for (whose, email) in [
            ("an unknown address", &address()),
            ("a patient", &ana.email),
            ("a patient who has closed the account", &closed.email),
            ("another unknown address", &address()),
        ] {
            let work = clinic.work_of(|clinic| {
                clinic.log_in(email, &random_name("wrong")).has_status(401);
            });
            let story = format!(
                "the work before a login as {whose} with a wrong password is answered, in blocks"
            );
            expect(story, one_hash, work);
        }
    }
}

#[test]
fn nobody_logs_in_without_an_account() {
    let clinic = Clinic::new();
    let ana = clinic.patient(false);
    clinic.log_in(&address(), &random_name("wrong")).has_status(401);
    clinic.log_in("", "").has_status(401);
    // Whatever the service has taken for the password of nobody, somebody will type it one day.
    for password in clinic.hasher.hashed() {
        for email in [
            &address(),
            "",
            "nobody",
            "nobody@example.com",
            "dummy@example.com",
        ] {
            clinic.log_in(email, &password).has_status(401).is_json().has_text(WRONG);
        }
    }
    clinic.log_in(&address(), "").has_status(401).is_json().has_text(WRONG);
    clinic.log_in(&ana.email, &ana.password).is_no_content();
}

#[test]
fn who_forgot_the_password_gets_a_mail_and_no_other_answer_than_anybody() {
    let clinic = Clinic::new();
    let (ana, closed) = (clinic.patient(false), clinic.patient(true));
    for email in [&address(), &closed.email, &ana.email] {
        let forgotten = json!({"email": email});
        let reply = clinic.client.post("/forgot", &forgotten);
        reply.has_status(202).is_empty().lacks_header("location");
    }
    expect("the mails that were sent", &ana.email, clinic.users.mails().join(", "));
}

#[test]
fn a_forgotten_password_is_the_same_work_for_every_address() {
    let clinic = Clinic::new();
    let (ana, closed) = (clinic.patient(false), clinic.patient(true));
    let work_for = |email: &str| {
        clinic.work_of(|clinic| {
            clinic.client.post("/forgot", &json!({"email": email})).has_status(202);
        })
    };
    let known = work_for(&ana.email);
    for email in [&address(), &closed.email] {
        expect("the work of POST /forgot for somebody who gets no mail", known, work_for(email));
    }
}

struct Patient {
    email: String,
    password: String,
}

struct Clinic {
    users: Arc<Users>,
    hasher: Arc<Hasher>,
    client: Client,
}

impl Clinic {
    fn new() -> Self {
        // Cheap enough for a test, and another cost in each run.
        Self::that_pays(any(32..=96), any(1..=4))
    }

    fn that_pays(memory: u32, iterations: u32) -> Self {
        let users = Arc::new(Users::default());
        let hasher = Arc::new(Hasher::new(memory, iterations));
        let client = Client::new(app(users.clone(), hasher.clone()));
        Self {
            users,
            hasher,
            client,
        }
    }

    fn patient(&self, closed: bool) -> Patient {
        let (email, password) = (address(), random_name("secret"));
        let hash = self.hasher.hash(&password);
        self.users.insert(&email, User { hash, closed });
        Patient { email, password }
    }

    #[track_caller]
    fn log_in(&self, email: &str, password: &str) -> Reply {
        self.client.post("/login", &json!({"email": email, "password": password}))
    }

    fn work_of(&self, what: impl FnOnce(&Self)) -> u64 {
        let before = self.hasher.work();
        what(self);
        self.hasher.work() - before
    }
}

/// An address that nobody had before.
fn address() -> String {
    format!("{}@example.com", random_name("patient").replace(' ', "."))
}
