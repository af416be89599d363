//! Whoever forgot the password gets a link by mail, and chooses a new one with it.
//!
//! From a customer: "The link in your mail led to a page of strangers. I had not even asked for it."
//! From another: "A thief was in my account. I chose a new password, and he was still in."
//! From the security team: "A backup of your tables was stolen, and every open link with it. But guessing is quicker."
//!
//! The documentation promises:
//!
//! | | |
//! |---|---|
//! | POST /forgot `{"email"}` | always 202. Who has an account gets a mail with `https://clinic.example.com/reset?token=...` |
//! | POST /reset `{"token", "password"}` | 204, and the new password counts |
//! | a token | 256 random bits, of letters, digits, `-` and `_`. What the table keeps of it opens nothing, and fits no other |
//! | it works | once, and for 15 minutes: 14:59 later it does, 15:00 later it does not. Otherwise 410. A newer mail may end it, too |
//! | a new password | ends all sessions of this account, and all other links to it |
//!
//! The tests call `app` with the tables and a clock, read the mails, and look into the tables as a thief would.

#[cfg(test)]
mod tests;

mod tables;

use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tables::{Reset, Tables};
use tokio::net::TcpListener;

/// From the configuration, never from a request: whoever sends one may name any host.
const PAGE: &str = "https://clinic.example.com/reset";
const LIFETIME: u64 = 15 * 60;

#[derive(Deserialize)]
struct Forgotten {
    email: String,
}

#[derive(Deserialize)]
struct Choice {
    token: String,
    password: String,
}

struct Clinic {
    tables: Arc<Tables>,
    /// Seconds since 1970.
    now: Box<dyn Fn() -> u64 + Send + Sync>,
}

fn app(tables: Arc<Tables>, now: impl Fn() -> u64 + Send + Sync + 'static) -> Router {
    let clinic = Clinic {
        tables: tables.clone(),
        now: Box::new(now),
    };
    Router::new()
        .route("/forgot", post(forgot))
        .route("/reset", post(reset))
        .with_state(Arc::new(clinic))
        .merge(tables::routes(tables))
}

async fn forgot(
    State(clinic): State<Arc<Clinic>>,
    Json(Forgotten { email }): Json<Forgotten>,
) -> StatusCode {
    let tables = &clinic.tables;
    if tables.passwords.lock().unwrap().contains_key(&email) {
        let token = random_token();
        let mail = format!("Choose a new password: {PAGE}?token={token}");
        let reset = Reset {
            email: email.clone(),
            key: key_of(&token),
            expires: (clinic.now)() + LIFETIME,
        };
        tables.resets.lock().unwrap().push(reset);
        // Last: whoever gets the link may follow it at once.
        tables.outbox.lock().unwrap().push((email, mail));
    }
    StatusCode::ACCEPTED
}

async fn reset(State(clinic): State<Arc<Clinic>>, Json(choice): Json<Choice>) -> StatusCode {
    let tables = &clinic.tables;
    let (key, now) = (key_of(&choice.token), (clinic.now)());
    // One lock from the look to the removal: nobody else uses the link in between.
    let mut resets = tables.resets.lock().unwrap();
    let Some(reset) = resets.iter().find(|reset| reset.key == key && now < reset.expires) else {
        return StatusCode::GONE;
    };
    let email = reset.email.clone();
    resets.retain(|reset| reset.email != email && now < reset.expires);
    tables.sessions.lock().unwrap().retain(|_, owner| *owner != email);
    tables.passwords.lock().unwrap().insert(email, choice.password);
    StatusCode::NO_CONTENT
}

fn random_token() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    hex(&bytes)
}

/// What the table knows of a token. A fast hash without a salt will do: nobody tries 256 random bits.
fn key_of(token: &str) -> String {
    hex(&Sha256::digest(token))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::main]
async fn main() {
    let tables = Tables::default();
    let ana = ("ana@example.com".to_owned(), "correct horse".to_owned());
    tables.passwords.lock().unwrap().extend([ana]);
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/me", listener.local_addr().unwrap());
    axum::serve(listener, app(tables.into(), seconds)).await.unwrap();
}

fn seconds() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}
