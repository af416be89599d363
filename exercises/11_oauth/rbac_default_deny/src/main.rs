//! The clinic's service for its staff. One layer around all routes decides who may do what.
//!
//! From the nurses: "Reception can read what we write about patients."
//! From the security team: "A trainee sent `x-role: admin` and was one. A role that the clinic has had since yesterday may
//! do everything. So may everybody on the routes that the billing team added, because your rules do not know them."
//!
//! The documentation promises this table, and that whatever it does not name is forbidden to everybody: another route, another
//! method, another role, another team's fallback. A route is what was mounted, not what an address looks like.
//!
//! | | reception | nurse | doctor | admin |
//! |---|---|---|---|---|
//! | `GET /appointments` | yes | yes | yes | |
//! | `POST /appointments` | yes | | | |
//! | `GET /records/{patient}` | | yes | yes | |
//! | `PUT /records/{patient}` | | | yes | |
//! | `DELETE /records/{patient}` | | | | |
//! | `GET /staff`, `PUT /staff/{name}` | | | | yes |
//!
//! HEAD is GET without the body. Whoever is not logged in gets 401, whoever may not do it 403 without a body, and nothing
//! has been done. The role comes from the session, with every request anew. The tests call `app` with the sessions and with
//! the routes of other teams. In src/sessions.rs, there is nothing to change.

#[cfg(test)]
mod tests;

mod sessions;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use sessions::Sessions;
use tokio::net::TcpListener;

#[derive(Clone, Default)]
struct Clinic {
    appointments: Arc<Mutex<Vec<String>>>,
    /// By patient.
    records: Arc<Mutex<BTreeMap<String, String>>>,
    /// Roles, by name.
    staff: Arc<Mutex<BTreeMap<String, String>>>,
}

fn app(sessions: Sessions, more: Router) -> Router {
    let clinic = Clinic::default();
    clinic.records.lock().unwrap().insert("ben".to_owned(), "all well".to_owned());
    clinic.staff.lock().unwrap().insert("ana".to_owned(), "doctor".to_owned());
    Router::new()
        .route("/appointments", get(appointments).post(book))
        .route("/records/{patient}", get(record).put(write).delete(erase))
        .route("/staff", get(staff))
        .route("/staff/{name}", put(promote))
        .with_state(clinic)
        .merge(more)
        .layer(from_fn_with_state(sessions, guard))
}

async fn guard(
    State(sessions): State<Sessions>,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let headers = request.headers();
    let role = sessions.role_of(headers).ok_or(StatusCode::UNAUTHORIZED)?;
    let role = headers.get("x-role").and_then(|said| said.to_str().ok()).unwrap_or(&role);
    if !may(role, request.method().as_str(), request.uri().path()) {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(next.run(request).await)
}

// TODO: what is missing in this list, and who notices?
fn may(role: &str, method: &str, path: &str) -> bool {
    match (role, method) {
        (_, "DELETE") => false,
        ("admin", _) => path.starts_with("/staff"),
        (_, _) if path.starts_with("/staff") => false,
        ("nurse" | "doctor", "POST") => false,
        ("nurse" | "reception", "PUT") => false,
        _ => true,
    }
}

async fn appointments(State(clinic): State<Clinic>) -> Json<Value> {
    Json(json!({ "items": *clinic.appointments.lock().unwrap() }))
}

async fn book(State(clinic): State<Clinic>, text: String) -> StatusCode {
    clinic.appointments.lock().unwrap().push(text);
    StatusCode::CREATED
}

async fn record(
    State(clinic): State<Clinic>,
    Path(patient): Path<String>,
) -> Result<Json<Value>, StatusCode> {
    let records = clinic.records.lock().unwrap();
    let text = records.get(&patient).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({ "text": text })))
}

async fn write(
    State(clinic): State<Clinic>,
    Path(patient): Path<String>,
    text: String,
) -> StatusCode {
    clinic.records.lock().unwrap().insert(patient, text);
    StatusCode::NO_CONTENT
}

/// For the day when the law asks for it.
async fn erase(State(clinic): State<Clinic>, Path(patient): Path<String>) -> StatusCode {
    clinic.records.lock().unwrap().remove(&patient);
    StatusCode::NO_CONTENT
}

async fn staff(State(clinic): State<Clinic>) -> Json<Value> {
    Json(json!({ "items": *clinic.staff.lock().unwrap() }))
}

async fn promote(
    State(clinic): State<Clinic>,
    Path(name): Path<String>,
    role: String,
) -> StatusCode {
    clinic.staff.lock().unwrap().insert(name, role);
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() {
    let sessions = Sessions::default();
    for role in ["reception", "nurse", "doctor", "admin", "trainee"] {
        sessions.set(role, role);
    }
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/appointments", listener.local_addr().unwrap());
    axum::serve(listener, app(sessions, Router::new())).await.unwrap();
}
