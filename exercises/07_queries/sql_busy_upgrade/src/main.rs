//! The clinic's appointments. Two copies of this service share one database file, one for each front desk.
//!
//! From the front desks: "'The database is locked', several times a day, and only when both of us are busy."
//! From operations: "It cannot be patience. The service waits for a lock for five seconds, and these come back at once."
//!
//! The documentation promises: 201 for whoever gets the slot, 409 for whoever comes too late, 404 for a slot that is none. While
//! somebody else keeps the database locked, 503 and `Retry-After`; any other trouble with it is a 500. The tests call `app`
//! with connections that wait for a lock, though not as long as yours.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;

type Db = Arc<Mutex<Connection>>;

#[derive(Deserialize)]
struct Booking {
    patient: String,
}

fn app(connection: Connection) -> Router {
    Router::new()
        .route("/slots/{id}", get(show))
        .route("/slots/{id}/book", post(book))
        .with_state(Arc::new(Mutex::new(connection)))
}

/// Gives a slot to a patient, if nobody has it yet.
async fn book(
    State(db): State<Db>,
    Path(slot): Path<i64>,
    Json(booking): Json<Booking>,
) -> Result<StatusCode, Failure> {
    let mut db = db.lock().unwrap();
    let tx = db.transaction()?; // TODO: what does this line lock, and when?
    let holder: Option<String> = tx
        .query_row("SELECT patient FROM slots WHERE id = ?1", [slot], |row| row.get(0))
        .optional()?
        .ok_or(Failure::NoSuchSlot)?;
    if holder.is_some() {
        return Err(Failure::Taken);
    }
    tx.execute("UPDATE slots SET patient = ?2 WHERE id = ?1", (slot, booking.patient))?;
    tx.commit()?;
    Ok(StatusCode::CREATED)
}

async fn show(State(db): State<Db>, Path(slot): Path<i64>) -> Result<Response, Failure> {
    let db = db.lock().unwrap();
    let holder: Option<String> = db
        .query_row("SELECT patient FROM slots WHERE id = ?1", [slot], |row| row.get(0))
        .optional()?
        .ok_or(Failure::NoSuchSlot)?;
    Ok(Json(json!({ "patient": holder })).into_response())
}

enum Failure {
    NoSuchSlot,
    Taken,
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
            Self::NoSuchSlot => StatusCode::NOT_FOUND.into_response(),
            Self::Taken => (StatusCode::CONFLICT, "the slot is taken").into_response(),
            Self::Database(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                let wait = [(header::RETRY_AFTER, "1")];
                (StatusCode::SERVICE_UNAVAILABLE, wait, error.to_string()).into_response()
            }
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

#[tokio::main]
async fn main() {
    let file = env::temp_dir().join("backendlings-clinic.db");
    let connection = Connection::open(file).expect("a database in the folder for temporary files");
    connection.pragma_update(None, "journal_mode", "wal").expect("WAL mode");
    connection.busy_timeout(Duration::from_secs(5)).expect("a busy timeout");
    connection.execute_batch(include_str!("schema.sql")).expect("a schema that is SQL");

    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/slots/1", listener.local_addr().unwrap());
    axum::serve(listener, app(connection)).await.unwrap();
}
