use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::routing::post;
use axum::{Form, Json, Router};
use serde_json::{Value, json};
use support::{Client, Clock, Reply, any, expect, fail, random_name};

use super::web::{self, Provider, link};
use super::{server, shop};

#[test]
fn ana_logs_in_with_either_of_two_servers() {
    let world = World::new();
    for account in &world.accounts {
        let (browser, user) = (world.browser(), random_name("ana"));
        browser.get("/me").has_status(401);
        let (browser, answer) = world.agrees(&browser, account, &user);
        is_logged_in(&browser, account, &user, &browser.get(&answer));
        // Others have nothing of it.
        world.browser().get("/me").has_status(401);
    }
}

#[test]
fn ana_and_ben_log_in_at_the_same_time() {
    let world = World::new();
    let account = &world.accounts[0];
    let (ana, ana_asks) = world.begins(&world.browser(), account);
    let (ben, ben_asks) = world.begins(&world.browser(), account);
    let answer_to_ana = account.agrees("ana", &ana_asks);
    let answer_to_ben = account.agrees("ben", &ben_asks);
    let (ana_is_back, ben_is_back) = (ana.get(&answer_to_ana), ben.get(&answer_to_ben));
    is_logged_in(&ana, account, "ana", &ana_is_back);
    is_logged_in(&ben, account, "ben", &ben_is_back);
}

#[test]
fn a_server_answers_to_each_registered_address_with_the_state_as_it_came() {
    let world = World::new();
    let account = &world.accounts[0];
    let state = format!("a&b=c d/é%{}", any(10..=99));
    for uri in &account.shop.redirect_uris {
        let reply = account.authorize("ana", &account.shop.id, uri, &state);
        let (address, said) = parameters(&reply.location());
        expect("the browser is sent to", uri, address);
        expect("with the state", &state, said.get("state").cloned().unwrap_or_default());
        expect("and iss", &account.issuer, said.get("iss").cloned().unwrap_or_default());
        account.fetches(&said["code"], &account.shop).is_ok().has("/user", "ana");
    }
}

#[test]
fn a_code_goes_nowhere_but_to_an_address_of_this_client() {
    let world = World::new();
    let account = &world.accounts[0];
    let uri = &account.shop.redirect_uris[0];
    let rest = &uri["https://".len()..];
    let (host, path) = rest.split_once('/').expect("a path");
    let evil = format!("{}.example", word("evil"));
    for theirs in [
        format!("{uri}.{evil}"),
        format!("{uri}/"),
        format!("{uri}/../{}", word("x")),
        format!("{uri}?next=https://{evil}/"),
        format!("{uri}#"),
        format!("{uri}{}", any(0..=9)),
        format!("{uri} "),
        uri[..uri.len() - 1].to_owned(),
        uri.to_uppercase(),
        format!("http://{rest}"),
        format!("https://{host}"),
        format!("https://{host}/"),
        format!("https://{host}:8443/{path}"),
        format!("https://{host}//{path}"),
        format!("https://{host}/x/../{path}"),
        format!("https://{}.{host}/{path}", word("evil")),
        format!("https://{host}.{evil}/{path}"),
        format!("https://{host}@{evil}/{path}"),
        format!("https://{evil}/{path}"),
        format!("https://{evil}/?{uri}"),
        format!("//{evil}/{path}"),
        format!("/{path}"),
        "javascript:alert(1)".to_owned(),
        String::new(),
        account.other.redirect_uris[0].clone(),
    ] {
        let reply = account.authorize("ana", &account.shop.id, &theirs, "x");
        let _ = reply.is_bad_request().lacks_header("location").hides("code=");
    }
    let nobody = account.authorize("ana", &word("nobody"), uri, "x");
    let _ = nobody.is_bad_request().lacks_header("location");
    let honest = account.authorize("ana", &account.shop.id, uri, "x");
    expect("the shop's own address", uri, parameters(&honest.location()).0);
}

#[test]
fn a_code_works_once() {
    let world = World::new();
    for account in &world.accounts {
        let code = account.code("ana", &account.shop);
        let first = account.fetches(&code, &account.shop).is_ok().has("/user", "ana");
        for _ in 0..2 {
            is_refused(account.after(&first).fetches(&code, &account.shop));
        }
        is_refused(account.fetches(&word("code"), &account.shop));
    }
}

#[test]
fn a_code_is_dead_after_a_minute() {
    let world = World::new();
    let account = &world.accounts[0];
    for wait in [0, any(1..=58), 59] {
        let code = account.code("ana", &account.shop);
        world.clock.advance(wait);
        let _ = account.fetches(&code, &account.shop).is_ok();
    }
    for wait in [60, 61, any(62..=600), any(601..=90_000)] {
        let code = account.code("ana", &account.shop);
        world.clock.advance(wait);
        is_refused(account.fetches(&code, &account.shop));
    }
}

