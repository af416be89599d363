//! The patients of a clinic.
//!
//! From the security review: "One damaged row, and we had your SQL, the name of a column that is nobody's business, the host of
//! your database and the path of its file. We did not even have to try."
//! From operations: "Patients call and say that something failed. So says our log. Which failure was theirs, and why did it?"
//!
//! The documentation promises: whatever goes wrong on our side, an error or a panic, a client gets 500 and
//! `{"error": "internal error", "id": "..."}`, with a new id each time, and nothing else about it. The log (`tracing`, level
//! ERROR) has that id, and with it everything that the error and all its sources say, or what the panic said.
//! The tests call `app`.

#[cfg(test)]
mod tests;

mod db;

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Display;
use std::hash::{BuildHasher, RandomState};
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use db::{Db, DbError, Row};
use serde_json::{Value, json};
use tokio::net::TcpListener;

enum AppError {
    NotFound,
    Db(DbError),
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => {
                let error = json!({ "error": "there is no such patient" });
                (StatusCode::NOT_FOUND, Json(error)).into_response()
            }
            Self::Db(error) => internal_error(chain(&error)),
        }
    }
}

/// For those who can mend it, everything. For those who cannot, a number to ask for.
fn internal_error(what: impl Display) -> Response {
    let id = new_id();
    tracing::error!(id, "{what}");
    let error = json!({ "error": "internal error", "id": id });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(error)).into_response()
}

/// What an error says, and what each of its sources does.
fn chain(error: &dyn Error) -> String {
    let mut story = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        story = format!("{story}: {error}");
        source = error.source();
    }
    story
}

/// An id that nobody had before. (A crate such as uuid makes better ones.)
fn new_id() -> String {
    format!("{:016x}", RandomState::new().hash_one(()))
}

fn app(db: Db) -> Router {
    Router::new()
        .route("/patients/{id}", get(patient))
        .route("/patients/{id}/letter", get(letter))
        .layer(from_fn(catch_panics))
        .with_state(Arc::new(db))
}

async fn patient(State(db): State<Arc<Db>>, Path(id): Path<u64>) -> Result<Json<Value>, AppError> {
    let name = db.name(id)?.ok_or(AppError::NotFound)?;
    Ok(Json(json!({ "id": id, "name": name })))
}

async fn letter(State(db): State<Arc<Db>>, Path(id): Path<u64>) -> Result<String, AppError> {
    let name = db.name(id)?.ok_or(AppError::NotFound)?;
    Ok(format!("Dear {name}, please come and see us."))
}

/// A panic ends a task. This one is the request's own, so somebody is left to answer.
async fn catch_panics(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(reply) => reply,
        Err(panic) => internal_error(panic),
    }
}

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().init();
    let db = Db {
        host: "db-3.clinic.test".to_owned(),
        file: "/var/lib/clinic/patients.db".to_owned(),
        rows: BTreeMap::from([
            (1, Row::Name("Ana".to_owned())),
            (2, Row::Damaged),
            (3, Row::Impossible),
            (4, Row::Unknown),
        ]),
    };
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/patients/1", listener.local_addr().unwrap());
    axum::serve(listener, app(db)).await.unwrap();
}
