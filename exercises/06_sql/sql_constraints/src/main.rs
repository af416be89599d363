//! A shop's customers and their orders. A nightly import writes into the same tables, on the same connection.
//!
//! From the warehouse: "We are to send minus one pizza stone to customer 4711. There is no customer 4711."
//! From support: "Ana has signed up twice with one address, and sees half of her orders in each account."
//! From the bookkeeper: "A customer has left, and now there are bills of nobody."
//! From the service's author: "I could check all that in the handlers. But the import does not come by my handlers."
//!
//! The documentation promises: 409 to an address that somebody has, and to the end of a customer who has orders; 422 to an
//! order of nobody, and to one of less than one piece. The database refuses them to the import as well. What goes wrong on
//! our side stays a 500. The tests hand a new connection to `prepare`, and then to `app`.

#[cfg(test)]
mod tests;

mod db;
mod lists;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use rusqlite::Connection;
use serde::Deserialize;
use tokio::net::TcpListener;

type Db = Arc<Mutex<Connection>>;

#[derive(Deserialize)]
struct NewCustomer {
    email: String,
}

#[derive(Deserialize)]
struct NewOrder {
    customer: i64,
    quantity: i64,
}

/// Makes an empty database ours.
fn prepare(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(include_str!("schema.sql"))
}

fn app(db: Db) -> Router {
    Router::new()
        .route("/customers", get(lists::customers).post(sign_up))
        .route("/customers/{id}", delete(leave))
        .route("/orders", get(lists::orders).post(order))
        .with_state(db)
}

async fn sign_up(
    State(db): State<Db>,
    Json(new): Json<NewCustomer>,
) -> Result<impl IntoResponse, Failure> {
    let db = db.lock().unwrap();
    db.execute("INSERT INTO customers (email) VALUES (?1)", [new.email])?;
    let location = format!("/customers/{}", db.last_insert_rowid());
    Ok((StatusCode::CREATED, [(header::LOCATION, location)]))
}

async fn leave(State(db): State<Db>, Path(id): Path<i64>) -> Result<StatusCode, Failure> {
    let db = db.lock().unwrap();
    match db.execute("DELETE FROM customers WHERE id = ?1", [id])? {
        0 => Err(Failure::NoSuchCustomer),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

async fn order(State(db): State<Db>, Json(new): Json<NewOrder>) -> Result<StatusCode, Failure> {
    let db = db.lock().unwrap();
    let sql = "INSERT INTO orders (customer, quantity) VALUES (?1, ?2)";
    db.execute(sql, (new.customer, new.quantity))?;
    Ok(StatusCode::CREATED)
}

enum Failure {
    NoSuchCustomer,
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error) // TODO: is that all that an error can mean?
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::NoSuchCustomer => StatusCode::NOT_FOUND.into_response(),
            Self::Database(error) => {
                eprintln!("{error}"); // For us; the client could do nothing with it.
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

#[tokio::main]
async fn main() {
    let db = db::connect();
    prepare(&db).expect("schema.sql is SQL");
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/customers", listener.local_addr().unwrap());
    axum::serve(listener, app(Arc::new(Mutex::new(db)))).await.unwrap();
}
