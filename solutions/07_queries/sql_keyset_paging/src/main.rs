//! The photos of a family, the newest first, ten to a page.
//!
//! From the aunt: "While I scroll, my sister uploads, and I see the same pictures again."
//! From the uncle: "I deleted three blurred ones on the way. Three good ones have never shown up."
//! From operations: "The further they scroll, the longer a page takes."
//!
//! The documentation promises: `next` leads to the photos after those of this page, or is `null` where there are none. What
//! comes or goes in between repeats no other photo and hides none. A page is read from its place in the index, without the
//! photos before it, and with at most one of those after it. Only the service knows what `next` means: the app puts it behind
//! `?after=` as it is, and whatever else comes in there is a bad request. Grandfather's photos are older than 1970, where
//! `taken_at` is 0. The tests call `app`.

#[cfg(test)]
mod tests;

use std::env;
use std::fmt::{self, Display, Formatter};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use rusqlite::{Connection, Result, Row};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// So many photos are on a page.
const SHOWN: u32 = 10;

type Db = Arc<Mutex<Connection>>;

#[derive(Serialize)]
struct Photo {
    id: i64,
    name: String,
    taken_at: i64,
}

#[derive(Deserialize)]
struct Wish {
    after: Option<String>,
}

/// The place of a photo in the order of the pages. No two photos have the same, since no two have the same id.
#[derive(Clone, Copy)]
struct Place {
    taken_at: i64,
    id: i64,
}

impl Place {
    /// Before all photos that there may be.
    const START: Self = Self {
        taken_at: i64::MAX,
        id: i64::MAX,
    };

    fn parse(cursor: &str) -> Option<Self> {
        let (taken_at, id) = cursor.split_once('.')?;
        let place = Self {
            taken_at: taken_at.parse().ok()?,
            id: id.parse().ok()?,
        };
        // There are more ways to write a number than ours.
        (place.to_string() == cursor).then_some(place)
    }
}

impl Display for Place {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.taken_at, self.id)
    }
}

#[derive(Serialize)]
struct Page {
    items: Vec<Photo>,
    next: Option<String>,
}

fn app(connection: Connection) -> Router {
    Router::new().route("/photos", get(page)).with_state(Arc::new(Mutex::new(connection)))
}

async fn page(State(db): State<Db>, Query(wish): Query<Wish>) -> Result<Json<Page>, StatusCode> {
    let after = match wish.after {
        Some(cursor) => Place::parse(&cursor).ok_or(StatusCode::BAD_REQUEST)?,
        None => Place::START,
    };
    let db = db.lock().unwrap();
    let mut items = photos(&db, after).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let has_more = items.len() > SHOWN as usize;
    items.truncate(SHOWN as usize);
    let last = items.last().filter(|_| has_more);
    let next = last.map(|&Photo { taken_at, id, .. }| Place { taken_at, id }.to_string());
    Ok(Json(Page { items, next }))
}

/// One more than a page shows, if there is one more.
fn photos(db: &Connection, after: Place) -> Result<Vec<Photo>> {
    let mut photos = db.prepare(
        "SELECT id, name, taken_at FROM photos WHERE (taken_at, id) < (?2, ?3)
         ORDER BY taken_at DESC, id DESC LIMIT ?1",
    )?;
    photos.query_map((SHOWN + 1, after.taken_at, after.id), photo)?.collect()
}

fn photo(row: &Row<'_>) -> Result<Photo> {
    Ok(Photo {
        id: row.get("id")?,
        name: row.get("name")?,
        taken_at: row.get("taken_at")?,
    })
}

#[tokio::main]
async fn main() {
    let db = Connection::open_in_memory().expect("a database in memory");
    db.execute_batch(include_str!("schema.sql")).expect("the schema is SQL");
    db.execute_batch(
        "WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 25)
         INSERT INTO photos (name, taken_at) SELECT 'beach ' || n, 1772400000 + n / 3 FROM numbers",
    )
    .expect("the first photos");

    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/photos", listener.local_addr().unwrap());
    axum::serve(listener, app(db)).await.unwrap();
}
