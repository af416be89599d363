//! A pizzeria's orders: what a customer had lately, who a customer is, and what came in on a day.
//!
//! From the kitchen: "There are indexes on everything, and it is slow all the same."
//! From operations: "The database reads half a million orders to show us twenty. And every order pays for each index."
//!
//! The documentation promises: the twenty newest orders of a customer; a customer by e-mail address, in whatever case it is
//! typed; the cents that came in on a day, which begins at midnight UTC. None of the three reads a whole table or sorts what
//! an index could have sorted, and every index is of use to one of them. The tests call `create_tables` on an empty
//! database, and `app`.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use rusqlite::{Connection, Error, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// TODO: what does EXPLAIN QUERY PLAN say of the three queries below?
const INDEXES: &str = "
    CREATE INDEX customers_email ON customers (email);
    CREATE INDEX orders_placed_at_customer ON orders (placed_at, customer);
    CREATE INDEX orders_cents ON orders (cents);";

fn create_tables(db: &Connection) -> Result<()> {
    db.execute_batch(include_str!("tables.sql"))?;
    db.execute_batch(INDEXES)
}

type Db = Arc<Mutex<Connection>>;

fn app(connection: Connection) -> Router {
    Router::new()
        .route("/customers", get(by_email))
        .route("/customers/{id}/orders", get(newest_orders))
        .route("/days/{day}", get(income))
        .with_state(Arc::new(Mutex::new(connection)))
}

async fn newest_orders(
    State(db): State<Db>,
    Path(customer): Path<i64>,
) -> Result<Json<Value>, Failure> {
    let sql = "SELECT id, cents, placed_at FROM orders WHERE customer = ?1
               ORDER BY placed_at DESC LIMIT 20";
    let db = db.lock().unwrap();
    let mut orders = db.prepare(sql)?;
    let orders = orders.query_map([customer], |row| {
        let (id, cents, placed_at): (i64, i64, String) = row.try_into()?;
        Ok(json!({ "id": id, "cents": cents, "placed_at": placed_at }))
    })?;
    let items: Vec<_> = orders.collect::<Result<_>>()?;
    Ok(Json(json!({ "items": items })))
}

#[derive(Deserialize)]
struct Who {
    email: String,
}

async fn by_email(State(db): State<Db>, Query(who): Query<Who>) -> Result<Json<Value>, Failure> {
    let sql = "SELECT id, email FROM customers WHERE lower(email) = lower(?1)";
    let db = db.lock().unwrap();
    let (id, email): (i64, String) = db.query_row(sql, [who.email], |row| row.try_into())?;
    Ok(Json(json!({ "id": id, "email": email })))
}

async fn income(State(db): State<Db>, Path(day): Path<String>) -> Result<Json<Value>, Failure> {
    let sql = "SELECT coalesce(sum(cents), 0) FROM orders WHERE date(placed_at) = ?1";
    let db = db.lock().unwrap();
    let cents: i64 = db.query_row(sql, [day], |row| row.get(0))?;
    Ok(Json(json!({ "cents": cents })))
}

struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self.0 {
            Error::QueryReturnedNoRows => StatusCode::NOT_FOUND.into_response(),
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

#[tokio::main]
async fn main() {
    let db = Connection::open_in_memory().expect("a database in memory");
    create_tables(&db).expect("the tables are SQL");
    db.execute_batch(
        "INSERT INTO customers (email) VALUES ('Ana@example.com');
         INSERT INTO orders (customer, cents, placed_at) VALUES (1, 1250, '2026-03-02T19:30:00.000Z')",
    )
    .expect("the first rows");

    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/customers/1/orders", listener.local_addr().unwrap());
    axum::serve(listener, app(db)).await.unwrap();
}
