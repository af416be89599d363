//! The shop's tables, who asks, and what a failure looks like. There is nothing to change in it.

use std::sync::{Arc, Mutex};

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use rusqlite::Connection;

pub type Db = Arc<Mutex<Connection>>;

pub fn db() -> Db {
    let db = Connection::open_in_memory().expect("room for a database");
    db.execute_batch(
        "CREATE TABLE orders (
             id       INTEGER PRIMARY KEY,
             customer INTEGER NOT NULL,
             item     TEXT NOT NULL,
             address  TEXT NOT NULL
         );
         CREATE TABLE comments (
             id       INTEGER PRIMARY KEY,
             order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
             text     TEXT NOT NULL
         );",
    )
    .expect("tables");
    Arc::new(Mutex::new(db))
}

/// Who asks. The proxy in front of us has checked the session, and lets nobody else say this.
pub struct Customer(pub i64);

impl<S: Sync> FromRequestParts<S> for Customer {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let value = parts.headers.get("x-customer").and_then(|value| value.to_str().ok());
        let id = value.and_then(|value| value.parse().ok());
        id.map(Self).ok_or(StatusCode::UNAUTHORIZED)
    }
}

pub enum Failure {
    NotFound,
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            error => Self::Database(error),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Database(error) => {
                eprintln!("{error}");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// What a client is told after a statement that changed so many rows.
pub fn done(rows: usize) -> Result<StatusCode, Failure> {
    match rows {
        0 => Err(Failure::NotFound),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}
