use std::collections::HashSet;
use std::sync::Arc;

use serde_json::json;
use support::{Client, Clock, Reply, any, expect, fail, random_name};

use super::app;
use super::tables::Tables;

const LINK: &str = "https://clinic.example.com/reset?token=";
const MINUTES: u64 = 60;

#[test]
fn whoever_gets_the_mail_chooses_a_new_password() {
    let clinic = Clinic::new();
    let (ana, ben) = (clinic.patient(), clinic.patient());
    let token = clinic.forgot(&ana);
    let new = random_name("new");
    let reply = clinic.reset(&token, &new).is_no_content();
    clinic.log_in(&reply, &ana, &new).is_no_content();
    clinic.log_in(&reply, &ana, "old").has_status(401);
    clinic.log_in(&reply, &ben, "old").is_no_content();
    clinic.log_in(&reply, &ben, &new).has_status(401);
}

#[test]
fn nobody_else_gets_a_mail_and_nobody_else_has_a_link() {
    let clinic = Clinic::new();
    let ana = clinic.patient();
    clinic.client.post("/forgot", &json!({"email": address()})).has_status(202);
    expect(
        "the mails to an address without an account",
        0,
        clinic.tables.outbox.lock().unwrap().len(),
    );
    clinic.forgot(&ana);
    for token in [String::new(), random_name("x"), "0".repeat(64)] {
        let reply = clinic.reset(&token, "stolen").has_status(410);
        clinic.log_in(&reply, &ana, "old").is_no_content();
    }
}

#[test]
fn the_link_leads_to_us_whatever_the_request_says() {
    let clinic = Clinic::new();
    let ana = clinic.patient();
    let evil = format!("evil{}.example.net", any(1..=9_999));
    for header in [
        "host",
        "x-forwarded-host",
        "forwarded",
        "origin",
        "referer",
        "x-forwarded-server",
    ] {
        let value = match header {
            "forwarded" => format!("host={evil}"),
            "origin" | "referer" => format!("https://{evil}"),
            _ => evil.clone(),
        };
        let token = clinic.forgot_with(&clinic.client.with(header, &value), &ana);
        expect("a token in the link, and no more", true, !token.contains(&evil));
    }
    let both = clinic.client.with("host", &format!("clinic.example.com.{evil}"));
    clinic.forgot_with(&both, &ana);
}

#[test]
fn nobody_can_guess_a_token() {
    let mut seen = HashSet::new();
    for _ in 0..2 {
        // The same second, and the same patient: nothing of that is in a token.
        let clinic = Clinic::at(1_800_000_000);
        clinic.tables.passwords.lock().unwrap().insert("ana@example.com".into(), "old".into());
        for _ in 0..20 {
            let token = clinic.forgot("ana@example.com");
            if token.len() < 43 {
                fail("the token of a mail", "256 random bits: 43 letters or more", token);
            }
            if !seen.insert(token.clone()) {
                fail("40 mails of two services", "40 tokens", format_args!("{token} twice"));
            }
        }
    }
    let length = seen.iter().map(String::len).min().unwrap_or_default();
    let letters =
        |at: usize| seen.iter().filter_map(|id| id.chars().nth(at)).collect::<HashSet<_>>();
    let varying = (0..length).filter(|at| letters(*at).len() > 3).count();
    if varying < 40 {
        let got = format_args!("{varying} that vary, as in {:?}", seen.iter().next());
        fail("the tokens of 40 mails", "40 letters or more that vary", got);
    }
}

#[test]
fn a_thief_with_the_tables_has_no_link() {
    let clinic = Clinic::new();
    let ana = clinic.patient();
    let token = clinic.forgot(&ana);
    let rows: Vec<_> =
        clinic.tables.resets.lock().unwrap().iter().map(|row| row.key.clone()).collect();
    expect("the rows of the table after one mail", 1, rows.len());
    for key in rows {
        let turned: String = key.chars().rev().collect();
        if key.contains(&token) || turned.contains(&token) {
            fail("the row of a mailed token", "nothing that holds the token", key);
        }
        let reply = clinic.reset(&key, "stolen").has_status(410);
        clinic.log_in(&reply, &ana, "stolen").has_status(401);
    }
    clinic.reset(&token, "new").is_no_content();
}

#[test]
fn a_link_works_once() {
    let clinic = Clinic::new();
    let ana = clinic.patient();
    let token = clinic.forgot(&ana);
    let new = random_name("new");
    clinic.reset(&token, &new).is_no_content();
    for _ in 0..2 {
        let reply = clinic.reset(&token, "stolen").has_status(410);
        clinic.log_in(&reply, &ana, &new).is_no_content();
    }
    // The next one works again.
    let token = clinic.forgot(&ana);
    clinic.reset(&token, "newest").is_no_content();
}

