//! Coupons of a pizza service: `POST /redemptions` with `{"code": "WELCOME"}` turns one into money on the account.
//!
//! From the bookkeeper: "Ben has redeemed WELCOME fifty times. All within the same second."
//! From marketing: "Three coupons per customer and no more, that was the plan. Somebody has thirty."
//! From the service's author: "But I check both! And all tests are green."
//!
//! The documentation promises: 201 for a coupon that is redeemed. 409 if the customer had it before, or has three already.
//! 404 for a code that there is not; large and small letters are alike. 403 for a customer whom the risk service does not
//! trust. Whoever does not get 201 has got nothing. `GET /redemptions` says how many coupons a customer has redeemed, and
//! for how much: `{"coupons": 2, "amount": 30}`. One coupon redeemed is one row in `redemptions`. Nobody waits for what other
//! customers do.
//!
//! The service runs twice, and both instances work on one database, each over a connection of its own. The proxy in front
//! says in `x-customer` who asks. The tests hand a new connection to `prepare`, write coupons into it, and
//! hand it to `app`. In src/risk.rs, there is nothing to change.

#[cfg(test)]
mod tests;

mod risk;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use rusqlite::{Connection, Error, OptionalExtension};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Db = Arc<Mutex<Connection>>;

const COUPONS_PER_CUSTOMER: i64 = 3;

#[derive(Deserialize)]
struct Redemption {
    code: String,
}

/// Makes an empty database ours.
fn prepare(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(include_str!("schema.sql"))
}

fn app(db: Db) -> Router {
    Router::new().route("/redemptions", get(redeemed).post(redeem)).with_state(db)
}

async fn redeem(
    State(db): State<Db>,
    headers: HeaderMap,
    Json(wish): Json<Redemption>,
) -> Result<StatusCode, StatusCode> {
    let me = customer(&headers)?;
    let coupon = coupon(&db.lock().unwrap(), &wish.code).map_err(broken)?;
    let (coupon, amount) = coupon.ok_or(StatusCode::NOT_FOUND)?;
    // TODO: what may the same customer do while this request waits for the other company?
    if !may_redeem(&db.lock().unwrap(), me, coupon).map_err(broken)? {
        return Err(StatusCode::CONFLICT);
    }
    if !risk::trusts(me).await {
        return Err(StatusCode::FORBIDDEN);
    }
    let sql = "INSERT INTO redemptions (customer, coupon, amount) VALUES (?1, ?2, ?3)";
    db.lock().unwrap().execute(sql, (me, coupon, amount)).map_err(broken)?;
    Ok(StatusCode::CREATED)
}

/// The number of this coupon, and what it is worth.
fn coupon(db: &Connection, code: &str) -> rusqlite::Result<Option<(i64, i64)>> {
    let sql = "SELECT id, amount FROM coupons WHERE code = ?1";
    db.query_row(sql, [code], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

fn may_redeem(db: &Connection, me: i64, coupon: i64) -> rusqlite::Result<bool> {
    let sql =
        "SELECT count(*), count(*) FILTER (WHERE coupon = ?2) FROM redemptions WHERE customer = ?1";
    let (all, this): (i64, i64) =
        db.query_row(sql, [me, coupon], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(all < COUPONS_PER_CUSTOMER && this == 0)
}

async fn redeemed(State(db): State<Db>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    let sql = "SELECT count(*), coalesce(sum(amount), 0) FROM redemptions WHERE customer = ?1";
    let me = customer(&headers)?;
    let read = |row: &rusqlite::Row| {
        Ok(json!({ "coupons": row.get::<_, i64>(0)?, "amount": row.get::<_, i64>(1)? }))
    };
    let reply = db.lock().unwrap().query_row(sql, [me], read).map_err(broken)?;
    Ok(Json(reply))
}

fn customer(headers: &HeaderMap) -> Result<i64, StatusCode> {
    let value = headers.get("x-customer").and_then(|value| value.to_str().ok());
    value.and_then(|value| value.parse().ok()).ok_or(StatusCode::UNAUTHORIZED)
}

fn broken(error: Error) -> StatusCode {
    eprintln!("{error}"); // For us; the client could do nothing with it.
    StatusCode::INTERNAL_SERVER_ERROR
}

#[tokio::main]
async fn main() {
    let db = Connection::open_in_memory().expect("room for a database");
    prepare(&db).expect("schema.sql is SQL");
    let coupons = "INSERT INTO coupons (code, amount) VALUES ('WELCOME', 10), ('FRIDAY', 5)";
    db.execute_batch(coupons).expect("the tables are there");
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/redemptions", listener.local_addr().unwrap());
    axum::serve(listener, app(Arc::new(Mutex::new(db)))).await.unwrap();
}
