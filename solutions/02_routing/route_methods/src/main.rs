//! The posts of a small social network.
//!
//! From a user: "My browser loads links before I click on them. Now all of my posts are gone."
//! From the app team: "On a bad line our app sends a PUT again. Then every tag is there twice. And tags cannot be removed."
//! From a search engine: "We ask with HEAD and get 405, without the `Allow` that should come with it."
//!
//! The documentation promises, for /posts/{id}: GET and HEAD read the post. PUT writes it, whole, and says 201 if it is new
//! and 204 if it is not. DELETE deletes it. Every other method is answered with 405 and an `Allow`. The tests call `app`.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Clone, Deserialize, Serialize)]
struct Post {
    text: String,
    #[serde(default)]
    tags: Vec<String>,
}

type Posts = Arc<Mutex<BTreeMap<u64, Post>>>;

fn app() -> Router {
    // `get` answers HEAD as well, and a method nobody listed with 405 and the list.
    Router::new()
        .route("/posts/{id}", get(read).put(write).delete(remove))
        .with_state(Posts::default())
}

async fn read(State(posts): State<Posts>, Path(id): Path<u64>) -> Result<Json<Post>, StatusCode> {
    posts.lock().unwrap().get(&id).cloned().map(Json).ok_or(StatusCode::NOT_FOUND)
}

/// The post is what was sent, whatever was there before: sending it again changes nothing.
async fn write(
    State(posts): State<Posts>,
    Path(id): Path<u64>,
    Json(post): Json<Post>,
) -> StatusCode {
    match posts.lock().unwrap().insert(id, post) {
        Some(_) => StatusCode::NO_CONTENT,
        None => StatusCode::CREATED,
    }
}

async fn remove(State(posts): State<Posts>, Path(id): Path<u64>) -> StatusCode {
    match posts.lock().unwrap().remove(&id) {
        Some(_) => StatusCode::NO_CONTENT,
        None => StatusCode::NOT_FOUND,
    }
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/posts/1", listener.local_addr().unwrap());
    axum::serve(listener, app()).await.unwrap();
}
