use std::collections::HashSet;

use serde_json::json;
use support::{Client, Clock, Reply, any, expect, fail, random_name};

use super::{app, hotp};

/// The secret of both standards' examples.
const SECRET: &[u8] = b"12345678901234567890";
const HALF_MINUTE: u64 = 30;
const LOCK: u64 = 15 * 60;

#[test]
fn the_examples_of_the_hotp_standard_agree() {
    // RFC 4226, appendix D.
    for (counter, code) in [(0, "755224"), (1, "287082"), (2, "359152")] {
        agrees(counter, 6, code);
    }
}

#[test]
fn the_examples_of_the_totp_standard_agree() {
    // RFC 6238, appendix B.
    for (seconds, code) in [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (20_000_000_000, "65353130"),
    ] {
        agrees(seconds / HALF_MINUTE, 8, code);
    }
}

#[test]
fn a_counter_has_sixty_four_bits() {
    for (counter, code) in [
        (0x1_0000_0001, "108930"),
        (0x0102_0304_0506_0708, "292799"),
        (0x8000_0000_0000_0005, "988412"),
    ] {
        agrees(counter, 6, code);
    }
}

#[test]
fn the_code_of_the_moment_is_right_and_all_others_are_wrong() {
    let bank = Bank::open();
    is_wrong(bank.ben.enters(&bank.ana.code(0)));
    is_right(bank.ana.enters(&bank.ana.code(0)));
    is_right(bank.ben.enters(&bank.ben.code(0)));
    let stranger = bank.client.post(
        "/second-factor",
        &json!({
            "name": random_name("cleo"), "code": bank.ana.code(1),
        }),
    );
    is_wrong(stranger);
    for wrong in attempts(|ana| {
        let code = ana.code(0);
        let (mut cut, mut longer) = (code.clone(), code.clone());
        cut.pop();
        longer.push('0');
        vec![
            String::new(),
            cut,
            longer,
            code.chars().skip(1).collect(),
            ana.wrong_code(),
        ]
    }) {
        is_wrong(wrong);
    }
}

#[test]
fn a_clock_may_be_half_a_minute_early_or_late() {
    for second in [0, any(1..=28), 29] {
        for steps in [-1, 0, 1] {
            let bank = Bank::open_at_second(second);
            bank.ana.is_answered(steps, 204);
        }
    }
}

#[test]
fn a_code_that_is_older_or_younger_is_wrong() {
    for second in [0, any(1..=28), 29] {
        for steps in [-2, 2, -3, 3, any(4..=60), -any(4..=60)] {
            let bank = Bank::open_at_second(second);
            bank.ana.is_answered(steps, 401);
            bank.ana.is_answered(0, 204);
        }
    }
}

#[test]
fn a_code_works_once() {
    let bank = Bank::open();
    let code = bank.ana.code(0);
    let first = is_right(bank.ana.enters(&code));
    is_wrong(bank.ana.after(&first).enters(&code));
    // Its time is not over yet.
    bank.clock.advance(HALF_MINUTE);
    is_wrong(bank.ana.after(&first).enters(&code));
    is_right(bank.ana.enters(&bank.ana.code(0)));
}

#[test]
fn a_code_works_once_also_if_another_came_in_between() {
    let bank = Bank::open();
    let (first, second) = (bank.ana.code(0), bank.ana.code(1));
    is_right(bank.ana.enters(&first));
    bank.clock.advance(any(1..=HALF_MINUTE));
    let last = is_right(bank.ana.enters(&second));
    for code in [&first, &second, &first] {
        is_wrong(bank.ana.after(&last).enters(code));
    }
}

#[test]
fn a_code_of_an_early_clock_works_once_too() {
    let bank = Bank::open_at_second(0);
    let code = bank.ana.code(1);
    let first = is_right(bank.ana.enters(&code));
    for _ in 0..3 {
        is_wrong(bank.ana.after(&first).enters(&code));
        bank.clock.advance(HALF_MINUTE - 1);
    }
}

#[test]
fn after_five_wrong_codes_no_code_is_right() {
    let bank = Bank::open();
    bank.ana.guesses(5);
    for _ in 0..2 {
        is_locked(bank.ana.enters(&bank.ana.code(0)));
        is_locked(bank.ana.enters(&bank.ana.wrong_code()));
    }
    // Ben has nothing to do with it.
    is_right(bank.ben.enters(&bank.ben.code(0)));
    is_locked(bank.ana.enters(&bank.ana.code(1)));
}

#[test]
fn four_wrong_codes_and_a_right_one_are_forgiven() {
    let bank = Bank::open();
    for _ in 0..3 {
        bank.ana.guesses(4);
        is_right(bank.ana.enters(&bank.ana.code(0)));
        bank.clock.advance(any(2..=9) * HALF_MINUTE);
    }
    bank.ana.guesses(5);
    is_locked(bank.ana.enters(&bank.ana.code(0)));
}

#[test]
fn a_used_code_is_as_wrong_as_any_other_and_forgives_nothing() {
    let bank = Bank::open();
    let used = bank.ana.code(0);
    let login = is_right(bank.ana.enters(&used));
    let mut thief = bank.ana.after(&login);
    let guesses = [(); 4].map(|()| thief.wrong_code());
    for code in guesses.iter().chain([&used]) {
        let wrong = is_wrong(thief.enters(code));
        thief = thief.after(&wrong);
    }
    is_locked(thief.enters(&bank.ana.code(1)));
}

