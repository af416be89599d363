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
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
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
use tokio::time::timeout;

use network::{Internet, Network, Page, page, request};

const REDIRECTS: usize = 3;
const LONGEST: u64 = 64 * 1024;

#[derive(Deserialize)]
struct Link {
    url: String,
}

struct Previews<N> {
    network: N,
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
    let url = http_url(&link.url).ok_or(StatusCode::BAD_REQUEST)?;
    // Around all of it: a name, a connection and every single byte can be made to take their time.
    let text = timeout(previews.patience, follow(&previews.network, url)).await;
    let text = text.map_err(|_| StatusCode::GATEWAY_TIMEOUT)??;
    Ok(Json(json!({ "text": text })))
}

async fn follow(network: &impl Network, mut url: Uri) -> Result<String, StatusCode> {
    for _ in 0..=REDIRECTS {
        match fetch(network, &url).await? {
            Page::Text(text) => return Ok(text),
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
    // Asked once, and what was looked at is what is connected to: a second answer could be another one.
    let addresses = network.resolve(name).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    if !addresses.iter().all(is_public) {
        return Err(StatusCode::FORBIDDEN);
    }
    let mut stream = connect(network, &addresses, url.port_u16().unwrap_or(80)).await?;
    let mut reply = Vec::new();
    let read = async {
        stream.write_all(request(url, host).as_bytes()).await?;
        stream.take(LONGEST + 1).read_to_end(&mut reply).await
    };
    read.await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    if reply.len() as u64 > LONGEST {
        return Err(StatusCode::BAD_GATEWAY);
    }
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

fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(*address),
        IpAddr::V6(address) => is_public_v6(*address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || first == 0
        || first >= 224
        || (first == 100 && second & 0b1100_0000 == 64)
        || (first == 198 && second & 0b1111_1110 == 18)
        || (first, second, third) == (192, 0, 0))
}

/// What is outside 2000::/3 is not the Internet: an IPv4 address in disguise (`::ffff:127.0.0.1`) is there, too. Two
/// more disguises, Teredo and 6to4, are inside.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    first & 0xe000 == 0x2000
        && first != 0x2002
        && (first, second) != (0x2001, 0)
        && (first, second) != (0x2001, 0xdb8)
}

#[tokio::main]
async fn main() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/previews", listener.local_addr().unwrap());
    axum::serve(listener, app(Internet, Duration::from_secs(10))).await.unwrap();
}
