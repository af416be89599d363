//! A shop that lets customers log in with an account elsewhere (src/shop.rs), and a server of such accounts (src/server.rs).
//! The shop sends the browser to the server; it comes back with a code, for which the shop gets a token, server to server.
//!
//! From Ana: "I opened a link that somebody had sent, and paid. The order is in a stranger's account, with my card."
//! From the security review of the server: "A login whose `redirect_uri` only begins like the shop's went to another site,
//! code and all. Codes from yesterday's log still work, more than once, and another shop gets a token for our code, with its
//! own id and secret."
//! From the security review of the shop: "One of the servers sent browsers on to another one. Then you sent it the code."
//!
//! The documentation promises for the server, `server::app`:
//!
//! | | |
//! |---|---|
//! | `GET /authorize` | sends the browser back with `code`, `state` and `iss`, only to an address that is registered for this client, to the letter: otherwise 400, and nobody is sent anywhere |
//! | `POST /token` | a token and the user for a code of this client, once, in less than 60 seconds; otherwise 400 and `invalid_grant` |
//! | | a client that is unknown, or not this one's secret: 401 and `invalid_client` |
//!
//! and for the shop, `shop::app`:
//!
//! | | |
//! |---|---|
//! | `GET /login/{name}` | sends the browser to that server |
//! | `GET /callback` | the answer to a login that this browser began, with this server (`iss`, RFC 9207), once: otherwise 400, nobody is logged in or out, and no server is shown the code |
//! | `GET /me` | the user and the server who vouched; 401 if nobody is logged in |
//!
//! Everything stays in this process: the shop calls the server as a function, and the names in addresses are never looked up.
//! PKCE, the exercise before, is left out here. In this file and in src/web.rs, there is nothing to change.

#[cfg(test)]
mod tests;

mod server;
mod shop;
mod web;

use std::env;
use std::net::Ipv4Addr;
use std::time::SystemTime;

use axum::Router;
use tokio::net::TcpListener;
use web::{Client, Provider};

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    let here = format!("http://{}", listener.local_addr().unwrap());
    let client = Client {
        id: "shop".to_owned(),
        secret: web::random(),
        redirect_uris: vec![format!("{here}/shop/callback")],
    };
    let issuer = format!("{here}/accounts");
    let server = server::app(&issuer, vec![client.clone()], seconds);
    let provider = Provider {
        name: "accounts".to_owned(),
        authorize: format!("{issuer}/authorize"),
        issuer,
        server: server.clone(),
        client,
    };
    println!("{here}/shop/login/accounts");
    let both = Router::new().nest("/accounts", server).nest("/shop", shop::app(vec![provider]));
    axum::serve(listener, both).await.unwrap();
}

fn seconds() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}
