use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use support::{Client, Clock, Reply, any, random_name};

use super::app;

const ACCESS: Option<&str> = Some("at+jwt");

#[test]
fn a_listener_with_an_access_token_is_let_in() {
    let music = Music::new();
    for typ in ["at+jwt", "application/at+jwt"] {
        for audience in [
            json!(music.audience),
            json!([music.audience]),
            json!([service("news"), music.audience, service("shop")]),
        ] {
            let mut claims = music.claims();
            claims["aud"] = audience;
            claims["jti"] = json!(name("token"));
            music.lets_in(Some(typ), &claims);
        }
    }
}

#[test]
fn whoever_has_no_token_of_ours_stays_outside() {
    let music = Music::new();
    music.api.get("/me").has_status(401);
    let claims = music.claims();
    let genuine = music.token(ACCESS, &claims);
    let (signed, signature) = genuine.rsplit_once('.').expect("a dot");
    let mut other = music.claims();
    other["sub"] = json!(name("eve"));
    let other = music.token(ACCESS, &other);
    let (other, _) = other.rsplit_once('.').expect("a dot");
    let stranger = token(Algorithm::HS256, b"some other key", ACCESS, &claims);
    for token in [
        "",
        "..",
        signed,
        &format!("{signed}."),
        &format!("{other}.{signature}"),
        &stranger,
    ] {
        music.me(token).has_status(401);
    }
    music.me(&genuine).is_ok();
}

#[test]
fn a_token_for_another_service_is_refused() {
    let music = Music::new();
    let ours = &music.audience;
    for audience in [
        json!(service("news")),
        json!(format!("{ours}/{}", name("x"))),
        json!(format!("{ours}x")),
        json!(ours[..ours.len() - 1]),
        json!(ours.to_uppercase()),
        json!([service("news")]),
        json!([service("news"), service("shop")]),
        json!([]),
        json!(""),
        json!([music.issuer]),
    ] {
        music.refuses_with("aud", audience);
    }
}

#[test]
fn a_token_that_is_not_for_any_service_is_refused() {
    let music = Music::new();
    for audience in [
        Value::Null,
        json!(7),
        json!(true),
        json!({ "aud": music.audience }),
        json!([7]),
    ] {
        music.refuses_with("aud", audience);
    }
    music.refuses_without("aud");
}

#[test]
fn a_token_of_another_issuer_is_refused_or_of_none() {
    let music = Music::new();
    let ours = &music.issuer;
    for issuer in [
        json!(service("id")),
        json!(format!("{ours}.{}.example", name("x"))),
        json!(ours[..ours.len() - 1]),
        json!(ours.to_uppercase()),
        json!(ours.replace("https", "http")),
        json!(music.audience),
        json!(""),
        json!(null),
        json!(7),
        json!({ "iss": ours }),
    ] {
        music.refuses_with("iss", issuer);
    }
    music.refuses_without("iss");
}

#[test]
fn a_refresh_token_is_no_access_token() {
    let music = Music::new();
    let (claims, other) = (music.claims(), name("x"));
    for typ in [
        "rt+jwt",
        "refresh+jwt",
        "application/rt+jwt",
        "JWT",
        "jwt",
        "logout+jwt",
        "",
        "at",
        "application",
        "at+jwt+rt",
        "rt+at+jwt",
        "application/jwt",
        &format!("{other}+jwt"),
        &format!("at+jwt{other}"),
        &format!("{other}/at+jwt"),
    ] {
        music.refuses(Some(typ), &claims);
    }
    music.refuses(None, &claims);
    music.lets_in(ACCESS, &claims);
}

#[test]
fn a_token_ends_when_it_says() {
    let music = Music::new();
    for exp in [music.clock.now(), music.clock.now() + any(100..=9_999)] {
        let mut claims = music.claims();
        claims["exp"] = json!(exp);
        for good in [exp - any(6..=99), exp - 1, exp, exp + 1, exp + 4] {
            music.clock.set(good);
            music.lets_in(ACCESS, &claims);
        }
        for late in [
            exp + 5,
            exp + 6,
            exp + any(7..=59),
            exp + 60,
            exp + 61,
            exp + any(62..=9_999_999),
        ] {
            music.clock.set(late);
            music.refuses(ACCESS, &claims);
        }
    }
}

#[test]
fn a_token_that_ends_with_all_time_is_answered() {
    let music = Music::new();
    for exp in [i64::MAX.unsigned_abs(), u64::MAX] {
        let mut claims = music.claims();
        claims["exp"] = json!(exp);
        // Good for ever, or not what we call a time.
        let reply = music.client(ACCESS, &claims).get("/me");
        if reply.status() != 401 {
            reply.is_ok();
        }
    }
}

