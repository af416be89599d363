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
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

// TODO: which of these types say exactly what is meant, here and in a browser?
#[derive(Deserialize)]
struct NewPayment {
    cents: f64,
}

#[derive(Deserialize)]
struct Refund {
    payment: u64,
}

#[derive(Clone, Serialize)]
struct Payment {
    id: u64,
    account: u64,
    cents: u64,
}

#[derive(Serialize)]
struct Account {
    id: u64,
    cents: u64,
    payments: Vec<u64>,
}

struct Bank {
    next_id: u64,
    payments: BTreeMap<u64, Payment>,
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

async fn account(State(bank): State<Shared>, Path(id): Path<u64>) -> Json<Account> {
    let bank = bank.lock().unwrap();
    let paid: Vec<_> = bank.payments.values().filter(|payment| payment.account == id).collect();
    let euros: f64 = paid.iter().map(|payment| payment.cents as f64 / 100.0).sum();
    let payments = paid.iter().map(|payment| payment.id).collect();
    Json(Account {
        id,
        cents: (euros * 100.0) as u64,
        payments,
    })
}

async fn pay(
    State(bank): State<Shared>,
    Path(account): Path<u64>,
    Json(new): Json<NewPayment>,
) -> (StatusCode, Json<Payment>) {
    let mut bank = bank.lock().unwrap();
    let payment = Payment {
        id: bank.next_id,
        account,
        cents: new.cents as u64,
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