#[test]
fn a_code_of_one_client_is_worth_nothing_to_another() {
    let world = World::new();
    let account = &world.accounts[0];
    for (owner, thief) in [
        (&account.shop, &account.other),
        (&account.other, &account.shop),
    ] {
        is_refused(account.fetches(&account.code("ana", owner), thief));
        account.fetches(&account.code("ana", owner), owner).is_ok().has("/user", "ana");
    }
}

#[test]
fn nobody_gets_a_token_without_the_secret_of_the_client() {
    let world = World::new();
    let account = &world.accounts[0];
    let (shop, other) = (&account.shop, &account.other);
    let _ = account.fetches(&account.code("ana", shop), shop).is_ok();
    for (id, secret) in [
        (&shop.id, &*other.secret),
        (&shop.id, ""),
        (&shop.id, &shop.secret[1..]),
        (&shop.id, &word("secret")),
        (&word("nobody"), &shop.secret),
        (&String::new(), ""),
    ] {
        let thief = web::Client {
            id: id.clone(),
            secret: secret.to_owned(),
            redirect_uris: Vec::new(),
        };
        let reply = account.fetches(&account.code("ana", shop), &thief);
        let _ = reply.has_status(401).has("/error", "invalid_client");
    }
}

#[test]
fn nobody_can_guess_the_state_of_a_login() {
    let world = World::new();
    let (browser, mut seen) = (world.browser(), HashSet::new());
    for _ in 0..20 {
        let (_, question) = parameters(&world.begins(&browser, &world.accounts[0]).1);
        let state = question.get("state").cloned().unwrap_or_default();
        if state.len() < 22 {
            fail("the state of a login", "128 random bits: 22 letters or more", state);
        }
        if !seen.insert(state.clone()) {
            fail("20 logins", "20 states that differ", format_args!("{state} twice"));
        }
    }
}

#[test]
fn a_link_of_an_attacker_logs_nobody_in() {
    let world = World::new();
    let account = &world.accounts[0];
    // Eve begins a login of her own, and sends the link at its end to others: as it is, or with another state.
    let as_it_is = || world.agrees(&world.browser(), account, "eve").1;
    let with_state = |state: Option<&str>| with(&as_it_is(), "state", state);
    // Ana has not begun any login.
    for theirs in [
        as_it_is(),
        with_state(None),
        with_state(Some("")),
        with_state(Some(&word("state"))),
    ] {
        let ana = world.browser();
        is_not_let_in(&ana, ana.get(&theirs), None);
    }
    // Ana has begun one.
    let tries: [&dyn Fn(&str) -> String; 7] = [
        &|_| as_it_is(),
        &|_| with_state(None),
        &|_| with_state(Some("")),
        &|_| with_state(Some(&word("state"))),
        &|state| with_state(Some(&state[1..])),
        &|state| with_state(Some(&state[..state.len() - 1])),
        &|state| with_state(Some(&format!("{state}0"))),
    ];
    for attack in tries {
        let (ana, question) = world.begins(&world.browser(), account);
        let state = parameters(&question).1["state"].clone();
        is_not_let_in(&ana, ana.get(&attack(&state)), None);
    }
    // Ana is logged in already, and stays so.
    let (ana, answer) = world.agrees(&world.browser(), account, "ana");
    is_logged_in(&ana, account, "ana", &ana.get(&answer));
    for theirs in [as_it_is(), with_state(None), with_state(Some(""))] {
        is_not_let_in(&ana, ana.get(&theirs), Some("ana"));
        let (ana, _) = world.begins(&ana, account);
        is_not_let_in(&ana, ana.get(&theirs), Some("ana"));
    }
}

#[test]
fn a_login_is_answered_once() {
    let world = World::new();
    let account = &world.accounts[0];
    let (ana, answer) = world.agrees(&world.browser(), account, "ana");
    is_logged_in(&ana, account, "ana", &ana.get(&answer));
    is_not_let_in(&ana, ana.get(&answer), Some("ana"));
    // The address is in the browser's history, the state with it.
    let code_of_eve = account.code("eve", &account.shop);
    is_not_let_in(&ana, ana.get(&with(&answer, "code", Some(&code_of_eve))), Some("ana"));
}

