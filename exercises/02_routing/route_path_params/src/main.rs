//! The menu of a pizza place: a pizza is found by its number, a photo by its path.
//!
//! From operations: "We moved to axum 0.8. The compiler was happy, and the service dies before it has answered anybody."
//! From the app team: "Before that: our app asked for /pizzas/margherita, got plain text where it reads JSON, and crashed."
//!
//! The documentation promises: what is no number (a `u64`) is answered with 400, a number without a pizza with 404, and
//! both say why in JSON: `{"error": "..."}`. The tests call `app`.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The names of the pizzas by their numbers.
type Menu = BTreeMap<u64, String>;

fn app(menu: Menu) -> Router {
    // TODO: start the service and read its last words
    Router::new()
        .route("/pizzas/:number", get(show_pizza))
        .route("/photos/*path", get(show_photo))
        .with_state(Arc::new(menu))
}

async fn show_pizza(State(menu): State<Arc<Menu>>, Path(number): Path<u64>) -> Response {
    match menu.get(&number) {
        Some(name) => Json(json!({ "number": number, "name": name })).into_response(),
        None => failure(StatusCode::NOT_FOUND, "there is no pizza with this number"),
    }
}

/// Photos are kept in folders, as deep as the photographer likes.
async fn show_photo(Path(path): Path<String>) -> Json<Value> {
    Json(json!({ "url": format!("https://photos.example.com/{path}") }))
}

fn failure(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}

#[tokio::main]
async fn main() {
    let menu = ["Margherita", "Marinara", "Quattro formaggi"].map(str::to_owned);
    let app = app((1..).zip(menu).collect());
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/pizzas/1", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}
