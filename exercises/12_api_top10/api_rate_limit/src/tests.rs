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
    let forge = |number: u32| match number % 4 {
        0 => format!("{}, {address}", mail.address(any(2..=250))),
        1 => format!("{},{}, {address}", mail.address(any(2..=250)), name()),
        // A line of the client's, and below it the proxy's.
        2 => format!("{}\n{address}", mail.address(any(2..=250))),
        _ => format!("{},{address}", name()),
    };
    for number in 0..5 {
        mail.guess(&forge(number), &name()).has_status(401);
    }
    for number in 0..8 {
        mail.guess(&forge(number), &name()).has_status(429);
    }
    // What is no text before the address does not hide it.
    for forged in [
        format!("é, {address}").as_bytes(),
        &[b"\xe9, ", address.as_bytes()].concat(),
    ] {
        let client = mail.client.with("x-forwarded-for", forged);
        client.post("/login", &json!({ "account": name(), "password": "" })).has_status(429);
    }
    // Nor is anybody locked out whose address a stranger has written there.
    for forged in [
        format!("{address}, {}", mail.address(251)),
        format!("{address}\n{}", mail.address(252)),
    ] {
        mail.login(&forged, "ana").is_no_content();
    }
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
    mail.login(&mail.address(2), "ana").is_no_content();
    for _ in 0..20 {
        mail.guess(&address, "ana").has_status(429);
        mail.guess(&address, "ben").has_status(429);
    }
    // Four are left to ana, who has tried once, and all five to ben.
    for number in 3..=6 {
        mail.login(&mail.address(number), "ana").is_no_content();
    }
    mail.login(&mail.address(7), "ana").has_status(429);
    for number in 8..=12 {
        mail.login(&mail.address(number), "ben").is_no_content();
    }
}

#[test]
fn the_end_of_one_minute_ends_no_other() {
    let mail = Mail::new();
    let pause = any(11..=29);
    mail.guess(&mail.address(1), &name()).has_status(401);
    mail.clock.advance(pause);
    for number in 2..=6 {
        mail.guess(&mail.address(number), "ana").has_status(401);
    }
    mail.clock.advance(60 - pause);
    mail.guess(&mail.address(1), &name()).has_status(401);
    mail.login(&mail.address(7), "ana").has_status(429);
}

#[test]
fn a_thousand_tries_of_others_give_nobody_a_new_one() {
    let mail = Mail::new();
    for number in 1..=5 {
        mail.guess(&mail.address(number), "ana").has_status(401);
    }
    for number in 0..1_000 {
        mail.guess(&mail.address(6 + number % 240), &name()).has_status(401);
    }
    mail.login(&mail.address(250), "ana").has_status(429);
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
    for count in [3, 200] {
        let mail = Mail::new();
        for number in 1..=count {
            mail.guess(&mail.address(number), &name()).has_status(401);
        }
        let metrics = mail.client.get("/metrics").is_ok();
        let told = |windows: u64| match windows {
            few if few < u64::from(count) => few.to_string(),
            _ => format!("at least {count}"),
        };
        let unit = format!("windows for {count} addresses");
        let got = told(metrics.number("/windows"));
        let _ = metrics.counts(told(u64::MAX), &unit, got);
        mail.clock.advance(60);
        let last = mail.login(&mail.address(201), "ana").is_no_content();
        remembers_at_most(2, &mail, &last);
    }
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

    /// With this `x-forwarded-for`, line by line.
    #[track_caller]
    fn client(&self, forwarded: &str) -> Client {
        let add = |client: Client, line| client.with_another("x-forwarded-for", line);
        forwarded.lines().fold(self.client.clone(), add)
    }

    /// Somebody who knows the password.
    #[track_caller]
    fn login(&self, forwarded: &str, account: &str) -> Reply {
        let client = self.client(forwarded);
        let password = &self.passwords[account];
        client.post("/login", &json!({ "account": account, "password": password }))
    }

    /// Somebody who does not.
    #[track_caller]
    fn guess(&self, forwarded: &str, account: &str) -> Reply {
        let client = self.client(forwarded);
        client.post("/login", &json!({ "account": account, "password": name() }))
    }
}
