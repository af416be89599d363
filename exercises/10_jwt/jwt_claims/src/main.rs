//! The API of a music service. The identity service signs tokens (HS256, with a key that only these two have), for us and
//! for others; this service checks them. jsonwebtoken does the work.
//!
//! From the security team: "The token of the newsletter opens the music. So do tokens without an issuer or an audience, and
//! refresh tokens, which live for months and are meant for one address only."
//! From support: "A subscription that begins on Monday plays on Sunday already. One that has ended plays on for a minute."
//!
//! The documentation promises: GET /me says who holds an access token, and is 401 for everybody else. An access token has
//!
//! | | |
//! |---|---|
//! | `typ`, in its header | `at+jwt` or `application/at+jwt` (RFC 9068); all other kinds have another |
//! | `iss` | the issuer that `app` was told |
//! | `aud` | the audience that `app` was told: a text, or a list with it among others |
//! | `sub` | a text: who it is |
//! | `exp` | a time. Our clocks differ, so the token is good 4 seconds after it, and 5 seconds after it no more |
//! | `nbf` | if it is there, a time. 5 seconds before it the token is good already, 6 seconds before it is not |
//!
//! jsonwebtoken can check `exp` and `nbf` as well, but only by the clock of the machine. We are handed a clock, `now`, so
//! both times are ours to compare. The tests call `app`, with a clock that stands at some second of the past.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::get;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
}

struct Music {
    issuer: String,
    audience: String,
    key: DecodingKey,
    /// Seconds since 1970.
    now: Box<dyn Fn() -> u64 + Send + Sync>,
}

fn app(
    issuer: &str,
    audience: &str,
    key: &[u8],
    now: impl Fn() -> u64 + Send + Sync + 'static,
) -> Router {
    let music = Music {
        issuer: issuer.to_owned(),
        audience: audience.to_owned(),
        key: DecodingKey::from_secret(key),
        now: Box::new(now),
    };
    Router::new().route("/me", get(me)).with_state(Arc::new(music))
}

async fn me(
    State(music): State<Arc<Music>>,
    headers: HeaderMap,
) -> Result<String, (StatusCode, String)> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    match music.verify(token) {
        Ok(claims) => Ok(claims.sub),
        Err(reason) => Err((StatusCode::UNAUTHORIZED, reason.to_string())),
    }
}

impl Music {
    fn verify(&self, token: &str) -> Result<Claims, Error> {
        // TODO: what does this check, and what does it check only if the token says something about it?
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.validate_exp = false; // It would ask the machine's clock.
        let claims = decode::<Claims>(token, &self.key, &validation)?.claims;
        if (self.now)() > claims.exp.saturating_add(validation.leeway) {
            return Err(ErrorKind::ExpiredSignature.into());
        }
        Ok(claims)
    }
}

#[tokio::main]
async fn main() {
    let seconds = || SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    let (issuer, audience) = ("https://id.example.com", "https://music.example.com");
    let app = app(issuer, audience, b"the key of the two services", seconds);
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/me", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}
