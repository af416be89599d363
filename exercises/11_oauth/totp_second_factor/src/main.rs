//! The second step of a bank's login: the code that the customer's authenticator app shows. The password was right before.
//!
//! From Ana: "I have scanned your secret with three apps. They all show the same code, and you take none of them."
//! From the security team: "We tried codes for an afternoon and nobody minded. And a code that we had seen over a customer's
//! shoulder worked after the customer's own login. For minutes, and again and again."
//!
//! The documentation promises:
//!
//! | | |
//! |---|---|
//! | `hotp(secret, counter, digits)` | the code of RFC 4226, section 5.3, with that many digits |
//! | the code of the moment | six digits, `counter` is the number of whole half minutes since 1970 (RFC 6238) |
//! | also right | the codes of the half minute before and of the one after |
//! | a code that was right once | is wrong from then on; those before it may be, too |
//! | `POST /second-factor` | 204 for a right code, 401 for a wrong one or a name without an app |
//! | five wrong codes in a row | lock this customer for 15 minutes: the fifth is still 401, from then on it is 429, for right codes as well, and none of them counts |
//!
//! A right code forgives the wrong ones before it, and nothing else does but the lock, after which there are five tries again.
//! The tests call `hotp`, and `app` with the customers' names and secrets and a clock of seconds since 1970.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha1::Sha1;
use tokio::net::TcpListener;

const HALF_MINUTE: u64 = 30;

#[derive(Deserialize)]
struct Attempt {
    name: String,
    code: String,
}

/// Their secrets, by name.
type Customers = HashMap<String, Vec<u8>>;

struct Bank {
    now: Box<dyn Fn() -> u64 + Send + Sync>,
    customers: Mutex<Customers>,
}

fn app(secrets: Vec<(String, Vec<u8>)>, now: impl Fn() -> u64 + Send + Sync + 'static) -> Router {
    let bank = Bank {
        now: Box::new(now),
        customers: Mutex::new(secrets.into_iter().collect()),
    };
    Router::new().route("/second-factor", post(second_factor)).with_state(Arc::new(bank))
}

async fn second_factor(State(bank): State<Arc<Bank>>, Json(attempt): Json<Attempt>) -> StatusCode {
    let customers = bank.customers.lock().unwrap();
    let Some(secret) = customers.get(&attempt.name) else {
        return StatusCode::UNAUTHORIZED;
    };
    let counter = (bank.now)() / HALF_MINUTE;
    // TODO: what becomes of a code that was right, and of somebody who is wrong again and again?
    for counter in counter - 5..=counter + 5 {
        if hotp(secret, counter, 6) == attempt.code {
            return StatusCode::NO_CONTENT;
        }
    }
    StatusCode::UNAUTHORIZED
}

fn hotp(secret: &[u8], counter: u64, digits: u32) -> String {
    let mut hmac = Hmac::<Sha1>::new_from_slice(secret).expect("a key of any length");
    hmac.update(&counter.to_le_bytes());
    let hash = hmac.finalize().into_bytes();
    let start = usize::from(hash[0] & 0xf);
    let number = [0, 1, 2, 3].map(|byte| hash[start + byte]);
    (u32::from_be_bytes(number) % 10_u32.pow(digits)).to_string()
}

#[tokio::main]
async fn main() {
    // In an authenticator app: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ, by time, six digits.
    let secrets = vec![("ana".to_owned(), b"12345678901234567890".to_vec())];
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/second-factor", listener.local_addr().unwrap());
    axum::serve(listener, app(secrets, seconds)).await.unwrap();
}

fn seconds() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}
