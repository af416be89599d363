//! The patients of a clinic, for its staff, and its staff, for the admins.
//!
//! From the load balancer: "/health wants a token, and I have none. I take all your nodes out."
//! From the web team: "Before it sends a token, a browser asks with OPTIONS whether it may. It is told 401, so nothing
//! works. And whoever mistypes an address is logged out, because that is a 401, too."
//! From the security review: "We have read the list of your staff, without any token."
//!
//! The documentation promises:
//!
//! | | no token, or a wrong one | a token of staff | a token of an admin |
//! |---|---|---|---|
//! | GET /health | 200 | 200 | 200 |
//! | GET, POST /patients, GET /patients/{id} | 401 | yes | yes |
//! | GET /admin/staff, DELETE /admin/staff/{name} | 401 | 403 | yes |
//! | OPTIONS on all of these | 204 | 204 | 204 |
//! | any other address (OPTIONS aside) | 404 | 404 | 404 |
//!
//! A token comes as `authorization: Bearer ...`, and a 401 says so with `www-authenticate: Bearer`. Whoever is refused
//! has changed nothing. The tests call `app`.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The token of all staff, and that of all admins.
#[derive(Clone)]
struct Tokens {
    staff: String,
    admin: String,
}

#[derive(Default)]
struct Clinic {
    patients: Mutex<Vec<String>>,
    staff: Mutex<BTreeSet<String>>,
}

fn app(tokens: Tokens, clinic: Clinic) -> Router {
    Router::new()
        .route("/patients", get(patients).post(admit))
        .route("/patients/{id}", get(patient))
        .nest("/admin", admin(tokens.clone()))
        // Around the routes above, and not around the 404.
        .route_layer(from_fn_with_state(tokens, with_token))
        .route("/health", get(async || "up"))
        // The outermost: a browser that asks first has no token yet.
        .layer(from_fn(preflight))
        .with_state(Arc::new(clinic))
}

fn admin(tokens: Tokens) -> Router<Arc<Clinic>> {
    Router::new()
        .route("/staff", get(staff))
        .route("/staff/{name}", delete(dismiss))
        .route_layer(from_fn_with_state(tokens, not_for_staff))
}

/// Answers a browser that asks whether it may.
async fn preflight(request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        let methods = [("access-control-allow-methods", "GET, POST, DELETE")];
        return (StatusCode::NO_CONTENT, methods).into_response();
    }
    next.run(request).await
}

/// Nobody without a token comes any further.
async fn with_token(State(tokens): State<Tokens>, request: Request, next: Next) -> Response {
    let (staff, admin) = (bears(&request, &tokens.staff), bears(&request, &tokens.admin));
    if !staff && !admin {
        return (StatusCode::UNAUTHORIZED, [("www-authenticate", "Bearer")]).into_response();
    }
    next.run(request).await
}

/// Whoever comes this far has a token. Is it only that of staff?
async fn not_for_staff(State(tokens): State<Tokens>, request: Request, next: Next) -> Response {
    if bears(&request, &tokens.staff) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

fn bears(request: &Request, token: &str) -> bool {
    let value = request.headers().get("authorization");
    value.is_some_and(|value| *value == format!("Bearer {token}"))
}

async fn patients(State(clinic): State<Arc<Clinic>>) -> Json<Value> {
    Json(json!({ "items": *clinic.patients.lock().unwrap() }))
}

async fn admit(State(clinic): State<Arc<Clinic>>, name: String) -> (StatusCode, Json<Value>) {
    let mut patients = clinic.patients.lock().unwrap();
    patients.push(name);
    (StatusCode::CREATED, Json(json!({ "id": patients.len() - 1 })))
}

async fn patient(
    State(clinic): State<Arc<Clinic>>,
    Path(id): Path<usize>,
) -> Result<String, StatusCode> {
    clinic.patients.lock().unwrap().get(id).cloned().ok_or(StatusCode::NOT_FOUND)
}

async fn staff(State(clinic): State<Arc<Clinic>>) -> Json<Value> {
    Json(json!({ "items": *clinic.staff.lock().unwrap() }))
}

async fn dismiss(State(clinic): State<Arc<Clinic>>, Path(name): Path<String>) -> StatusCode {
    match clinic.staff.lock().unwrap().remove(&name) {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::NOT_FOUND,
    }
}

#[tokio::main]
async fn main() {
    let clinic = Clinic::default();
    clinic.staff.lock().unwrap().extend(["Ana".to_owned(), "Tomas".to_owned()]);
    let tokens = Tokens {
        staff: "staff".to_owned(),
        admin: "admin".to_owned(),
    };
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/health", listener.local_addr().unwrap());
    axum::serve(listener, app(tokens, clinic)).await.unwrap();
}
