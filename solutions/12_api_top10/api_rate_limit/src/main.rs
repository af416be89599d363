//! The login of a mail service: `POST /login` with `{"account": "ana", "password": "..."}`.
//!
//! From the security review: "We tried 40,000 passwords on one account. We wrote another address into
//! `x-forwarded-for` each time. A botnet would not even need that."
//! From the app team: "A 429, and when may we try again? Our app asks every second."
//! From operations: "`GET /metrics` says that the limiter remembers 40,000 windows. It never forgets one."
//!
//! The documentation promises: 204 if the password is right, 401 if not. Five tries within 60 seconds, counted from the first
//! of them, for each address, and five for each account, whoever tries. From the sixth on 429, right password or not, with
//! `retry-after`: the seconds until a try is let in. A refused try counts for nobody. What is over is forgotten with the next try.
//!
//! One proxy is in front of us. It adds the address that it sees to the end of `x-forwarded-for`, or as one more line of that
//! header below the others; whatever was in there before, the client wrote: any bytes, and not only text. The tests call
//! `app`, with a clock that shows seconds.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const TRIES: u32 = 5;
const WINDOW: u64 = 60;

/// The passwords by account. How they are kept is another chapter.
type Passwords = HashMap<String, String>;

/// Whose tries are counted. An account may well be called like somebody's address.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Address(String),
    Account(String),
}

struct Window {
    start: u64,
    tries: u32,
}

struct Service {
    passwords: Passwords,
    windows: Mutex<HashMap<Key, Window>>,
    now: Box<dyn Fn() -> u64 + Send + Sync>,
}

#[derive(Deserialize)]
struct Login {
    account: String,
    password: String,
}

fn app(passwords: Passwords, now: impl Fn() -> u64 + Send + Sync + 'static) -> Router {
    let service = Service {
        passwords,
        windows: Mutex::default(),
        now: Box::new(now),
    };
    Router::new()
        .route("/login", post(login))
        .route("/metrics", get(metrics))
        .with_state(Arc::new(service))
}

async fn login(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Json(login): Json<Login>,
) -> Result<StatusCode, (StatusCode, [(&'static str, String); 1])> {
    // The proxy's own word is the last one of the last line. What stands before it need not even be text.
    let line = headers.get_all("x-forwarded-for").iter().next_back();
    let line = String::from_utf8_lossy(line.map_or(b"", |line| line.as_bytes()));
    let address = line.rsplit(',').next().unwrap_or_default().trim();
    let keys = [
        Key::Address(address.to_owned()),
        Key::Account(login.account.clone()),
    ];
    if let Err(wait) = service.admit(keys) {
        return Err((StatusCode::TOO_MANY_REQUESTS, [("retry-after", wait.to_string())]));
    }
    match service.passwords.get(&login.account) == Some(&login.password) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Ok(StatusCode::UNAUTHORIZED),
    }
}

impl Service {
    /// Counts a try for all of these, or for none of them and says how many seconds to wait.
    fn admit(&self, keys: [Key; 2]) -> Result<(), u64> {
        let now = (self.now)();
        let mut windows = self.windows.lock().unwrap();
        windows.retain(|_, window| now < window.start + WINDOW);
        let full = keys.iter().filter_map(|key| windows.get(key));
        let full = full.filter(|window| window.tries >= TRIES);
        if let Some(wait) = full.map(|window| window.start + WINDOW - now).max() {
            return Err(wait);
        }
        for key in keys {
            windows
                .entry(key)
                .or_insert(Window {
                    start: now,
                    tries: 0,
                })
                .tries += 1;
        }
        Ok(())
    }
}

async fn metrics(State(service): State<Arc<Service>>) -> Json<Value> {
    Json(json!({ "windows": service.windows.lock().unwrap().len() }))
}

#[tokio::main]
async fn main() {
    let passwords = HashMap::from([("ana".to_owned(), "open sesame".to_owned())]);
    let start = Instant::now();
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/metrics", listener.local_addr().unwrap());
    axum::serve(listener, app(passwords, move || start.elapsed().as_secs())).await.unwrap();
}
