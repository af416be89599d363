//! What the shop and the authorization server have in common. There is nothing to change in it.

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// A program that is registered at an authorization server.
#[derive(Clone)]
pub struct Client {
    pub id: String,
    pub secret: String,
    /// Where the server may send browsers with a code for it.
    pub redirect_uris: Vec<String>,
}

/// An authorization server, as the shop knows it.
#[derive(Clone)]
pub struct Provider {
    /// `/login/{name}` begins a login with it.
    pub name: String,
    /// What it calls itself (RFC 9207).
    pub issuer: String,
    /// The address that the browser is sent to.
    pub authorize: String,
    /// What answers `POST /token`: the server itself, in this process. No connection is opened.
    pub server: Router,
    /// What the shop is registered as.
    pub client: Client,
}

/// The browser's session at the shop. The proxy in front knows it by a cookie, and lets nobody else say this.
pub struct Session(pub String);

/// Who is logged in at the authorization server, and has agreed. Its proxy says so, in the same way.
pub struct User(pub String);

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        header(parts, "x-session").map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        header(parts, "x-user").map(Self)
    }
}

fn header(parts: &Parts, name: &str) -> Result<String, StatusCode> {
    let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
    value.map(str::to_owned).ok_or(StatusCode::UNAUTHORIZED)
}

/// 128 bits from the operating system.
pub fn random() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An address with these parameters.
pub fn link(address: &str, parameters: &[(&str, &str)]) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{}", form(parameters))
}

/// POST with a form to a service in this process. The JSON of its reply, if that is a 200.
pub async fn post(service: &Router, path: &str, fields: &[(&str, &str)]) -> Option<Value> {
    let request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.body(Body::from(form(fields))).ok()?;
    let Ok(reply) = service.clone().oneshot(request).await;
    if reply.status() != StatusCode::OK {
        return None;
    }
    let body = reply.into_body().collect().await.ok()?.to_bytes();
    serde_json::from_slice(&body).ok()
}

fn form(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    fields.collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}
