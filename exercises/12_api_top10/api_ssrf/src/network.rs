//! The network as the previews use it: names, connections, and pages in HTTP/1.0, where a reply ends with its connection.

use std::io;
use std::net::{IpAddr, SocketAddr};

use axum::http::Uri;
use tokio::net::{TcpStream, lookup_host};

pub trait Network: Send + Sync + 'static {
    /// The addresses of a name, as the system's resolver knows them: it also reads addresses in all their old spellings.
    /// Whoever owns the name decides, and may decide otherwise the next time.
    fn resolve(&self, name: &str) -> impl Future<Output = io::Result<Vec<IpAddr>>> + Send;

    fn connect(&self, to: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> + Send;
}

/// The real one. The tests have another.
pub struct Internet;

impl Network for Internet {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }

    async fn connect(&self, to: SocketAddr) -> io::Result<TcpStream> {
        TcpStream::connect(to).await
    }
}

/// What to send for the page at this address.
pub fn request(url: &Uri, host: &str) -> String {
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    format!("GET {path} HTTP/1.0\r\nHost: {host}{port}\r\n\r\n")
}

pub enum Page {
    Text(String),
    /// The page is elsewhere.
    Moved(String),
}

/// A whole reply, read. None, if it is not one that a preview can be made of.
pub fn page(reply: &[u8]) -> Option<Page> {
    let reply = str::from_utf8(reply).ok()?;
    let (head, text) = reply.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    match lines.next()?.split(' ').nth(1)? {
        "200" => Some(Page::Text(text.to_owned())),
        "301" | "302" | "303" | "307" | "308" => {
            let location = lines.find_map(|line| line.strip_prefix("Location: "))?;
            Some(Page::Moved(location.to_owned()))
        }
        _ => None,
    }
}
