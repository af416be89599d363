//! The order line of a pizza place. `POST /orders` takes the name of a pizza, `GET /kitchen` shows what is being
//! cooked.
//!
//! From the team: "The kitchen has moved, and talking to it takes a while. So we made its functions async. Now nothing
//! compiles, and the compiler keeps telling us about a future."
//!
//! `async` is new to you? The README of this chapter has it on one screen. The tests call `app`, and src/tests.rs is
//! worth reading: it says what a guest should see.

#[cfg(test)]
mod tests;

mod kitchen;

use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use kitchen::Kitchen;
use tokio::net::TcpListener;

fn app(kitchen: Kitchen) -> Router {
    Router::new()
        .route("/orders", post(order))
        .route("/kitchen", get(cooking))
        .with_state(Arc::new(kitchen))
}

/// Writes the order down, rings for the cooks, and tells the guest the number.
async fn order(State(kitchen): State<Arc<Kitchen>>, pizza: String) -> String {
    let number: usize = kitchen.write_down(&pizza).await;
    kitchen.ring(number).await;
    format!("Your order has number {number}")
}

async fn cooking(State(kitchen): State<Arc<Kitchen>>) -> String {
    kitchen.cooking().await
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/kitchen", listener.local_addr().unwrap());
    axum::serve(listener, app(Kitchen::new(1))).await.unwrap();
}
