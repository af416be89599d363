use std::convert::Infallible;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Duration;
use std::{future, hint};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::{any as any_method, get, post};
use axum::{Json, Router};
use futures_util::stream;
use serde_json::json;
use tokio::sync::Barrier;
use tokio::time::sleep;

use crate::{Client, any, fail};

#[test]
fn a_failure_tells_the_request_the_expectation_and_the_reply() {
    let story = failure(|| drop(client().get("/products?limit=3").is_ok().has_items(2)));
    assert_eq!(
        story,
        "
  GET /products?limit=3
  expected  2 items
  got       3 items
"
    );
}

#[test]
fn a_failure_says_in_words_what_a_header_hides() {
    let visitor = client().with("x-name", "QW5h").noting("Ana, in base64");
    let story = failure(|| drop(visitor.get("/products").has_status(401)));
    assert!(
        story.contains(
            "GET /products\n  with      x-name: QW5h\n  that is   Ana, in base64\n  expected  401"
        ),
        "{story}"
    );
}

#[test]
fn a_failure_tells_what_was_sent_and_what_came_before() {
    let client = client();
    let before = client.get("/products").is_ok();
    let visitor = client.with("x-name", "Ana").after(&before);
    let story = failure(|| drop(visitor.post("/products", &json!({ "id": 1 })).is_created()));
    assert_eq!(
        story,
        r#"
  GET /products
  then      POST /products  {"id":1}
  with      x-name: Ana
  expected  201 Created
  got       405 Method Not Allowed
"#
    );
}

