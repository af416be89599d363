//! The transfers of a bank, for its own web page. The browser sends the session's cookie with every request.
//!
//! From Ana: "I looked at pictures of cats on another site. Then there were 500 euros less on my account."
//! From the service's author: "Forms of other sites are refused! We take JSON, and no form can send that."
//! From the security review: "A form with `enctype=text/plain` can. And it need not be a form at all."
//!
//! The documentation promises: reading (GET, HEAD) is free for everybody with a session. Whatever else a browser sends for
//! another page is answered with 403 and not done, whatever its content type. What a browser says about that is
//!
//! - `sec-fetch-site`: `same-origin` for our page, `none` for what the visitor began; all else is another page;
//! - `origin`, in browsers too old for the first: ours is the one that `app` was given, all else is another page.
//!
//! Where both are there, the first one counts. A request with neither of them comes from a program, not from a browser,
//! and is welcome. The tests call `app`.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Serialize, Deserialize)]
struct Transfer {
    to: String,
    amount: u32,
}

/// By number.
type Transfers = Arc<Mutex<BTreeMap<usize, Transfer>>>;

fn app(_origin: &str) -> Router {
    Router::new()
        .route("/transfers", get(list).post(transfer))
        .route("/transfers/{number}", put(replace).delete(cancel))
        .route_layer(from_fn(no_forms))
        .route_layer(from_fn(session))
        .with_state(Transfers::default())
}

async fn no_forms(request: Request, next: Next) -> Result<Response, StatusCode> {
    // TODO: what else can another page send, and who tells us which page it was?
    let form = "application/x-www-form-urlencoded";
    if request.headers().get(CONTENT_TYPE).is_some_and(|value| value == form) {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(next.run(request).await)
}

/// Whoever has a cookie is logged in. A session that can be told apart is another chapter.
async fn session(request: Request, next: Next) -> Result<Response, StatusCode> {
    if !request.headers().contains_key(COOKIE) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(next.run(request).await)
}

async fn list(State(transfers): State<Transfers>) -> Json<Value> {
    let transfers = transfers.lock().unwrap();
    Json(json!({ "items": transfers.values().collect::<Vec<_>>() }))
}

async fn transfer(State(transfers): State<Transfers>, body: String) -> StatusCode {
    // Our first web page forgot the content type, so any is fine.
    let Ok(transfer) = serde_json::from_str(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let mut transfers = transfers.lock().unwrap();
    let number = transfers.keys().last().map_or(1, |last| last + 1);
    transfers.insert(number, transfer);
    StatusCode::CREATED
}

async fn replace(
    State(transfers): State<Transfers>,
    Path(number): Path<usize>,
    Json(transfer): Json<Transfer>,
) -> StatusCode {
    let mut transfers = transfers.lock().unwrap();
    done(transfers.get_mut(&number).map(|old| *old = transfer).is_some())
}

async fn cancel(State(transfers): State<Transfers>, Path(number): Path<usize>) -> StatusCode {
    done(transfers.lock().unwrap().remove(&number).is_some())
}

fn done(found: bool) -> StatusCode {
    if found {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    let origin = format!("http://{}", listener.local_addr().unwrap());
    println!("{origin}/transfers");
    axum::serve(listener, app(&origin)).await.unwrap();
}
