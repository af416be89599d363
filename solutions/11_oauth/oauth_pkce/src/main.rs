//! The bank's login for its app on the phone. The app asks for a code, and then for a token in return.
//!
//! From the app team: "S256 never works with your server. Plain does, so all of us use that now."
//! From the security team: "Any app on a phone can claim the link that brings the code, and so one of them had it, and with
//! it a token. Your check did not stop it: with plain, all that it takes is written in the address before. And whoever says
//! nothing of a challenge is not asked for anything later."
//!
//! The documentation promises, with PKCE (RFC 7636) for everybody:
//!
//! | | gets | or 400 and the error |
//! |---|---|---|
//! | `POST /authorize`, `code_challenge`, `code_challenge_method=S256` | a `code` | `invalid_request`: no challenge or an empty one, another method or none |
//! | `POST /token`, `code`, `code_verifier` | an `access_token` | `invalid_grant`: anything else but the code's own verifier |
//!
//! A verifier has 43 to 128 letters, digits, `-`, `.`, `_`, `~`. Its challenge is the SHA-256 of it in base64url without
//! padding. A code buys one token. Requests are forms, replies are JSON. That the code comes back through a browser is the
//! next exercise; here it is in the reply, and nothing leaves this process. The tests call `app`.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, Json, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Authorization {
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

#[derive(Deserialize)]
struct Exchange {
    code: String,
    code_verifier: Option<String>,
}

/// The challenges, by code.
type Codes = Arc<Mutex<HashMap<String, String>>>;

/// RFC 6749, section 5.2.
struct Refusal(&'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}

fn app() -> Router {
    Router::new()
        .route("/authorize", post(authorize))
        .route("/token", post(token))
        .with_state(Codes::default())
}

async fn authorize(
    State(codes): State<Codes>,
    Form(form): Form<Authorization>,
) -> Result<Json<Value>, Refusal> {
    // The standard's default is plain, and plain protects from nobody who sees the request.
    let is_s256 = form.code_challenge_method.as_deref() == Some("S256");
    let challenge = form.code_challenge.filter(|challenge| is_s256 && !challenge.is_empty());
    let challenge = challenge.ok_or(Refusal("invalid_request"))?;
    let code = random();
    codes.lock().unwrap().insert(code.clone(), challenge);
    Ok(Json(json!({ "code": code })))
}

async fn token(
    State(codes): State<Codes>,
    Form(form): Form<Exchange>,
) -> Result<Json<Value>, Refusal> {
    let challenge = codes.lock().unwrap().remove(&form.code);
    let verifier = form.code_verifier.filter(|verifier| is_verifier(verifier));
    match (challenge, verifier) {
        // The challenge was no secret, so how long it takes to compare it tells nobody anything.
        (Some(challenge), Some(verifier)) if s256(&verifier) == challenge => {
            Ok(Json(json!({ "access_token": random(), "token_type": "Bearer" })))
        }
        _ => Err(Refusal("invalid_grant")),
    }
}

/// Shorter ones can be guessed: whoever has seen the challenge tries them at home, as fast as SHA-256 is.
fn is_verifier(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

fn s256(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

fn random() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/authorize", listener.local_addr().unwrap());
    axum::serve(listener, app()).await.unwrap();
}
