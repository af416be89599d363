//! The patients of a clinic, and what changes about them.
//!
//! From the reception: "A patient has given up his telephone. We cleared the field, and the number is still there."
//! From a doctor: "Somebody corrected the spelling of a name. The allergies were gone, all of them."
//! From the app team: "We sent null for a mail address. You said 200 and kept the old one. Is that a yes or a no?"
//!
//! The documentation promises, for PATCH /patients/{id}: a field that is left out stays as it is (RFC 7396). `null`, and an
//! empty text, clear `phone` and `allergies`, which are null then. `name` and `email` cannot be cleared: 422, and nothing is
//! changed, not even what is right in the same patch. The reply is the whole patient. The tests call `app` with rows of
//! `Patient`.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Deserializer, Serialize};
use tokio::net::TcpListener;

#[derive(Clone, Serialize)]
struct Patient {
    name: String,
    email: String,
    phone: Option<String>,
    allergies: Option<String>,
}

/// What a client says about each field: nothing (`None`), or a value. Where it may say null, that is a value, too.
#[derive(Deserialize)]
struct Patch {
    #[serde(default, deserialize_with = "said")]
    name: Option<String>,
    #[serde(default, deserialize_with = "said")]
    email: Option<String>,
    #[serde(default, deserialize_with = "said")]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "said")]
    allergies: Option<Option<String>>,
}

/// Called only for a field that is there. By itself, `Option` would take null for a field that is not; so null is for `T`
/// to take or to refuse.
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

type Patients = Arc<Mutex<BTreeMap<u64, Patient>>>;

fn app(patients: BTreeMap<u64, Patient>) -> Router {
    Router::new()
        .route("/patients/{id}", get(read).patch(change))
        .with_state(Arc::new(Mutex::new(patients)))
}

async fn read(
    State(patients): State<Patients>,
    Path(id): Path<u64>,
) -> Result<Json<Patient>, StatusCode> {
    let patient = patients.lock().unwrap().get(&id).cloned();
    patient.map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn change(
    State(patients): State<Patients>,
    Path(id): Path<u64>,
    Json(patch): Json<Patch>,
) -> Result<Json<Patient>, StatusCode> {
    let mut patients = patients.lock().unwrap();
    let patient = patients.get_mut(&id).ok_or(StatusCode::NOT_FOUND)?;
    // All checks before the first change.
    if [&patch.name, &patch.email].into_iter().flatten().any(String::is_empty) {
        return Err(StatusCode::UNPROCESSABLE_ENTITY);
    }
    if let Some(name) = patch.name {
        patient.name = name;
    }
    if let Some(email) = patch.email {
        patient.email = email;
    }
    if let Some(phone) = patch.phone {
        patient.phone = phone.filter(|phone| !phone.is_empty());
    }
    if let Some(allergies) = patch.allergies {
        patient.allergies = allergies.filter(|allergies| !allergies.is_empty());
    }
    Ok(Json(patient.clone()))
}

#[tokio::main]
async fn main() {
    let ana = Patient {
        name: "Ana".to_owned(),
        email: "ana@example.com".to_owned(),
        phone: Some("555 0101".to_owned()),
        allergies: Some("nuts".to_owned()),
    };
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/patients/1", listener.local_addr().unwrap());
    axum::serve(listener, app(BTreeMap::from([(1, ana)]))).await.unwrap();
}