#[test]
fn whoever_guesses_slowly_is_locked_out_as_well() {
    for pause in [2 * HALF_MINUTE, any(61..=LOCK), any(LOCK..=400_000)] {
        let bank = Bank::open();
        for _ in 0..4 {
            bank.ana.guesses(1);
            bank.clock.advance(pause);
            // A right code of Ben's forgives Ana nothing.
            is_right(bank.ben.enters(&bank.ben.code(0)));
        }
        bank.ana.guesses(1);
        is_locked(bank.ana.enters(&bank.ana.code(0)));
    }
}

#[test]
fn a_lock_ends_after_fifteen_minutes() {
    let bank = Bank::open();
    bank.ana.guesses(5);
    let pause = any(1..=LOCK - 2);
    for wait in [pause, LOCK - 1 - pause] {
        bank.clock.advance(wait);
        is_locked(bank.ana.enters(&bank.ana.wrong_code()));
        is_locked(bank.ana.enters(&bank.ana.code(0)));
    }
    bank.clock.advance(1);
    // There are five tries again, and no more.
    bank.ana.guesses(4);
    is_right(bank.ana.enters(&bank.ana.code(0)));
    bank.ana.guesses(5);
    is_locked(bank.ana.enters(&bank.ana.code(1)));
}

#[track_caller]
fn agrees(counter: u64, digits: u32, code: &str) {
    let story = format!("hotp(b\"12345678901234567890\", {counter}, {digits})");
    expect(story, code, hotp(SECRET, counter, digits));
}

#[track_caller]
fn is_right(reply: Reply) -> Reply {
    reply.is_no_content()
}

#[track_caller]
fn is_wrong(reply: Reply) -> Reply {
    reply.has_status(401)
}

#[track_caller]
fn is_locked(reply: Reply) {
    reply.has_status(429);
}

/// What a bank says to each of these codes of Ana's, if it is the first one.
fn attempts(codes: impl Fn(&Customer) -> Vec<String>) -> Vec<Reply> {
    let count = codes(&Bank::open().ana).len();
    let attempt = |number: usize| {
        let bank = Bank::open();
        bank.ana.enters(&codes(&bank.ana)[number])
    };
    (0..count).map(attempt).collect()
}

struct Bank {
    client: Client,
    clock: Clock,
    ana: Customer,
    ben: Customer,
}

impl Bank {
    fn open() -> Self {
        Self::open_at_second(any(0..=29))
    }

    /// At this second of any half minute.
    fn open_at_second(second: u64) -> Self {
        let half_minute = any(56_000_000..=60_000_000);
        let clock = Clock::at(half_minute * HALF_MINUTE + second);
        let names = ["ana", "ben"].map(random_name);
        let mut codes = HashSet::new();
        let secrets = names.map(|name| (name, secret(half_minute, &mut codes)));
        let client = Client::new(app(secrets.to_vec(), clock.reader()));
        let [ana, ben] = secrets.map(|(name, secret)| Customer {
            name,
            secret,
            clock: clock.clone(),
            client: client.clone(),
        });
        Self {
            client,
            clock,
            ana,
            ben,
        }
    }
}

/// Twenty bytes. Its codes around this half minute are all different, and none is among those of somebody else.
fn secret(half_minute: u64, others: &mut HashSet<String>) -> Vec<u8> {
    for _ in 0..100 {
        let secret: Vec<u8> = (0..20).map(|_| any(0..=255)).collect();
        let around = half_minute - 65..=half_minute + 65;
        let codes: HashSet<_> = around.map(|counter| hotp(&secret, counter, 6)).collect();
        if codes.len() == 131 && codes.is_disjoint(others) {
            others.extend(codes);
            return secret;
        }
    }
    fail("hotp of many secrets and counters", "codes that differ", "the same codes again")
}

/// A customer with an app.
struct Customer {
    name: String,
    secret: Vec<u8>,
    clock: Clock,
    client: Client,
}

impl Customer {
    /// What the app shows, or has shown so many half minutes ago, or will show.
    fn code(&self, half_minutes: i64) -> String {
        let counter = (self.clock.now() / HALF_MINUTE).saturating_add_signed(half_minutes);
        hotp(&self.secret, counter, 6)
    }

    fn wrong_code(&self) -> String {
        let right: Vec<_> = (-9..=9).map(|steps| self.code(steps)).collect();
        let mut guesses = (0..1_000).map(|_| format!("{:06}", any(0..=999_999)));
        guesses.find(|guess| !right.contains(guess)).expect("most codes are wrong")
    }

    fn after(&self, reply: &Reply) -> Self {
        Self {
            name: self.name.clone(),
            secret: self.secret.clone(),
            clock: self.clock.clone(),
            client: self.client.after(reply),
        }
    }

    #[track_caller]
    fn enters(&self, code: &str) -> Reply {
        self.client.post("/second-factor", &json!({ "name": self.name, "code": code }))
    }

    /// The code of so many half minutes from now has this answer.
    #[track_caller]
    fn is_answered(&self, half_minutes: i64, status: u16) {
        let when = match half_minutes {
            0 => "the code of this half minute".to_owned(),
            ..0 => format!("the code of {} half minutes ago", -half_minutes),
            1.. => format!("the code of {half_minutes} half minutes from now"),
        };
        let second = self.clock.now() % HALF_MINUTE;
        let story = format!("{when}, in second {second} of this one");
        expect(story, status, self.enters(&self.code(half_minutes)).status());
    }

    #[track_caller]
    fn guesses(&self, times: usize) {
        for _ in 0..times {
            is_wrong(self.enters(&self.wrong_code()));
        }
    }
}
