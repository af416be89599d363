//! A client of a service under test. It speaks to the `Router` itself: no socket, no port.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Collected};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinError;
use tokio::time::{Instant, timeout};
use tower::ServiceExt;

use crate::fail;

/// How long a service may think about one request. Only a service that hangs ever gets there.
const DEADLINE: Duration = if cfg!(test) {
    Duration::from_secs(1)
} else {
    Duration::from_secs(3)
};

/// How long a service may wait on a clock that jumps. No promise of a service is that far away.
const A_DAY: Duration = Duration::from_secs(86_400);

/// Sends requests to a service, and fails the test with words when there is no reply.
#[derive(Clone)]
pub struct Client {
    app: Router,
    headers: HeaderMap,
    before: String,
    note: String,
    runtime: Arc<Background>,
}

/// A runtime that is left behind when a handler hangs: its own drop would wait for it.
struct Background {
    runtime: Option<Runtime>,
    paused: bool,
}

impl Background {
    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("runs until it is dropped")
    }

    /// Begins this work, and does not wait for it.
    fn start(self: &Arc<Self>, work: impl Future<Output = ()> + Send + 'static) {
        if self.paused {
            // A paused clock needs the runtime of one thread, which works as long as somebody blocks on it.
            let background = self.clone();
            thread::spawn(move || background.runtime().block_on(work));
        } else {
            self.runtime().spawn(work);
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Client {
    /// A client of this service.
    ///
    /// # Panics
    /// When the machine has no thread left.
    #[must_use]
    pub fn new(app: Router) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Self::on(app, runtime.expect("a thread for the service"), false)
    }

    /// A client of a service whose clock stands still while anybody works, and jumps to the next moment that somebody
    /// waits for: an hour's wait is over at once, and [`Reply::came_after`] knows that it was an hour. For services that
    /// wait for nothing but tokio's clock: a socket would not be waited for.
    ///
    /// # Panics
    /// When the machine has no thread left.
    #[must_use]
    pub fn with_paused_clock(app: Router) -> Self {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
        Self::on(app, runtime.expect("a runtime for the service"), true)
    }

    fn on(app: Router, runtime: Runtime, paused: bool) -> Self {
        Self {
            app,
            headers: HeaderMap::new(),
            before: String::new(),
            note: String::new(),
            runtime: Arc::new(Background {
                runtime: Some(runtime),
                paused,
            }),
        }
    }

    /// The same client with one more header on every request. A second value for a name replaces the first.
    ///
    /// # Panics
    /// When the name or the value cannot be sent.
    #[track_caller]
    #[must_use]
    pub fn with(&self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let mut client = self.clone();
        let (name, value) = header_line(name, value.as_ref());
        client.headers.insert(name, value);
        client
    }

    /// The same client with one more line of a header on every request, below those of this name that it has.
    ///
    /// # Panics
    /// When the name or the value cannot be sent.
    #[track_caller]
    #[must_use]
    pub fn with_another(&self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let mut client = self.clone();
        let (name, value) = header_line(name, value.as_ref());
        client.headers.append(name, value);
        client
    }

    /// The same client, telling that something else came first: what `reply` answered. For a check of what a request has
    /// done to what the next one sees.
    #[must_use]
    pub fn after(&self, reply: &Reply) -> Self {
        let mut client = self.clone();
        client.before = format!("{}\n  then      ", reply.story);
        client
    }

    /// The same client, whose failures also say what nobody can read in a header: what is in a token, who has signed it. The
    /// service does not get to see it.
    #[must_use]
    pub fn noting(&self, note: &str) -> Self {
        let mut client = self.clone();
        client.note = format!("\n  that is   {note}");
        client
    }

    /// GET
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, "")
    }

    /// HEAD
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn head(&self, path: &str) -> Reply {
        self.send("HEAD", path, "")
    }

    /// OPTIONS
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn options(&self, path: &str) -> Reply {
        self.send("OPTIONS", path, "")
    }

    /// DELETE
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, "")
    }

    /// POST with a JSON body.
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send_json("POST", path, body)
    }

    /// PUT with a JSON body.
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn put(&self, path: &str, body: &Value) -> Reply {
        self.send_json("PUT", path, body)
    }

    /// PATCH with a JSON body.
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send_json("PATCH", path, body)
    }

    /// Any method with any body. What the body is, if anything, [`with`](Self::with) says: `content-type`.
    ///
    /// # Panics
    /// When there is no reply, or `method` and `path` cannot be sent.
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn send(&self, method: &str, path: &str, body: impl Into<Bytes>) -> Reply {
        let body = body.into();
        let story = self.story(method, path, &told(&body));
        self.exchange_one(story, self.request(method, path, Body::from(body)))
    }

    /// The same with a body that comes in pieces, or never ends.
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn stream(&self, method: &str, path: &str, body: Body) -> Reply {
        let size = body.size_hint().exact();
        let body_told = size.map_or_else(|| "a body in pieces".to_owned(), bytes);
        let story = self.story(method, path, &body_told);
        self.exchange_one(story, self.request(method, path, body))
    }

    /// POST with each of these bodies, all under way before the first one is answered. The replies come in the same
    /// order.
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn post_at_once(&self, path: &str, bodies: &[Value]) -> Vec<Reply> {
        let requests: Vec<_> = bodies.iter().map(|body| (self, "POST", path, body)).collect();
        Self::at_once(&requests)
    }

    /// The requests of several clients of one service, each with a method, a path and a JSON body (`null` is none), all
    /// under way before the first one is answered. They begin in this order, and the replies come in it.
    #[track_caller]
    #[must_use = "a reply is there to be checked"]
    pub fn at_once(requests: &[(&Self, &str, &str, &Value)]) -> Vec<Reply> {
        let Some((first, ..)) = requests.first() else {
            return Vec::new();
        };
        let prepared = requests.iter().map(|(client, method, path, body)| {
            let (client, body) = match body {
                Value::Null => ((*client).clone(), String::new()),
                body => (client.with("content-type", "application/json"), body.to_string()),
            };
            let story = client.story(method, path, &told(body.as_bytes()));
            let story = format!("{story}\n  one of    {} at once", requests.len());
            (story, client.request(method, path, Body::from(body)))
        });
        first.exchange(prepared.collect())
    }

    #[track_caller]
    fn send_json(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.with("content-type", "application/json").send(method, path, body.to_string())
    }

    #[track_caller]
    fn request(&self, method: &str, path: &str, body: Body) -> Request<Body> {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = Request::builder().method(method).uri(path).body(body);
        let mut request = request.expect("a path that is a valid URI");
        request.headers_mut().extend(self.headers.clone());
        request
    }

    #[track_caller]
    fn exchange_one(&self, story: String, request: Request<Body>) -> Reply {
        self.exchange(vec![(story, request)]).remove(0)
    }

    #[track_caller]
    fn exchange(&self, requests: Vec<(String, Request<Body>)>) -> Vec<Reply> {
        let (mut under_way, mut waiting) = (Vec::new(), Vec::new());
        for (story, request) in requests {
            let (answer, answered) = mpsc::channel();
            waiting.push((story, request.uri().path().to_owned(), answered));
            under_way.push((perform(self.app.clone(), request), answer));
        }
        self.runtime.start(async {
            let mut tasks = Vec::new();
            for (exchange, answer) in under_way {
                // A task of its own, so that a panic ends it and nothing else.
                let exchange = tokio::spawn(exchange);
                tasks.push(tokio::spawn(async move {
                    // Nobody listens any more when the deadline has passed.
                    let _ = answer.send(exchange.await);
                }));
            }
            for task in tasks {
                let _ = task.await;
            }
        });
        let mut replies = Vec::new();
        for (story, path, answered) in waiting {
            match received(&answered) {
                Ok((parts, body, after)) => replies.push(Reply {
                    story,
                    path,
                    status: parts.status,
                    headers: parts.headers,
                    body,
                    after: self.runtime.paused.then_some(after),
                }),
                Err(got) => fail(story, "a reply", got),
            }
        }
        replies
    }

    /// The request as a learner would type it.
    fn story(&self, method: &str, path: &str, body: &str) -> String {
        let mut story = format!("{}{method} {path}", self.before);
        let says_what = self.headers.contains_key(header::CONTENT_TYPE);
        if !body.is_empty() {
            story.push_str("  ");
            story.push_str(body);
        } else if says_what {
            story.push_str("  (empty body)");
        }
        // It looks like JSON, and does not say so.
        if body.starts_with('{') && !says_what {
            story.push_str("\n  with      no content-type");
        }
        for (name, value) in &self.headers {
            // What a JSON body is, the body says itself.
            if (name, value.as_bytes()) != (&header::CONTENT_TYPE, b"application/json") {
                story.push_str("\n  with      ");
                story.push_str(name.as_str());
                story.push_str(": ");
                story.push_str(&String::from_utf8_lossy(value.as_bytes()));
            }
        }
        story.push_str(&self.note);
        story
    }
}

