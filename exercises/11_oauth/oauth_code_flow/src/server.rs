//! The authorization server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::web::{Client, User, link, random};

/// How long a code works, in seconds. Some phones are slow.
const LIFETIME: u64 = 86_400;

#[derive(Deserialize)]
struct Question {
    client_id: String,
    redirect_uri: String,
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
struct Exchange {
    code: String,
    client_id: String,
    client_secret: String,
}

/// What a code stands for.
struct Grant {
    user: String,
    issued: u64,
}

struct Server {
    issuer: String,
    clients: Vec<Client>,
    now: Box<dyn Fn() -> u64 + Send + Sync>,
    /// By code.
    grants: Mutex<HashMap<String, Grant>>,
}

impl Server {
    fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }
}

pub fn app(
    issuer: &str,
    clients: Vec<Client>,
    now: impl Fn() -> u64 + Send + Sync + 'static,
) -> Router {
    let server = Server {
        issuer: issuer.to_owned(),
        clients,
        now: Box::new(now),
        grants: Mutex::default(),
    };
    Router::new()
        .route("/authorize", get(authorize))
        .route("/token", post(token))
        .with_state(Arc::new(server))
}

async fn authorize(
    State(server): State<Arc<Server>>,
    User(user): User,
    Query(asked): Query<Question>,
) -> Result<Redirect, StatusCode> {
    let client = server.client(&asked.client_id).ok_or(StatusCode::BAD_REQUEST)?;
    // TODO: who may be sent a code?
    if !client.redirect_uris.iter().any(|uri| asked.redirect_uri.starts_with(uri)) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let code = random();
    let grant = Grant {
        user,
        issued: (server.now)(),
    };
    server.grants.lock().unwrap().insert(code.clone(), grant);
    let answer = [
        ("code", &*code),
        ("state", &asked.state),
        ("iss", &server.issuer),
    ];
    Ok(Redirect::to(&link(&asked.redirect_uri, &answer)))
}

async fn token(
    State(server): State<Arc<Server>>,
    Form(form): Form<Exchange>,
) -> Result<Json<Value>, Refusal> {
    // Real ones are kept as hashes, see chapter 09.
    let client = server.client(&form.client_id);
    if client.is_none_or(|client| client.secret != form.client_secret) {
        return Err(Refusal(StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    // TODO: whose code is it, and is it still good?
    let grants = server.grants.lock().unwrap();
    let now = (server.now)();
    match grants.get(&form.code).filter(|grant| now - grant.issued < LIFETIME) {
        Some(Grant { user, .. }) => Ok(Json(json!({
            "access_token": random(), "token_type": "Bearer", "user": user,
        }))),
        None => Err(Refusal(StatusCode::BAD_REQUEST, "invalid_grant")),
    }
}

/// RFC 6749, section 5.2.
struct Refusal(StatusCode, &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}
