// This is the specification. Each test is the story of a guest: what is sent, and what should come back. When one
// fails, it prints the request, what it expected, and what it got. There is nothing to change in this file.

use axum::body::Body;
use axum::http::Request;
use support::{Client, any, expect};
use tower::ServiceExt;

use super::app;
use super::kitchen::Kitchen;

#[test]
fn a_guest_gets_the_number_of_the_order() {
    // The number is another one in every run, so it can only come from the kitchen.
    let number = any(100..=999);
    // A client talks to the service that `app` builds: without a network, but the service cannot tell.
    let guest = Client::new(app(Kitchen::new(number)));

    let reply = guest.send("POST", "/orders", "Margherita");

    reply.is_ok().has_text(&format!("Your order has number {number}"));
}

#[test]
fn the_cooks_start_with_the_order() {
    let number = any(100..=999);
    let guest = Client::new(app(Kitchen::new(number)));

    let order = guest.send("POST", "/orders", "Margherita").is_ok();

    // `after` is for you: should this check fail, its message tells that there was an order first.
    let cooking = format!("{number} Margherita");
    guest.after(&order).get("/kitchen").is_ok().has_text(&cooking);
}

#[test]
fn every_order_is_cooked_once_and_in_its_turn() {
    let first = any(100..=999);
    let guest = Client::new(app(Kitchen::new(first)));
    let mut cooking = Vec::new();
    for (number, pizza) in (first..).zip(["Marinara", "Margherita", "Marinara"]) {
        let reply = guest.send("POST", "/orders", pizza).is_ok();
        let reply = reply.has_text(&format!("Your order has number {number}"));
        cooking.push(format!("{number} {pizza}"));
        guest.after(&reply).get("/kitchen").is_ok().has_text(&cooking.join("\n"));
    }
}

// Without a `Client` this time, on one thread that does nothing else until the reply is there. What was only begun by
// then, and left to others to finish, has not happened yet.
#[tokio::test]
async fn the_bell_has_rung_before_the_guest_gets_the_number() {
    let number = any(100..=999);
    let kitchen = Kitchen::new(number);
    let bell = kitchen.bell();

    let order = Request::post("/orders").body(Body::from("Margherita")).unwrap();
    let _reply = app(kitchen).oneshot(order).await.unwrap();

    let rung = bell.lock().unwrap().clone();
    let story = "POST /orders  Margherita\n  and the moment the reply is there";
    expect(
        story,
        format!("the bell was rung for {:?}", [number]),
        format!("the bell was rung for {rung:?}"),
    );
}
