//! The accounts of a bank. Whoever has one may open more for the family.
//!
//! From the app team: "Why do we get `internal_note`? Ana's says that she complains a lot. She has read it, too."
//! From the bookkeeper: "Ben has a million, and no deposit. The log has one PATCH of his, and it looks like all others."
//! From operations: "Cleo is an admin since she opened her account. And account 7 is now number 8."
//!
//! The documentation promises:
//!
//! | | the client may say | the client is told |
//! |---|---|---|
//! | GET /me | | `id`, `name`, `email`, `balance` |
//! | PATCH /me | `name`, `email`, or one of the two | the same |
//! | POST /accounts | `name`, `email` | the same, 201 |
//! | GET /accounts | | `items`, with `id` and `name` of each |
//!
//! Whatever else a client says is refused or passed over, as you like; it never changes anything. What a bank keeps is
//! in src/bank.rs; there is nothing to change in it. The proxy in front says in `x-customer` who asks. The tests call `app`.

#[cfg(test)]
mod tests;

mod bank;

use std::env;
use std::net::Ipv4Addr;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use bank::{Account, Bank, Customer};
use serde_json::{Value, json};
use tokio::net::TcpListener;

fn app(bank: Bank) -> Router {
    Router::new()
        .route("/me", get(me).patch(change))
        .route("/accounts", get(accounts).post(open))
        .with_state(bank)
}

// TODO: what does `Account` have that is nobody's business, and what that nobody may set?
async fn me(State(bank): State<Bank>, me: Customer) -> Result<Json<Account>, StatusCode> {
    let bank = bank.lock().unwrap();
    let account = bank.get(&me.0).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(account.clone()))
}

async fn change(
    State(bank): State<Bank>,
    me: Customer,
    Json(patch): Json<Value>,
) -> Result<Json<Account>, StatusCode> {
    let mut bank = bank.lock().unwrap();
    let account = bank.get_mut(&me.0).ok_or(StatusCode::NOT_FOUND)?;
    let mut row = json!(account);
    for (key, value) in patch.as_object().ok_or(StatusCode::UNPROCESSABLE_ENTITY)? {
        row[key] = value.clone();
    }
    *account = serde_json::from_value(row).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    Ok(Json(account.clone()))
}

async fn open(
    State(bank): State<Bank>,
    _me: Customer,
    Json(mut account): Json<Account>,
) -> (StatusCode, Json<Account>) {
    let mut bank = bank.lock().unwrap();
    account.id = bank.keys().last().map_or(1, |id| id + 1);
    bank.insert(account.id, account.clone());
    (StatusCode::CREATED, Json(account))
}

async fn accounts(State(bank): State<Bank>, _me: Customer) -> Json<Value> {
    let bank = bank.lock().unwrap();
    let items: Vec<_> = bank.values().collect();
    Json(json!({ "items": items }))
}

#[tokio::main]
async fn main() {
    let bank = Bank::default();
    let ana = Account {
        id: 1,
        name: "Ana".to_owned(),
        email: "ana@example.com".to_owned(),
        internal_note: "complains a lot".to_owned(),
        ..Account::default()
    };
    bank.lock().unwrap().insert(1, ana);
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/accounts", listener.local_addr().unwrap());
    axum::serve(listener, app(bank)).await.unwrap();
}
