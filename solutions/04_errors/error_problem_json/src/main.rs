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
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

const PROBLEM_JSON: &str = "application/problem+json";

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

/// What was refused, for programs: they go by the type. The detail is for people.
#[derive(Serialize)]
struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    #[serde(flatten)]
    occurrence: Option<Occurrence>,
}

/// What is different each time.
#[derive(Serialize)]
struct Occurrence {
    detail: String,
    instance: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cents: Option<u64>,
}

impl Problem {
    fn no_such_account(id: u64, uri: &Uri) -> Self {
        Self {
            kind: "https://bank.example.com/problems/no-such-account",
            title: "No such account",
            status: 404,
            occurrence: Some(Occurrence {
                detail: format!("There is no account {id}."),
                instance: uri.path().to_owned(),
                cents: None,
            }),
        }
    }

    fn out_of_credit(left: u64, uri: &Uri) -> Self {
        Self {
            kind: "https://bank.example.com/problems/out-of-credit",
            title: "Out of credit",
            status: 409,
            occurrence: Some(Occurrence {
                detail: format!("There are only {left} cents left."),
                instance: uri.path().to_owned(),
                cents: Some(left),
            }),
        }
    }

    /// Nothing more to say than the status does.
    fn blank(status: StatusCode) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            occurrence: None,
        }
    }
}

impl IntoResponse for Problem {
    /// The one place where a status is set: it cannot differ from the one in the body.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(CONTENT_TYPE, PROBLEM_JSON)], Json(self)).into_response()
    }
}

/// What axum refuses by itself, it refuses in plain text. Here that becomes a problem, too.
async fn refused(reply: Response) -> Response {
    let status = reply.status();
    let is_problem = reply.headers().get(CONTENT_TYPE).is_some_and(|what| what == PROBLEM_JSON);
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return reply;
    }
    Problem::blank(status).into_response()
}

/// Cents by account.
type Accounts = Arc<Mutex<BTreeMap<u64, u64>>>;

fn app(accounts: BTreeMap<u64, u64>) -> Router {
    Router::new()
        .route("/accounts/{id}", get(read))
        .route("/accounts/{id}/transfers", post(transfer))
        .layer(map_response(refused))
        .with_state(Arc::new(Mutex::new(accounts)))
}

async fn read(
    State(accounts): State<Accounts>,
    Path(id): Path<u64>,
    uri: Uri,
) -> Result<Json<Account>, Problem> {
    let cents = accounts.lock().unwrap().get(&id).copied();
    cents
        .map(|cents| Json(Account { id, cents }))
        .ok_or_else(|| Problem::no_such_account(id, &uri))
}

async fn transfer(
    State(accounts): State<Accounts>,
    Path(from): Path<u64>,
    uri: Uri,
    Json(Transfer { to, cents }): Json<Transfer>,
) -> Result<StatusCode, Problem> {
    let mut accounts = accounts.lock().unwrap();
    for id in [from, to] {
        if !accounts.contains_key(&id) {
            return Err(Problem::no_such_account(id, &uri));
        }
    }
    let left = accounts[&from];
    if left < cents {
        return Err(Problem::out_of_credit(left, &uri));
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
