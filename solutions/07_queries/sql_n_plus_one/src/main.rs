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

use std::collections::HashMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use rusqlite::{Connection, Result, params_from_iter};
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
    // One author per post: a join adds columns. LEFT, because a post may have none.
    let mut newest = db.prepare(
        "SELECT posts.id, title, name FROM posts LEFT JOIN authors ON authors.id = author
         ORDER BY posts.id DESC LIMIT 50",
    )?;
    let posts = newest.query_map([], |row| {
        Ok(Post {
            id: row.get("id")?,
            title: row.get("title")?,
            author: row.get("name")?,
            comments: Vec::new(),
        })
    })?;
    let mut posts: Vec<_> = posts.collect::<Result<_>>()?;
    let mut comments = comments_on(db, &posts)?;
    for post in &mut posts {
        post.comments = comments.remove(&post.id).unwrap_or_default();
    }
    Ok(posts)
}

/// Many comments per post: a join would add rows, and the limit counts rows. So they are fetched for all posts at once.
fn comments_on(db: &Connection, posts: &[Post]) -> Result<HashMap<i64, Vec<String>>> {
    let places = vec!["?"; posts.len()].join(", ");
    let sql = format!("SELECT post, text FROM comments WHERE post IN ({places}) ORDER BY id");
    let mut comments = db.prepare(&sql)?;
    let mut rows = comments.query(params_from_iter(posts.iter().map(|post| post.id)))?;
    let mut by_post: HashMap<_, Vec<_>> = HashMap::new();
    while let Some(row) = rows.next()? {
        by_post.entry(row.get("post")?).or_default().push(row.get("text")?);
    }
    Ok(by_post)
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
