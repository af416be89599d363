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
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use tables::{Reset, Tables};
use tokio::net::TcpListener;

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
    headers: HeaderMap,
    Json(Forgotten { email }): Json<Forgotten>,
) -> StatusCode {
    let tables = &clinic.tables;
    if tables.passwords.lock().unwrap().contains_key(&email) {
        let now = (clinic.now)();
        // TODO: who can know this, besides the owner of the mailbox?
        let token = format!("{:06}", now * 7_919 % 1_000_000);
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.unwrap_or("clinic.example.com");
        let mail = format!("Choose a new password: https://{host}/reset?token={token}");
        tables.outbox.lock().unwrap().push((email.clone(), mail));
        let expires = now + 24 * 60 * 60;
        let reset = Reset {
            email,
            key: token,
            expires,
        };
        tables.resets.lock().unwrap().push(reset);
    }
    StatusCode::ACCEPTED
}

async fn reset(State(clinic): State<Arc<Clinic>>, Json(choice): Json<Choice>) -> StatusCode {
    let tables = &clinic.tables;
    let now = (clinic.now)();
    let resets = tables.resets.lock().unwrap();
    let Some(reset) = resets.iter().find(|reset| reset.key == choice.token && now < reset.expires)
    else {
        return StatusCode::GONE;
    };
    tables.passwords.lock().unwrap().insert(reset.email.clone(), choice.password);
    StatusCode::NO_CONTENT
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
