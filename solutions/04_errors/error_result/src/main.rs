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
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use menu::{Menu, MenuGone};
use serde::{Deserialize, Serialize};
use serde_json::json;
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

/// Everything that can go wrong with a request. A handler ends with `?`, and what that means to a client is said once.
enum AppError {
    BadRequest(String),
    NotFound(&'static str),
    Menu(MenuGone),
}

impl From<MenuGone> for AppError {
    fn from(error: MenuGone) -> Self {
        Self::Menu(error)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, why) = match self {
            Self::BadRequest(why) => (StatusCode::BAD_REQUEST, why),
            Self::NotFound(what) => (StatusCode::NOT_FOUND, what.to_owned()),
            Self::Menu(error) => {
                eprintln!("no order was taken: {error}"); // For us. The guest cannot mend it.
                (StatusCode::INTERNAL_SERVER_ERROR, "please try again later".to_owned())
            }
        };
        (status, Json(json!({ "error": why }))).into_response()
    }
}

async fn order(
    State(pizzeria): State<Arc<Pizzeria>>,
    body: Bytes,
) -> Result<(StatusCode, Json<Order>), AppError> {
    let new: NewOrder = serde_json::from_slice(&body)
        .map_err(|error| AppError::BadRequest(format!("this is no order: {error}")))?;
    let cents = pizzeria.menu.cents(new.pizza)?;
    let cents = cents.ok_or(AppError::NotFound("there is no such pizza on the menu"))?;
    // Whoever panics while he holds the lock poisons it for everybody. Nothing below here does.
    let mut orders = pizzeria.orders.lock().unwrap();
    let order = Order {
        number: orders.len() + 1,
        cents: cents * u32::from(new.count),
    };
    orders.push(order.clone());
    Ok((StatusCode::CREATED, Json(order)))
}

async fn read(
    State(pizzeria): State<Arc<Pizzeria>>,
    Path(number): Path<String>,
) -> Result<Json<Order>, AppError> {
    let number: usize = number
        .parse()
        .map_err(|error| AppError::BadRequest(format!("{number} is no number: {error}")))?;
    let orders = pizzeria.orders.lock().unwrap();
    let order = number.checked_sub(1).and_then(|place| orders.get(place)).cloned();
    order.map(Json).ok_or(AppError::NotFound("nobody has made this order"))
}

#[tokio::main]
async fn main() {
    let menu = Menu::new([(1, 850), (2, 1_100)]);
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/orders/1", listener.local_addr().unwrap());
    axum::serve(listener, app(Arc::new(menu))).await.unwrap();
}
