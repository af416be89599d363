//! The tables, who asks, and what a failure looks like. There is nothing to change in it.

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
        "CREATE TABLE tickets (
             id           INTEGER PRIMARY KEY,
             company      INTEGER NOT NULL,
             title        TEXT NOT NULL,
             text         TEXT NOT NULL,
             closed       INTEGER NOT NULL DEFAULT 0,
             duplicate_of INTEGER REFERENCES tickets (id)
         );",
    )
    .expect("a table");
    Arc::new(Mutex::new(db))
}

/// For whom somebody works. The proxy in front of us has checked the session, and lets nobody else say this.
pub struct Company(pub i64);

impl<S: Sync> FromRequestParts<S> for Company {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let value = parts.headers.get("x-company").and_then(|value| value.to_str().ok());
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

/// What is to be said after a statement that changed so many rows.
pub fn done(rows: usize) -> Result<(), Failure> {
    match rows {
        0 => Err(Failure::NotFound),
        _ => Ok(()),
    }
}
