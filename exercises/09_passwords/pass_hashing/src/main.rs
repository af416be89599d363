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

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
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
    State((users, _cost)): State<Service>,
    Json(user): Json<Credentials>,
) -> StatusCode {
    users.save(&user.name, &hash(&user.password));
    StatusCode::CREATED
}

async fn log_in(
    State((users, _cost)): State<Service>,
    Json(user): Json<Credentials>,
) -> StatusCode {
    match users.hash_of(&user.name) {
        Some(stored) if stored == hash(&user.password) => StatusCode::NO_CONTENT,
        _ => StatusCode::UNAUTHORIZED,
    }
}

// TODO: how many of these can a thief try in a second?
fn hash(password: &str) -> String {
    let hash = Sha256::digest(password);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/health", listener.local_addr().unwrap());
    axum::serve(listener, app(Arc::default(), Cost::TODAY)).await.unwrap();
}
