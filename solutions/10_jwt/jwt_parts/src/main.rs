//! Library cards. Any library of the city signs what a reader may borrow, and all the others check it: JWTs with HS256, and
//! a key that the libraries share.
//!
//! From the library next door, which runs another program: "You refuse nearly all of our tokens, even the example in the
//! RFC. And yours have `+`, `/` and `=` in them, which break our links."
//! From our own desk: "A reader had copied half of a token. The whole service was down."
//!
//! The documentation promises (RFC 7515, RFC 7519):
//!
//! - A token is `header.claims.signature`, each of the three in base64url without padding.
//! - Header and claims are JSON objects; the header has `"alg": "HS256"`. Who writes them may order and space them at will.
//! - The signature is the HMAC-SHA256 of `header.claims`, to the letter as these two parts were sent.
//! - Whatever else somebody sends has no claims: `None`, even if it is only one blank too many.
//!
//! The tests call `sign` and `verify`.

#[cfg(test)]
mod tests;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// A JSON object.
type Object = Map<String, Value>;

fn sign(claims: &Object, key: &[u8]) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let signed = format!("{}.{}", encode(&header), encode(claims));
    let signature = hmac(&signed, key).finalize().into_bytes();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// What the token says, if somebody with the key has said it.
fn verify(token: &str, key: &[u8]) -> Option<Object> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    // Over the text as it was sent: nobody knows how the other side would write it again. And before anybody reads it.
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    hmac(signed, key).verify_slice(&signature).ok()?;
    let header: Object = decode(header)?;
    if header.get("alg")? != "HS256" {
        return None;
    }
    decode(claims) // A fourth part would be in here, with a dot: no letter of base64url.
}

fn hmac(signed: &str, key: &[u8]) -> Hmac<Sha256> {
    let hmac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    hmac.chain_update(signed)
}

fn encode(part: &impl Serialize) -> String {
    let json = serde_json::to_string(part).expect("an object is JSON");
    BASE64_URL_SAFE_NO_PAD.encode(json)
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&json).ok()
}

fn main() {
    let key = b"the key that the libraries share";
    let claims = Object::from_iter([("sub".to_owned(), "reader 7".into())]);
    let token = sign(&claims, key);
    println!("{token}\n{:?}", verify(&token, key));
}
