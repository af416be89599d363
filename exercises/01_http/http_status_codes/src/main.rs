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
use axum::http::Method;
use axum::routing::any;
use tokio::net::TcpListener;

/// Names by their ids. All requests share them, so there is a lock around them.
type Playlists = Arc<Mutex<BTreeMap<usize, String>>>;

fn app(playlists: BTreeMap<usize, String>) -> Router {
    Router::new()
        .route("/playlists", any(collection))
        .route("/playlists/{id}", any(playlist))
        .with_state(Arc::new(Mutex::new(playlists)))
}

// TODO: whatever happens here, the client is told "200 OK"
async fn collection(method: Method, State(playlists): State<Playlists>, name: String) -> String {
    if method != Method::POST {
        return "Error: method not allowed".to_owned();
    }
    let mut playlists = playlists.lock().unwrap();
    if playlists.values().any(|taken| *taken == name) {
        return format!("Error: there is a playlist {name} already");
    }
    let id = playlists.last_key_value().map_or(1, |(last, _)| last + 1);
    playlists.insert(id, name);
    format!("Created: /playlists/{id}")
}

async fn playlist(
    method: Method,
    State(playlists): State<Playlists>,
    Path(id): Path<usize>,
) -> String {
    let mut playlists = playlists.lock().unwrap();
    match method {
        Method::GET | Method::HEAD => match playlists.get(&id) {
            Some(name) => name.clone(),
            None => "Error: not found".to_owned(),
        },
        Method::DELETE => match playlists.remove(&id) {
            Some(name) => format!("Deleted: {name}"),
            None => "Error: not found".to_owned(),
        },
        _ => "Error: method not allowed".to_owned(),
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
