//! The payments of a bank.
//!
//! From accounting: "Ten payments of 10 cents make 99. One payment of 29 cents makes 28."
//! From the app team: "Our page refunds the payment it has just made, and gets 404. With curl it works."
//! From a customer: "The link in your app leads to the account that ends in 992. Mine ends in 993."
//!
//! The documentation promises: money is in whole cents, as a number, and a balance is exact up to 9007199254740991. What is
//! no number of cents, such as 0.5 or -1, is answered with 422. Ids have 64 bits, and in all JSON they are strings: a number
//! in the place of one is answered with 422, too. The tests call `app` with the id of the first payment.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::num::ParseIntError;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// 64 bits, of which a browser keeps 53 if it meets them as a number. So it meets them as a string, everywhere.
#[derive(Clone, Copy, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
struct Id(u64);

impl TryFrom<String> for Id {
    type Error = ParseIntError;

    fn try_from(digits: String) -> Result<Self, Self::Error> {
        digits.parse().map(Self)
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0.to_string()
    }
}

#[derive(Deserialize)]
struct NewPayment {
    cents: u64,
}

#[derive(Deserialize)]
struct Refund {
    payment: Id,
}

#[derive(Clone, Serialize)]
struct Payment {
    id: Id,
    account: Id,
    cents: u64,
}

#[derive(Serialize)]
struct Account {
    id: Id,
    cents: u64,
    payments: Vec<Id>,
}

struct Bank {
    next_id: u64,
    payments: BTreeMap<Id, Payment>,
}

type Shared = Arc<Mutex<Bank>>;

fn app(first_id: u64) -> Router {
    let bank = Bank {
        next_id: first_id,
        payments: BTreeMap::new(),
    };
    Router::new()
        .route("/accounts/{id}", get(account))
        .route("/accounts/{id}/payments", post(pay))
        .route("/refunds", post(refund))
        .with_state(Arc::new(Mutex::new(bank)))
}

async fn account(State(bank): State<Shared>, Path(id): Path<Id>) -> Json<Account> {
    let bank = bank.lock().unwrap();
    let paid: Vec<_> = bank.payments.values().filter(|payment| payment.account == id).collect();
    let cents = paid.iter().map(|payment| payment.cents).sum();
    let payments = paid.iter().map(|payment| payment.id).collect();
    Json(Account {
        id,
        cents,
        payments,
    })
}

async fn pay(
    State(bank): State<Shared>,
    Path(account): Path<Id>,
    Json(new): Json<NewPayment>,
) -> (StatusCode, Json<Payment>) {
    let mut bank = bank.lock().unwrap();
    let payment = Payment {
        id: Id(bank.next_id),
        account,
        cents: new.cents,
    };
    bank.next_id += 1;
    bank.payments.insert(payment.id, payment.clone());
    (StatusCode::CREATED, Json(payment))
}

async fn refund(State(bank): State<Shared>, Json(refund): Json<Refund>) -> StatusCode {
    match bank.lock().unwrap().payments.remove(&refund.payment) {
        Some(_) => StatusCode::NO_CONTENT,
        None => StatusCode::NOT_FOUND,
    }
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/accounts/1", listener.local_addr().unwrap());
    axum::serve(listener, app(9_007_199_254_740_993)).await.unwrap();
}