#[test]
fn a_server_that_passes_browsers_on_gets_no_code_of_another() {
    let world = World::new();
    let (honest, evil) = (&world.accounts[0], &world.evil);
    // Ben has an account at the evil server, and that works.
    let (ben, question) = world.begins(&world.browser(), evil);
    let state = parameters(&question).1["state"].clone();
    let answer = [
        ("code", "of-evil"),
        ("state", &state),
        ("iss", &evil.issuer),
    ];
    is_logged_in(&ben, evil, "somebody of evil", &ben.get(&link("/callback", &answer)));
    world.has_shown(&["of-evil"]);
    // Ana begins a login there, and is sent on to the honest server. She sees a page that she knows, and agrees.
    for user in ["ana", "cleo"] {
        let (browser, question) = world.begins(&world.browser(), evil);
        let state = parameters(&question).1["state"].clone();
        let uri = &honest.shop.redirect_uris[0];
        let reply = honest.authorize(user, &honest.shop.id, uri, &state);
        is_not_let_in(&browser, browser.get(&path_of(&reply.location())), None);
        world.has_shown(&["of-evil"]);
    }
}

#[test]
fn an_answer_that_does_not_name_its_server_is_refused() {
    let world = World::new();
    let account = &world.accounts[0];
    let issuer = &account.issuer;
    for iss in [
        None,
        Some(""),
        Some(&*format!("{issuer}/")),
        Some(&format!("{issuer}.{}.example", word("evil"))),
        Some(&issuer[..issuer.len() - 1]),
        Some(&world.accounts[1].issuer),
        Some(&world.evil.issuer),
        Some(&format!("https://{}.example", word("id"))),
    ] {
        let (ana, answer) = world.agrees(&world.browser(), account, "ana");
        is_not_let_in(&ana, ana.get(&with(&answer, "iss", iss)), None);
    }
    world.has_shown(&[]);
    let (ana, answer) = world.agrees(&world.browser(), account, "ana");
    is_logged_in(&ana, account, "ana", &ana.get(&answer));
    // She begins again, and stays logged in whoever answers.
    let (ana, answer) = world.agrees(&ana, account, "ana");
    let theirs = with(&answer, "iss", Some(&world.evil.issuer));
    is_not_let_in(&ana, ana.get(&theirs), Some("ana"));
}

/// The browser has come back, and somebody is logged in.
#[track_caller]
fn is_logged_in(browser: &Client, account: &Account, user: &str, reply: &Reply) {
    let me = browser.after(reply).get("/me").is_ok();
    let _ = me.has("", json!({ "user": user, "issuer": account.issuer }));
}

/// 400, and the browser belongs to whom it belonged to before.
#[track_caller]
fn is_not_let_in(browser: &Client, reply: Reply, user: Option<&str>) {
    let reply = reply.is_bad_request();
    let me = browser.after(&reply).get("/me");
    let _ = match user {
        Some(user) => me.is_ok().has("/user", user),
        None => me.has_status(401),
    };
}

#[track_caller]
fn is_refused(reply: Reply) {
    reply.is_bad_request().has("/error", "invalid_grant").is_json();
}

/// A shop, two servers of accounts, and a third one with a plan.
struct World {
    shop: Client,
    clock: Clock,
    accounts: [Account; 2],
    evil: Account,
    codes_seen_by_evil: Arc<Mutex<Vec<String>>>,
}

/// A server of accounts, at which the shop and another client are registered.
struct Account {
    name: String,
    issuer: String,
    client: Client,
    shop: web::Client,
    other: web::Client,
    router: Router,
}

impl World {
    fn new() -> Self {
        let clock = Clock::at(any(1_700_000_000..=1_800_000_000));
        let shop_host = format!("{}.example", word("shop"));
        let honest = || {
            let shop = registration(&shop_host);
            let other = registration(&format!("{}.example", word("other")));
            let issuer = format!("https://{}.example", word("id"));
            let clients = vec![other.clone(), shop.clone()];
            let router = server::app(&issuer, clients, clock.reader());
            Account::new(issuer, shop, other, router)
        };
        let codes_seen_by_evil = Arc::<Mutex<Vec<String>>>::default();
        let seen = codes_seen_by_evil.clone();
        let token = async move |Form(form): Form<HashMap<String, String>>| -> Json<Value> {
            seen.lock().unwrap().push(form["code"].clone());
            Json(json!({ "access_token": "x", "user": "somebody of evil" }))
        };
        let evil = Account::new(
            format!("https://{}.example", word("evil")),
            registration(&shop_host),
            registration("other.example"),
            Router::new().route("/token", post(token)),
        );
        let accounts = [honest(), honest()];
        let providers = accounts.iter().chain([&evil]).map(Account::provider).collect();
        Self {
            shop: Client::new(shop::app(providers)),
            clock,
            accounts,
            evil,
            codes_seen_by_evil,
        }
    }

    /// A browser that the shop has not seen before.
    fn browser(&self) -> Client {
        self.shop.with("x-session", &word("session"))
    }

