//! The streaming service's accounts: sign up with a name and a password, log in with them.
//!
//! From a user: "My password manager makes 40 letters. You say that is too long. With 16 of them I get in, even if the
//! rest is wrong!"
//! From another: "I like sentences, in Greek. You want a digit, and then I cannot log in."
//! From the security team: "Half of the users have Password1 or something like it. It passes all of our rules."
//!
//! The documentation promises: a password has 8 characters or more, and may have up to 128 of any kind, with no rule on
//! which. It counts exactly as it was sent. One from the list in common.rs, in whatever case, is refused. A refusal is 422, and its
//! `error` says why: the first of `too_short`, `too_long`, `too_common` that is true.
//!
//! The tests call `app`. Names that are taken are another exercise.

#[cfg(test)]
mod tests;

mod common;

use std::collections::HashMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
}

/// Passwords by name. Hashes are another exercise.
type Users = Arc<Mutex<HashMap<String, String>>>;

fn app() -> Router {
    let users = Users::default();
    Router::new()
        .route("/users", post(sign_up))
        .route("/login", post(log_in))
        .with_state(users)
}

async fn sign_up(
    State(users): State<Users>,
    Json(user): Json<Credentials>,
) -> Result<StatusCode, (StatusCode, Json<Value>)> {
    if let Err(error) = check(user.password.trim()) {
        return Err((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": error }))));
    }
    users.lock().unwrap().insert(user.name, stored(&user.password));
    Ok(StatusCode::CREATED)
}

async fn log_in(State(users): State<Users>, Json(user): Json<Credentials>) -> StatusCode {
    match users.lock().unwrap().get(&user.name) {
        Some(password) if *password == stored(&user.password) => StatusCode::NO_CONTENT,
        _ => StatusCode::UNAUTHORIZED,
    }
}

// TODO: which of these rules make a password harder to guess, and which only harder to have?
fn check(password: &str) -> Result<(), &'static str> {
    if password.len() < 6 {
        return Err("too_short");
    }
    if password.len() > 40 {
        return Err("too_long");
    }
    let has = |kind: fn(char) -> bool| password.contains(kind);
    if !has(|c| c.is_ascii_digit()) || !has(|c| c.is_ascii_uppercase()) {
        return Err("needs_a_digit_and_a_capital");
    }
    Ok(())
}

/// As the table keeps it: the column is a `VARCHAR(16)`.
fn stored(password: &str) -> String {
    password.trim().chars().filter(char::is_ascii).take(16).collect()
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/login", listener.local_addr().unwrap());
    axum::serve(listener, app()).await.unwrap();
}
