//! Transfers between the accounts of a bank.
//!
//! From a partner: "Your 404 has the HTTP status 200. Our monitoring was green for a month, and nobody got any money."
//! From the app team: "Is it `error`, or `message`, or plain text? We search your sentences to know what happened."
//!
//! The documentation promises RFC 9457: whatever is refused is answered with `application/problem+json`, and with `type`,
//! `title` and `status`, which is the reply's own. There are two types; with them come `detail`, which says in words what
//! happened this time, and `instance`, the path that was asked for:
//!
//! - `https://bank.example.com/problems/no-such-account`, 404, "No such account". The detail names the id.
//! - `https://bank.example.com/problems/out-of-credit`, 409, "Out of credit". `cents` is what is left, as a number.
//!
//! Everything else (an address, a method, a body that makes no sense: 415, 400 and 422 as in chapter 03) is `about:blank` with
//! the standard phrase of its status as the title: "Method Not Allowed". The tests call `app`.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Transfer {
    to: u64,
    cents: u64,
}

#[derive(Serialize)]
struct Account {
    id: u64,
    cents: u64,
}

// TODO: what can a program read in these, that understands no English?
enum Problem {
    NoSuchAccount(u64),
    OutOfCredit(u64),
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::NoSuchAccount(id) => {
                let message = format!("There is no account {id}.");
                Json(json!({ "status": 404, "message": message })).into_response()
            }
            Self::OutOfCredit(left) => {
                let error = format!("There are only {left} cents left.");
                (StatusCode::BAD_REQUEST, Json(json!({ "status": 409, "error": error })))
                    .into_response()
            }
        }
    }
}

/// Cents by account.
type Accounts = Arc<Mutex<BTreeMap<u64, u64>>>;

fn app(accounts: BTreeMap<u64, u64>) -> Router {
    Router::new()
        .route("/accounts/{id}", get(read))
        .route("/accounts/{id}/transfers", post(transfer))
        .with_state(Arc::new(Mutex::new(accounts)))
}

async fn read(
    State(accounts): State<Accounts>,
    Path(id): Path<u64>,
) -> Result<Json<Account>, Problem> {
    let cents = accounts.lock().unwrap().get(&id).copied();
    cents.map(|cents| Json(Account { id, cents })).ok_or(Problem::NoSuchAccount(id))
}

async fn transfer(
    State(accounts): State<Accounts>,
    Path(from): Path<u64>,
    Json(Transfer { to, cents }): Json<Transfer>,
) -> Result<StatusCode, Problem> {
    let mut accounts = accounts.lock().unwrap();
    for id in [from, to] {
        if !accounts.contains_key(&id) {
            return Err(Problem::NoSuchAccount(id));
        }
    }
    let left = accounts[&from];
    if left < cents {
        return Err(Problem::OutOfCredit(left));
    }
    *accounts.entry(from).or_default() -= cents;
    *accounts.entry(to).or_default() += cents;
    Ok(StatusCode::NO_CONTENT)
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/accounts/1", listener.local_addr().unwrap());
    axum::serve(listener, app(BTreeMap::from([(1, 12_000), (2, 750)]))).await.unwrap();
}
