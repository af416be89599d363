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

use axum::extract::{Path, Query, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Clone, Default, Deserialize, Serialize)]
struct Post {
    text: String,
    #[serde(default)]
    tags: Vec<String>,
}

type Posts = Arc<Mutex<BTreeMap<u64, Post>>>;

fn app() -> Router {
    // TODO: who may call what, and how often, without doing any harm?
    Router::new()
        .route("/posts/{id}", any(read_or_write))
        .route("/delete", get(delete))
        .with_state(Posts::default())
}

async fn read_or_write(
    method: Method,
    State(posts): State<Posts>,
    Path(id): Path<u64>,
    body: Option<Json<Post>>,
) -> Response {
    let mut posts = posts.lock().unwrap();
    match (method.as_str(), body) {
        ("GET", _) => posts.get(&id).map(Json).ok_or(StatusCode::NOT_FOUND).into_response(),
        ("PUT", Some(Json(sent))) => {
            let status = if posts.contains_key(&id) {
                StatusCode::NO_CONTENT
            } else {
                StatusCode::CREATED
            };
            let post = posts.entry(id).or_default();
            post.text = sent.text;
            post.tags.extend(sent.tags);
            status.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

#[derive(Deserialize)]
struct Which {
    id: u64,
}

/// Every post is shown with a link to this.
async fn delete(State(posts): State<Posts>, Query(which): Query<Which>) -> StatusCode {
    match posts.lock().unwrap().remove(&which.id) {
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
