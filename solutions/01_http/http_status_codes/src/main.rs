//! The playlists of a streaming service.
//!
//! From the app team: "Our app looks at the status, finds 200, and shows a green tick. Next to it stands `Error: ...`."
//! From operations: "Not one failure in a year, says the dashboard. Nobody believes it any more."
//!
//! The documentation promises:
//!
//!     POST   /playlists       the name in the body. 201, and a Location to read it at; 409 if the name is taken
//!     GET    /playlists/{id}  200 and the name; 404 if there is none. HEAD the same, without the name
//!     DELETE /playlists/{id}  204 and nothing else; 404 if there is none
//!
//! Every other method is answered with 405, and an Allow that names those above. The tests call `app` with
//! the playlists that are there at the beginning.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;

/// Names by their ids. All requests share them, so there is a lock around them.
type Playlists = Arc<Mutex<BTreeMap<usize, String>>>;

fn app(playlists: BTreeMap<usize, String>) -> Router {
    // A path that knows its methods answers all others with 405, and puts its list into Allow. `get` is HEAD, too.
    Router::new()
        .route("/playlists", post(create))
        .route("/playlists/{id}", get(show).delete(delete))
        .with_state(Arc::new(Mutex::new(playlists)))
}

async fn create(State(playlists): State<Playlists>, name: String) -> Response {
    let mut playlists = playlists.lock().unwrap();
    if playlists.values().any(|taken| *taken == name) {
        return (StatusCode::CONFLICT, "there is a playlist of this name already").into_response();
    }
    let id = playlists.last_key_value().map_or(1, |(last, _)| last + 1);
    playlists.insert(id, name);
    (StatusCode::CREATED, [(header::LOCATION, format!("/playlists/{id}"))]).into_response()
}

async fn show(
    State(playlists): State<Playlists>,
    Path(id): Path<usize>,
) -> Result<String, StatusCode> {
    playlists.lock().unwrap().get(&id).cloned().ok_or(StatusCode::NOT_FOUND)
}

async fn delete(State(playlists): State<Playlists>, Path(id): Path<usize>) -> StatusCode {
    match playlists.lock().unwrap().remove(&id) {
        Some(_) => StatusCode::NO_CONTENT,
        None => StatusCode::NOT_FOUND,
    }
}

#[tokio::main]
async fn main() {
    let playlists = [(1, "Rainy Sunday".to_owned())].into();
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/playlists/1", listener.local_addr().unwrap());
    axum::serve(listener, app(playlists)).await.unwrap();
}