/// A value need not be text: a stranger sends any bytes.
#[track_caller]
fn header_line(name: &str, value: &[u8]) -> (HeaderName, HeaderValue) {
    let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
    (name, HeaderValue::from_bytes(value).expect("a header value"))
}

/// What a service made of one request, and how long it took; nothing, if it waited for a day.
type Exchange = Option<(Parts, Result<Bytes, axum::Error>, Duration)>;

async fn perform(app: Router, request: Request<Body>) -> Exchange {
    let begin = Instant::now();
    let reply = async {
        let (parts, body) = match app.oneshot(request).await {
            Ok(response) => response.into_parts(),
            Err(never) => match never {},
        };
        (parts, body.collect().await.map(Collected::to_bytes))
    };
    let (parts, body) = timeout(A_DAY, reply).await.ok()?;
    Some((parts, body, begin.elapsed()))
}

/// The reply, or what a client would say that there was instead.
fn received(
    answered: &Receiver<Result<Exchange, JoinError>>,
) -> Result<(Parts, Bytes, Duration), String> {
    match answered.recv_timeout(DEADLINE) {
        Ok(Ok(Some((parts, Ok(body), after)))) => Ok((parts, body, after)),
        Ok(Ok(Some((_, Err(error), _)))) => Err(format!("half a reply: {error}")),
        Ok(Ok(None)) => Err("none, not after a day: the service hangs".to_owned()),
        Ok(Err(error)) => {
            let panic = error.try_into_panic().ok();
            let words = panic.as_deref().map(words).unwrap_or_default();
            Err(format!("a closed connection: the handler panicked: {words}"))
        }
        Err(_) => Err(format!("none within {DEADLINE:?}: the service hangs")),
    }
}

