use std::panic::catch_unwind;

use base64::Engine;
use base64::prelude::{
    BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD,
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use support::{any, expect, fail, random_name};

use super::{sign, verify};

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[test]
fn what_we_sign_we_can_read() {
    let key = key(32);
    for _ in 0..20 {
        let claims = claims();
        says(&sign(&claims, &key), &key, &claims);
    }
}

#[test]
fn a_token_fits_into_a_link() {
    for _ in 0..20 {
        let token = sign(&claims(), &key(32));
        if let Some(letter) =
            token.bytes().find(|letter| !LETTERS.contains(letter) && *letter != b'.')
        {
            let got = format_args!("{:?} in {token}", char::from(letter));
            fail("sign(claims, key)", "letters, digits, - and _, with dots between", got);
        }
    }
}

#[test]
fn the_example_of_the_rfc_is_genuine() {
    // RFC 7515, appendix A.1. Mind the line breaks in its JSON.
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
        dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let key =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let key = BASE64_URL_SAFE_NO_PAD.decode(key).expect("the key is base64url");
    let claims = json!({ "iss": "joe", "exp": 1_300_819_380, "http://example.com/is_root": true });
    says(token, &key, &object(claims));
}

#[test]
fn other_libraries_write_their_json_as_they_like() {
    let (key, reader, books) = (key(32), random_name("Ana"), any(11..=99));
    let claims = object(json!({ "sub": reader, "books": books, "fee": 1.5 }));
    for header in [
        r#"{"alg":"HS256"}"#,
        r#"{"typ":"JWT","alg":"HS256"}"#,
        r#"{ "alg" : "HS256" }"#,
        "{\r\n\t\"cty\": \"x\",\r\n\t\"alg\": \"HS256\"\r\n}\n",
    ] {
        for written in [
            format!(r#"{{"sub":"{reader}","fee":1.5,"books":{books}}}"#),
            format!(r#"{{"books": {books}, "fee": 1.50, "sub": "{reader}"}}"#),
            format!(
                "{{\n  \"fee\": 15e-1,\n  \"books\": {books},\n  \"sub\": \"\\u0041{}\"\n}}\n",
                &reader[1..]
            ),
        ] {
            says(&Written::url_safe(header, &written).signed(&key), &key, &claims);
        }
    }
}

#[test]
fn other_libraries_can_read_our_tokens() {
    for length in [1, 32, 64, 65, any(66..=200)] {
        let (key, claims) = (key(length), claims());
        let token = sign(&claims, &key);
        let parts: Vec<_> = token.split('.').collect();
        let &[header, told, _] = &parts[..] else {
            fail("sign(claims, key)", "three parts", token)
        };
        for (part, key, value) in [
            (header, "alg", &json!("HS256")),
            (told, "sub", &claims["sub"]),
        ] {
            let json = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
            let json: Value = serde_json::from_slice(&json).unwrap_or_default();
            expect(format_args!("{key} in {part}"), value, &json[key]);
        }
        let signed = Written {
            header: header.to_owned(),
            claims: told.to_owned(),
        };
        expect("sign(claims, key)", signed.signed(&key), token);
    }
}

#[test]
fn an_edited_token_says_nothing() {
    let key = key(32);
    let token = sign(&claims(), &key);
    let last = token.len() - 1;
    for at in 0..=last {
        // The last letter of a signature has two bits to spare: nobody may play with them.
        let others = if at == last {
            LETTERS
        } else {
            &[*pick(LETTERS), b'.', b'=']
        };
        for other in others.iter().filter(|other| **other != token.as_bytes()[at]) {
            let mut edited = token.clone();
            edited.replace_range(at..=at, char::from(*other).encode_utf8(&mut [0; 4]));
            says_nothing(&edited, &key);
        }
    }
}

#[test]
fn somebody_elses_claims_do_not_fit_our_signature() {
    let key = key(32);
    let (ours, theirs) = (sign(&claims(), &key), sign(&claims(), &key));
    let (_, signature) = ours.rsplit_once('.').expect("a dot");
    let (signed, _) = theirs.rsplit_once('.').expect("a dot");
    says_nothing(&format!("{signed}.{signature}"), &key);
}

#[test]
fn a_token_of_another_key_says_nothing() {
    let (ours, claims) = (key(32), claims());
    for other in [
        key(32),
        key(0),
        ours[1..].to_vec(),
        [&ours[..], b"x"].concat(),
    ] {
        says_nothing(&sign(&claims, &other), &ours);
    }
}

#[test]
fn half_a_token_says_nothing_nor_does_one_and_a_half() {
    let key = key(32);
    let token = sign(&claims(), &key);
    let parts: Vec<_> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        fail("sign(claims, key)", "three parts", token)
    };
    for odd in [
        String::new(),
        header.to_owned(),
        format!("{header}.{claims}"),
        format!("{header}.{claims}."),
        format!("{header}.{signature}"),
        format!("{claims}.{signature}"),
        format!("{header}..{signature}"),
        format!(".{claims}.{signature}"),
        format!("..{signature}"),
        "..".to_owned(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{}", pick(&[header, claims, signature])),
        format!("{token}.{token}"),
        format!("{header}.{token}"),
    ] {
        says_nothing(&odd, &key);
    }
}

#[test]
fn a_piece_of_a_signature_is_none() {
    let key = key(32);
    let token = sign(&claims(), &key);
    let (signed, signature) = token.rsplit_once('.').expect("a dot");
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    for length in 0..bytes.len() {
        let piece = BASE64_URL_SAFE_NO_PAD.encode(&bytes[..length]);
        says_nothing(&format!("{signed}.{piece}"), &key);
    }
    let more = BASE64_URL_SAFE_NO_PAD.encode([&bytes[..], &[0]].concat());
    says_nothing(&format!("{signed}.{more}"), &key);
}

#[test]
fn blanks_are_no_part_of_a_token() {
    let key = key(32);
    let token = sign(&claims(), &key);
    for blank in [" ", "\n", "\r\n", "\t", "\u{3000}", "\0"] {
        says_nothing(&format!("{token}{blank}"), &key);
        says_nothing(&format!("{blank}{token}"), &key);
        says_nothing(&token.replacen('.', &format!(".{blank}"), 1), &key);
        says_nothing(&token.replace('.', &format!("{blank}.")), &key);
    }
}

#[test]
fn other_kinds_of_base64_are_no_token_whoever_has_signed_them() {
    let key = key(32);
    // Text of which each kind makes something else.
    let claims = format!(r#"{{"sub":"{}","x":"~~~???~~~???"}}"#, random_name("Ana"));
    let claims = [
        claims.clone(),
        claims.replace("Ana", "Anna"),
        claims.replace("Ana", "Annna"),
    ];
    for claims in claims {
        let good = Written::url_safe(HEADER, &claims);
        for other in [
            BASE64_STANDARD.encode(&claims),
            BASE64_STANDARD_NO_PAD.encode(&claims),
            BASE64_URL_SAFE.encode(&claims),
        ] {
            if other != good.claims {
                let written = Written {
                    header: good.header.clone(),
                    claims: other,
                };
                says_nothing(&written.signed(&key), &key);
            }
        }
        let token = good.signed(&key);
        says_nothing(&format!("{token}="), &key);
        if token.contains(['-', '_']) {
            says_nothing(&token.replace('-', "+").replace('_', "/"), &key);
        }
        verify(&token, &key).unwrap_or_else(|| fail(story(&token), "what it says", "None"));
    }
}

#[test]
fn a_header_and_claims_are_objects_and_the_header_says_hs256() {
    let (key, claims) = (key(32), Value::from(claims()).to_string());
    for header in [
        "{}",
        "[]",
        "null",
        r#""HS256""#,
        "",
        "{",
        r#"{"alg":"none"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"typ":"HS256"}"#,
        r#"{"alg":"HS256"}{}"#,
        &format!(r#"{{"alg":"HS{}"}}"#, any(257..=383)),
    ] {
        says_nothing(&Written::url_safe(header, &claims).signed(&key), &key);
    }
    for claims in [
        "[]",
        "null",
        "7",
        r#""sub""#,
        "",
        "{",
        &format!("[{claims}]"),
        &claims[1..],
        &format!("{claims},"),
    ] {
        says_nothing(&Written::url_safe(HEADER, claims).signed(&key), &key);
    }
}

/// The first two parts of a token.
struct Written {
    header: String,
    claims: String,
}

impl Written {
    fn url_safe(header: &str, claims: &str) -> Self {
        Self {
            header: BASE64_URL_SAFE_NO_PAD.encode(header),
            claims: BASE64_URL_SAFE_NO_PAD.encode(claims),
        }
    }

    fn signed(&self, key: &[u8]) -> String {
        let signed = format!("{}.{}", self.header, self.claims);
        let hmac = Hmac::<Sha256>::new_from_slice(key).expect("a key").chain_update(&signed);
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(hmac.finalize().into_bytes()))
    }
}

fn key(length: usize) -> Vec<u8> {
    (0..length).map(|_| any(0..=u8::MAX)).collect()
}

/// What a reader may do, of some other length every time.
fn claims() -> Map<String, Value> {
    let reader = random_name("Ana");
    let books = "✓".repeat(any(0..=9));
    object(
        json!({ "sub": reader, "books": books, "until": any(2_000_000_000..=2_100_000_000_u32) }),
    )
}

fn object(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(object) => object,
        other => fail("a test's claims", "an object", other),
    }
}

fn pick<T>(values: &[T]) -> &T {
    &values[any(0..=values.len() as u64 - 1) as usize]
}

#[track_caller]
fn says(token: &str, key: &[u8], claims: &Map<String, Value>) {
    match verify(token, key) {
        Some(got) if got == *claims => {}
        Some(got) => fail(story(token), Value::from(claims.clone()), Value::from(got)),
        None => fail(story(token), Value::from(claims.clone()), "None"),
    }
}

#[track_caller]
fn says_nothing(token: &str, key: &[u8]) {
    match catch_unwind(|| verify(token, key)) {
        Ok(None) => {}
        Ok(Some(got)) => fail(story(token), "None", Value::from(got)),
        Err(_) => fail(story(token), "None", "a panic, see above"),
    }
}

fn story(token: &str) -> String {
    format!("verify({token:?}, key)")
}
