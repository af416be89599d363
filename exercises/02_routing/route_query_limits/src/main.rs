//! The shop's catalogue, one page at a time.
//!
//! From the app team: "Our first screen is empty: we ask for /products without saying how many."
//! From operations: "Somebody asked for limit=1000000 last night. The database was gone for a minute."
//!
//! The documentation promises: 20 products when the client does not say, and 100 when it asks for more than that. A number
//! that cannot be one is a bad request. The tests call `app`.

#[cfg(test)]
mod tests;

mod catalogue;

use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use catalogue::{Catalogue, Product};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Page {
    limit: usize, // TODO: what should a client get that does not say, or says too much?
    #[serde(default)]
    offset: usize,
}

#[derive(Serialize)]
struct Products {
    items: Vec<Product>,
}

fn app(catalogue: Arc<Catalogue>) -> Router {
    Router::new().route("/products", get(list_products)).with_state(catalogue)
}

async fn list_products(
    State(catalogue): State<Arc<Catalogue>>,
    Query(page): Query<Page>,
) -> Json<Products> {
    let items = catalogue.read(page.limit, page.offset);
    Json(Products { items })
}

#[tokio::main]
async fn main() {
    let catalogue = Arc::new(Catalogue::with_products(5_000));
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/products", listener.local_addr().unwrap());
    axum::serve(listener, app(catalogue)).await.unwrap();
}
