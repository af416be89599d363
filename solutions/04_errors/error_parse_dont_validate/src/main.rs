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

/// What a client sent. Nobody has looked at it yet.
#[derive(Deserialize)]
struct Form {
    name: String,
    email: String,
}

/// What has passed the checks: whoever has one need not ask again. In a larger service, `Name` and `Email` live in a module
/// of their own: outside of it, nobody can make one without its parser.
#[derive(Clone, Serialize)]
struct Subscriber {
    name: Name,
    email: Email,
}

#[derive(Clone, Serialize)]
struct Name(String);

#[derive(Clone, Serialize)]
struct Email(String);

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let name = text.trim();
        if name.contains(|c: char| c == '<' || c == '>' || c.is_control()) {
            return Err("neither < nor > nor a control character");
        }
        match name.chars().count() {
            1..=80 => Ok(Self(name.to_owned())),
            _ => Err("1 to 80 characters"),
        }
    }
}

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let email = text.trim();
        let (before, after) = email.split_once('@').unwrap_or_default();
        if before.is_empty() || after.is_empty() || after.contains('@') {
            return Err("one @, and something around it");
        }
        if email.len() > 254 || email.contains(char::is_whitespace) {
            return Err("at most 254 bytes, no white space");
        }
        Ok(Self(email.to_owned()))
    }
}

impl TryFrom<Form> for Subscriber {
    type Error = Invalid;

    /// Every field is read, whether or not the one before it was right.
    fn try_from(form: Form) -> Result<Self, Self::Error> {
        match (Name::try_from(form.name), Email::try_from(form.email)) {
            (Ok(name), Ok(email)) => Ok(Self { name, email }),
            (name, email) => {
                let wrong = [("/name", name.err()), ("/email", email.err())];
                let wrong = wrong.into_iter().filter_map(|(at, why)| Some((at, why?)));
                Err(Invalid(wrong.collect()))
            }
        }
    }
}

/// What is wrong, and where.
struct Invalid(Vec<(&'static str, &'static str)>);

impl IntoResponse for Invalid {
    fn into_response(self) -> Response {
        let told = |(pointer, detail)| json!({ "pointer": pointer, "detail": detail });
        let errors: Vec<_> = self.0.into_iter().map(told).collect();
        (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "errors": errors }))).into_response()
    }
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
    Json(form): Json<Form>,
) -> Result<Response, Invalid> {
    let subscriber = Subscriber::try_from(form)?;
    let mut subscribers = subscribers.lock().unwrap();
    let location = format!("/subscribers/{}", subscribers.len());
    subscribers.push(subscriber.clone());
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(subscriber)).into_response())
}

async fn change(
    State(subscribers): State<Subscribers>,
    Path(number): Path<usize>,
    Json(form): Json<Form>,
) -> Result<StatusCode, Invalid> {
    let subscriber = Subscriber::try_from(form)?;
    match subscribers.lock().unwrap().get_mut(number) {
        Some(old) => *old = subscriber,
        None => return Ok(StatusCode::NOT_FOUND),
    }
    Ok(StatusCode::NO_CONTENT)
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
