//! The orders of a shop, and the comments that customers leave for the courier.
//!
//! From Ana: "I mistyped the number in the address, and was shown what somebody else has ordered, and where he lives."
//! From support: "Ben's parcel went to a street where he knows nobody. According to the log, he changed the address
//! himself. And comments vanish, sometimes."
//!
//! The documentation promises: customers see and change their own orders, and the comments on these. Somebody else's order
//! or comment is answered like one that is not there: 404, and not a word more. Whoever is nobody gets 401.
//!
//! The proxy in front says in `x-customer` who asks. The tests call `app`. In src/shop.rs, there is nothing to change.

#[cfg(test)]
mod tests;

mod shop;

use std::env;
use std::net::Ipv4Addr;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use shop::{Customer, Db, Failure, done};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Change {
    address: String,
}

fn app(db: Db) -> Router {
    Router::new()
        .route("/orders", get(orders))
        .route("/orders/{id}", get(order).put(change).delete(cancel))
        .route("/orders/{id}/comments/{comment}", get(comment).delete(remove))
        .with_state(db)
}

async fn orders(State(db): State<Db>, me: Customer) -> Result<Json<Value>, Failure> {
    let db = db.lock().unwrap();
    let mut select = db.prepare("SELECT item FROM orders WHERE customer = ?1 ORDER BY id")?;
    let items = select.query_map([me.0], |row| row.get(0))?;
    Ok(Json(json!({ "items": items.collect::<Result<Vec<String>, _>>()? })))
}

// TODO: who may see this order, and how do we know?
async fn order(
    State(db): State<Db>,
    _me: Customer,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Failure> {
    let sql = "SELECT item, address FROM orders WHERE id = ?1";
    let (item, address): (String, String) =
        db.lock().unwrap().query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Json(json!({ "item": item, "address": address })))
}

async fn change(
    State(db): State<Db>,
    _me: Customer,
    Path(id): Path<i64>,
    Json(new): Json<Change>,
) -> Result<StatusCode, Failure> {
    let sql = "UPDATE orders SET address = ?2 WHERE id = ?1";
    done(db.lock().unwrap().execute(sql, (id, new.address))?)
}

async fn cancel(
    State(db): State<Db>,
    _me: Customer,
    Path(id): Path<i64>,
) -> Result<StatusCode, Failure> {
    let sql = "DELETE FROM orders WHERE id = ?1";
    done(db.lock().unwrap().execute(sql, [id])?)
}

async fn comment(
    State(db): State<Db>,
    _me: Customer,
    Path((_order, id)): Path<(i64, i64)>,
) -> Result<Json<Value>, Failure> {
    let sql = "SELECT text FROM comments WHERE id = ?1";
    let text: String = db.lock().unwrap().query_row(sql, [id], |row| row.get(0))?;
    Ok(Json(json!({ "text": text })))
}

async fn remove(
    State(db): State<Db>,
    _me: Customer,
    Path((_order, id)): Path<(i64, i64)>,
) -> Result<StatusCode, Failure> {
    let sql = "DELETE FROM comments WHERE id = ?1";
    done(db.lock().unwrap().execute(sql, [id])?)
}

#[tokio::main]
async fn main() {
    let db = shop::db();
    let rows =
        "INSERT INTO orders VALUES (1, 1, 'tea', '1 Main Road'), (2, 2, 'soap', '2 Hill Street');
                INSERT INTO comments VALUES (1, 1, 'ring twice'), (2, 2, 'the dog is kind');";
    db.lock().unwrap().execute_batch(rows).expect("the tables are there");
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/orders", listener.local_addr().unwrap());
    axum::serve(listener, app(db)).await.unwrap();
}
