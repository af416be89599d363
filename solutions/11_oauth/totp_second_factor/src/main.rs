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
const TRIES: u32 = 5;
const LOCK: u64 = 15 * 60;

#[derive(Deserialize)]
struct Attempt {
    name: String,
    code: String,
}

struct Customer {
    secret: Vec<u8>,
    /// Of the last code that was right. This one and those before it are used up.
    last_counter: u64,
    wrong: u32,
    locked_until: u64,
}

struct Bank {
    now: Box<dyn Fn() -> u64 + Send + Sync>,
    customers: Mutex<HashMap<String, Customer>>,
}

fn app(secrets: Vec<(String, Vec<u8>)>, now: impl Fn() -> u64 + Send + Sync + 'static) -> Router {
    let customer = |secret| Customer {
        secret,
        last_counter: 0,
        wrong: 0,
        locked_until: 0,
    };
    let customers = secrets.into_iter().map(|(name, secret)| (name, customer(secret)));
    let bank = Bank {
        now: Box::new(now),
        customers: Mutex::new(customers.collect()),
    };
    Router::new().route("/second-factor", post(second_factor)).with_state(Arc::new(bank))
}

async fn second_factor(State(bank): State<Arc<Bank>>, Json(attempt): Json<Attempt>) -> StatusCode {
    let now = (bank.now)();
    let mut customers = bank.customers.lock().unwrap();
    let Some(customer) = customers.get_mut(&attempt.name) else {
        return StatusCode::UNAUTHORIZED;
    };
    if now < customer.locked_until {
        return StatusCode::TOO_MANY_REQUESTS;
    }
    let counter = now / HALF_MINUTE;
    // Nobody measures how long this comparison takes: there are five tries.
    let matching = (counter.saturating_sub(1)..=counter + 1)
        .filter(|counter| *counter > customer.last_counter)
        .find(|counter| hotp(&customer.secret, *counter, 6) == attempt.code);
    if let Some(counter) = matching {
        customer.last_counter = counter;
        customer.wrong = 0;
        return StatusCode::NO_CONTENT;
    }
    customer.wrong += 1;
    if customer.wrong == TRIES {
        customer.wrong = 0;
        customer.locked_until = now + LOCK;
    }
    StatusCode::UNAUTHORIZED
}

fn hotp(secret: &[u8], counter: u64, digits: u32) -> String {
    let mut hmac = Hmac::<Sha1>::new_from_slice(secret).expect("a key of any length");
    hmac.update(&counter.to_be_bytes());
    let hash = hmac.finalize().into_bytes();
    // The last four bits say where the number begins; its first bit goes, so that nobody takes it for a sign.
    let start = usize::from(hash[19] & 0xf);
    let number = [0, 1, 2, 3].map(|byte| hash[start + byte]);
    let number = u32::from_be_bytes(number) & 0x7fff_ffff;
    format!("{:0width$}", number % 10_u32.pow(digits), width = digits as usize)
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