#[test]
fn a_token_without_an_end_is_refused() {
    let music = Music::new();
    let later = music.clock.now() + 60;
    for exp in [
        json!(null),
        json!(later.to_string()),
        json!(-1),
        json!([later]),
        json!(true),
        json!(0),
    ] {
        music.refuses_with("exp", exp);
    }
    music.refuses_without("exp");
}

#[test]
fn a_token_begins_when_it_says() {
    let music = Music::new();
    let nbf = music.clock.now() + any(100..=9_999);
    let mut claims = music.claims();
    claims["nbf"] = json!(nbf);
    claims["exp"] = json!(nbf + 100_000);
    for good in [nbf - 5, nbf - 4, nbf, nbf + any(1..=9_999)] {
        music.clock.set(good);
        music.lets_in(ACCESS, &claims);
    }
    for early in [
        nbf - 6,
        nbf - any(7..=59),
        nbf - 60,
        nbf - 61,
        nbf - any(62..=999_999),
    ] {
        music.clock.set(early);
        music.refuses(ACCESS, &claims);
    }
}

#[test]
fn a_token_whose_beginning_is_no_time_is_refused() {
    let music = Music::new();
    for nbf in [
        json!("soon"),
        json!((music.clock.now() + 9_999).to_string()),
        json!([]),
        json!(true),
    ] {
        music.refuses_with("nbf", nbf);
    }
}

#[test]
fn a_token_about_nobody_is_refused() {
    let music = Music::new();
    for sub in [json!(null), json!(7), json!(["ana"])] {
        music.refuses_with("sub", sub);
    }
    music.refuses_without("sub");
}

/// The service, and what the identity service knows of it: names and a key that are new in every run, and one clock.
struct Music {
    issuer: String,
    audience: String,
    key: [u8; 32],
    clock: Clock,
    api: Client,
}

impl Music {
    fn new() -> Self {
        let (issuer, audience) = (service("id"), service("music"));
        let key = [(); 32].map(|()| any(0..=u8::MAX));
        let clock = Clock::at(any(1_000_000_000..=1_400_000_000));
        Self {
            api: Client::new(app(&issuer, &audience, &key, clock.reader())),
            issuer,
            audience,
            key,
            clock,
        }
    }

    /// What an access token has to say, and no more.
    fn claims(&self) -> Value {
        json!({
            "iss": self.issuer,
            "aud": self.audience,
            "sub": name("ana"),
            "exp": self.clock.now() + any(100..=900),
        })
    }

    fn token(&self, typ: Option<&str>, claims: &Value) -> String {
        token(Algorithm::HS256, &self.key, typ, claims)
    }

    fn me(&self, token: &str) -> Reply {
        self.api.with("authorization", &format!("Bearer {token}")).get("/me")
    }

    /// A token as good as another, but for one claim: the same without it is let in.
    #[track_caller]
    fn refuses_with(&self, claim: &str, value: Value) {
        let good = self.claims();
        self.lets_in(ACCESS, &good);
        let mut claims = good;
        claims[claim] = value;
        self.refuses(ACCESS, &claims);
    }

    #[track_caller]
    fn refuses_without(&self, claim: &str) {
        let mut claims = self.claims();
        self.lets_in(ACCESS, &claims);
        claims.as_object_mut().expect("claims are an object").remove(claim);
        self.refuses(ACCESS, &claims);
    }

    #[track_caller]
    fn lets_in(&self, typ: Option<&str>, claims: &Value) {
        let reply = self.client(typ, claims).get("/me").is_ok();
        reply.has_text(claims["sub"].as_str().unwrap_or_default());
    }

    #[track_caller]
    fn refuses(&self, typ: Option<&str>, claims: &Value) {
        self.client(typ, claims).get("/me").has_status(401);
    }

    fn client(&self, typ: Option<&str>, claims: &Value) -> Client {
        let token = self.token(typ, claims);
        let note = format!("typ {}, {claims}, at {}", json!(typ), self.clock.now());
        self.api.with("authorization", &format!("Bearer {token}")).noting(&note)
    }
}

fn token(algorithm: Algorithm, key: &[u8], typ: Option<&str>, claims: &Value) -> String {
    let mut header = Header::new(algorithm);
    header.typ = typ.map(str::to_owned);
    encode(&header, claims, &EncodingKey::from_secret(key)).expect("claims are JSON")
}

fn name(title: &str) -> String {
    random_name(title).replace(' ', "-")
}

/// Where a service is that nobody had before.
fn service(title: &str) -> String {
    format!("https://{}.example", name(title))
}
