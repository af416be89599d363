//! The screen at the entrance of a clinic. It asks `GET /waiting` every ten seconds and shows the text that comes back.
//!
//! From the front desk: "The screen reads like a machine wrote it. And in the morning, before the first patient comes,
//! it shows an error."
//!
//! What it should say instead is in src/tests.rs. Run the tests, read the first failure, mend that, and go on to the
//! next.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

fn app(patients: u32) -> Router {
    Router::new().route("/waiting", get(waiting)).with_state(patients)
}

/// The status, and the text for the screen.
async fn waiting(State(patients): State<u32>) -> (StatusCode, String) {
    // TODO: the first failing test says what it expected here, and what it got
    if patients == 0 {
        return (StatusCode::INTERNAL_SERVER_ERROR, "ERR: empty".to_owned());
    }
    (StatusCode::OK, format!("patients={patients}"))
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/waiting", listener.local_addr().unwrap());
    axum::serve(listener, app(3)).await.unwrap();
}
