// This is the specification. Each test is the story of a guest: what is sent, and what should come back. When one
// fails, it prints the request, what it expected, and what it got. There is nothing to change in this file.

use support::{Client, any};

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
