//! The wish list of a radio station. Listeners send `POST /wishes` with a song, the studio has `GET /wishes` on its
//! screen.
//!
//! From the studio: "Our screen stays empty. Listeners call us, and say that the app gave them a number."
//! From the listeners: "All of us are number 1?"
//!
//! The documentation promises: a wish is answered with 201 and `{"number": 1}`, and the next one has the next number.
//! The studio gets `{"items": [...]}`, the songs in the order of their numbers. The tests call `app`, and every call
//! opens a station of its own, with an empty list. There is no runtime yet when they do: nothing can be spawned there.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Every request gets a clone of the state. A clone of an `Arc` is the same list.
#[derive(Clone, Default)]
struct Station {
    wishes: Arc<Mutex<Vec<String>>>,
}

#[derive(Deserialize)]
struct Wish {
    song: String,
}

fn app() -> Router {
    Router::new()
        .route("/wishes", get(wishes).post(make_a_wish))
        .with_state(Station::default())
}

async fn make_a_wish(
    State(station): State<Station>,
    Json(wish): Json<Wish>,
) -> (StatusCode, Json<Value>) {
    let mut wishes = station.wishes.lock().unwrap();
    wishes.push(wish.song);
    let number = wishes.len();
    (StatusCode::CREATED, Json(json!({ "number": number })))
}

async fn wishes(State(station): State<Station>) -> Json<Value> {
    let wishes = station.wishes.lock().unwrap();
    Json(json!({ "items": *wishes }))
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/wishes", listener.local_addr().unwrap());
    axum::serve(listener, app()).await.unwrap();
}
