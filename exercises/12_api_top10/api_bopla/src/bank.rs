//! The bank's accounts, and who asks. There is nothing to change in it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};

/// A row of the table, as the database gives and takes it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    pub id: u64,
    pub name: String,
    pub email: String,
    pub balance: i64,
    pub is_admin: bool,
    pub internal_note: String,
}

pub type Bank = Arc<Mutex<BTreeMap<u64, Account>>>;

/// Who asks. The proxy in front of us has checked the session, and lets nobody else say this.
pub struct Customer(pub u64);

impl<S: Sync> FromRequestParts<S> for Customer {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let value = parts.headers.get("x-customer").and_then(|value| value.to_str().ok());
        let id = value.and_then(|value| value.parse().ok());
        id.map(Self).ok_or(StatusCode::UNAUTHORIZED)
    }
}
