use sha2::{Digest, Sha256};
use support::{Client, Reply, any, fail, random_name};

use super::app;

/// What a verifier may be made of (RFC 7636, section 4.1).
const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

#[test]
fn the_example_of_the_standard_gets_a_token() {
    // RFC 7636, appendix B.
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let _ = exchange(&bank(), challenge, verifier).is_ok().text("/access_token");
}

#[test]
fn the_app_logs_in_with_verifiers_of_every_length() {
    let bank = bank();
    for length in [43, 44, any(45..=126), 127, 128] {
        logs_in(&bank, &verifier(length));
    }
    let every_sign = str::from_utf8(SIGNS).expect("plain letters");
    logs_in(&bank, every_sign);
}

#[test]
fn two_logins_at_the_same_time_get_two_tokens() {
    let bank = bank();
    let (ana, ben) = (verifier(43), verifier(43));
    let (for_ana, for_ben) = (code(&bank, &challenge_of(&ana)), code(&bank, &challenge_of(&ben)));
    let of_ben = token(&bank, &for_ben, &ben).is_ok().text("/access_token");
    let of_ana = token(&bank, &for_ana, &ana).is_ok().text("/access_token");
    if of_ana == of_ben {
        fail("two logins", "two tokens that differ", format_args!("{of_ana} twice"));
    }
}

#[test]
fn a_code_buys_one_token() {
    let bank = bank();
    let verifier = verifier(43);
    let code = code(&bank, &challenge_of(&verifier));
    let first = token(&bank, &code, &verifier).is_ok();
    is_refused(token(&bank.after(&first), &code, &verifier));
    is_refused(token(&bank, &random_name("code"), &verifier));
}

#[test]
fn a_stolen_code_without_its_verifier_buys_nothing() {
    let bank = bank();
    let verifier = verifier(any(43..=128));
    let challenge = challenge_of(&verifier);
    logs_in(&bank, &verifier);
    let stolen = code(&bank, &challenge);
    is_refused(bank.send("POST", "/token", form(&[("code", &stolen)])));
    // Whoever sees the code in an address sees the challenge in the one before.
    for guess in ["", "S256", "null", &challenge, &format!("{challenge}=")] {
        is_refused(exchange(&bank, &challenge, guess));
    }
}

#[test]
fn a_verifier_of_another_login_buys_nothing() {
    let bank = bank();
    let (ana, eve) = (verifier(43), verifier(43));
    let (for_ana, for_eve) = (code(&bank, &challenge_of(&ana)), code(&bank, &challenge_of(&eve)));
    is_refused(token(&bank, &for_ana, &eve));
    let _ = token(&bank, &for_eve, &eve).is_ok().text("/access_token");
}

#[test]
fn a_verifier_that_is_almost_right_is_wrong() {
    let bank = bank();
    let right = verifier(any(60..=100));
    let challenge = challenge_of(&right);
    logs_in(&bank, &right);
    let mut wrong = vec![
        right[1..].to_owned(),
        right[..right.len() - 1].to_owned(),
        right[..43].to_owned(),
        format!("{right}{}", verifier(1)),
    ];
    for place in 0..right.len() {
        let mut signs = right.clone().into_bytes();
        signs[place] = another_sign(signs[place]);
        wrong.push(String::from_utf8(signs).expect("plain letters"));
    }
    for guess in wrong {
        is_refused(exchange(&bank, &challenge, &guess));
    }
}

#[test]
fn nobody_logs_in_without_a_challenge() {
    let bank = bank();
    let verifier = verifier(43);
    logs_in(&bank, &verifier);
    for fields in [
        &[][..],
        &[("code_challenge_method", "S256")],
        &[("code_challenge_method", "S256"), ("code_challenge", "")],
    ] {
        let reply = bank.send("POST", "/authorize", form(fields));
        reply.is_bad_request().has("/error", "invalid_request").is_json();
    }
}

#[test]
fn a_challenge_that_is_almost_right_opens_to_nobody() {
    let bank = bank();
    let verifier = verifier(any(43..=128));
    let challenge = challenge_of(&verifier);
    logs_in(&bank, &verifier);
    let upside_down = |sign: char| match sign.is_uppercase() {
        true => sign.to_ascii_lowercase(),
        false => sign.to_ascii_uppercase(),
    };
    for wrong in [
        challenge[..1].to_owned(),
        challenge[..any(2..=41)].to_owned(),
        challenge[..42].to_owned(),
        challenge.chars().map(upside_down).collect(),
    ] {
        let asked = bank.send("POST", "/authorize", s256(&wrong));
        // To refuse it here is as good.
        if asked.status() == 200 {
            is_refused(token(&bank.after(&asked), &asked.text("/code"), &verifier));
        }
    }
}

