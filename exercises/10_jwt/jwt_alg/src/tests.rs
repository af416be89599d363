use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};
use support::{Client, Reply, any, random_name};

use super::app;

#[test]
fn a_doctor_with_a_genuine_token_is_let_in() {
    let hospital = Hospital::new();
    for header in [
        json!({ "alg": "EdDSA" }),
        json!({ "alg": "EdDSA", "typ": "JWT" }),
        json!({ "alg": "EdDSA", "kid": random_name("key") }),
    ] {
        let doctor = doctor();
        let token = hospital.sign(&header, &json!({ "sub": doctor, "iat": any(1..=99) }));
        hospital.me(&token).is_ok().has("/sub", doctor);
    }
}

#[test]
fn everybody_may_see_the_public_key() {
    let hospital = Hospital::new();
    let x = base64url(hospital.key.verifying_key().as_bytes());
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
    hospital.api.get("/key").is_ok().has("", key);
}

#[test]
fn a_visitor_without_a_token_stays_outside() {
    let hospital = Hospital::new();
    hospital.api.get("/me").has_status(401);
    for nothing in ["", ".", "..", "x", "x.y.z"] {
        hospital.refuses(nothing);
    }
    let genuine = &hospital.genuine;
    let (signed, signature) = genuine.rsplit_once('.').expect("a dot");
    for piece in [
        signed,
        signature,
        &format!("{signed}."),
        &format!("{genuine}."),
    ] {
        hospital.refuses(piece);
    }
}

#[test]
fn a_token_that_somebody_rewrote_is_refused() {
    let hospital = Hospital::new();
    let (_, signature) = hospital.genuine.rsplit_once('.').expect("a dot");
    let rewritten = unsigned(&json!({ "alg": "EdDSA" }), &json!({ "sub": doctor() }));
    hospital.refuses(&format!("{rewritten}.{signature}"));
}

#[test]
fn a_token_of_somebody_elses_key_is_refused_whoever_vouches_for_it() {
    let (hospital, forger) = (Hospital::new(), Hospital::new());
    let x = base64url(forger.key.verifying_key().as_bytes());
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
    for header in [
        json!({ "alg": "EdDSA" }),
        json!({ "alg": "EdDSA", "jwk": jwk }),
        json!({ "alg": "EdDSA", "jku": "https://eve.example.net/keys", "kid": "1" }),
        json!({ "alg": "EdDSA", "x5c": [x] }),
    ] {
        hospital.refuses(&forger.sign(&header, &json!({ "sub": doctor() })));
    }
}

#[test]
fn a_token_that_wants_no_signature_is_refused() {
    let hospital = Hospital::new();
    let some_case = "none".chars().map(|letter| match any(0..=1) {
        0 => letter.to_ascii_uppercase(),
        _ => letter,
    });
    let some_case: String = some_case.collect();
    for alg in [
        "none",
        "None",
        "NONE",
        "nOnE",
        &some_case,
        " none",
        "none ",
        "",
        "null",
        &random_name("alg"),
    ] {
        hospital.refuses_unsigned(&json!({ "alg": alg }));
    }
}

#[test]
fn a_token_without_an_algorithm_is_refused() {
    let hospital = Hospital::new();
    for header in [
        json!({}),
        json!({ "typ": "JWT" }),
        json!({ "alg": null }),
        json!({ "alg": false }),
        json!({ "alg": 0 }),
        json!({ "alg": [] }),
        json!({ "alg": ["none"] }),
        json!({ "alg": { "EdDSA": "none" } }),
        json!({ "ALG": "none" }),
        json!({ "alg": "EdDSA" }),
    ] {
        hospital.refuses_unsigned(&header);
    }
}

