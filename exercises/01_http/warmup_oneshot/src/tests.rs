use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use support::{Client, any, expect};
use tower::ServiceExt;

use super::app;

// How a test talks to a service, in three steps. Most other tests of this course leave them to `support::Client`.
#[tokio::test]
async fn the_screen_says_how_many_patients_are_waiting() {
    let patients = any(2..=99);

    // 1. A request. This one never sees a network; it is a plain value that we make.
    let request = Request::builder().uri("/waiting").body(Body::empty()).unwrap();

    // 2. A router is a function from a request to the future of a response. `oneshot` calls it once.
    let response = app(patients).oneshot(request).await.unwrap();

    // 3. A response: a status, headers, and a body that arrives piece by piece and has to be awaited, too.
    let status = response.status();
    let body = to_bytes(response.into_body(), 1_000).await.unwrap();
    let text = String::from_utf8_lossy(&body);

    let story = format!("GET /waiting  with {patients} patients in the waiting room");
    expect(&story, StatusCode::OK, status);
    expect(&story, format!("{patients} patients are waiting"), text);
}

#[test]
fn one_patient_is_not_patients() {
    let screen = Client::new(app(1));
    screen.get("/waiting").is_ok().has_text("1 patient is waiting");
}

#[test]
fn any_number_of_patients_may_be_waiting() {
    for patients in [2, 3, any(101..=999_999)] {
        let screen = Client::new(app(patients));
        let text = format!("{patients} patients are waiting");
        screen.get("/waiting").is_ok().has_text(&text);
    }
}

#[test]
fn an_empty_waiting_room_is_no_error() {
    let screen = Client::new(app(0));
    screen.get("/waiting").is_ok().has_text("Nobody is waiting");
}
