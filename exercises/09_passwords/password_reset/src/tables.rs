//! The tables of the service, and what was there before: GET /me for whoever has a session, POST /login.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

/// A password that may be chosen anew.
pub struct Reset {
    pub email: String,
    /// What the row is found by.
    pub key: String,
    /// In seconds since 1970.
    pub expires: u64,
}

#[derive(Default)]
pub struct Tables {
    /// Passwords by email address. Hashes are another exercise.
    pub passwords: Mutex<HashMap<String, String>>,
    /// Email addresses by the id of a session.
    pub sessions: Mutex<HashMap<String, String>>,
    pub resets: Mutex<Vec<Reset>>,
    /// To whom, and what.
    pub outbox: Mutex<Vec<(String, String)>>,
}

#[derive(Deserialize)]
struct Login {
    email: String,
    password: String,
}

pub fn routes(tables: Arc<Tables>) -> Router {
    Router::new().route("/login", post(log_in)).route("/me", get(me)).with_state(tables)
}

async fn log_in(State(tables): State<Arc<Tables>>, Json(login): Json<Login>) -> StatusCode {
    match tables.passwords.lock().unwrap().get(&login.email) {
        Some(password) if *password == login.password => StatusCode::NO_CONTENT,
        _ => StatusCode::UNAUTHORIZED,
    }
}

async fn me(State(tables): State<Arc<Tables>>, headers: HeaderMap) -> Result<String, StatusCode> {
    let id = headers.get(AUTHORIZATION).and_then(|id| id.to_str().ok()?.strip_prefix("Bearer "));
    let email = id.and_then(|id| tables.sessions.lock().unwrap().get(id).cloned());
    email.ok_or(StatusCode::UNAUTHORIZED)
}
