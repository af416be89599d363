use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A request that gets a status instead of what it wanted.
pub struct Refused(StatusCode);

impl From<StatusCode> for Refused {
    fn from(status: StatusCode) -> Self {
        Self(status)
    }
}

/// Whoever is in no row is nobody we know.
impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self(StatusCode::UNAUTHORIZED),
            _ => Self(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl From<jsonwebtoken::errors::Error> for Refused {
    fn from(_: jsonwebtoken::errors::Error) -> Self {
        Self(StatusCode::UNAUTHORIZED)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
