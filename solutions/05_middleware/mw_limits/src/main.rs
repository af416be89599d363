//! The photos of a social network. `POST /photos` takes one, and the studio makes a small picture of it.
//!
//! From operations: "Somebody sends a photo that does not end. Each time the machine runs out of memory."
//! From the app team: "When the studio hangs, so do we, for ever. And if we then tell you the id of our request, you
//! cannot find it."
//!
//! The documentation promises: a photo has at most 5,000,000 bytes. More is 413, and it is not read to its end. The
//! service waits for ten seconds, whoever it waits for, and then answers 504. Every reply, whatever its status, has an
//! `x-request-id`: the client's own, or if it sent none, a new one, for each request another. The log of the studio has
//! the same id.
//!
//! The tests call `app`. The studio is in src/studio.rs; there is nothing to change in it.

#[cfg(test)]
mod tests;

mod studio;

use std::env;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use studio::Studio;
use tokio::net::TcpListener;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

const LARGEST_PHOTO: usize = 5_000_000;
const PATIENCE: Duration = Duration::from_secs(10);

fn app(studio: Studio) -> Router {
    Router::new()
        .route("/photos", post(upload))
        // axum stops at two megabytes, and photos are larger than that. The next layer stops later.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(LARGEST_PHOTO))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE))
        // Around the two above, which answer by themselves: an id for the request first, and that id on its reply.
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(studio)
}

async fn upload(
    State(studio): State<Studio>,
    headers: HeaderMap,
    photo: Bytes,
) -> (StatusCode, Json<Value>) {
    let request_id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    let small = studio.shrink(&photo, request_id.unwrap_or("unknown")).await;
    (StatusCode::CREATED, Json(json!({ "bytes": photo.len(), "small": small })))
}

#[tokio::main]
async fn main() {
    let seconds = env::var("STUDIO").map_or(1, |seconds| seconds.parse().expect("a number"));
    let app = app(Studio::that_takes(seconds));
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/photos", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}