/// What came back. Checks return the reply, so that they can be written one after the other.
#[derive(Debug)]
pub struct Reply {
    story: String,
    path: String,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// How long it took, where a paused clock makes that a fact.
    after: Option<Duration>,
}

impl Reply {
    /// 200
    #[track_caller]
    pub fn is_ok(self) -> Self {
        self.has_status(200)
    }

    /// 201
    #[track_caller]
    pub fn is_created(self) -> Self {
        self.has_status(201)
    }

    /// 204, and nothing in it.
    #[track_caller]
    pub fn is_no_content(self) -> Self {
        self.has_status(204).is_empty()
    }

    /// 400
    #[track_caller]
    pub fn is_bad_request(self) -> Self {
        self.has_status(400)
    }

    /// 404
    #[track_caller]
    pub fn is_not_found(self) -> Self {
        self.has_status(404)
    }

    /// 405
    #[track_caller]
    pub fn is_method_not_allowed(self) -> Self {
        self.has_status(405)
    }

    /// 409
    #[track_caller]
    pub fn is_conflict(self) -> Self {
        self.has_status(409)
    }

    /// The reply has this status code.
    ///
    /// # Panics
    /// When it has another one, or `expected` is none.
    #[track_caller]
    pub fn has_status(self, expected: u16) -> Self {
        let expected = StatusCode::from_u16(expected).expect("a status code");
        if self.status != expected {
            let got = self.status;
            match excerpt(&self.body) {
                said if said.is_empty() => self.fail(expected, got),
                said => self.fail(expected, format_args!("{got}: {said}")),
            }
        }
        self
    }

