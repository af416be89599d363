//! What goes wrong, and how a client is told.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A status of your own choice becomes one with `into()`.
pub struct Failure(StatusCode);

impl From<StatusCode> for Failure {
    fn from(status: StatusCode) -> Self {
        Self(status)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        eprintln!("{error}"); // For us; the client could do nothing with it.
        Self(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
