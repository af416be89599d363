//! The API of a clinic. Its web pages live at other addresses, so browsers ask it for permission (CORS).
//!
//! From the security review: "We bought a domain that ends in your name. Our page could read your patients' letters. So
//! could a local file, whose origin is `null`."
//! From the web team: "Saving fails, but only in browsers: before a PUT they send OPTIONS, and get 401."
//! From operations: "Since there is a cache in front of it, one of our two web pages works, by turns."
//!
//! The documentation promises: the pages of exactly these origins that `app` was given may read replies, with cookies, and
//! are told so with `access-control-allow-origin` (theirs) and `access-control-allow-credentials: true`, also with an error.
//! For others neither header is there. A preflight (OPTIONS with `access-control-request-method`) needs no session, gets 204,
//! and lists GET and PUT, and the header `content-type`, for these origins. Every reply says that it depends on the
//! origin: `vary: origin`, besides what else it varies by. The tests call `app`.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, COOKIE, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

type Letter = Arc<Mutex<String>>;

fn app(origins: &[&str]) -> Router {
    let origins: Vec<_> = origins.iter().map(|&origin| origin.to_owned()).collect();
    Router::new()
        .route("/letter", get(read).put(write))
        .layer(from_fn(session))
        // The outermost: a preflight has no cookie, and a 401 is to be read, too.
        .layer(from_fn_with_state(Arc::new(origins), cors))
        .with_state(Letter::default())
}

async fn cors(State(origins): State<Arc<Vec<String>>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN).cloned();
    // The browser compares origins as text, byte by byte, and so do we.
    let known = origin.filter(|origin| origins.iter().any(|known| origin == known.as_str()));
    let preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut reply = match preflight {
        true => StatusCode::NO_CONTENT.into_response(),
        false => next.run(request).await,
    };
    let headers = reply.headers_mut();
    // Also where there is no origin, or another one: a cache would give that reply to our page.
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = known {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        if preflight {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, PUT"));
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
        }
    }
    reply
}

/// Whoever has a cookie is logged in. A session that can be told apart is another chapter.
async fn session(request: Request, next: Next) -> Result<Response, StatusCode> {
    if !request.headers().contains_key(COOKIE) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(next.run(request).await)
}

async fn read(State(letter): State<Letter>) -> (HeaderMap, Json<Value>) {
    let language = HeaderMap::from_iter([(VARY, HeaderValue::from_static("accept-language"))]);
    (language, Json(json!({ "text": *letter.lock().unwrap() })))
}

async fn write(State(letter): State<Letter>, Json(text): Json<String>) -> StatusCode {
    *letter.lock().unwrap() = text;
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/letter", listener.local_addr().unwrap());
    axum::serve(listener, app(&["https://clinic.example"])).await.unwrap();
}
