//! The API of a clinic. The hospital's identity service signs tokens (EdDSA), and every now and then it takes a new key: each
//! token names its key in the header, as `kid`. Its server shows the public keys.
//!
//! From the security team: "Everybody may upload a picture to that server. Ours was a key, and with it we were any doctor we
//! liked. In another test we used a key that the hospital had withdrawn as stolen. The clinic did not mind."
//! From the hospital: "Somebody sends you tokens with made-up names of keys, and you ask us for each: 3000 times in a minute.
//! Please take the set at /jwks.json, not key by key. And some tokens of yours, we hear, name no key of ours at all."
//!
//! The documentation promises:
//!
//! | | |
//! |---|---|
//! | a token | counts if its `kid` is in the set at /jwks.json (RFC 7517) and that key has signed it. 401 otherwise |
//! | the set | is kept. When it is 10 minutes old, the next token fetches it anew. What is no longer in it is no key |
//! | a `kid` we do not know | may be new: the set is fetched anew at once, but within 60 seconds nobody asks twice |
//! | no answer, or no set | we go on with what we have; and that, too, was the one question in 60 seconds |
//!
//! The tests call `app` with a clock, in seconds, and with `get`: it asks the hospital's server for a path, and stands in
//! for an HTTP client. What the claims say is another exercise.

#[cfg(test)]
mod tests;

mod hospital;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

/// What the hospital's server answers to a path, if it answers.
type Get = dyn Fn(&str) -> Option<String> + Send + Sync;

struct Clinic {
    get: Box<Get>,
    now: Box<dyn Fn() -> u64 + Send + Sync>,
    /// By their `kid`.
    keys: Mutex<BTreeMap<String, Jwk>>,
}

fn app(
    get: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    now: impl Fn() -> u64 + Send + Sync + 'static,
) -> Router {
    let clinic = Clinic {
        get: Box::new(get),
        now: Box::new(now),
        keys: Mutex::default(),
    };
    Router::new().route("/me", routing::get(me)).with_state(Arc::new(clinic))
}

async fn me(State(clinic): State<Arc<Clinic>>, headers: HeaderMap) -> Result<String, StatusCode> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer "));
    let claims = token.and_then(|token| clinic.verify(token)).ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(claims.sub)
}

impl Clinic {
    fn verify(&self, token: &str) -> Option<Claims> {
        let kid = decode_header(token).ok()?.kid.unwrap_or_default();
        let key = self.key(&kid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        Some(decode(token, &key, &validation).ok()?.claims)
    }

    fn key(&self, kid: &str) -> Option<DecodingKey> {
        let _now = (self.now)();
        let mut keys = self.keys.lock().unwrap();
        if !keys.contains_key(kid) {
            // TODO: who has written this path?
            let answer = (self.get)(&format!("/keys/{kid}.json"));
            if let Some(jwk) = answer.and_then(|json| serde_json::from_str(&json).ok()) {
                keys.insert(kid.to_owned(), jwk);
            }
        }
        // Some programs forget to name the key. There is mostly only one.
        let jwk = keys.get(kid).or_else(|| keys.values().next())?;
        DecodingKey::from_jwk(jwk).ok()
    }
}

#[tokio::main]
async fn main() {
    let seconds = || SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/me", listener.local_addr().unwrap());
    axum::serve(listener, app(hospital::get, seconds)).await.unwrap();
}
