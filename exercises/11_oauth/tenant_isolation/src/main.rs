//! A help desk that many companies share: one service, one table of tickets (src/tickets.rs).
//!
//! From a customer: "Your search shows tickets that are not ours. And the page says 'of 48210'; we have nine."
//! From another one: "Somebody has closed our ticket. We asked all our people."
//! From the author of the service: "But we *always* ask for the company. It is in nearly every query."
//!
//! The documentation promises: for a company there are no tickets but its own, in whatever way it asks. Somebody else's is
//! answered like one that is not there, with 404 and not a word more, and has not changed.
//!
//! | | |
//! |---|---|
//! | `GET /tickets?search=` | `total`: how many the company has, open or closed, whatever the search; `items`: those with that text in title or text, all without it |
//! | `POST /tickets` | adds one for the company that asks: `title`, `text` |
//! | `GET /tickets/{id}` | a ticket; in `duplicate_of` the title of the one that it repeats, or null |
//! | `PUT /tickets/{id}/closed` | |
//! | `PUT /tickets/{id}/duplicate-of/{other}` | |
//!
//! The table is old: some tickets are marked as duplicates of another company's. The proxy in front says in `x-company` for
//! whom somebody works; whoever is nobody gets 401. The tests call `app`. In src/desk.rs, there is nothing to change.

#[cfg(test)]
mod tests;

mod desk;
mod tickets;

use std::env;
use std::net::Ipv4Addr;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::{Json, Router};
use desk::{Company, Db, Failure};
use serde::Deserialize;
use serde_json::{Value, json};
use tickets::{New, Tickets};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    search: String,
}

fn app(db: Db) -> Router {
    Router::new()
        .route("/tickets", get(list).post(add))
        .route("/tickets/{id}", get(read))
        .route("/tickets/{id}/closed", put(close))
        .route("/tickets/{id}/duplicate-of/{other}", put(link))
        .with_state(db)
}

async fn list(
    State(db): State<Db>,
    Company(me): Company,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Value>, Failure> {
    let tickets = Tickets::new(db);
    let items = tickets.search(me, &wanted.search)?;
    Ok(Json(json!({ "total": tickets.total()?, "items": items })))
}

async fn add(
    State(db): State<Db>,
    Company(me): Company,
    Json(new): Json<New>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let id = Tickets::new(db).add(me, &new)?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

async fn read(
    State(db): State<Db>,
    Company(me): Company,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Failure> {
    Tickets::new(db).read(me, id).map(Json)
}

async fn close(
    State(db): State<Db>,
    Company(_me): Company,
    Path(id): Path<i64>,
) -> Result<StatusCode, Failure> {
    Tickets::new(db).close(id)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn link(
    State(db): State<Db>,
    Company(me): Company,
    Path((id, other)): Path<(i64, i64)>,
) -> Result<StatusCode, Failure> {
    Tickets::new(db).link(me, id, other)?;
    Ok(StatusCode::NO_CONTENT)
}

#[tokio::main]
async fn main() {
    let db = desk::db();
    let rows = "INSERT INTO tickets VALUES (1, 1, 'the printer', 'is on fire', 0, NULL);
                INSERT INTO tickets VALUES (2, 2, 'the merger', 'who knows of it?', 0, NULL);";
    db.lock().unwrap().execute_batch(rows).expect("the table is there");
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/tickets", listener.local_addr().unwrap());
    axum::serve(listener, app(db)).await.unwrap();
}
