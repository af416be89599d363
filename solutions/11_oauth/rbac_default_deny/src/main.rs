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

use axum::extract::{MatchedPath, Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use sessions::Sessions;
use tokio::net::TcpListener;

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Reception,
    Nurse,
    Doctor,
    Admin,
}

impl Role {
    /// A text that we do not know is no role of ours.
    fn named(text: &str) -> Option<Self> {
        match text {
            "reception" => Some(Self::Reception),
            "nurse" => Some(Self::Nurse),
            "doctor" => Some(Self::Doctor),
            "admin" => Some(Self::Admin),
            _ => None,
        }
    }
}

/// The table. What is not in it is for nobody, until somebody adds a line.
fn who_may(method: &str, route: &str) -> &'static [Role] {
    match (method, route) {
        ("GET" | "HEAD", "/appointments") => &[Role::Reception, Role::Nurse, Role::Doctor],
        ("POST", "/appointments") => &[Role::Reception],
        ("GET" | "HEAD", "/records/{patient}") => &[Role::Nurse, Role::Doctor],
        ("PUT", "/records/{patient}") => &[Role::Doctor],
        ("GET" | "HEAD", "/staff") | ("PUT", "/staff/{name}") => &[Role::Admin],
        _ => &[],
    }
}

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
        // Around fallbacks as well, unlike `route_layer`.
        .layer(from_fn_with_state(sessions, guard))
}

async fn guard(
    State(sessions): State<Sessions>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let role = sessions.role_of(request.headers()).ok_or(StatusCode::UNAUTHORIZED)?;
    let role = Role::named(&role).ok_or(StatusCode::FORBIDDEN)?;
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    if !who_may(request.method().as_str(), route).contains(&role) {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(next.run(request).await)
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
