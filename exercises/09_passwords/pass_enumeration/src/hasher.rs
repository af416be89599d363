//! Argon2id at the cost that the service has chosen. It counts its work, as a stopwatch would.

#[cfg(test)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

pub struct Hasher {
    argon2: Argon2<'static>,
    work: AtomicU64,
    #[cfg(test)]
    hashed: Mutex<Vec<String>>,
}

impl Hasher {
    /// `memory` is in KiB; Argon2 goes through it `iterations` times.
    pub fn new(memory: u32, iterations: u32) -> Self {
        let params = Params::new(memory, iterations, 1, None).expect("a cost that Argon2 knows");
        Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            work: AtomicU64::new(0),
            #[cfg(test)]
            hashed: Mutex::default(),
        }
    }

    /// A PHC string, with a new salt.
    pub fn hash(&self, password: &str) -> String {
        #[cfg(test)]
        self.hashed.lock().unwrap().push(password.to_owned());
        let hash = self.argon2.hash_password(password.as_bytes());
        self.has_worked(self.argon2.params());
        hash.expect("the system has random bytes for a salt").to_string()
    }

    /// Whether the password has this hash. It takes as long as making the hash took; what is no hash takes no time at all.
    pub fn verify(&self, password: &str, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else {
            return false;
        };
        let Ok(paid) = Params::try_from(&hash) else {
            return false;
        };
        let right = self.argon2.verify_password(password.as_bytes(), &hash).is_ok();
        self.has_worked(&paid);
        right
    }

    fn has_worked(&self, cost: &Params) {
        let blocks = u64::from(cost.m_cost()) * u64::from(cost.t_cost());
        self.work.fetch_add(blocks, Ordering::Relaxed);
    }

    /// How many blocks of memory it has written so far.
    #[cfg(test)]
    pub fn work(&self) -> u64 {
        self.work.load(Ordering::Relaxed)
    }

    /// The passwords that it has made hashes of.
    #[cfg(test)]
    pub fn hashed(&self) -> Vec<String> {
        self.hashed.lock().unwrap().clone()
    }
}
