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
    values: BTreeMap<String, String>,
    /// When a key dies. What is not in here lives for ever.
    deaths: BTreeMap<String, u64>,
}

impl Store {
    pub fn new(now: impl Fn() -> u64 + Send + 'static) -> Self {
        Self {
            now: Box::new(now),
            values: BTreeMap::new(),
            deaths: BTreeMap::new(),
        }
    }

    pub fn run(&mut self, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words {
            ["SET", key, value] => self.set(key, value),
            ["SET", key, value, "EX", seconds] => match seconds.parse() {
                Ok(seconds @ 1..) => {
                    self.set(key, value);
                    self.expire(key, seconds);
                    "OK".to_owned()
                }
                Ok(_) => "(error) ERR invalid expire time".to_owned(),
                Err(_) => NO_INTEGER.to_owned(),
            },
            ["GET", key] => self.get(key).unwrap_or("(nil)".to_owned()),
            ["INCR", key] => self.incr(key),
            ["DEL", key] => integer(self.values.remove(key).is_some().into()),
            ["EXPIRE", key, seconds] => match seconds.parse() {
                Ok(seconds) => self.expire(key, seconds),
                Err(_) => NO_INTEGER.to_owned(),
            },
            ["PERSIST", key] => integer(self.deaths.remove(key).is_some().into()),
            ["TTL", key] => self.ttl(key),
            ["KEYS"] => self.values.keys().cloned().collect::<Vec<_>>().join(" "),
            ["DBSIZE"] => integer(self.values.len() as i64),
            _ => "(error) ERR unknown command".to_owned(),
        }
    }

    /// Removes the dead whom nobody asks for.
    pub fn sweep(&mut self) {
        // TODO: and the memory?
        let now = (self.now)();
        self.deaths.retain(|_, death| *death > now);
    }

    fn set(&mut self, key: &str, value: &str) -> String {
        self.values.insert(key.to_owned(), value.to_owned());
        "OK".to_owned()
    }

    fn get(&self, key: &str) -> Option<String> {
        let dead = self.deaths.get(key).is_some_and(|death| *death <= (self.now)());
        self.values.get(key).filter(|_| !dead).cloned()
    }

    fn incr(&mut self, key: &str) -> String {
        let old = self.values.get(key).map_or(Ok(0), |value| value.parse::<i64>());
        let Some(new) = old.ok().and_then(|old| old.checked_add(1)) else {
            return NO_INTEGER.to_owned();
        };
        self.deaths.remove(key);
        self.values.insert(key.to_owned(), new.to_string());
        integer(new)
    }

    fn expire(&mut self, key: &str, seconds: i64) -> String {
        if !self.values.contains_key(key) {
            return integer(0);
        }
        let death = (self.now)().saturating_add_signed(seconds);
        self.deaths.insert(key.to_owned(), death);
        integer(1)
    }

    fn ttl(&self, key: &str) -> String {
        match self.deaths.get(key) {
            Some(death) => integer(*death as i64 - (self.now)() as i64),
            None if self.values.contains_key(key) => integer(-1),
            None => integer(-2),
        }
    }
}

fn integer(number: i64) -> String {
    format!("(integer) {number}")
}

fn main() {
    server::run();
}