    /// The status code, for a test that asks how many got which.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The reply has a header of this name with this value.
    #[track_caller]
    pub fn has_header(self, name: &str, expected: &str) -> Self {
        let expected_header = format_args!("{name}: {expected}");
        match self.value_of(name) {
            Some(got) if got == expected => self,
            Some(got) => self.fail(expected_header, format_args!("{name}: {got}")),
            None => self.fail(expected_header, format_args!("no header {name}")),
        }
    }

    /// The reply has no header of this name.
    #[track_caller]
    pub fn lacks_header(self, name: &str) -> Self {
        if let Some(got) = self.value_of(name) {
            self.fail(format_args!("no header {name}"), format_args!("{name}: {got}"));
        }
        self
    }

    /// Where the `location` header leads, which has to be there. It may be relative to what was asked for (RFC 9110,
    /// section 10.2.2).
    #[track_caller]
    #[must_use]
    pub fn location(&self) -> String {
        let location = self.header("location");
        let target = resolve(&self.path, &location);
        match target.parse::<Uri>() {
            Ok(_) => target,
            Err(why) => self.fail(
                "a location that a client can follow",
                format_args!("location: {location} ({why})"),
            ),
        }
    }

    /// The value of a header that has to be there, to go on with.
    #[track_caller]
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        match self.value_of(name) {
            Some(value) => value,
            None => self.fail(format_args!("a header {name}"), "no such header"),
        }
    }

    /// The `allow` header names these methods in any order, and no others. OPTIONS is welcome, it changes nothing.
    #[track_caller]
    pub fn allows(self, methods: &[&str]) -> Self {
        let sorted = |methods: BTreeSet<&str>| methods.into_iter().collect::<Vec<_>>().join(", ");
        let value = self.value_of("allow").unwrap_or_default();
        let got = value.split(',').map(str::trim).filter(|method| !method.is_empty());
        let got = sorted(got.filter(|method| *method != "OPTIONS").collect());
        let expected = sorted(methods.iter().copied().collect());
        if got != expected {
            let got = if got.is_empty() { "none" } else { &got };
            self.fail(format_args!("allow: {expected}"), format_args!("allow: {got}"));
        }
        self
    }

    /// The reply has no body.
    #[track_caller]
    pub fn is_empty(self) -> Self {
        if !self.body.is_empty() {
            self.fail("no body", excerpt(&self.body));
        }
        self
    }

    /// The body is this text, to the letter.
    #[track_caller]
    pub fn has_text(self, expected: &str) -> Self {
        if self.body != expected.as_bytes() {
            let got = String::from_utf8_lossy(&self.body);
            self.fail(format_args!("{expected:?}"), format_args!("{got:?}"));
        }
        self
    }

    /// The reply says that it is JSON, and is.
    #[track_caller]
    pub fn is_json(self) -> Self {
        let got = self.value_of("content-type").unwrap_or_else(|| "none".to_owned());
        if got.split(';').next().map(str::trim) != Some("application/json") {
            self.fail("content-type: application/json", format_args!("content-type: {got}"));
        }
        self.json();
        self
    }

    /// The list `items` in the reply has this many entries.
    #[track_caller]
    pub fn has_items(self, expected: usize) -> Self {
        let got = self.json()["items"].as_array().map(Vec::len);
        match got {
            Some(got) if got == expected => self,
            Some(got) => self.fail(format_args!("{expected} items"), format_args!("{got} items")),
            None => self.fail(format_args!("{expected} items"), excerpt(&self.body)),
        }
    }

    /// The reply has this value in this place, written as a JSON pointer: `/items/0/id`. The empty place is all of it.
    #[track_caller]
    pub fn has(self, place: &str, expected: impl Into<Value>) -> Self {
        let expected = expected.into();
        let json = self.json();
        let equals = if place.is_empty() { "" } else { " = " };
        match json.pointer(place) {
            Some(got) if *got == expected => self,
            Some(got) => self.fail(
                format_args!("{place}{equals}{expected}"),
                format_args!("{place}{equals}{got}"),
            ),
            None => self.fail(format_args!("{place}{equals}{expected}"), excerpt(&self.body)),
        }
    }

    /// The list in this place has an entry for each of these, in any order, and no others. An entry is known by the text
    /// that it has under `key`.
    #[track_caller]
    pub fn lists(self, place: &str, key: &str, expected: &[&str]) -> Self {
        let told = |texts: Vec<&str>| format!("{key} in {place}: {}", texts.join(", "));
        let json = self.json();
        let Some(entries) = json.pointer(place).and_then(Value::as_array) else {
            self.fail(told(expected.to_vec()), excerpt(&self.body));
        };
        let mut got: Vec<_> =
            entries.iter().map(|entry| entry[key].as_str().unwrap_or("none")).collect();
        let mut sorted = expected.to_vec();
        got.sort_unstable();
        sorted.sort_unstable();
        if got != sorted {
            self.fail(told(sorted), told(got));
        }
        self
    }

    /// Nothing in the reply, neither body nor header, gives this text away.
    #[track_caller]
    pub fn hides(self, secret: &str) -> Self {
        let headers = self.headers.values().map(HeaderValue::as_bytes);
        for said in headers.chain([&*self.body]) {
            let said = String::from_utf8_lossy(said);
            if let Some(place) = said.find(secret) {
                let start = said[..place].char_indices().rev().nth(40).map_or(0, |(at, _)| at);
                let cut = if start > 0 { "…" } else { "" };
                let got = excerpt(&said.as_bytes()[start..]);
                self.fail(format_args!("nothing about {secret}"), format_args!("{cut}{got}"));
            }
        }
        self
    }

    /// The reply was there after exactly so many seconds of a [paused clock](Client::with_paused_clock).
    ///
    /// # Panics
    /// When it came sooner or later, or the clock was not paused.
    #[track_caller]
    pub fn came_after(self, seconds: u64) -> Self {
        let after = self.after.expect("a client with a paused clock");
        // tokio's clock counts milliseconds, and rounds up.
        if after.as_millis().abs_diff(u128::from(seconds) * 1_000) > 1 {
            let got = format_args!("a reply after {after:.1?}");
            self.fail(format_args!("a reply after {seconds}s"), got);
        }
        self
    }

    /// What the request cost, counted where it costs: rows, statements, bytes.
    #[track_caller]
    pub fn costs_at_most(self, expected: usize, unit: &str, got: usize) -> Self {
        if got > expected {
            self.fail(format_args!("at most {expected} {unit}"), format_args!("{got} {unit}"));
        }
        self
    }

    /// What the request has brought about, counted where that happens: charges, messages, calls.
    #[track_caller]
    pub fn counts<T: Display + PartialEq>(self, expected: T, unit: &str, got: T) -> Self {
        if got != expected {
            self.fail(format_args!("{expected} {unit}"), format_args!("{got} {unit}"));
        }
        self
    }

    /// The text in this place of the reply, which has to be there and to say something.
    #[track_caller]
    #[must_use]
    pub fn text(&self, place: &str) -> String {
        match self.json().pointer(place).and_then(Value::as_str) {
            Some(text) if !text.is_empty() => text.to_owned(),
            _ => self.fail(format_args!("a text at {place}"), excerpt(&self.body)),
        }
    }

    /// The number in this place of the reply, which has to be there: a whole one from zero up.
    #[track_caller]
    #[must_use]
    pub fn number(&self, place: &str) -> u64 {
        match self.json().pointer(place).and_then(Value::as_u64) {
            Some(number) => number,
            None => self.fail(format_args!("a number at {place}"), excerpt(&self.body)),
        }
    }

    /// What is in this place of the reply, which has to be there, if only as `null`: to go on with.
    #[track_caller]
    #[must_use]
    pub fn value(&self, place: &str) -> Value {
        match self.json().pointer(place) {
            Some(value) => value.clone(),
            None => self.fail(format_args!("something at {place}"), excerpt(&self.body)),
        }
    }

    #[track_caller]
    fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(json) => json,
            Err(_) if self.body.is_empty() => self.fail("JSON", "no body"),
            Err(_) => self.fail("JSON", excerpt(&self.body)),
        }
    }

    /// All values of a header, as one (RFC 9110, section 5.3).
    fn value_of(&self, name: &str) -> Option<String> {
        let values = self.headers.get_all(name).iter();
        let values: Vec<_> =
            values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    #[track_caller]
    fn fail(&self, expected: impl Display, got: impl Display) -> ! {
        fail(&self.story, expected, got)
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or_default()
}

/// What a reference means to a client that asked for `path` (RFC 3986, section 5.2). Nobody sends what follows a `#`.
fn resolve(path: &str, reference: &str) -> String {
    let reference = reference.split('#').next().unwrap_or_default();
    let (scheme, rest) = reference.split_once(':').unwrap_or_default();
    if !scheme.is_empty() && !scheme.contains(['/', '?']) && !rest.is_empty() {
        return reference.to_owned();
    }
    if reference.starts_with("//") {
        return format!("http:{reference}");
    }
    let (place, query) = match reference.split_once('?') {
        Some((place, query)) => (place, format!("?{query}")),
        None => (reference, String::new()),
    };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let place = match place {
        "" => path.to_owned(),
        place if place.starts_with('/') => place.to_owned(),
        place => format!("{folder}/{place}"),
    };
    let mut segments = Vec::new();
    for segment in place.split('/').skip(1) {
        if segment == ".." {
            segments.pop();
        } else if segment != "." {
            segments.push(segment);
        }
    }
    if place.ends_with("/.") || place.ends_with("/..") {
        segments.push("");
    }
    format!("/{}{query}", segments.join("/"))
}

/// A body as a failure tells of it: a text with its first words, a picture with its size.
fn told(body: &[u8]) -> String {
    match str::from_utf8(body) {
        Ok(_) => excerpt(body),
        Err(_) => bytes(body.len() as u64),
    }
}

fn bytes(count: u64) -> String {
    format!("{count} byte{}", if count == 1 { "" } else { "s" })
}

/// The first words of a body, on one line. That something was left out, it says.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut letters = text.chars().map(|letter| if letter == '\n' { ' ' } else { letter });
    let mut excerpt: String = letters.by_ref().take(200).collect();
    if letters.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::{excerpt, resolve};

    #[test]
    fn a_location_is_read_from_where_the_client_is() {
        for (reference, target) in [
            ("/lists/1", "/lists/1"),
            ("lists/1?full", "/lists/1?full"),
            ("./1", "/1"),
            ("../lists/./x/../1", "/lists/1"),
            ("..", "/"),
            ("", "/lists"),
            ("?id=/../1", "/lists?id=/../1"),
            ("/lists/1#name", "/lists/1"),
            ("/lists/1:2", "/lists/1:2"),
            ("//music.example.com/lists/1", "http://music.example.com/lists/1"),
            ("https://music.example.com/1", "https://music.example.com/1"),
        ] {
            assert_eq!(resolve("/lists", reference), target);
        }
        assert_eq!(resolve("/lists/", "1"), "/lists/1");
        assert_eq!(resolve("/lists/1", "."), "/lists/");
    }

    #[test]
    fn an_excerpt_says_that_something_was_left_out() {
        assert_eq!(excerpt("é\n".repeat(100).as_bytes()), "é ".repeat(100));
        assert_eq!(excerpt("é".repeat(201).as_bytes()), format!("{}…", "é".repeat(200)));
    }
}
