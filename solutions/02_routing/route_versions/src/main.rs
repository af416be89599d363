//! The accounts of a bank, in the versions that clients still use.
//!
//! From the security review: "We found a /v0 that is in nobody's list. Its admin pages ask nobody who they are. Is that the
//! only way in?"
//! From the app team: "An address with a typo gets JSON, or a web page. It depends on the typo."
//! From a customer: "We moved to v2 in time, and your replies tell us that it ends in March."
//!
//! The documentation promises: /v1/accounts/{id} and /v2/accounts/{id}, where an id is a number. For an account that is not
//! there, and for every other address, 404 with `{"error": "..."}`. Every reply of /v1/accounts/{id}, and of nothing else,
//! names the day it was deprecated and the day it ends. The tests call `app`.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;

/// Cents by account number.
type Accounts = Arc<BTreeMap<u64, i64>>;

fn app(accounts: BTreeMap<u64, i64>) -> Router {
    // The whole inventory. No version is built from another one, so none brings along what it should not.
    Router::new()
        .nest("/v1", v1().layer(map_response(deprecated)))
        .nest("/v2", v2())
        .fallback(not_found)
        .with_state(Arc::new(accounts))
}

fn v1() -> Router<Accounts> {
    Router::new().route("/accounts/{id}", get(account_v1))
}

fn v2() -> Router<Accounts> {
    Router::new().route("/accounts/{id}", get(account_v2))
}

async fn account_v1(State(accounts): State<Accounts>, Path(id): Path<u64>) -> Response {
    match accounts.get(&id) {
        Some(cents) => Json(json!({ "cents": cents })).into_response(),
        None => not_found().await,
    }
}

async fn account_v2(State(accounts): State<Accounts>, Path(id): Path<u64>) -> Response {
    match accounts.get(&id) {
        Some(cents) => Json(json!({ "cents": cents, "currency": "EUR" })).into_response(),
        None => not_found().await,
    }
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "there is nothing here" }))).into_response()
}

/// Adds the two days: 1 March 2026, counted in seconds (RFC 9745), and 1 March 2027 (RFC 8594).
async fn deprecated(reply: Response) -> Response {
    let days = [
        ("deprecation", "@1772323200"),
        ("sunset", "Mon, 01 Mar 2027 00:00:00 GMT"),
    ];
    (days, reply).into_response()
}

#[tokio::main]
async fn main() {
    let app = app(BTreeMap::from([(1, 12_000), (2, 750)]));
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/v2/accounts/1", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}
