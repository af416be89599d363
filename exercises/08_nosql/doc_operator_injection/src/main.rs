//! A pizza place with customers and coupons, both in a document database.
//!
//! From the security review: "We logged in as one of your customers, without a password. The password we sent was no
//! text. There is a customer, by the way, for whom we need not send one at all."
//! From the accountant: "Somebody eats at half price every day, with a coupon whose code they do not know."
//!
//! The documentation promises: `POST /login` takes `{"email": "...", "password": "..."}` and `POST /coupons` takes
//! `{"code": "..."}`. Each of them is a text, and any text may be right or wrong: 401 for a wrong login, 404 for a
//! coupon that is not there or not active. Where one is missing or no text, the answer is 422. Whatever
//! else is in a request means nothing: ignore it, or answer 422.
//!
//! The tests call `app`. The database, src/store.rs, has nothing to mend: it does what its filters say. (How passwords
//! are stored is a story of its own, chapter 09.)

#[cfg(test)]
mod tests;

mod store;

use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use store::Collection;
use tokio::net::TcpListener;

struct Pizzeria {
    customers: Collection,
    coupons: Collection,
}

fn app(customers: Collection, coupons: Collection) -> Router {
    let pizzeria = Arc::new(Pizzeria { customers, coupons });
    Router::new()
        .route("/login", post(login))
        .route("/coupons", post(redeem))
        .with_state(pizzeria)
}

async fn login(
    State(pizzeria): State<Arc<Pizzeria>>,
    Json(login): Json<Value>, // TODO: what may this be, and what does the database make of it?
) -> Result<Json<Value>, StatusCode> {
    let filter = json!({ "email": login["email"], "password": login["password"] });
    let customer = pizzeria.customers.find_one(&filter).ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(Json(json!({ "name": customer["name"] })))
}

async fn redeem(
    State(pizzeria): State<Arc<Pizzeria>>,
    Json(mut coupon): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    coupon["active"] = true.into();
    let coupon = pizzeria.coupons.find_one(&coupon).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({ "percent": coupon["percent"] })))
}

#[tokio::main]
async fn main() {
    let ana = json!({ "name": "Ana", "email": "ana@example.com", "password": "green tea" });
    let guest = json!({ "name": "Ben", "email": "ben@example.com" });
    let half = json!({ "code": "HALF-0815", "percent": 50, "active": true });
    let app = app(Collection::of([ana, guest]), Collection::of([half]));
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/login", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}