#[test]
fn nobody_talks_the_server_out_of_s256() {
    let bank = bank();
    let verifier = verifier(any(43..=128));
    logs_in(&bank, &verifier);
    let random = random_name("S");
    for method in [
        "plain", "PLAIN", "Plain", "", "none", "s256", "S512", "MD5", &random,
    ] {
        for challenge in [&verifier, &challenge_of(&verifier)] {
            let fields = [
                ("code_challenge", &**challenge),
                ("code_challenge_method", method),
            ];
            let reply = bank.send("POST", "/authorize", form(&fields));
            reply.is_bad_request().has("/error", "invalid_request").is_json();
        }
    }
    // The standard's default is plain.
    let reply = bank.send("POST", "/authorize", form(&[("code_challenge", &verifier)]));
    let _ = reply.is_bad_request().has("/error", "invalid_request");
}

#[test]
fn a_verifier_that_is_too_short_or_too_long_is_refused() {
    let bank = bank();
    logs_in(&bank, &verifier(43));
    for length in [0, 1, any(2..=41), 42, 129, any(130..=500)] {
        let verifier = verifier(length);
        is_refused(exchange(&bank, &challenge_of(&verifier), &verifier));
    }
}

#[test]
fn a_verifier_with_any_other_sign_is_refused() {
    let bank = bank();
    logs_in(&bank, &verifier(50));
    for sign in [" ", "+", "/", "=", "é", "ß", "٣", "\n", "\0", "%", ":", "@"] {
        let (before, after) = (any(0..=49), 49);
        let verifier = format!("{}{sign}{}", verifier(before), verifier(after - before));
        is_refused(exchange(&bank, &challenge_of(&verifier), &verifier));
    }
}

fn bank() -> Client {
    Client::new(app()).with("content-type", "application/x-www-form-urlencoded")
}

#[track_caller]
fn logs_in(bank: &Client, verifier: &str) {
    let _ = exchange(bank, &challenge_of(verifier), verifier).is_ok().text("/access_token");
}

/// The code for this challenge, as the app gets it.
#[track_caller]
fn code(bank: &Client, challenge: &str) -> String {
    bank.send("POST", "/authorize", s256(challenge)).is_ok().text("/code")
}

#[track_caller]
fn token(bank: &Client, code: &str, verifier: &str) -> Reply {
    bank.send("POST", "/token", form(&[("code", code), ("code_verifier", verifier)]))
}

/// What this verifier gets for a code that this challenge was shown for.
#[track_caller]
fn exchange(bank: &Client, challenge: &str, verifier: &str) -> Reply {
    let asked = bank.send("POST", "/authorize", s256(challenge)).is_ok();
    token(&bank.after(&asked), &asked.text("/code"), verifier)
}

#[track_caller]
fn is_refused(reply: Reply) {
    reply.is_bad_request().has("/error", "invalid_grant").is_json();
}

fn s256(challenge: &str) -> String {
    form(&[
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
    ])
}

fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |byte: u8| match SIGNS.contains(&byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    let field = |(name, value): &(&str, &str)| {
        format!("{name}={}", value.bytes().map(encoded).collect::<String>())
    };
    fields.iter().map(field).collect::<Vec<_>>().join("&")
}

/// Another one in every run.
fn verifier(length: usize) -> String {
    (0..length).map(|_| char::from(SIGNS[any(0..=SIGNS.len() - 1)])).collect()
}

fn another_sign(sign: u8) -> u8 {
    let place = SIGNS.iter().position(|other| *other == sign).unwrap_or_default();
    SIGNS[(place + any(1..=SIGNS.len() - 1)) % SIGNS.len()]
}

/// What the app on the phone makes of its verifier: the hash, six bits to a letter (RFC 4648, section 5).
fn challenge_of(verifier: &str) -> String {
    let hash = Sha256::digest(verifier);
    let bit = |at: usize| hash.get(at / 8).map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1));
    let six_bits = |letter: usize| (0..6).fold(0, |six, at| six * 2 + bit(letter * 6 + at));
    (0..43).map(|letter| char::from(SIGNS[six_bits(letter)])).collect()
}
