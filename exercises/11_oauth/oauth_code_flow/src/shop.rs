//! The shop, a client of one or more authorization servers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::web::{Provider, Session, link, post, random};

#[derive(Deserialize)]
struct Answer {
    code: String,
}

struct Shop {
    providers: Vec<Provider>,
    /// With whom somebody logs in, by session.
    logins: Mutex<HashMap<String, Provider>>,
    /// Who is logged in, by session.
    users: Mutex<HashMap<String, Value>>,
}

pub fn app(providers: Vec<Provider>) -> Router {
    let shop = Shop {
        providers,
        logins: Mutex::default(),
        users: Mutex::default(),
    };
    Router::new()
        .route("/login/{name}", get(login))
        .route("/callback", get(callback))
        .route("/me", get(me))
        .with_state(Arc::new(shop))
}

async fn login(
    State(shop): State<Arc<Shop>>,
    Session(session): Session,
    Path(name): Path<String>,
) -> Result<Redirect, StatusCode> {
    let provider = shop.providers.iter().find(|provider| provider.name == name);
    let provider = provider.ok_or(StatusCode::NOT_FOUND)?.clone();
    let state = random();
    let question = [
        ("response_type", "code"),
        ("client_id", &*provider.client.id),
        ("redirect_uri", &provider.client.redirect_uris[0]),
        ("state", &state),
    ];
    let question = link(&provider.authorize, &question);
    shop.logins.lock().unwrap().insert(session, provider);
    Ok(Redirect::to(&question))
}

async fn callback(
    State(shop): State<Arc<Shop>>,
    Session(session): Session,
    Query(answer): Query<Answer>,
) -> Result<Redirect, StatusCode> {
    // TODO: does this answer belong to a question of ours?
    let provider = shop.logins.lock().unwrap().get(&session).cloned();
    let provider = provider.unwrap_or_else(|| shop.providers[0].clone());
    let Provider {
        issuer,
        server,
        client,
        ..
    } = provider;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &*answer.code),
        ("client_id", &client.id),
        ("client_secret", &client.secret),
    ];
    let reply = post(&server, "/token", &exchange).await.ok_or(StatusCode::BAD_REQUEST)?;
    // A user's name says nothing without the server that gave it.
    let user = json!({ "user": reply["user"], "issuer": issuer });
    shop.users.lock().unwrap().insert(session, user);
    Ok(Redirect::to("me"))
}

async fn me(
    State(shop): State<Arc<Shop>>,
    Session(session): Session,
) -> Result<Json<Value>, StatusCode> {
    let user = shop.users.lock().unwrap().get(&session).cloned();
    user.map(Json).ok_or(StatusCode::UNAUTHORIZED)
}
