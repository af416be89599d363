use std::sync::Arc;

use serde_json::json;
use support::{Client, Reply, any, fail, random_name};

use super::app;
use super::menu::Menu;

#[test]
fn an_order_is_taken_and_can_be_read() {
    let (cents, count) = (any(500..=2_000), any(2..=99));
    let guest = Client::new(app(Arc::new(Menu::new([(7, cents), (8, 333)]))));
    for (number, (pizza, sum)) in [(7, cents * count), (8, 333 * count)].into_iter().enumerate() {
        let order = json!({ "number": number + 1, "cents": sum });
        let reply = guest.post("/orders", &json!({ "pizza": pizza, "count": count }));
        let reply = reply.is_created().is_json().has("", order.clone());
        guest.after(&reply).get(&format!("/orders/{}", number + 1)).is_ok().has("", order);
    }
}

#[test]
fn a_pizza_that_is_not_on_the_menu_is_not_found() {
    let guest = guest();
    for pizza in [0, any(8..=9_999), u64::MAX] {
        let reply = guest.post("/orders", &json!({ "pizza": pizza, "count": 1 }));
        says_why(reply.is_not_found());
    }
}

#[test]
fn what_is_no_order_is_a_bad_request() {
    let guest = guest().with("content-type", "application/json");
    for body in [
        String::new(),
        "{".to_owned(),
        random_name("a pizza, please,"),
        json!({ "pizza": 7 }).to_string(),
        json!({ "pizza": random_name("Margherita"), "count": 1 }).to_string(),
        json!({ "pizza": 7, "count": any(256..=9_999) }).to_string(),
        json!({ "pizza": 7, "count": -1 }).to_string(),
        json!([{ "pizza": 7, "count": 1 }]).to_string(),
    ] {
        says_why(guest.send("POST", "/orders", body).is_bad_request());
    }
    // No text at all.
    says_why(guest.send("POST", "/orders", vec![any(128..=255)]).is_bad_request());
}

#[test]
fn an_order_that_nobody_has_made_is_not_found() {
    let guest = guest();
    for number in [1, 0, any(2..=9_999), u64::MAX] {
        says_why(guest.get(&format!("/orders/{number}")).is_not_found());
    }
    drop(guest.post("/orders", &json!({ "pizza": 7, "count": 1 })).is_created());
    says_why(guest.get("/orders/2").is_not_found());
    says_why(guest.get("/orders/0").is_not_found());
}

#[test]
fn what_is_no_number_is_a_bad_request() {
    let guest = guest();
    for number in ["one", "1.5", "-1", &format!("{}x", any(1..=99))] {
        says_why(guest.get(&format!("/orders/{number}")).is_bad_request());
    }
}

#[test]
fn a_menu_that_cannot_be_read_is_our_fault() {
    let menu = Arc::new(Menu::new([(7, 850)]));
    let guest = Client::new(app(menu.clone()));
    menu.set_gone(true);
    for pizza in [7, any(8..=9_999)] {
        let reply = guest.post("/orders", &json!({ "pizza": pizza, "count": 1 }));
        says_why(reply.has_status(500));
    }
    menu.set_gone(false);
    guest.post("/orders", &json!({ "pizza": 7, "count": 1 })).is_created().has("/number", 1);
}

#[test]
fn after_a_mistake_the_next_guest_is_served() {
    let guest = guest();
    for (body, status) in [
        (json!({ "pizza": any(8..=9_999), "count": 1 }), 404),
        (json!({ "pizza": 7 }), 400),
    ] {
        let mistake = guest.post("/orders", &body).has_status(status);
        let next = guest.after(&mistake);
        drop(next.get("/orders/1").is_not_found());
    }
    guest.post("/orders", &json!({ "pizza": 7, "count": 1 })).is_created().has("/number", 1);
    guest.get("/orders/1").is_ok().has("/number", 1);
}

#[test]
fn one_mistake_is_told_from_another() {
    let guest = guest();
    let unknown = guest.get("/orders/1").is_not_found();
    let json = guest.with("content-type", "application/json");
    let broken = json.send("POST", "/orders", "a pizza").is_bad_request();
    let words = unknown.text("/error");
    if broken.text("/error") == words {
        let story = "GET /orders/1\n  then      POST /orders  a pizza";
        fail(story, "words for what is wrong with each", format_args!("twice {words:?}"));
    }
}

fn guest() -> Client {
    Client::new(app(Arc::new(Menu::new([(7, 850)]))))
}

#[track_caller]
fn says_why(reply: Reply) {
    drop(reply.is_json().text("/error"));
}
