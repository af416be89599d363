//! The clinic's accounts: a user signs up with a name and a password, and logs in with them.
//!
//! From a stranger: "Here is your table of users. I read 9 of 10 passwords in an hour, and each of them once for everybody
//! who has it."
//! From operations: "We tried a slower hash. While it worked, the whole service stood still, also for those who asked for
//! nothing but /health."
//!
//! The documentation promises: what is stored of a password is its Argon2id hash as a PHC string, `$argon2id$v=19$m=...`,
//! with a salt of its own. A hash costs `cost`. When that has risen, a hash that cost less (less memory, or fewer iterations)
//! is replaced as soon as its owner logs in; every other hash is left alone. The service goes on answering while it hashes.
//!
//! The tests call `app` with a table and a cost, and look into the table. Names that are taken are another exercise.

#[cfg(test)]
mod tests;

mod users;

use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::task;
use users::{Cost, Users};

#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
}

type Service = (Arc<Users>, Cost);

fn app(users: Arc<Users>, cost: Cost) -> Router {
    Router::new()
        .route("/users", post(sign_up))
        .route("/login", post(log_in))
        .route("/health", get(async || "ok"))
        .with_state((users, cost))
}

async fn sign_up(
    State((users, cost)): State<Service>,
    Json(user): Json<Credentials>,
) -> StatusCode {
    let hash = hashing(move || hash(&user.password, cost)).await;
    users.save(&user.name, &hash);
    StatusCode::CREATED
}

async fn log_in(State((users, cost)): State<Service>, Json(user): Json<Credentials>) -> StatusCode {
    let Some(stored) = users.hash_of(&user.name) else {
        return StatusCode::UNAUTHORIZED;
    };
    let checked = hashing(move || check(&user.password, &stored, cost)).await;
    let Some(replacement) = checked else {
        return StatusCode::UNAUTHORIZED;
    };
    if let Some(hash) = replacement {
        users.save(&user.name, &hash);
    }
    StatusCode::NO_CONTENT
}

/// Hashing is work, not waiting: it would keep a thread of the runtime from everybody else.
async fn hashing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    task::spawn_blocking(work).await.expect("hashing does not panic")
}

fn argon2(cost: Cost) -> Argon2<'static> {
    let params = Params::new(cost.memory, cost.iterations, 1, None);
    let params = params.expect("a cost that Argon2 knows");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str, cost: Cost) -> String {
    let hash = argon2(cost).hash_password(password.as_bytes());
    hash.expect("the system has random bytes for a salt").to_string()
}

/// None if the password is wrong. If it is right, a new hash in case the stored one has become too cheap.
fn check(password: &str, stored: &str, cost: Cost) -> Option<Option<String>> {
    let stored = PasswordHash::new(stored).ok()?;
    // The stored hash says itself what it cost, so older ones still verify.
    Argon2::default().verify_password(password.as_bytes(), &stored).ok()?;
    let paid = Params::try_from(&stored).ok()?;
    let too_cheap = paid.m_cost() < cost.memory || paid.t_cost() < cost.iterations;
    Some(too_cheap.then(|| hash(password, cost)))
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/health", listener.local_addr().unwrap());
    axum::serve(listener, app(Arc::default(), Cost::TODAY)).await.unwrap();
}
