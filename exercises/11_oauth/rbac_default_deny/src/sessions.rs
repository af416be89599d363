//! Who is logged in, and with what role. There is nothing to change in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::http::HeaderMap;

/// The role of each session as the table of staff has it: a text, which may name a role that was invented yesterday.
#[derive(Clone, Default)]
pub struct Sessions(Arc<Mutex<HashMap<String, String>>>);

impl Sessions {
    /// Somebody logs in, or is given another role.
    pub fn set(&self, session: &str, role: &str) {
        self.0.lock().unwrap().insert(session.to_owned(), role.to_owned());
    }

    /// The role of whoever sends this `x-session`; nothing for somebody who is not logged in. The proxy in front has
    /// made that header from the cookie, and lets nobody else write it.
    pub fn role_of(&self, headers: &HeaderMap) -> Option<String> {
        let session = headers.get("x-session")?.to_str().ok()?;
        self.0.lock().unwrap().get(session).cloned()
    }
}
