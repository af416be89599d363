//! The table of users, as far as this exercise needs one.

use std::collections::HashMap;
use std::sync::Mutex;

/// What a hash costs: Argon2's memory in KiB, and how often it goes through all of it.
#[derive(Clone, Copy)]
pub struct Cost {
    pub memory: u32,
    pub iterations: u32,
}

impl Cost {
    /// The least that OWASP's Password Storage Cheat Sheet asks for.
    pub const TODAY: Self = Self {
        memory: 19 * 1024,
        iterations: 2,
    };
}

/// A name, and what was made of the password.
#[derive(Default)]
pub struct Users(Mutex<HashMap<String, String>>);

impl Users {
    /// `INSERT INTO users ... ON CONFLICT (name) DO UPDATE`
    pub fn save(&self, name: &str, hash: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), hash.to_owned());
    }

    /// `SELECT hash FROM users WHERE name = ?`
    pub fn hash_of(&self, name: &str) -> Option<String> {
        self.0.lock().unwrap().get(name).cloned()
    }
}
