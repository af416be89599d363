//! Who works with the service, and as what. There is nothing to change in it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Member,
    Moderator,
    Admin,
}

/// The roles by the users' names. All clones are the same list.
#[derive(Clone, Default)]
pub struct Users(Arc<Mutex<BTreeMap<String, Role>>>);

impl Users {
    /// The role that the caller has now. The proxy in front of us has checked the session, and says in `x-user` whose it
    /// is; it lets nobody else say that.
    pub fn role_of(&self, headers: &HeaderMap) -> Result<Role, StatusCode> {
        let name = headers.get("x-user").and_then(|value| value.to_str().ok());
        let role = name.and_then(|name| self.0.lock().unwrap().get(name).copied());
        role.ok_or(StatusCode::UNAUTHORIZED)
    }

    /// Gives somebody this role. False if there is no such user.
    pub fn promote(&self, name: &str, role: Role) -> bool {
        self.0.lock().unwrap().get_mut(name).map(|old| *old = role).is_some()
    }

    pub fn add(&self, name: &str, role: Role) {
        self.0.lock().unwrap().insert(name.to_owned(), role);
    }
}
