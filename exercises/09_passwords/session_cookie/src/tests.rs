use std::collections::HashSet;

use serde_json::json;
use support::{Client, Clock, Reply, any, expect, fail, random_name};

use super::app;

const NAME: &str = "__Host-session";
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

#[test]
fn whoever_logs_in_is_known_and_nobody_else() {
    let bank = Bank::open();
    let (ana, ben) = (random_name("ana"), random_name("ben"));
    bank.browser("").get("/me").has_status(401);
    let (of_ana, of_ben) = (bank.log_in("", &ana), bank.log_in("", &ben));
    for _ in 0..2 {
        bank.browser(&of_ana).get("/me").is_ok().has_text(&ana);
        bank.browser(&of_ben).get("/me").is_ok().has_text(&ben);
    }
    // Other cookies of the same site come along.
    let many = bank.client.with("cookie", &format!("theme=dark; {NAME}={of_ana}; x=1"));
    many.get("/me").is_ok().has_text(&ana);
    bank.fail_to_log_in("", &ana);
}

#[test]
fn a_session_belongs_to_the_browser_that_holds_the_cookie() {
    let bank = Bank::open();
    let name = random_name("ana");
    let (laptop, phone) = (bank.log_in("", &name), bank.log_in("", &name));
    for browser in [&laptop, &phone] {
        bank.browser(browser).get("/me").is_ok().has_text(&name);
    }
    bank.log_out(&laptop);
    bank.browser(&phone).get("/me").is_ok().has_text(&name);
}

#[test]
fn the_cookie_says_to_browsers_what_they_may_do_with_it() {
    let bank = Bank::open();
    let (reply, _) = bank.try_to_log_in("", &random_name("ana"));
    is_well_protected("the cookie of a login", &reply);
}

#[test]
fn nobody_can_guess_the_cookie_of_somebody_else() {
    let mut seen = HashSet::new();
    // A service that was started again, or elsewhere, does not begin the same row.
    for _ in 0..2 {
        let bank = Bank::open();
        for _ in 0..100 {
            let id = bank.log_in("", "ana");
            if !seen.insert(id.clone()) {
                fail(
                    "200 logins at two services",
                    "200 cookies that differ",
                    format_args!("{id} twice"),
                );
            }
        }
    }
    // Some letters may not have come up in 200 logins, or be there for the eye.
    let got = bits(&seen);
    if got < 120 {
        let got = format_args!("{got} or so, as in {:?}", seen.iter().next());
        fail("the random bits in the cookies of 200 logins", "128 or more", got);
    }
}

#[test]
fn a_login_never_uses_the_cookie_that_the_browser_came_with() {
    let bank = Bank::open();
    let (ana, eve) = (random_name("ana"), random_name("eve"));
    // The attacker may have made it up, or have it from a login.
    let invented = format!("{:032x}", any(1..=u64::MAX - 1));
    for planted in [invented, bank.log_in("", &eve), bank.log_in("", &ana)] {
        let id = bank.log_in(&planted, &ana);
        expect("the new cookie is another one than the old", true, id != planted);
        bank.browser(&id).get("/me").is_ok().has_text(&ana);
        bank.browser(&planted).get("/me").has_status(401);
    }
}

#[test]
fn a_login_that_fails_changes_nothing() {
    let bank = Bank::open();
    let name = random_name("ana");
    let id = bank.log_in("", &name);
    bank.fail_to_log_in(&id, &random_name("ben"));
    bank.browser(&id).get("/me").is_ok().has_text(&name);
}

#[test]
fn a_logout_ends_the_session_also_for_a_copy_of_the_cookie() {
    let bank = Bank::open();
    let (ana, ben) = (random_name("ana"), random_name("ben"));
    let (of_ana, of_ben) = (bank.log_in("", &ana), bank.log_in("", &ben));
    let reply = bank.log_out(&of_ana);
    bank.browser(&of_ana).after(&reply).get("/me").has_status(401);
    bank.browser(&of_ben).after(&reply).get("/me").is_ok().has_text(&ben);
    bank.log_in("", &ana);
    bank.browser(&of_ana).get("/me").has_status(401);
}

#[test]
fn a_logout_tells_the_browser_to_forget_the_cookie() {
    let bank = Bank::open();
    let id = bank.log_in("", &random_name("ana"));
    // Also when there is no session any more.
    for id in [id.as_str(), id.as_str(), ""] {
        let reply = bank.log_out(id);
        is_well_protected("the cookie of a logout", &reply);
        let (_, attributes) = cookie(&reply);
        let ends = attributes.iter().any(|said| said == "max-age=0" || said.contains("1970"));
        expect("the cookie of a logout ends at once: Max-Age=0, or Expires in 1970", true, ends);
    }
}

