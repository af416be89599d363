//! The orders of a pizzeria.
//!
//! From a guest: "I ordered a pizza that you do not have, and the page stayed white. 'Connection closed', says the browser."
//! From operations: "After such an order nobody gets anything any more. We restart, and it works until the next one."
//!
//! The documentation promises: 400 for a body that is no order, and for an order's number that is none. 404 for an order that
//! nobody has made, and for a pizza that is not on the menu. 500 while the menu cannot be read. With each of them comes
//! `{"error": "..."}` and what is wrong, in words. (An address that is no text at all, such as /orders/%ff, axum refuses.) The
//! tests call `app`.

#[cfg(test)]
mod tests;

mod menu;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use menu::Menu;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct NewOrder {
    pizza: u64,
    count: u8,
}

#[derive(Clone, Serialize)]
struct Order {
    number: usize,
    cents: u32,
}

struct Pizzeria {
    menu: Arc<Menu>,
    orders: Mutex<Vec<Order>>,
}

fn app(menu: Arc<Menu>) -> Router {
    let pizzeria = Pizzeria {
        menu,
        orders: Mutex::default(),
    };
    Router::new()
        .route("/orders", post(order))
        .route("/orders/{number}", get(read))
        .with_state(Arc::new(pizzeria))
}

// TODO: where do these two say "this cannot happen"? And what does a client get when it does?
async fn order(State(pizzeria): State<Arc<Pizzeria>>, body: Bytes) -> (StatusCode, Json<Order>) {
    let mut orders = pizzeria.orders.lock().unwrap();
    let new: NewOrder = serde_json::from_slice(&body).unwrap();
    let cents = pizzeria.menu.cents(new.pizza).unwrap().unwrap();
    let order = Order {
        number: orders.len() + 1,
        cents: cents * u32::from(new.count),
    };
    orders.push(order.clone());
    (StatusCode::CREATED, Json(order))
}

async fn read(State(pizzeria): State<Arc<Pizzeria>>, Path(number): Path<String>) -> Json<Order> {
    let number: usize = number.parse().unwrap();
    Json(pizzeria.orders.lock().unwrap()[number - 1].clone())
}

#[tokio::main]
async fn main() {
    let menu = Menu::new([(1, 850), (2, 1_100)]);
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/orders/1", listener.local_addr().unwrap());
    axum::serve(listener, app(Arc::new(menu))).await.unwrap();
}
