//! The till of a pizza chain sends orders to the kitchen's server, over TLS. The chain has a certificate authority of its
//! own, which all its servers have their certificates from.
//!
//! From the first branch: "On the opening day it said UnknownIssuer, and nothing worked. Somebody found an answer on the
//! Internet, and it went away."
//! From the auditors: "We sat in the café next door with a laptop that called itself the kitchen, and made us a certificate.
//! We got every order, with names and addresses. What is the padlock for?"
//!
//! The documentation promises that an order is sent to nobody but the kitchen. Whoever answers has to show
//!
//! - a certificate of our authority, or of one that our authority has certified as such, made for servers;
//! - that is valid now, by the clock of `trust`: the till's own is not to be relied on;
//! - and made for the name that the order goes to;
//! - and that the key in it is theirs.
//!
//! Else `send` is an error, before a byte of the order has left the house. It speaks TLS 1.2 and 1.3. (rustls knows nothing
//! older.) The tests call `send` on lines that begin and end in memory, with certificates that they make themselves.

#[cfg(test)]
mod tests;

use std::env;
use std::fs;
use std::io;
use std::sync::Arc;

use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::time_provider::{DefaultTimeProvider, TimeProvider};
use rustls::{ClientConfig, Error, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

struct Trust {
    authority: CertificateDer<'static>,
    clock: Arc<dyn TimeProvider>,
}

async fn send<L>(line: L, kitchen: &str, trust: &Trust, order: &str) -> io::Result<String>
where
    L: AsyncRead + AsyncWrite + Unpin,
{
    let config = config(trust).map_err(io::Error::other)?;
    let name = ServerName::try_from(kitchen.to_owned()).map_err(io::Error::other)?;
    let mut line = TlsConnector::from(Arc::new(config)).connect(name, line).await?;
    line.write_all(order.as_bytes()).await?;
    line.shutdown().await?;
    let mut answer = String::new();
    line.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// The library's own verifier looks at chain, time, name and key. All that it needs is to know whom we trust.
fn config(trust: &Trust) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    roots.add(trust.authority.clone())?;
    let provider = Arc::new(default_provider());
    let config = ClientConfig::builder_with_details(provider, trust.clock.clone())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [kitchen, address, authority] = &arguments[..] else {
        eprintln!("usage: tls_verify kitchen.example 127.0.0.1:8443 authority.der");
        return Ok(());
    };
    let trust = Trust {
        authority: fs::read(authority)?.into(),
        clock: Arc::new(DefaultTimeProvider),
    };
    println!("our authority's certificate has {} bytes", trust.authority.len());
    let line = TcpStream::connect(address).await?;
    println!("{}", send(line, kitchen, &trust, "two margheritas, for Ana").await?);
    Ok(())
}