#[test]
fn a_session_that_rests_for_half_an_hour_ends() {
    let bank = Bank::open();
    let name = random_name("ana");
    for rest in [30 * MINUTE, any(31 * MINUTE..=11 * HOUR)] {
        let id = bank.log_in("", &name);
        // Whoever comes back in time may rest again.
        for rest in [
            30 * MINUTE - 1,
            any(16 * MINUTE..=29 * MINUTE),
            30 * MINUTE - 1,
        ] {
            bank.waits(rest);
            bank.knows(&id, &name, &format!("after a rest of {}", told(rest)));
        }
        bank.waits(rest);
        bank.has_forgotten(&id, &format!("after a rest of {}", told(rest)));
        bank.has_forgotten(&id, &format!("again, after a rest of {}", told(rest)));
    }
}

#[test]
fn a_session_ends_after_twelve_hours_even_if_it_never_rests() {
    let bank = Bank::open();
    let name = random_name("ana");
    let id = bank.log_in("", &name);
    let pace = any(10..=29) * MINUTE;
    let mut age = 0;
    while age + pace < 12 * HOUR {
        bank.waits(pace);
        age += pace;
        bank.knows(&id, &name, &format!("{} after the login", told(age)));
    }
    bank.waits(12 * HOUR - 1 - age);
    bank.knows(&id, &name, &format!("{} after the login", told(12 * HOUR - 1)));
    bank.waits(1);
    bank.has_forgotten(&id, &format!("{} after the login", told(12 * HOUR)));
}

/// `11 h 59 min 59 s`
fn told(seconds: u64) -> String {
    let parts = [
        (seconds / HOUR, "h"),
        (seconds / MINUTE % 60, "min"),
        (seconds % MINUTE, "s"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    parts.map(|(count, unit)| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

/// What a guesser has to try, as far as these texts show: at each place as many bits as there are letters seen there.
fn bits(seen: &HashSet<String>) -> u32 {
    let length = seen.iter().map(String::len).max().unwrap_or_default();
    let letters =
        |at| seen.iter().map(|text| text.as_bytes().get(at)).collect::<HashSet<_>>().len();
    let bits: f64 = (0..length).map(|at| (letters(at) as f64).log2()).sum();
    bits as u32
}

/// The value of the one cookie that a reply sets, and its attributes in lower case.
#[track_caller]
fn cookie(reply: &Reply) -> (String, Vec<String>) {
    let header = reply.header("set-cookie");
    let mut parts = header.split(';').map(str::trim);
    let value = parts.next().and_then(|cookie| cookie.strip_prefix(NAME)?.strip_prefix('='));
    let Some(value) = value else {
        fail("the set-cookie header", format_args!("{NAME}=..."), &header)
    };
    (value.to_owned(), parts.map(str::to_ascii_lowercase).collect())
}

#[track_caller]
fn is_well_protected(story: &str, reply: &Reply) {
    let (_, attributes) = cookie(reply);
    let got = format!("{NAME}=...; {}", attributes.join("; "));
    let has = |attribute: &str| attributes.iter().any(|said| said == attribute);
    for attribute in ["path=/", "secure", "httponly"] {
        if !has(attribute) {
            fail(story, attribute, &got);
        }
    }
    if !has("samesite=lax") && !has("samesite=strict") {
        fail(story, "samesite=lax, or strict", &got);
    }
    if attributes.iter().any(|said| said.starts_with("domain")) {
        fail(story, "no domain", &got);
    }
}

struct Bank {
    client: Client,
    clock: Clock,
}

impl Bank {
    fn open() -> Self {
        let clock = Clock::at(any(1_700_000_000..=1_800_000_000));
        let client = Client::new(app(clock.reader()));
        Self { client, clock }
    }

    fn waits(&self, seconds: u64) {
        self.clock.advance(seconds);
    }

    /// A browser with this session, or none.
    fn browser(&self, id: &str) -> Client {
        match id {
            "" => self.client.clone(),
            id => self.client.with("cookie", &format!("{NAME}={id}")),
        }
    }

    #[track_caller]
    fn knows(&self, id: &str, name: &str, when: &str) {
        let reply = self.browser(id).get("/me");
        expect(format!("GET /me with the cookie, {when}"), 200, reply.status());
        let _ = reply.has_text(name);
    }

    #[track_caller]
    fn has_forgotten(&self, id: &str, when: &str) {
        let reply = self.browser(id).get("/me");
        expect(format!("GET /me with the cookie, {when}"), 401, reply.status());
    }

    /// The session after a login in a browser with this one.
    #[track_caller]
    fn log_in(&self, id: &str, name: &str) -> String {
        self.try_to_log_in(id, name).1
    }

    #[track_caller]
    fn try_to_log_in(&self, id: &str, name: &str) -> (Reply, String) {
        let user = json!({"name": name, "password": format!("{name}'s password")});
        let reply = self.browser(id).post("/login", &user).is_no_content();
        let (id, _) = cookie(&reply);
        (reply, id)
    }

    #[track_caller]
    fn fail_to_log_in(&self, id: &str, name: &str) {
        let user = json!({"name": name, "password": random_name("wrong")});
        self.browser(id).post("/login", &user).has_status(401).lacks_header("set-cookie");
    }

    #[track_caller]
    fn log_out(&self, id: &str) -> Reply {
        self.browser(id).send("POST", "/logout", "").is_no_content()
    }
}
