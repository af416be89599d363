//! A streaming service: what is on, and what it is about.
//!
//! From operations: "Some of your machines send broken pages. Every reply should name its node, so that we find them.
//! Those that we need, the 404s and the 503s, do not, and neither does the home page."
//! From the load balancer: "/health says 503 during maintenance, so I restart your nodes, again and again."
//!
//! The documentation promises: every reply, whatever its status, has one header `x-node` with the name of the node.
//! During maintenance every address but /health, known or unknown, answers 503 with `retry-after: 600`. Otherwise an
//! unknown address answers 404. Both come with `{"error": "..."}`.
//!
//! The tests call `app` with the name of the node and the switch of the maintenance.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state, map_response_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

fn app(node: String, maintenance: Arc<AtomicBool>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/shows", get(shows))
        .route("/shows/{name}", get(show))
        .fallback(not_found)
        // A layer wraps what is above it: the pages and the 404, and not the health.
        .layer(from_fn_with_state(maintenance, during_maintenance))
        .route("/health", get(health))
        // Last, so that it sees every reply, also those that the other layer makes.
        .layer(map_response_with_state(node, name_the_node))
}

/// Lets nobody through while the switch is on.
async fn during_maintenance(
    State(maintenance): State<Arc<AtomicBool>>,
    request: Request,
    next: Next,
) -> Response {
    if maintenance.load(Ordering::Relaxed) {
        let error = Json(json!({ "error": "back in ten minutes" }));
        return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "600")], error).into_response();
    }
    next.run(request).await
}

async fn name_the_node(State(node): State<String>, reply: Response) -> Response {
    ([("x-node", node)], reply).into_response()
}

async fn home() -> &'static str {
    "Films and series, day and night"
}

async fn health() -> &'static str {
    "up"
}

async fn shows() -> Json<Value> {
    Json(json!({ "items": ["lighthouse", "orchard"] }))
}

async fn show(Path(name): Path<String>) -> Result<Json<Value>, Response> {
    match name.as_str() {
        "lighthouse" => Ok(Json(json!({ "name": name, "about": "A keeper, a cat, a storm" }))),
        "orchard" => Ok(Json(json!({ "name": name, "about": "Three sisters and their apples" }))),
        _ => Err(not_found().await),
    }
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "not on tonight" }))).into_response()
}

#[tokio::main]
async fn main() {
    let maintenance = Arc::new(AtomicBool::new(env::var("MAINTENANCE").is_ok()));
    let app = app("node-1".to_owned(), maintenance);
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/shows", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}
