//! The bank's website: log in, look, log out. A cookie says who a browser is.
//!
//! From a customer: "I logged in with a link that a stranger had sent me. Then the stranger was in my account, too."
//! From the security team: "We counted upwards from our own cookie and were somebody else. We copied a cookie, its owner
//! logged out, and the copy worked for weeks. A script in an advertisement could read it."
//!
//! The documentation promises, for the cookie `__Host-session`:
//!
//! | | |
//! |---|---|
//! | its value | 128 random bits or more, made by the server, another one at each login |
//! | its attributes | `Path=/`, `Secure`, `HttpOnly`, `SameSite=Lax` or `Strict`, and no `Domain` |
//! | a login | ends the session that the browser had before; one that fails changes nothing |
//! | a logout | ends this session, for every copy of the cookie, and tells the browser to forget it |
//! | time | a session ends 30 minutes after its last request, and 12 hours after its login |
//!
//! GET /me is 401 for whoever has no session. The tests call `app` with a clock.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use tokio::net::TcpListener;

const COOKIE_NAME: &str = "__Host-session";
const MAX_IDLE: u64 = 30 * 60;
const MAX_AGE: u64 = 12 * 60 * 60;

#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
}

struct Session {
    name: String,
    began: u64,
    last_seen: u64,
}

impl Session {
    fn lives(&self, now: u64) -> bool {
        now.saturating_sub(self.last_seen) < MAX_IDLE && now.saturating_sub(self.began) < MAX_AGE
    }
}

/// By the value of the cookie.
type Sessions = HashMap<String, Session>;

struct Bank {
    /// Seconds since 1970.
    now: Box<dyn Fn() -> u64 + Send + Sync>,
    sessions: Mutex<Sessions>,
}

fn app(now: impl Fn() -> u64 + Send + Sync + 'static) -> Router {
    let bank = Bank {
        now: Box::new(now),
        sessions: Mutex::default(),
    };
    Router::new()
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/me", get(me))
        .with_state(Arc::new(bank))
}

async fn log_in(
    State(bank): State<Arc<Bank>>,
    headers: HeaderMap,
    Json(user): Json<Credentials>,
) -> impl IntoResponse {
    // Hashes are another exercise.
    if user.password != format!("{}'s password", user.name) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let now = (bank.now)();
    let id = random_id();
    let cookie = set_cookie(&id, "");
    let session = Session {
        name: user.name,
        began: now,
        last_seen: now,
    };
    let mut sessions = bank.sessions.lock().unwrap();
    // Nobody comes back for the dead ones, so they go here.
    sessions.retain(|_, session| session.lives(now));
    if let Some(old) = session_id(&headers) {
        sessions.remove(old);
    }
    sessions.insert(id, session);
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]))
}

async fn log_out(State(bank): State<Arc<Bank>>, headers: HeaderMap) -> impl IntoResponse {
    if let Some(id) = session_id(&headers) {
        bank.sessions.lock().unwrap().remove(id);
    }
    (StatusCode::NO_CONTENT, [(SET_COOKIE, set_cookie("", "; Max-Age=0"))])
}

async fn me(State(bank): State<Arc<Bank>>, headers: HeaderMap) -> Result<String, StatusCode> {
    let id = session_id(&headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let now = (bank.now)();
    let mut sessions = bank.sessions.lock().unwrap();
    let session = sessions.get_mut(id).filter(|session| session.lives(now));
    let session = session.ok_or(StatusCode::UNAUTHORIZED)?;
    session.last_seen = now;
    Ok(session.name.clone())
}

/// 128 bits from the operating system: nobody counts or guesses their way there.
fn random_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Browsers keep a `__Host-` cookie only with these attributes, also one that ends it.
fn set_cookie(id: &str, more: &str) -> String {
    format!("{COOKIE_NAME}={id}; Path=/; Secure; HttpOnly; SameSite=Lax{more}")
}

/// The value of the cookie, as the browser sends it: `a=1; __Host-session=...`.
fn session_id(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    cookies
        .split("; ")
        .find_map(|cookie| cookie.strip_prefix(COOKIE_NAME)?.strip_prefix('='))
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/me", listener.local_addr().unwrap());
    axum::serve(listener, app(seconds)).await.unwrap();
}

fn seconds() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}
