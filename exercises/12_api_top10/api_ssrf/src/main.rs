//! Previews of links, for a social network: whoever posts a link sees the page's text below it.
//!
//! From the security team: "We posted a link to 169.254.169.254, and the preview showed the keys of our cloud. You have put
//! that address on a list since. Now we post http://2852039166/, or a link to a page of ours that leads there."
//! From operations: "Somebody posts links to a page that never ends. All our memory goes there, and all our connections."
//!
//! The documentation promises, for POST /previews with a link to http:
//!
//! - pages are fetched from public addresses only. In IPv4 that is every address but 0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10,
//!   127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/3 and the three for
//!   documentation; in IPv6 those of 2000::/3, but for 2001::/32, 2001:db8::/32 and 2002::/16. Nobody else is so much as
//!   connected to: 403, or the page from a public address of the same name;
//! - of the addresses of a name, the first that answers is taken;
//! - up to three redirects are followed, under the same rule. A fourth is 502;
//! - so is a page that cannot be had, or whose reply is longer than 64 KiB. It is not read any further;
//! - whoever waits for a preview waits no longer than `patience`, all in all: 504, and then no connection is left open.
//!
//! The tests call `app` with a network of their own (src/network.rs), in which every address leads to one of two listeners
//! on this machine's loopback: public ones to a website, all others to a server that counts its visitors. Whatever is
//! asked for goes through it, and so nothing leaves this machine.

#[cfg(test)]
mod tests;

mod network;

use std::env;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use network::{Internet, Network, Page, page, request};

const REDIRECTS: usize = 3;

#[derive(Deserialize)]
struct Link {
    url: String,
}

struct Previews<N> {
    network: N,
    #[allow(dead_code)]
    patience: Duration,
}

fn app<N: Network>(network: N, patience: Duration) -> Router {
    let previews = Previews { network, patience };
    Router::new().route("/previews", post(preview::<N>)).with_state(Arc::new(previews))
}

async fn preview<N: Network>(
    State(previews): State<Arc<Previews<N>>>,
    Json(link): Json<Link>,
) -> Result<Json<Value>, StatusCode> {
    let mut url = http_url(&link.url).ok_or(StatusCode::BAD_REQUEST)?;
    // TODO: is this the address that we connect to?
    let inside = ["localhost", "127.0.0.1", "[::1]", "169.254.169.254"];
    if url.host().is_some_and(|host| inside.contains(&host)) {
        return Err(StatusCode::FORBIDDEN);
    }
    for _ in 0..=REDIRECTS {
        match fetch(&previews.network, &url).await? {
            Page::Text(text) => return Ok(Json(json!({ "text": text }))),
            Page::Moved(to) => url = http_url(&to).ok_or(StatusCode::BAD_GATEWAY)?,
        }
    }
    Err(StatusCode::BAD_GATEWAY)
}

fn http_url(text: &str) -> Option<Uri> {
    let url: Uri = text.parse().ok()?;
    (url.scheme_str() == Some("http")).then_some(url)
}

async fn fetch(network: &impl Network, url: &Uri) -> Result<Page, StatusCode> {
    let host = url.host().unwrap_or_default();
    let name = host.trim_matches(['[', ']']);
    let addresses = network.resolve(name).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let mut stream = connect(network, &addresses, url.port_u16().unwrap_or(80)).await?;
    let mut reply = Vec::new();
    let read = async {
        stream.write_all(request(url, host).as_bytes()).await?;
        stream.read_to_end(&mut reply).await
    };
    read.await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    page(&reply).ok_or(StatusCode::BAD_GATEWAY)
}

/// The first of the addresses that answers.
async fn connect(
    network: &impl Network,
    addresses: &[IpAddr],
    port: u16,
) -> Result<TcpStream, StatusCode> {
    for address in addresses {
        if let Ok(stream) = network.connect(SocketAddr::new(*address, port)).await {
            return Ok(stream);
        }
    }
    Err(StatusCode::BAD_GATEWAY)
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/previews", listener.local_addr().unwrap());
    axum::serve(listener, app(Internet, Duration::from_secs(10))).await.unwrap();
}
