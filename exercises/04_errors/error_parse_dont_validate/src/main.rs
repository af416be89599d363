//! The subscribers of a newsletter.
//!
//! From the editors: "The form for changes takes an empty name, and an address without an @. The form for new ones does not."
//! From a subscriber: "You told me that my name is wrong. I mended it. Then you told me that my address is wrong, too."
//! From support: "Ana is not found by her address. It ends in a blank, which nobody can see."
//!
//! The documentation promises, for whoever is new and for every change: white space around a name or an email is not part of
//! it. A name has 1 to 80 characters, none of them `<`, `>` or a control character. An email has one `@`, something before
//! and after it, no white space, and at most 254 bytes. If not: 422, and nothing changes, and `errors` lists all that is
//! wrong, each with a `pointer`, which is "/name" or "/email", and a `detail`. (What is no such form at all, axum refuses.)
//! The tests call `app`.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;

#[derive(Clone, Deserialize, Serialize)]
struct Subscriber {
    name: String,
    email: String,
}

struct Invalid {
    pointer: &'static str,
    detail: &'static str,
}

impl IntoResponse for Invalid {
    fn into_response(self) -> Response {
        let errors = json!([{ "pointer": self.pointer, "detail": self.detail }]);
        (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "errors": errors }))).into_response()
    }
}

// TODO: who remembers to call this, and what does anybody know after it has said yes?
fn validate(subscriber: &Subscriber) -> Result<(), Invalid> {
    let name = subscriber.name.trim();
    let strange = |c: char| c == '<' || c == '>' || c.is_control();
    if name.is_empty() || name.chars().count() > 80 || name.contains(strange) {
        return Err(Invalid {
            pointer: "/name",
            detail: "1 to 80 characters, no < and no >",
        });
    }
    let email = subscriber.email.trim();
    let parts = email.split_once('@').unwrap_or_default();
    if parts.0.is_empty() || parts.1.is_empty() || parts.1.contains('@') {
        return Err(Invalid {
            pointer: "/email",
            detail: "one @, and something around it",
        });
    }
    if email.len() > 254 || email.contains(char::is_whitespace) {
        return Err(Invalid {
            pointer: "/email",
            detail: "at most 254 bytes, no white space",
        });
    }
    Ok(())
}

type Subscribers = Arc<Mutex<Vec<Subscriber>>>;

fn app() -> Router {
    Router::new()
        .route("/subscribers", post(subscribe))
        .route("/subscribers/{number}", get(read).put(change))
        .with_state(Subscribers::default())
}

async fn subscribe(
    State(subscribers): State<Subscribers>,
    Json(subscriber): Json<Subscriber>,
) -> Result<Response, Invalid> {
    validate(&subscriber)?;
    let mut subscribers = subscribers.lock().unwrap();
    let location = format!("/subscribers/{}", subscribers.len());
    subscribers.push(subscriber.clone());
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(subscriber)).into_response())
}

async fn change(
    State(subscribers): State<Subscribers>,
    Path(number): Path<usize>,
    Json(subscriber): Json<Subscriber>,
) -> StatusCode {
    match subscribers.lock().unwrap().get_mut(number) {
        Some(old) => *old = subscriber,
        None => return StatusCode::NOT_FOUND,
    }
    StatusCode::NO_CONTENT
}

async fn read(
    State(subscribers): State<Subscribers>,
    Path(number): Path<usize>,
) -> Result<Json<Subscriber>, StatusCode> {
    let subscriber = subscribers.lock().unwrap().get(number).cloned();
    subscriber.map(Json).ok_or(StatusCode::NOT_FOUND)
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/subscribers/0", listener.local_addr().unwrap());
    axum::serve(listener, app()).await.unwrap();
}
