use std::collections::HashSet;
use std::sync::Arc;
use std::thread;

use serde_json::json;
use support::{Client, Clock, Reply, any, expect, fail, random_name};

use super::app;
use super::tables::Tables;

const LINK: &str = "https://clinic.example.com/reset?token=";
const MINUTES: u64 = 60;
/// So often a test looks whether a mail has come: for half a second or more. Only a service that sends none gets there.
const LOOKS: usize = 1_000_000;

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
    let any_name = format!("evil{}", any(1..=9_999));
    for evil in [
        format!("{any_name}.example.net"),
        format!("{any_name}clinic.example.com"),
        format!("{any_name}.clinic.example.com"),
        format!("clinic.example.com.{any_name}.example.net"),
        format!("clinic.example.com:{}", any(1_024..=9_999)),
    ] {
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
            expect("a token in the link, and no more", true, !token.contains(&any_name));
        }
    }
}

#[test]
fn nobody_can_guess_a_token() {
    let (mut seen, mut keys) = (HashSet::new(), HashSet::new());
    for _ in 0..2 {
        // The same second, and the same patient: nothing of that is in a token.
        let clinic = Clinic::at(1_800_000_000);
        clinic.tables.passwords.lock().unwrap().insert("ana@example.com".into(), "old".into());
        for _ in 0..100 {
            let token = clinic.forgot("ana@example.com");
            if !seen.insert(token.clone()) {
                fail("200 mails of two services", "200 tokens", format_args!("{token} twice"));
            }
            keys.extend(clinic.tables.resets.lock().unwrap().drain(..).map(|row| row.key));
        }
    }
    // Some letters may not have come up in 200 mails.
    let got = bits(&seen);
    if got < 250 {
        let got = format_args!("{got} or so, as in {:?}", seen.iter().next());
        fail("the random bits in the tokens of 200 mails", "256", got);
    }
    let got = bits(&keys);
    if got < 120 {
        let got = format_args!("{got} or so, as in {:?}", keys.iter().next());
        let story = "the bits that tell the rows of 200 mails apart: any token that has them opens";
        fail(story, "128 or more", got);
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
        if gives_away(&key, &token) {
            let got = format_args!("{key}, and the token is {token}");
            fail("the row of a mailed token", "nothing that the token can be read from", got);
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
        let mails = self.mails();
        let [(to, mail)] = &mails[..] else {
            fail("POST /forgot", "one mail", format_args!("{} mails", mails.len()))
        };
        expect("the mail goes to", email, to);
        let Some((_, token)) = mail.split_once(LINK) else {
            let link = mail.split_whitespace().find(|word| word.contains("://"));
            let link = link.unwrap_or("none").split_inclusive('=').next().unwrap_or_default();
            fail(format_args!("the link in the mail: {mail}"), LINK, link)
        };
        let in_a_link = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        token.split(|letter| !in_a_link(letter)).next().unwrap_or_default().to_owned()
    }

    /// The mails since the last look, as soon as there is one: a service may well answer first.
    fn mails(&self) -> Vec<(String, String)> {
        for _ in 0..LOOKS {
            let mails: Vec<_> = self.tables.outbox.lock().unwrap().drain(..).collect();
            if !mails.is_empty() {
                return mails;
            }
            thread::yield_now();
        }
        Vec::new()
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

/// What a guesser has to try, as far as these texts show: at each place as many bits as there are letters seen there.
fn bits(seen: &HashSet<String>) -> u32 {
    let length = seen.iter().map(String::len).max().unwrap_or_default();
    let letters =
        |at| seen.iter().map(|text| text.as_bytes().get(at)).collect::<HashSet<_>>().len();
    let bits: f64 = (0..length).map(|at| (letters(at) as f64).log2()).sum();
    bits as u32
}

/// Whether the token stands in this key: as it is or turned round, as hex or base64, each byte moved by as much.
fn gives_away(key: &str, token: &str) -> bool {
    let tokens: Vec<_> = readings(token)
        .into_iter()
        .flat_map(|token| [token.iter().rev().copied().collect(), token])
        .collect();
    let is_shifted = |part: &[u8], token: &[u8]| {
        let pairs = || part.iter().zip(token);
        let xor: HashSet<_> = pairs().map(|(a, b)| a ^ b).collect();
        let shift: HashSet<_> = pairs().map(|(a, b)| a.wrapping_sub(*b)).collect();
        xor.len() == 1 || shift.len() == 1
    };
    readings(key).iter().any(|key| {
        tokens.iter().any(|token| key.windows(token.len()).any(|part| is_shifted(part, token)))
    })
}

/// The bytes that a text is, and those that it stands for if it is hex or base64.
fn readings(text: &str) -> Vec<Vec<u8>> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let base64 = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let coded = [(text.to_lowercase(), "0123456789abcdef"), (base64, letters)];
    let decoded = coded.iter().filter_map(|(text, alphabet)| decoded(text, alphabet));
    decoded.chain([text.as_bytes().to_vec()]).collect()
}

fn decoded(text: &str, alphabet: &str) -> Option<Vec<u8>> {
    let bits_per_letter = alphabet.len().ilog2();
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_usize, 0);
    for letter in text.chars() {
        bits = bits << bits_per_letter | alphabet.find(letter)?;
        count += bits_per_letter;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}