#[test]
fn a_token_made_with_the_public_key_as_a_password_is_refused() {
    let hospital = Hospital::new();
    for password in hospital.public_key_in_all_spellings() {
        for alg in [
            "HS256", "hs256", "Hs256", "HS384", "hs384", "HS512", "hs512", "EdDSA", "none",
        ] {
            let forged = unsigned(&json!({ "alg": alg }), &json!({ "sub": doctor() }));
            let signature = match alg.to_uppercase().as_str() {
                "HS384" => hmac::<Hmac<Sha384>>(&password, &forged),
                "HS512" => hmac::<Hmac<Sha512>>(&password, &forged),
                _ => hmac::<Hmac<Sha256>>(&password, &forged),
            };
            hospital.refuses(&format!("{forged}.{signature}"));
        }
    }
}

/// The identity service, the only one who has the private key; and the API that trusts it.
struct Hospital {
    key: SigningKey,
    api: Client,
    /// A doctor's token.
    genuine: String,
}

impl Hospital {
    /// Whose API lets a doctor in.
    #[track_caller]
    fn new() -> Self {
        let key = SigningKey::from_bytes(&[(); 32].map(|()| any(0..=u8::MAX)));
        let mut hospital = Self {
            api: Client::new(app(key.verifying_key())),
            key,
            genuine: String::new(),
        };
        hospital.genuine = hospital.sign(&json!({ "alg": "EdDSA" }), &json!({ "sub": doctor() }));
        hospital.me(&hospital.genuine).is_ok();
        hospital
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let token = unsigned(header, claims);
        let signature = self.key.sign(token.as_bytes());
        format!("{token}.{}", base64url(&signature.to_bytes()))
    }

    fn me(&self, token: &str) -> Reply {
        let client = self.api.with("authorization", &format!("Bearer {token}"));
        client.noting(&readable(token)).get("/me")
    }

    #[track_caller]
    fn refuses(&self, forged: &str) {
        self.me(forged).has_status(401);
    }

    #[track_caller]
    fn refuses_unsigned(&self, header: &Value) {
        let forged = unsigned(header, &json!({ "sub": doctor() }));
        let (_, signature) = self.genuine.rsplit_once('.').expect("a dot");
        let bytes: Vec<u8> = (0..any(1..=64)).map(|_| any(0..=u8::MAX)).collect();
        for signature in ["", signature, &base64url(&bytes), &base64url(&[0; 64])] {
            self.refuses(&format!("{forged}.{signature}"));
        }
    }

    /// As a forger finds it at GET /key, and as programs keep it or make a password of it.
    fn public_key_in_all_spellings(&self) -> Vec<Vec<u8>> {
        let jwk = self.api.get("/key").is_ok();
        let x = jwk.text("/x");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&x).expect("a base64url key");
        // A SubjectPublicKeyInfo (RFC 8410).
        let der = [
            &[
                0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
            ],
            &bytes[..],
        ]
        .concat();
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            BASE64_STANDARD.encode(&der)
        );
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let spellings = vec![
            bytes.clone(),
            x.clone().into_bytes(),
            BASE64_STANDARD.encode(&bytes).into_bytes(),
            hex.into_bytes(),
            der,
            pem.trim_end().into(),
            pem.into_bytes(),
            jwk.value("").to_string().into_bytes(),
            Vec::new(),
        ];
        let hashes: Vec<_> = spellings.iter().map(|one| Sha256::digest(one).to_vec()).collect();
        [spellings, hashes].concat()
    }
}

/// The header and the claims of a token.
fn readable(token: &str) -> String {
    let parts = token.split('.').take(2).map(|part| BASE64_URL_SAFE_NO_PAD.decode(part));
    let parts: Vec<_> =
        parts.flatten().map(|part| String::from_utf8_lossy(&part).into_owned()).collect();
    parts.join(" ")
}

fn doctor() -> String {
    random_name("Dr. Silva")
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |json: &Value| base64url(json.to_string().as_bytes());
    format!("{}.{}", part(header), part(claims))
}

fn hmac<M: Mac + KeyInit>(password: &[u8], signed: &str) -> String {
    let hmac = <M as KeyInit>::new_from_slice(password).expect("a key of any length will do");
    base64url(&hmac.chain_update(signed).finalize().into_bytes())
}

fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
