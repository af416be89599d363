//! The clinic's patients log in with their email address and a password.
//!
//! From a patient: "My employer typed my address into your login, and then he knew that I am a patient here."
//! From the security team: "We put a million addresses into it. It told us which of them you know: by what it said, and
//! after we had made it say the same, by how long it thought."
//!
//! The documentation promises:
//!
//! | | who knows the password | anybody else, with any address |
//! |---|---|---|
//! | POST /login | 204, or 403 if the account is closed | 401 `{"error":"wrong email or password"}` |
//! | POST /forgot | 202, and a mail to whoever has an account that is not closed | 202 |
//!
//! The 202 has no body. Nobody else learns from an answer, or from the work behind it, whether there is an account.
//!
//! The tests call `app` with a table and a hasher. The hasher counts what it works; the cost is another one each time.

#[cfg(test)]
mod tests;

mod hasher;
mod users;

use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use hasher::Hasher;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task;
use users::{User, Users};

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
}

#[derive(Deserialize)]
struct Forgotten {
    email: String,
}

struct Clinic {
    users: Arc<Users>,
    hasher: Arc<Hasher>,
}

type Refusal = (StatusCode, Json<Value>);

fn app(users: Arc<Users>, hasher: Arc<Hasher>) -> Router {
    let clinic = Clinic { users, hasher };
    Router::new()
        .route("/login", post(log_in))
        .route("/forgot", post(forgot))
        .with_state(Arc::new(clinic))
}

async fn log_in(
    State(clinic): State<Arc<Clinic>>,
    Json(login): Json<Credentials>,
) -> Result<StatusCode, Refusal> {
    // A hash is work: not on the thread of the runtime.
    task::spawn_blocking(move || check(&clinic, &login))
        .await
        .expect("hashing does not panic")
}

// TODO: what does a stranger learn, and when?
fn check(clinic: &Clinic, login: &Credentials) -> Result<StatusCode, Refusal> {
    let Some(user) = clinic.users.find(&login.email) else {
        return Err(refuse(StatusCode::NOT_FOUND, "no such patient"));
    };
    if user.closed {
        return Err(refuse(StatusCode::FORBIDDEN, "this account is closed"));
    }
    if !clinic.hasher.verify(&login.password, &user.hash) {
        return Err(refuse(StatusCode::UNAUTHORIZED, "wrong password"));
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn forgot(
    State(clinic): State<Arc<Clinic>>,
    Json(forgotten): Json<Forgotten>,
) -> Result<StatusCode, Refusal> {
    match clinic.users.find(&forgotten.email) {
        Some(user) if !user.closed => {
            clinic.users.mail_a_reset_link(&forgotten.email);
            Ok(StatusCode::ACCEPTED)
        }
        _ => Err(refuse(StatusCode::NOT_FOUND, "no such patient")),
    }
}

fn refuse(status: StatusCode, error: &str) -> Refusal {
    (status, Json(json!({ "error": error })))
}

#[tokio::main]
async fn main() {
    let (users, hasher) = (Users::default(), Hasher::new(19 * 1024, 2));
    for (email, closed) in [("ana@example.com", false), ("ben@example.com", true)] {
        let hash = hasher.hash("correct horse");
        users.insert(email, User { hash, closed });
    }
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/login", listener.local_addr().unwrap());
    axum::serve(listener, app(users.into(), hasher.into())).await.unwrap();
}
