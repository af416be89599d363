//! The bank's transfers: from one account to another, and a line in the journal for each.
//!
//! From a customer: "I mistyped the number of the account, you told me that there is none, and my money is gone all the same."
//! From the accountants: "Whenever the database has had trouble, the books do not add up. A few cents, then a few thousand."
//!
//! The documentation promises: 201 when the money is where it should be and the journal says so. In every other case nothing
//! has changed: 409 when the payer does not have that much, 404 when there is no such payee, 500 when the database is in
//! trouble. The tests call `app`.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

type Db = Arc<Mutex<Connection>>;

#[derive(Deserialize)]
struct Transfer {
    payer: i64,
    payee: i64,
    cents: u32,
}

#[derive(Serialize)]
struct Account {
    cents: i64,
}

fn app(connection: Connection) -> Router {
    Router::new()
        .route("/transfers", post(transfer))
        .route("/accounts/{id}", get(show))
        .with_state(Arc::new(Mutex::new(connection)))
}

/// All of it, or nothing.
async fn transfer(
    State(db): State<Db>,
    Json(order): Json<Transfer>,
) -> Result<StatusCode, Failure> {
    let mut db = db.lock().unwrap();
    // Whoever leaves this function before `commit` drops the transaction, and that rolls it back.
    let tx = db.transaction()?;
    take(&tx, order.payer, order.cents)?;
    give(&tx, order.payee, order.cents)?;
    let journal = "INSERT INTO transfers (payer, payee, cents) VALUES (?1, ?2, ?3)";
    tx.execute(journal, (order.payer, order.payee, order.cents))?;
    tx.commit()?;
    Ok(StatusCode::CREATED)
}

fn take(db: &Connection, payer: i64, cents: u32) -> Result<(), Failure> {
    let sql = "UPDATE accounts SET cents = cents - ?2 WHERE id = ?1 AND cents >= ?2";
    match db.execute(sql, (payer, cents))? {
        0 => Err(Failure::NotEnough),
        _ => Ok(()),
    }
}

fn give(db: &Connection, payee: i64, cents: u32) -> Result<(), Failure> {
    let sql = "UPDATE accounts SET cents = cents + ?2 WHERE id = ?1";
    match db.execute(sql, (payee, cents))? {
        0 => Err(Failure::NoSuchAccount),
        _ => Ok(()),
    }
}

async fn show(State(db): State<Db>, Path(id): Path<i64>) -> Result<Json<Account>, Failure> {
    let db = db.lock().unwrap();
    let cents = db.query_row("SELECT cents FROM accounts WHERE id = ?1", [id], |row| row.get(0));
    let cents = cents.optional()?.ok_or(Failure::NoSuchAccount)?;
    Ok(Json(Account { cents }))
}

enum Failure {
    NotEnough,
    NoSuchAccount,
    Database,
}

impl From<rusqlite::Error> for Failure {
    fn from(_: rusqlite::Error) -> Self {
        Self::Database
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NotEnough => (StatusCode::CONFLICT, "the payer does not have that much"),
            Self::NoSuchAccount => (StatusCode::NOT_FOUND, "there is no such account"),
            Self::Database => (StatusCode::INTERNAL_SERVER_ERROR, "the database is in trouble"),
        }
        .into_response()
    }
}

#[tokio::main]
async fn main() {
    let db = Connection::open_in_memory().expect("a database in memory");
    db.execute_batch(include_str!("schema.sql")).expect("the schema is SQL");
    db.execute_batch("INSERT INTO accounts VALUES (1, 50000), (2, 1200)")
        .expect("two accounts");

    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/accounts/1", listener.local_addr().unwrap());
    axum::serve(listener, app(db)).await.unwrap();
}