#[test]
fn a_header_has_as_many_lines_as_a_client_sends_and_any_bytes_in_them() {
    let app = Router::new().route("/", get(async |headers: HeaderMap| format!("{headers:?}")));
    let client = Client::new(app).with("x-name", "Ben").with("x-name", "Ana");
    let _ = client.get("/").is_ok().has_text(r#"{"x-name": "Ana"}"#);
    let client = client.with_another("x-name", b"\xe9");
    let _ = client.get("/").is_ok().has_text(r#"{"x-name": "Ana", "x-name": "\xe9"}"#);
    let story = failure(|| drop(client.get("/").is_created()));
    assert!(
        story.contains("with      x-name: Ana\n  with      x-name: \u{fffd}\n"),
        "{story}"
    );
}

#[test]
fn a_failure_tells_what_a_body_is_not_and_that_there_is_none() {
    let story = failure(|| drop(client().send("POST", "/products", "{}").is_created()));
    assert!(story.contains("POST /products  {}\n  with      no content-type\n"), "{story}");
    let json = client().with("content-type", "application/json");
    let story = failure(|| drop(json.send("POST", "/products", "").is_created()));
    assert!(story.contains("POST /products  (empty body)\n  expected"), "{story}");
}

#[test]
fn a_failure_shows_the_white_space_that_nobody_can_see() {
    let story = failure(|| fail("a\u{a0}b\n  c", "龍\u{3000}", "\t\u{7f}"));
    assert_eq!(story, "\n  a\\u{a0}b\n  c\n  expected  龍\\u{3000}\n  got       \\t\\u{7f}\n");
}

#[test]
fn a_failure_of_a_test_with_random_values_names_the_seed() {
    let limit = any(1..=9);
    let story = failure(|| drop(client().get(&format!("/products?limit={limit}")).is_created()));
    assert!(story.contains("\n  seed      "), "{story}");
    assert!(story.contains("(repeat with SUPPORT_SEED="), "{story}");
}

#[test]
fn a_secret_is_found_wherever_it_is_said() {
    let app = Router::new().route(
        "/",
        get(async || ([("x-trace", "é: token=42 of 7")], format!("{} pin=99", "é".repeat(300)))),
    );
    let client = Client::new(app);
    let reply = client.get("/").hides("token=43").hides("pin=98");
    assert!(failure(|| drop(reply.hides("token=42"))).contains("got       é: token=42 of 7\n"));
    let story = failure(|| drop(client.get("/").hides("pin=99")));
    assert!(story.contains("expected  nothing about pin=99\n  got       …éé"), "{story}");
    assert!(story.contains("éé pin=99\n"), "{story}");
}

#[test]
fn the_entries_of_a_list_are_known_by_one_key() {
    let errors = json!({ "errors": [{ "at": "/name" }, { "at": "/email" }, { "is": 1 }] });
    let client = Client::new(Router::new().route("/", get(async || Json(errors))));
    let reply = || client.get("/");
    drop(reply().lists("/errors", "at", &["/email", "none", "/name"]));
    let story = failure(|| drop(reply().lists("/errors", "at", &["/name", "/age"])));
    assert!(story.contains("expected  at in /errors: /age, /name\n"), "{story}");
    assert!(story.contains("got       at in /errors: /email, /name, none\n"), "{story}");
    let story = failure(|| drop(reply().lists("/items", "at", &["/name"])));
    assert!(story.contains("got       {\"errors\":"), "{story}");
}

#[test]
fn a_handler_that_panics_is_a_closed_connection() {
    let story = failure(|| drop(client().get("/panic")));
    assert!(
        story.contains("got       a closed connection: the handler panicked: oh no"),
        "{story}"
    );
}

#[test]
fn a_handler_that_hangs_is_a_failure_with_words() {
    for path in ["/waits", "/spins"] {
        let story = failure(|| drop(client().get(path)));
        assert!(story.contains("the service hangs"), "{story}");
    }
}

#[test]
fn a_paused_clock_makes_a_long_wait_short_and_an_endless_one_a_failure() {
    let client = Client::with_paused_clock(app());
    client.get("/products").is_ok().came_after(0);
    client.get("/naps").is_ok().came_after(3_600);
    tells(
        || drop(client.get("/naps").came_after(5)),
        "a reply after 5s",
        "a reply after 3600.0s",
    );
    tells(
        || drop(client.get("/waits")),
        "a reply",
        "none, not after a day: the service hangs",
    );
    let story = failure(|| drop(client.get("/spins")));
    assert!(story.contains("the service hangs"), "{story}");
}

#[test]
fn requests_at_once_are_all_under_way_before_the_first_is_answered() {
    for client in [Client::new(app()), Client::with_paused_clock(app())] {
        let replies = client.post_at_once("/meets", &[json!(1), json!(2), json!(3)]);
        for (reply, number) in replies.into_iter().zip(1..) {
            reply.is_ok().has("", number);
        }
    }
    let story = failure(|| {
        let replies = client().post_at_once("/panic", &[json!(1), json!(2)]);
        replies.into_iter().for_each(|reply| drop(reply.is_ok()));
    });
    assert!(
        story.contains("POST /panic  1\n  one of    2 at once\n  expected  200 OK"),
        "{story}"
    );
}

#[test]
fn several_clients_at_once_get_each_their_own_reply() {
    let who = async |headers: HeaderMap, method: Method, body: String| {
        sleep(Duration::from_secs(1)).await;
        format!("{method} {:?} {body}", headers.get("x-name"))
    };
    let client = Client::with_paused_clock(Router::new().route("/", any_method(who)));
    let (ana, ben) = (client.with("x-name", "Ana"), client.with("x-name", "Ben"));
    let requests = [
        (&ana, "PUT", "/", &json!(1)),
        (&ben, "GET", "/", &json!(null)),
    ];
    for (reply, expected) in Client::at_once(&requests)
        .into_iter()
        .zip([r#"PUT Some("Ana") 1"#, r#"GET Some("Ben") "#])
    {
        let _ = reply.came_after(1).has_text(expected);
    }
    assert!(Client::at_once(&[]).is_empty());
}

#[test]
fn a_body_that_is_no_text_is_told_by_its_size() {
    for (size, told) in [(1, "1 byte"), (300, "300 bytes")] {
        let picture = vec![0xd8; size];
        let story = failure(|| drop(client().send("POST", "/echo", picture.clone()).is_ok()));
        assert!(story.starts_with(&format!("\n  POST /echo  {told}\n  expected")), "{story}");
        let stream = Body::from(picture);
        let story = failure(|| drop(client().stream("POST", "/echo", stream).is_ok()));
        assert!(story.starts_with(&format!("\n  POST /echo  {told}\n  expected")), "{story}");
    }
    let pieces = stream::iter([Ok::<_, Infallible>("one")]);
    let story =
        failure(|| drop(client().stream("POST", "/echo", Body::from_stream(pieces)).is_ok()));
    assert!(story.starts_with("\n  POST /echo  a body in pieces\n  expected"), "{story}");
}

#[test]
fn a_body_may_come_in_pieces_or_not_at_all() {
    let client = Client::with_paused_clock(app());
    let pieces = stream::iter(["one, ", "two"].map(Ok::<_, Infallible>));
    client.stream("POST", "/echo", Body::from_stream(pieces)).has_text("one, two");
    let never = stream::pending::<Result<Bytes, Infallible>>();
    tells(
        || drop(client.stream("POST", "/echo", Body::from_stream(never))),
        "a reply",
        "none, not after a day: the service hangs",
    );
}

#[test]
fn every_check_lets_the_right_reply_pass() {
    let client = client();
    let products =
        client.get("/products?limit=3").is_ok().is_json().has_items(3).has("/items/0", 1);
    let products = products.has_header("content-type", "application/json").lacks_header("location");
    products
        .costs_at_most(3, "rows read", 3)
        .counts(1, "calls", 1)
        .has_text(r#"{"items":[1,2,3],"name":"all"}"#);
    assert_eq!(client.get("/products").header("content-type"), "application/json");
    assert_eq!(client.get("/products").text("/name"), "all");
    assert_eq!(client.get("/products").number("/items/2"), 3);
    assert_eq!(client.get("/nothing").status(), 404);
    assert_eq!(client.get("/products").value("/items"), json!([1, 2, 3]));
    client.head("/products").is_ok().is_empty();
    client.send("TRACE", "/products", "").is_method_not_allowed().allows(&["HEAD", "GET"]);
    let echo = client.with("content-type", "text/plain").send("POST", "/echo", "hello");
    echo.has_status(203).has_text("hello");
}

#[test]
fn every_check_says_what_it_expected_and_what_there_was() {
    let reply = || client().get("/products");
    let body = r#"{"items":[1,2,3],"name":"all"}"#;
    tells(|| drop(reply().has_status(201)), "201 Created", &format!("200 OK: {body}"));
    tells(|| drop(client().head("/nothing").is_ok()), "200 OK", "404 Not Found");
    tells(|| drop(reply().has_items(2)), "2 items", "3 items");
    tells(|| drop(reply().has("/name", 1)), "/name = 1", "/name = \"all\"");
    tells(|| drop(reply().has("/items", json!([]))), "/items = []", "/items = [1,2,3]");
    tells(|| drop(reply().has("", 1)), "1", body);
    tells(|| drop(reply().has("/title", 1)), "/title = 1", body);
    tells(|| drop(reply().text("/title")), "a text at /title", body);
    tells(|| drop(reply().text("/items")), "a text at /items", body);
    tells(|| _ = reply().number("/name"), "a number at /name", body);
    tells(|| drop(reply().value("/title")), "something at /title", body);
    tells(|| drop(reply().has_text("all")), "\"all\"", &format!("{body:?}"));
    tells(|| drop(reply().is_empty()), "no body", body);
    tells(|| drop(reply().costs_at_most(2, "rows", 3)), "at most 2 rows", "3 rows");
    tells(|| drop(reply().counts(2, "calls", 3)), "2 calls", "3 calls");

    let json = "content-type: application/json";
    tells(
        || drop(reply().has_header("content-type", "text/html")),
        "content-type: text/html",
        json,
    );
    tells(|| drop(reply().has_header("age", "1")), "age: 1", "no header age");
    tells(|| drop(reply().header("age")), "a header age", "no such header");
    tells(|| drop(reply().location()), "a header location", "no such header");
    let lost = || client().get("/lost");
    let story = failure(|| drop(lost().location()));
    assert!(story.contains("expected  a location that a client can follow"), "{story}");
    assert!(story.contains("got       location: <here> ("), "{story}");
    tells(|| drop(reply().lacks_header("content-type")), "no header content-type", json);
    tells(|| drop(client().get("/nothing").is_json()), json, "content-type: none");
    tells(|| drop(client().get("/nothing").has_items(1)), "JSON", "no body");
    let echo = || client().with("content-type", "text/plain").send("POST", "/echo", "1,\n2");
    tells(|| drop(echo().has("/name", 1)), "JSON", "1, 2");
    tells(
        || drop(echo().is_no_content()),
        "204 No Content",
        "203 Non Authoritative Information: 1, 2",
    );
    tells(
        || drop(client().send("POST", "/empty", "").text("/name")),
        "a text at /name",
        r#"{"name":""}"#,
    );

    let patch = || client().patch("/products", &json!(1));
    tells(|| drop(patch().allows(&["GET"])), "allow: GET", "allow: GET, HEAD");
    tells(|| drop(reply().allows(&["GET"])), "allow: GET", "allow: none");
}

fn client() -> Client {
    Client::new(app())
}

fn app() -> Router {
    let products = get(async || Json(json!({ "items": [1, 2, 3], "name": "all" })));
    let echo = async |body: String| (StatusCode::NON_AUTHORITATIVE_INFORMATION, body);
    // Nobody passes before three are there.
    let door = Arc::new(Barrier::new(3));
    let meets = async move |number: String| {
        door.wait().await;
        number
    };
    Router::new()
        .route("/products", products)
        .route("/meets", post(meets))
        .route("/naps", get(async || sleep(Duration::from_secs(3_600)).await))
        .route("/echo", post(echo))
        .route("/empty", post(async || Json(json!({ "name": "" }))))
        .route("/lost", get(async || [("location", "<here>")]))
        .route("/panic", get(async || -> &str { panic!("oh no") }))
        .route("/waits", get(future::pending::<()>))
        .route(
            "/spins",
            get(async || -> &str {
                loop {
                    hint::spin_loop();
                }
            }),
        )
}

#[track_caller]
fn tells(test: impl FnOnce(), expected: &str, got: &str) {
    let story = failure(test);
    assert!(
        story.ends_with(&format!("\n  expected  {expected}\n  got       {got}\n")),
        "{story}"
    );
}

/// What a test says when it fails.
#[track_caller]
fn failure(test: impl FnOnce()) -> String {
    let panic = panic::catch_unwind(AssertUnwindSafe(test)).expect_err("the test fails");
    panic.downcast_ref::<String>().expect("with words").clone()
}