    /// A browser begins a login: the browser then, and where it is sent.
    #[track_caller]
    fn begins(&self, browser: &Client, account: &Account) -> (Client, String) {
        let reply = browser.get(&format!("/login/{}", account.name));
        let question = reply.location();
        let there = format!("{}/authorize", account.issuer);
        expect("a login begins at", there, parameters(&question).0);
        (browser.after(&reply), question)
    }

    /// Somebody begins a login, and agrees: the browser then, and where it is sent at the end.
    #[track_caller]
    fn agrees(&self, browser: &Client, account: &Account, user: &str) -> (Client, String) {
        let (browser, question) = self.begins(browser, account);
        (browser, account.agrees(user, &question))
    }

    #[track_caller]
    fn has_shown(&self, expected: &[&str]) {
        let seen = self.codes_seen_by_evil.lock().unwrap();
        let told = |codes: &[&str]| format!("{} codes: {codes:?}", codes.len());
        let seen: Vec<_> = seen.iter().map(String::as_str).collect();
        expect("what the shop has shown to the evil server", told(expected), told(&seen));
    }
}

impl Account {
    fn new(issuer: String, shop: web::Client, other: web::Client, router: Router) -> Self {
        Self {
            name: word("accounts"),
            client: Client::new(router.clone()),
            issuer,
            shop,
            other,
            router,
        }
    }

    fn provider(&self) -> Provider {
        Provider {
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            authorize: format!("{}/authorize", self.issuer),
            server: self.router.clone(),
            client: self.shop.clone(),
        }
    }

    fn after(&self, reply: &Reply) -> Self {
        let mut account = Self::new(
            self.issuer.clone(),
            self.shop.clone(),
            self.other.clone(),
            self.router.clone(),
        );
        account.client = account.client.after(reply);
        account
    }

    /// A user who is logged in here comes with this question, and agrees: where the browser is sent then, at the shop.
    #[track_caller]
    fn agrees(&self, user: &str, question: &str) -> String {
        path_of(&self.client.with("x-user", user).get(&path_of(question)).location())
    }

    #[track_caller]
    fn authorize(&self, user: &str, client_id: &str, redirect_uri: &str, state: &str) -> Reply {
        let question = link(
            "/authorize",
            &[
                ("response_type", "code"),
                ("client_id", client_id),
                ("redirect_uri", redirect_uri),
                ("state", state),
            ],
        );
        self.client.with("x-user", user).get(&question)
    }

    /// A code for this client, fresh from the server.
    #[track_caller]
    fn code(&self, user: &str, client: &web::Client) -> String {
        let reply = self.authorize(user, &client.id, &client.redirect_uris[0], "x");
        parameters(&reply.location()).1.remove("code").expect("a code")
    }

    #[track_caller]
    fn fetches(&self, code: &str, client: &web::Client) -> Reply {
        let form = link(
            "",
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("client_id", &client.id),
                ("client_secret", &client.secret),
            ],
        );
        let types = "application/x-www-form-urlencoded";
        self.client.with("content-type", types).send("POST", "/token", form[1..].to_owned())
    }
}

fn registration(host: &str) -> web::Client {
    web::Client {
        id: word("client"),
        secret: word("secret"),
        redirect_uris: vec![
            format!("https://{host}/callback"),
            format!("https://{host}/second"),
        ],
    }
}

/// A word that nobody had before, and that may be part of an address.
fn word(title: &str) -> String {
    random_name(title).replace(' ', "-")
}

/// What a browser asks the host of this address for.
fn path_of(address: &str) -> String {
    let rest = address.strip_prefix("https://").unwrap_or(address);
    rest.find('/').map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
}

/// An address without its parameters, and these.
fn parameters(address: &str) -> (String, HashMap<String, String>) {
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let pairs = pairs.map(|(name, value)| (name.to_owned(), decoded(value)));
    (address.to_owned(), pairs.collect())
}

/// This address with another value of a parameter, or without it.
fn with(address: &str, name: &str, value: Option<&str>) -> String {
    let (address, mut parameters) = parameters(address);
    parameters.remove(name);
    let others = parameters.iter().map(|(name, value)| (&**name, &**value));
    link(&address, &others.chain(value.map(|value| (name, value))).collect::<Vec<_>>())
}

fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let hex: String = match byte {
            b'%' => rest.by_ref().take(2).map(char::from).collect(),
            b'+' => "20".to_owned(),
            byte => format!("{byte:x}"),
        };
        bytes.push(u8::from_str_radix(&hex, 16).expect("a parameter that is well encoded"));
    }
    String::from_utf8(bytes).expect("a parameter in UTF-8")
}
