//! The table of users, and the letters that were sent to them.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex};
#[cfg(test)]
use std::time::Duration;

#[derive(Clone)]
pub struct User {
    pub hash: String,
    /// The owner has closed the account.
    pub closed: bool,
}

#[derive(Default)]
pub struct Users {
    by_email: Mutex<HashMap<String, User>>,
    mails: Mutex<Vec<String>>,
    mailed: Condvar,
}

impl Users {
    pub fn insert(&self, email: &str, user: User) {
        self.by_email.lock().unwrap().insert(email.to_owned(), user);
    }

    /// `SELECT hash, closed FROM users WHERE email = ?`
    pub fn find(&self, email: &str) -> Option<User> {
        self.by_email.lock().unwrap().get(email).cloned()
    }

    /// Puts a mail into the outbox: `email` may choose a new password.
    pub fn mail_a_reset_link(&self, email: &str) {
        self.mails.lock().unwrap().push(email.to_owned());
        self.mailed.notify_all();
    }

    /// The mails, as soon as there is one: a service may well answer first. Only one that mails nobody is waited for.
    #[cfg(test)]
    pub fn mails(&self) -> Vec<String> {
        let (mails, patience) = (self.mails.lock().unwrap(), Duration::from_secs(1));
        let waited = self.mailed.wait_timeout_while(mails, patience, |mails| mails.is_empty());
        waited.unwrap().0.clone()
    }
}
