//! The heart of a small Redis: keys that live for ever, or for so many seconds. `run` takes a command as a line and gives
//! the reply as redis-cli shows it.
//!
//! From the login team: "A code for one login is valid for a minute. We saved another one under the same key, for good,
//! and it was gone after that minute."
//! From the API team: "We count requests: SET hits 0 EX 60, then INCR. The counter never starts again."
//! From operations: "KEYS lists what GET does not find. And the memory of what has died never comes back."
//!
//! The documentation promises, as Redis does:
//!
//! | | |
//! |---|---|
//! | SET key value | lives for ever, whatever was there before |
//! | SET key value EX 60, EXPIRE key 60 | dies in 60 seconds: 59 seconds later it is there, 60 later it is not |
//! | INCR key | adds one and leaves the time of death alone; what is not there counts from 0 |
//! | PERSIST key | lives for ever from now on; (integer) 1 if it would have died |
//! | TTL key | the seconds left, -1 if it lives for ever, -2 if it is not there |
//! | EXPIRE key 0, or less | it dies now, and is removed at once |
//! | GET, DEL, KEYS, EXPIRE | know nothing of the dead; KEYS lists in any order |
//! | DBSIZE | how many keys are in memory, the dead among them whom nobody has met yet |
//!
//! Whoever meets a dead key removes it, for good, also if the clock is set back later. A command meets the key that it
//! names, KEYS and `sweep`, once a second, meet all of them, DBSIZE meets nobody. The tests call `Store::new` with a
//! clock, `run` and `sweep`.

#[cfg(test)]
mod tests;

mod server;

use std::collections::BTreeMap;

const NO_INTEGER: &str = "(error) ERR value is not an integer or out of range";

pub struct Store {
    /// Seconds since 1970.
    now: Box<dyn Fn() -> u64 + Send>,
    entries: BTreeMap<String, Entry>,
}

/// Value and death in one place: whoever replaces or removes the one does so with the other.
struct Entry {
    value: String,
    /// Nothing, if it lives for ever.
    death: Option<u64>,
}

impl Store {
    pub fn new(now: impl Fn() -> u64 + Send + 'static) -> Self {
        Self {
            now: Box::new(now),
            entries: BTreeMap::new(),
        }
    }

    pub fn run(&mut self, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words {
            ["SET", key, value] => self.set(key, value, None),
            ["SET", key, value, "EX", seconds] => match seconds.parse() {
                Ok(seconds @ 1..) => self.set(key, value, Some(seconds)),
                Ok(_) => "(error) ERR invalid expire time".to_owned(),
                Err(_) => NO_INTEGER.to_owned(),
            },
            ["GET", key] => {
                self.living(key).map_or("(nil)".to_owned(), |entry| entry.value.clone())
            }
            ["INCR", key] => self.incr(key),
            ["DEL", key] => {
                let there = self.living(key).is_some();
                self.entries.remove(key);
                integer(there.into())
            }
            ["EXPIRE", key, seconds] => match seconds.parse() {
                Ok(seconds) => self.expire(key, seconds),
                Err(_) => NO_INTEGER.to_owned(),
            },
            ["PERSIST", key] => {
                let death = self.living(key).and_then(|entry| entry.death.take());
                integer(death.is_some().into())
            }
            ["TTL", key] => self.ttl(key),
            ["KEYS"] => {
                self.sweep();
                self.entries.keys().cloned().collect::<Vec<_>>().join(" ")
            }
            ["DBSIZE"] => integer(self.entries.len() as i64),
            _ => "(error) ERR unknown command".to_owned(),
        }
    }

    /// Removes the dead whom nobody asks for.
    pub fn sweep(&mut self) {
        let now = (self.now)();
        self.entries.retain(|_, entry| entry.lives_at(now));
    }

    /// The entry, if it lives. All commands go through here, so that none of them meets a dead one.
    fn living(&mut self, key: &str) -> Option<&mut Entry> {
        let now = (self.now)();
        if self.entries.get(key).is_some_and(|entry| !entry.lives_at(now)) {
            self.entries.remove(key);
        }
        self.entries.get_mut(key)
    }

    fn set(&mut self, key: &str, value: &str, seconds: Option<i64>) -> String {
        let value = value.to_owned();
        let death = seconds.map(|seconds| (self.now)().saturating_add_signed(seconds));
        self.entries.insert(key.to_owned(), Entry { value, death });
        "OK".to_owned()
    }

    fn incr(&mut self, key: &str) -> String {
        let Some(entry) = self.living(key) else {
            self.set(key, "1", None);
            return integer(1);
        };
        match entry.value.parse().ok().and_then(|old: i64| old.checked_add(1)) {
            Some(new) => {
                entry.value = new.to_string();
                integer(new)
            }
            None => NO_INTEGER.to_owned(),
        }
    }

    fn expire(&mut self, key: &str, seconds: i64) -> String {
        let death = (self.now)().saturating_add_signed(seconds);
        match self.living(key) {
            Some(entry) => {
                entry.death = Some(death);
                // It may be dead by now.
                self.living(key);
                integer(1)
            }
            None => integer(0),
        }
    }

    fn ttl(&mut self, key: &str) -> String {
        let now = (self.now)();
        match self.living(key).map(|entry| entry.death) {
            Some(Some(death)) => integer((death - now) as i64),
            Some(None) => integer(-1),
            None => integer(-2),
        }
    }
}

impl Entry {
    fn lives_at(&self, now: u64) -> bool {
        self.death.is_none_or(|death| now < death)
    }
}

fn integer(number: i64) -> String {
    format!("(integer) {number}")
}

fn main() {
    server::run();
}
