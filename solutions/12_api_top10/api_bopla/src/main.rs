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
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

fn app(bank: Bank) -> Router {
    Router::new()
        .route("/me", get(me).patch(change))
        .route("/accounts", get(accounts).post(open))
        .with_state(bank)
}

/// What the owner may say of an account. A field that is not here cannot be set, whatever is added to the table.
#[derive(Deserialize)]
struct NewAccount {
    name: String,
    email: String,
}

#[derive(Deserialize)]
struct Patch {
    name: Option<String>,
    email: Option<String>,
}

/// What the owner is told.
#[derive(Serialize)]
struct Own {
    id: u64,
    name: String,
    email: String,
    balance: i64,
}

/// What all customers are told.
#[derive(Serialize)]
struct Public {
    id: u64,
    name: String,
}

impl From<&Account> for Own {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            name: account.name.clone(),
            email: account.email.clone(),
            balance: account.balance,
        }
    }
}

async fn me(State(bank): State<Bank>, me: Customer) -> Result<Json<Own>, StatusCode> {
    let bank = bank.lock().unwrap();
    let account = bank.get(&me.0).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(account.into()))
}

async fn change(
    State(bank): State<Bank>,
    me: Customer,
    Json(patch): Json<Patch>,
) -> Result<Json<Own>, StatusCode> {
    let mut bank = bank.lock().unwrap();
    let account = bank.get_mut(&me.0).ok_or(StatusCode::NOT_FOUND)?;
    if let Some(name) = patch.name {
        account.name = name;
    }
    if let Some(email) = patch.email {
        account.email = email;
    }
    Ok(Json((&*account).into()))
}

async fn open(
    State(bank): State<Bank>,
    _me: Customer,
    Json(new): Json<NewAccount>,
) -> (StatusCode, Json<Own>) {
    let mut bank = bank.lock().unwrap();
    let account = Account {
        id: bank.keys().last().map_or(1, |id| id + 1),
        name: new.name,
        email: new.email,
        ..Account::default()
    };
    let own = Own::from(&account);
    bank.insert(account.id, account);
    (StatusCode::CREATED, Json(own))
}

async fn accounts(State(bank): State<Bank>, _me: Customer) -> Json<Value> {
    let bank = bank.lock().unwrap();
    let public = |account: &Account| Public {
        id: account.id,
        name: account.name.clone(),
    };
    let items: Vec<_> = bank.values().map(public).collect();
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
