use serde_json::{Value, json};
use support::{Client, Reply, any, random_name};

use super::app;

#[test]
fn whoever_signs_up_is_a_customer() {
    let shop = Client::new(app());
    for house in [json!(any(1..=99).to_string()), Value::Null] {
        let mut sent = sign_up();
        sent["address"]["house"] = house.clone();
        let account = json!({
            "email": sent["email"],
            "role": "customer",
            "address": { "street": sent["address"]["street"], "house": house, "city": "Lima" },
        });
        let reply = shop.post("/accounts", &sent).is_created().is_json();
        let reply = reply.has("", account.clone());
        shop.after(&reply).get(&reply.location()).is_ok().has("", account);
    }
}

#[test]
fn nobody_says_who_they_are_allowed_to_be() {
    let shop = Client::new(app());
    for role in [
        json!("admin"),
        json!("clerk"),
        json!("customer"),
        json!("Admin"),
        json!(random_name("owner")),
        json!(any(0..=99)),
        json!(null),
        json!(["admin"]),
    ] {
        for key in ["role", "Role", "isAdmin"] {
            let mut sent = sign_up();
            sent[key] = role.clone();
            let refused = shop.post("/accounts", &sent).has_status(422);
            drop(shop.after(&refused).get("/accounts/1").is_not_found());
        }
    }
}

#[test]
fn a_misspelt_key_is_refused_at_any_depth() {
    let shop = Client::new(app());
    for key in ["e-mail", "Email", "newsletter", &random_name("key")] {
        let mut sent = sign_up();
        sent[key] = json!("ana@example.com");
        shop.post("/accounts", &sent).has_status(422);
    }
    for key in ["huose", "House", "role", "email", &random_name("key")] {
        let mut sent = sign_up();
        sent["address"][key] = json!("12 b");
        shop.post("/accounts", &sent).has_status(422);
    }
}

#[test]
fn what_is_missing_or_of_another_type_is_refused() {
    let shop = Client::new(app());
    for key in ["email", "terms", "address"] {
        let mut sent = sign_up();
        sent[key] = json!([any(1..=99)]);
        shop.post("/accounts", &sent).has_status(422);
        sent.as_object_mut().expect("an object").remove(key);
        shop.post("/accounts", &sent).has_status(422);
    }
    for key in ["street", "city"] {
        let mut sent = sign_up();
        sent["address"][key] = json!(any(1..=99));
        shop.post("/accounts", &sent).has_status(422);
        sent["address"].as_object_mut().expect("an object").remove(key);
        shop.post("/accounts", &sent).has_status(422);
    }
    let mut sent = sign_up();
    sent["terms"] = json!(false);
    let refused = shop.post("/accounts", &sent).has_status(422);
    shop.after(&refused).get("/accounts/1").is_not_found();
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    let shop = Client::new(app());
    for (once, twice) in [
        (r#""terms":"#, r#""terms":false,"terms":"#),
        (r#""email":"#, r#""email":"eve@example.com","email":"#),
        (r#""city":"#, r#""city":"Quito","city":"#),
        (
            r#""address":"#,
            r#""address":{"street":"Main Street","city":"Quito"},"address":"#,
        ),
    ] {
        let sent = sign_up().to_string();
        assert!(sent.contains(once), "{sent}");
        let reply = send_as(&shop, "application/json", &sent.replace(once, twice));
        reply.has_status(422);
    }
}

#[test]
fn what_does_not_say_that_it_is_json_is_not_read() {
    let shop = Client::new(app());
    let sent = sign_up().to_string();
    shop.send("POST", "/accounts", sent.clone()).has_status(415);
    for what in [
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=json",
        // No browser asks before it sends these two, either.
        "text/plain; application/json",
        "text/plain; x=application/json",
        "application/jsonp",
    ] {
        let refused = send_as(&shop, what, &sent).has_status(415);
        drop(shop.after(&refused).get("/accounts/1").is_not_found());
    }
}

#[test]
fn what_says_that_it_is_json_is_read_however_it_says_so() {
    let shop = Client::new(app());
    for what in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
    ] {
        send_as(&shop, what, &sign_up().to_string()).is_created();
    }
}

#[test]
fn a_body_is_one_value_and_nothing_after_it() {
    let shop = Client::new(app());
    let sent = sign_up().to_string();
    for body in [
        format!("{sent}{sent}"),
        format!("{sent},"),
        format!("{sent} {}", random_name("and")),
        sent[..sent.len() - 1].to_owned(),
        sent.replace("true", "yes"),
        String::new(),
    ] {
        send_as(&shop, "application/json", &body).is_bad_request();
    }
    // White space is nothing.
    send_as(&shop, "application/json", &format!("\n {sent} \r\n\t")).is_created();
}

fn sign_up() -> Value {
    json!({
        "email": format!("ana.{}@example.com", any(1..=9_999)),
        "terms": true,
        "address": { "street": random_name("Long Street"), "city": "Lima" },
    })
}

fn send_as(shop: &Client, what: &str, body: &str) -> Reply {
    shop.with("content-type", what).send("POST", "/accounts", body.to_owned())
}
