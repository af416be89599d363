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

#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
}

/// Who is logged in, by the value of the cookie.
type Sessions = HashMap<String, String>;

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
    let mut sessions = bank.sessions.lock().unwrap();
    // TODO: who knows this value, and who else?
    let id = session_id(&headers).map_or_else(|| (sessions.len() + 1).to_string(), str::to_owned);
    sessions.insert(id.clone(), user.name);
    let cookie = format!("{COOKIE_NAME}={id}; Path=/");
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]))
}

async fn log_out() -> impl IntoResponse {
    let forget = format!("{COOKIE_NAME}=; Path=/; Max-Age=0");
    (StatusCode::NO_CONTENT, [(SET_COOKIE, forget)])
}

async fn me(State(bank): State<Arc<Bank>>, headers: HeaderMap) -> Result<String, StatusCode> {
    let sessions = bank.sessions.lock().unwrap();
    let name = session_id(&headers).and_then(|id| sessions.get(id));
    let _now = (bank.now)();
    name.cloned().ok_or(StatusCode::UNAUTHORIZED)
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