#[test]
fn a_link_works_for_fifteen_minutes() {
    let clinic = Clinic::new();
    let ana = clinic.patient();
    for wait in [15 * MINUTES, any(16..=9_999) * MINUTES] {
        let token = clinic.forgot(&ana);
        clinic.clock.advance(wait);
        let reply = clinic.reset(&token, "stolen").has_status(410);
        clinic.log_in(&reply, &ana, "stolen").has_status(401);
    }
    for wait in [any(1..=14) * MINUTES, 15 * MINUTES - 1] {
        let token = clinic.forgot(&ana);
        clinic.clock.advance(wait);
        clinic.reset(&token, &random_name("new")).is_no_content();
    }
}

#[test]
fn a_new_password_ends_all_sessions_of_this_account() {
    let clinic = Clinic::new();
    let (ana, ben) = (clinic.patient(), clinic.patient());
    let of_ana = [clinic.session(&ana), clinic.session(&ana)];
    let of_ben = clinic.session(&ben);
    let token = clinic.forgot(&ana);
    // A request for a mail is no proof of anything: it ends nothing.
    clinic.reset("wrong", "stolen").has_status(410);
    for session in &of_ana {
        clinic.browser(session).get("/me").is_ok().has_text(&ana);
    }
    let reply = clinic.reset(&token, &random_name("new")).is_no_content();
    for session in &of_ana {
        clinic.browser(session).after(&reply).get("/me").has_status(401);
    }
    clinic.browser(&of_ben).after(&reply).get("/me").is_ok().has_text(&ben);
}

#[test]
fn a_new_password_ends_all_other_links_to_this_account() {
    let clinic = Clinic::new();
    let (ana, ben) = (clinic.patient(), clinic.patient());
    let (first, of_ben, last) = (clinic.forgot(&ana), clinic.forgot(&ben), clinic.forgot(&ana));
    clinic.reset(&last, "new").is_no_content();
    let reply = clinic.reset(&first, "stolen").has_status(410);
    clinic.log_in(&reply, &ana, "new").is_no_content();
    clinic.reset(&of_ben, "new").is_no_content();
}

struct Clinic {
    tables: Arc<Tables>,
    clock: Clock,
    client: Client,
}

impl Clinic {
    fn new() -> Self {
        Self::at(any(1_700_000_000..=1_800_000_000))
    }

    fn at(seconds: u64) -> Self {
        let (tables, clock) = (Arc::new(Tables::default()), Clock::at(seconds));
        let client = Client::new(app(tables.clone(), clock.reader()));
        Self {
            tables,
            clock,
            client,
        }
    }

    /// Somebody with an account, whose password is `old`.
    fn patient(&self) -> String {
        let email = address();
        self.tables.passwords.lock().unwrap().insert(email.clone(), "old".to_owned());
        email
    }

    fn session(&self, email: &str) -> String {
        let id = random_name("session");
        self.tables.sessions.lock().unwrap().insert(id.clone(), email.to_owned());
        id
    }

    fn browser(&self, session: &str) -> Client {
        self.client.with("authorization", &format!("Bearer {session}"))
    }

    /// The token in the mail.
    #[track_caller]
    fn forgot(&self, email: &str) -> String {
        self.forgot_with(&self.client, email)
    }

    #[track_caller]
    fn forgot_with(&self, client: &Client, email: &str) -> String {
        client.post("/forgot", &json!({"email": email})).has_status(202);
        let mut outbox = self.tables.outbox.lock().unwrap();
        let mails: Vec<_> = outbox.drain(..).collect();
        let [(to, mail)] = &mails[..] else {
            fail("POST /forgot", "one mail", format_args!("{} mails", mails.len()))
        };
        expect("the mail goes to", email, to);
        let Some((_, token)) = mail.split_once(LINK) else {
            fail("the mail", format_args!("... {LINK}..."), mail)
        };
        let in_a_link = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        token.split(|letter| !in_a_link(letter)).next().unwrap_or_default().to_owned()
    }

    #[track_caller]
    fn reset(&self, token: &str, password: &str) -> Reply {
        self.client.post("/reset", &json!({"token": token, "password": password}))
    }

    #[track_caller]
    fn log_in(&self, before: &Reply, email: &str, password: &str) -> Reply {
        let login = json!({"email": email, "password": password});
        self.client.after(before).post("/login", &login)
    }
}

/// An address that nobody had before.
fn address() -> String {
    format!("{}@example.com", random_name("patient").replace(' ', "."))
}
