//! The front page of a reading club: the fifty newest posts, each with its author and its comments.
//!
//! From the members: "It was fast when there were three of us."
//! From operations: "One look at the front page is 101 statements, and the database is in another building now."
//!
//! The documentation promises: the newest post comes first, its comments in the order in which they were written. A post
//! whose author has left the club stays, with `null` for the author. A page costs at most three statements, however many
//! posts are on it, and reads no author and no comment that is not on it. The tests call `app`.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use rusqlite::{Connection, Result};
use serde::Serialize;
use tokio::net::TcpListener;

type Db = Arc<Mutex<Connection>>;

#[derive(Serialize)]
struct Page {
    items: Vec<Post>,
}

#[derive(Serialize)]
struct Post {
    id: i64,
    title: String,
    author: Option<String>,
    comments: Vec<String>,
}

fn app(connection: Connection) -> Router {
    Router::new()
        .route("/posts", get(front_page))
        .with_state(Arc::new(Mutex::new(connection)))
}

async fn front_page(State(db): State<Db>) -> Result<Json<Page>, StatusCode> {
    let db = db.lock().unwrap();
    let items = newest_posts(&db).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(Page { items }))
}

fn newest_posts(db: &Connection) -> Result<Vec<Post>> {
    let mut posts = db.prepare("SELECT id, title, author FROM posts ORDER BY id DESC LIMIT 50")?;
    let posts = posts.query_map([], |row| {
        let id = row.get("id")?;
        Ok(Post {
            id,
            title: row.get("title")?,
            author: name_of(db, row.get("author")?)?, // TODO: how often do these two ask the database?
            comments: comments_on(db, id)?,
        })
    })?;
    posts.collect()
}

fn name_of(db: &Connection, author: Option<i64>) -> Result<Option<String>> {
    let name = |author| {
        db.query_row("SELECT name FROM authors WHERE id = ?1", [author], |row| row.get("name"))
    };
    author.map(name).transpose()
}

fn comments_on(db: &Connection, post: i64) -> Result<Vec<String>> {
    let mut comments = db.prepare("SELECT text FROM comments WHERE post = ?1 ORDER BY id")?;
    comments.query_map([post], |row| row.get("text"))?.collect()
}

#[tokio::main]
async fn main() {
    let db = Connection::open_in_memory().expect("a database in memory");
    db.execute_batch(include_str!("schema.sql")).expect("the schema is SQL");
    db.execute_batch(
        "INSERT INTO authors (name) VALUES ('Ana'), ('Ben');
         INSERT INTO posts (author, title) VALUES (1, 'Whales, again'), (2, 'Read this'), (NULL, 'Farewell');
         INSERT INTO comments (post, text) VALUES (1, 'Too long'), (2, 'I did'), (1, 'Too short')",
    )
    .expect("the first rows");

    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/posts", listener.local_addr().unwrap());
    axum::serve(listener, app(db)).await.unwrap();
}
