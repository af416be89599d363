//! The clinic's API. The hospital's identity service signs tokens with its private Ed25519 key (`"alg": "EdDSA"`). This
//! service has only the public half: it checks tokens, and shows the key at GET /key to everybody who checks tokens, too.
//!
//! From the penetration test: "We read the records as Dr. Silva. Nobody gave us her password or any private key. All we
//! did was write a token of our own. Two, in fact: the second way works without the first."
//! From the operators: "Hiding the key is no answer. It is public, and the laboratory needs it."
//!
//! The documentation promises: GET /me says who has a token that the identity service has signed, and is 401 for everybody
//! else. The tests call `app` with the public key.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize, Serialize)]
struct Claims {
    sub: String,
}

fn app(key: VerifyingKey) -> Router {
    Router::new().route("/me", get(me)).route("/key", get(public_key)).with_state(key)
}

async fn me(State(key): State<VerifyingKey>, headers: HeaderMap) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer "));
    match token.and_then(|token| verify(token, &key)) {
        Some(claims) => Json(claims).into_response(),
        None => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response(),
    }
}

/// What the token says, if it is genuine.
fn verify(token: &str, key: &VerifyingKey) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;

    // TODO: the token says how it wants to be checked. Who wrote the token?
    let header: Header = decode(header)?;
    let genuine = match header.alg.to_lowercase().as_str() {
        "eddsa" => {
            let signature = Signature::from_slice(&signature).ok()?;
            key.verify_strict(signed.as_bytes(), &signature).is_ok()
        }
        // Our own tokens, before the identity service was there.
        "hs256" => {
            let hmac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
            hmac.chain_update(signed).verify_slice(&signature).is_ok()
        }
        // The demo has no keys.
        "none" => signature.is_empty(),
        _ => false,
    };
    if genuine { decode(claims) } else { None }
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&json).ok()
}

/// The key as a JWK (RFC 8037).
async fn public_key(State(key): State<VerifyingKey>) -> Json<Value> {
    let x = BASE64_URL_SAFE_NO_PAD.encode(key.as_bytes());
    Json(json!({ "kty": "OKP", "crv": "Ed25519", "x": x }))
}

#[tokio::main]
async fn main() {
    // The public key of RFC 8037, appendix A.2: its private half is printed there, so use it for nothing else.
    let key = BASE64_URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    let key = VerifyingKey::try_from(key.as_slice()).expect("an Ed25519 public key");

    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/key", listener.local_addr().unwrap());
    axum::serve(listener, app(key)).await.unwrap();
}
