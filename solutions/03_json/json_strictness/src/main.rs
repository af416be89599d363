//! The accounts of a shop.
//!
//! From the security review: "We signed up as a customer and came out as an administrator. We only had to say so."
//! From the same: "Any website can sign its visitors up: a browser sends text/plain anywhere, and asks nobody."
//! From support: "Somebody wrote `huose`. You said 201, and the parcel had no house number. Nobody was told."
//!
//! The documentation promises, for POST /accounts: whoever signs up is a customer. A body that does not say that it is
//! `application/json` is answered with 415; one that is not one JSON value, up to its last byte, with 400; one with a key that
//! is not documented, at any depth, or missing, or there twice, with 422. Documented are `email`, `terms`, which has to be
//! true, and `address` with `street`, `city` and `house`, which may be null or left out. The replies stay as they are. The
//! tests call `app`.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[allow(dead_code)] // An administrator names the others. That part of the service is not shown.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Customer,
    Clerk,
    Admin,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)] // Each level says it for itself.
struct Address {
    street: String,
    house: Option<String>,
    city: String,
}

/// Nothing that a client sends becomes one of these by itself: it is not `Deserialize`.
#[derive(Clone, Serialize)]
struct Account {
    email: String,
    role: Role,
    address: Address,
}

/// What a client may say, all of it. A flattened type could not be strict: serde ignores the attribute there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignUp {
    email: String,
    terms: bool,
    address: Address,
}

type Accounts = Arc<Mutex<Vec<Account>>>;

fn app() -> Router {
    Router::new()
        .route("/accounts", post(sign_up))
        .route("/accounts/{number}", get(read))
        .with_state(Accounts::default())
}

/// `Json` asks for the content type, for one value and nothing after it, and for the type: 415, 400, 422.
async fn sign_up(
    State(accounts): State<Accounts>,
    Json(sign_up): Json<SignUp>,
) -> Result<Response, StatusCode> {
    if !sign_up.terms {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let SignUp { email, address, .. } = sign_up;
    let account = Account {
        email,
        role: Role::Customer,
        address,
    };
    let mut accounts = accounts.lock().unwrap();
    accounts.push(account.clone());
    let location = format!("/accounts/{}", accounts.len());
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(account)).into_response())
}

async fn read(
    State(accounts): State<Accounts>,
    Path(number): Path<usize>,
) -> Result<Json<Account>, StatusCode> {
    let accounts = accounts.lock().unwrap();
    let account = accounts.get(number.wrapping_sub(1)).cloned();
    account.map(Json).ok_or(StatusCode::NOT_FOUND)
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/accounts", listener.local_addr().unwrap());
    axum::serve(listener, app()).await.unwrap();
}
