//! The search page of a bookshop: the published books of an author, in the order that the visitor likes.
//!
//! From a visitor: "I look for Edna O'Brien, and your shop breaks down."
//! From a publisher: "A blog has the titles that we announce next month. It says that it has them from your search page."
//! From the owner: "And it knows which of our books cost us least. We never show that number."
//!
//! The documentation promises: `author` is a name, to the letter, whatever is in it. `sort` is `title`, `price` or `year`, and
//! `title` when the visitor does not say; `order` is `asc` or `desc`, and `asc` likewise. Anything else in
//! `sort` or `order` is a bad request. The tests call `app`.

#[cfg(test)]
mod tests;

mod failure;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use failure::Failure;
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

type Db = Arc<Mutex<Connection>>;

#[derive(Deserialize)]
struct Search {
    author: String,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    order: Order,
}

// No placeholder can stand for a column or a direction, so their names are ours: a visitor only chooses among them.
#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sort {
    #[default]
    Title,
    Price,
    Year,
}

impl Sort {
    fn column(&self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Price => "price",
            Self::Year => "year",
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    #[default]
    Asc,
    Desc,
}

impl Order {
    fn keyword(&self) -> &'static str {
        match self {
            Self::Asc => "ASC",
            Self::Desc => "DESC",
        }
    }
}

#[derive(Serialize)]
struct Book {
    title: String,
    author: String,
    year: i64,
    price: i64,
}

#[derive(Serialize)]
struct Books {
    items: Vec<Book>,
}

fn app(db: Db) -> Router {
    Router::new().route("/books", get(search)).with_state(db)
}

async fn search(
    State(db): State<Db>,
    Query(search): Query<Search>,
) -> Result<Json<Books>, Failure> {
    let sql = format!(
        "SELECT title, author, year, price FROM books
         WHERE published = 1 AND author = ?1
         ORDER BY {} {}",
        search.sort.column(),
        search.order.keyword()
    );
    let db = db.lock().unwrap();
    let mut select = db.prepare(&sql)?;
    let items = select.query_map([search.author], read_book)?.collect::<Result<_, _>>()?;
    Ok(Json(Books { items }))
}

fn read_book(row: &Row) -> rusqlite::Result<Book> {
    Ok(Book {
        title: row.get(0)?,
        author: row.get(1)?,
        year: row.get(2)?,
        price: row.get(3)?,
    })
}

#[tokio::main]
async fn main() {
    let db = Connection::open_in_memory().expect("room for a database");
    db.execute_batch(include_str!("books.sql")).expect("books.sql is SQL");
    db.execute_batch(
        "INSERT INTO books VALUES
            ('Girl', 'Edna O''Brien', 2019, 1200, 300, 1),
            ('Noon', 'Ana Sand', 1972, 900, 700, 1),
            ('Rain', 'Ana Sand', 2019, 700, 600, 1),
            ('Next Month', 'Ana Sand', 2027, 2500, 900, 0);
         INSERT INTO customers VALUES ('Ana', 'ana@example.com');",
    )
    .expect("books");
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/books?author=Edna%20O%27Brien", listener.local_addr().unwrap());
    axum::serve(listener, app(Arc::new(Mutex::new(db)))).await.unwrap();
}
