use std::collections::HashMap;

use serde_json::json;
use support::{Client, Clock, Reply, any};

use super::app;

#[test]
fn the_right_password_opens_and_a_wrong_one_does_not() {
    let mail = Mail::new();
    mail.login(&mail.address(1), "ana").is_no_content();
    mail.guess(&mail.address(2), "ana").has_status(401);
    mail.guess(&mail.address(3), &name()).has_status(401);
}

#[test]
fn an_address_has_five_tries() {
    let mail = Mail::new();
    let address = mail.address(1);
    for _ in 0..5 {
        mail.guess(&address, &name()).has_status(401);
    }
    for _ in 0..3 {
        mail.guess(&address, &name()).has_status(429);
    }
    mail.login(&address, "ana").has_status(429);
    mail.login(&mail.address(2), "ana").is_no_content();
}

#[test]
fn whatever_the_client_writes_before_the_address_counts_for_nothing() {
    let mail = Mail::new();
    let address = mail.address(1);
    let forge = |number: u32| match number % 3 {
        0 => format!("{}, {address}", mail.address(any(2..=250))),
        1 => format!("{},{}, {address}", mail.address(any(2..=250)), name()),
        _ => format!("{},{address}", name()),
    };
    for number in 0..5 {
        mail.guess(&forge(number), &name()).has_status(401);
    }
    for number in 0..6 {
        mail.guess(&forge(number), &name()).has_status(429);
    }
    // Nor is anybody locked out whose address a stranger has written there.
    let forged = format!("{address}, {}", mail.address(251));
    mail.login(&forged, "ana").is_no_content();
}

#[test]
fn an_account_has_five_tries_from_wherever_they_come() {
    let mail = Mail::new();
    for number in 1..=5 {
        mail.guess(&mail.address(number), "ana").has_status(401);
    }
    for number in 6..=8 {
        mail.guess(&mail.address(number), "ana").has_status(429);
    }
    mail.login(&mail.address(9), "ana").has_status(429);
    mail.login(&mail.address(9), "ben").is_no_content();
}

#[test]
fn a_right_password_is_a_try_like_all_others() {
    let mail = Mail::new();
    for number in 1..=5 {
        mail.login(&mail.address(number), "ana").is_no_content();
    }
    mail.login(&mail.address(6), "ana").has_status(429);
}

#[test]
fn a_minute_after_the_first_try_there_are_five_more() {
    let mail = Mail::new();
    let (address, pause) = (mail.address(1), any(2..=9));
    for _ in 0..5 {
        mail.guess(&address, "ana").has_status(401);
        mail.clock.advance(pause);
    }
    mail.clock.advance(59 - 5 * pause);
    mail.login(&address, "ana").has_status(429);
    mail.clock.advance(1);
    for _ in 0..5 {
        mail.login(&address, "ana").is_no_content();
    }
    mail.login(&address, "ana").has_status(429);
}

#[test]
fn a_refused_client_is_told_how_long_to_wait() {
    let mail = Mail::new();
    let (address, pause) = (mail.address(1), any(2..=9));
    for _ in 0..5 {
        mail.guess(&address, "ana").has_status(401);
        mail.clock.advance(pause);
    }
    for wait in (1..=60 - 5 * pause).rev() {
        mail.guess(&address, "ben").has_status(429).has_header("retry-after", &wait.to_string());
        let reply = mail.login(&mail.address(2), "ana").has_status(429);
        let _ = reply.has_header("retry-after", &wait.to_string());
        mail.clock.advance(1);
    }
    for _ in 0..5 {
        mail.login(&address, "ana").is_no_content();
    }
    mail.login(&address, "ana").has_status(429).has_header("retry-after", "60");
}

