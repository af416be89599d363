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

impl BoxOffice {
    /// Looks and takes under one lock, so that nobody comes between the two.
    fn reserve(&self, seats: u32) -> bool {
        let mut left = self.left.lock().unwrap();
        match left.checked_sub(seats) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => false,
        }
    }

    fn give_back(&self, seats: u32) {
        *self.left.lock().unwrap() += seats;
    }
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
    if !office.reserve(order.seats) {
        return StatusCode::CONFLICT;
    }
    // No lock is held here: others may order while the bank thinks. What is reserved, they do not see.
    if office.bank.charge(&order.card, order.seats).await.is_err() {
        office.give_back(order.seats);
        return StatusCode::PAYMENT_REQUIRED;
    }
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
