//! What goes wrong, and how a client is told.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

pub enum Failure {
    NoSuchUser,
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NoSuchUser => StatusCode::NOT_FOUND.into_response(),
            Self::Database(error) => {
                eprintln!("{error}"); // For us; the client could do nothing with it.
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
