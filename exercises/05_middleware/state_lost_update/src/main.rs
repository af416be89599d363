//! The box office of a concert hall. `POST /orders` with `{"seats": 2, "card": "4711"}` buys seats, `GET /seats` says
//! how many are left.
//!
//! From the hall: "On Saturday there were 214 guests for 200 seats."
//! From operations: "It happens in the minute when sales begin, and at no other time. All tests are green."
//!
//! The documentation promises: 201 for seats that are sold, and `GET /seats` answers `{"left": 198}`. 409 if there are
//! fewer left than ordered; nobody pays then. 402 if the bank declines the card; the seats are for others then.
//! The bank takes a second for each card. Nobody waits for the card of another.
//!
//! The tests call `app`. The bank is in src/bank.rs; there is nothing to change in it.

#[cfg(test)]
mod tests;

mod bank;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use bank::Bank;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Clone)]
struct BoxOffice {
    left: Arc<Mutex<u32>>,
    bank: Arc<Bank>,
}

#[derive(Deserialize)]
struct Order {
    seats: u32,
    card: String,
}

fn app(seats: u32, bank: Arc<Bank>) -> Router {
    let office = BoxOffice {
        left: Arc::new(Mutex::new(seats)),
        bank,
    };
    Router::new()
        .route("/orders", post(order))
        .route("/seats", get(seats_left))
        .with_state(office)
}

async fn order(State(office): State<BoxOffice>, Json(order): Json<Order>) -> StatusCode {
    let left = *office.left.lock().unwrap();
    if left < order.seats {
        return StatusCode::CONFLICT;
    }
    // TODO: what may the others do while this one talks to the bank?
    if office.bank.charge(&order.card, order.seats).await.is_err() {
        return StatusCode::PAYMENT_REQUIRED;
    }
    *office.left.lock().unwrap() = left - order.seats;
    StatusCode::CREATED
}

async fn seats_left(State(office): State<BoxOffice>) -> Json<Value> {
    let left = *office.left.lock().unwrap();
    Json(json!({ "left": left }))
}

#[tokio::main]
async fn main() {
    let app = app(200, Arc::default());
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/seats", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}