#[test]
fn whoever_is_refused_for_two_reasons_waits_for_the_later_end() {
    let mail = Mail::new();
    let pause = any(11..=29);
    for _ in 0..5 {
        mail.guess(&mail.address(1), &name()).has_status(401);
    }
    mail.clock.advance(pause);
    for number in 2..=6 {
        mail.guess(&mail.address(number), "ana").has_status(401);
    }
    let reply = mail.login(&mail.address(1), "ana").has_status(429);
    let _ = reply.has_header("retry-after", "60");
    let reply = mail.login(&mail.address(1), "ben").has_status(429);
    let _ = reply.has_header("retry-after", &(60 - pause).to_string());
}

#[test]
fn a_refused_try_counts_for_nobody() {
    let mail = Mail::new();
    let address = mail.address(1);
    for _ in 0..5 {
        mail.guess(&address, &name()).has_status(401);
    }
    for _ in 0..20 {
        mail.guess(&address, "ana").has_status(429);
    }
    for number in 2..=6 {
        mail.login(&mail.address(number), "ana").is_no_content();
    }
}

#[test]
fn an_account_that_is_called_like_an_address_is_another_matter() {
    let mail = Mail::new();
    let victim = mail.address(1);
    for number in 2..=7 {
        let _ = mail.guess(&mail.address(number), &victim);
    }
    mail.login(&victim, "ana").is_no_content();
}

#[test]
fn what_is_over_is_forgotten() {
    let mail = Mail::new();
    for number in 1..=200 {
        mail.guess(&mail.address(number), &name()).has_status(401);
    }
    let metrics = mail.client.get("/metrics").is_ok();
    let got = metrics.number("/windows");
    let told = if got < 200 {
        got.to_string()
    } else {
        "at least 200".to_owned()
    };
    let _ = metrics.counts("at least 200".to_owned(), "windows for 200 addresses", told);
    mail.clock.advance(60);
    let last = mail.login(&mail.address(201), "ana").is_no_content();
    remembers_at_most(2, &mail, &last);
}

#[test]
fn a_refused_try_takes_no_memory() {
    let mail = Mail::new();
    let address = mail.address(1);
    for _ in 0..5 {
        mail.guess(&address, "ana").has_status(401);
    }
    for _ in 0..50 {
        let refused = mail.guess(&address, &name()).has_status(429);
        remembers_at_most(2, &mail, &refused);
    }
}

#[track_caller]
fn remembers_at_most(windows: usize, mail: &Mail, reply: &Reply) {
    let metrics = mail.client.after(reply).get("/metrics").is_ok();
    let got = usize::try_from(metrics.number("/windows")).expect("a small number");
    let _ = metrics.costs_at_most(windows, "windows", got);
}

fn name() -> String {
    format!("n{:08x}", any(0..=u32::MAX))
}

/// A mail service, with a clock that stands still until a test moves it.
struct Mail {
    clock: Clock,
    client: Client,
    passwords: HashMap<String, String>,
    network: u32,
}

impl Mail {
    fn new() -> Self {
        let clock = Clock::at(any(1_000..=99_999));
        let passwords = ["ana", "ben"].map(|account| (account.to_owned(), name()));
        let passwords = HashMap::from(passwords);
        let client = Client::new(app(passwords.clone(), clock.reader()));
        let network = any(0..=2);
        Self {
            clock,
            client,
            passwords,
            network,
        }
    }

    /// Another address for every number, in one of the networks for documentation.
    fn address(&self, number: u32) -> String {
        let networks = ["192.0.2", "198.51.100", "203.0.113"];
        format!("{}.{number}", networks[self.network as usize])
    }

    /// Somebody who knows the password.
    #[track_caller]
    fn login(&self, forwarded: &str, account: &str) -> Reply {
        let client = self.client.with("x-forwarded-for", forwarded);
        let password = &self.passwords[account];
        client.post("/login", &json!({ "account": account, "password": password }))
    }

    /// Somebody who does not.
    #[track_caller]
    fn guess(&self, forwarded: &str, account: &str) -> Reply {
        let client = self.client.with("x-forwarded-for", forwarded);
        client.post("/login", &json!({ "account": account, "password": name() }))
    }
}
