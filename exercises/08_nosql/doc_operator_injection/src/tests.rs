use serde_json::{Value, json};
use support::{Client, any, expect, random_name};

use super::app;
use super::store::Collection;

#[test]
fn a_customer_logs_in_with_the_password() {
    let place = Pizzeria::new();
    let login = json!({ "email": place.email, "password": place.password });
    place.visitor.post("/login", &login).is_ok().has("", json!({ "name": "Ana" }));
}

#[test]
fn a_coupon_is_worth_what_it_says() {
    let place = Pizzeria::new();
    let coupon = place.visitor.post("/coupons", &json!({ "code": place.code })).is_ok();
    coupon.has("", json!({ "percent": place.percent }));
}

#[test]
fn the_database_does_what_its_filters_say() {
    for (filter, finds) in [
        (json!({}), true),
        (json!({ "code": "HALF" }), true),
        (json!({ "code": "half" }), false),
        (json!({ "code": "HALF", "active": false }), false),
        (json!({ "missing": null }), true),
        (json!({ "code": null }), false),
        (json!({ "code": {} }), false),
        (json!({ "code": { "percent": 1 } }), false),
        (json!({ "code": { "$eq": "HALF" } }), true),
        (json!({ "code": { "$eq": "FULL" } }), false),
        (json!({ "code": { "$ne": "FULL" } }), true),
        (json!({ "code": { "$ne": "HALF" } }), false),
        (json!({ "code": { "$in": ["FULL", "HALF"] } }), true),
        (json!({ "code": { "$in": ["FULL"] } }), false),
        (json!({ "code": { "$nin": ["FULL"] } }), true),
        (json!({ "code": { "$nin": ["HALF"] } }), false),
        (json!({ "code": { "$exists": true } }), true),
        (json!({ "code": { "$exists": false } }), false),
        (json!({ "missing": { "$exists": false } }), true),
        (json!({ "code": { "$gt": "HAL" } }), true),
        (json!({ "code": { "$gt": "HALF" } }), false),
        (json!({ "missing": { "$gt": "" } }), false),
        (json!({ "code": { "$lt": "HALG" } }), true),
        (json!({ "code": { "$lt": "HALF" } }), false),
        (json!({ "missing": { "$lt": "~" } }), false),
        (json!({ "code": { "$regex": "^HA" } }), true),
        (json!({ "code": { "$regex": "^AL" } }), false),
        (json!({ "code": { "$not": { "$eq": "FULL" } } }), true),
        (json!({ "code": { "$not": { "$eq": "HALF" } } }), false),
        (json!({ "code": { "$gt": "A", "$lt": "B" } }), false),
        (json!({ "code": { "$sleep": 5 } }), false),
        (json!({ "$or": [{ "code": "FULL" }, { "active": true }] }), true),
        (json!({ "$or": [{ "code": "FULL" }, { "active": false }] }), false),
    ] {
        let coupons = Collection::of([json!({ "code": "HALF", "active": true })]);
        let told = |found: bool| if found { "found" } else { "not found" };
        let found = coupons.find_one(&filter).is_some();
        expect(format!("find_one({filter})"), told(finds), told(found));
    }
}

#[test]
fn a_wrong_password_is_wrong() {
    let place = Pizzeria::new();
    let (blanks, other) = (format!(" {} ", place.password), random_name("green tea"));
    for password in ["", "green", &blanks, &place.email, &other] {
        let login = json!({ "email": place.email, "password": password });
        place.visitor.post("/login", &login).has_status(401);
    }
    let nobody = json!({ "email": "nobody@example.com", "password": place.password });
    place.visitor.post("/login", &nobody).has_status(401);
}

#[test]
fn a_coupon_that_is_not_there_or_no_longer_active_is_not_found() {
    let place = Pizzeria::new();
    for code in ["", "HALF", &place.old_code, &random_name("HALF")] {
        place.visitor.post("/coupons", &json!({ "code": code })).is_not_found();
    }
}

#[test]
fn a_password_that_is_no_text_logs_nobody_in() {
    let place = Pizzeria::new();
    for password in no_texts(&place.password) {
        let login = json!({ "email": place.email, "password": password });
        place.visitor.post("/login", &login).has_status(422);
    }
}

#[test]
fn an_address_that_is_no_text_logs_nobody_in() {
    let place = Pizzeria::new();
    for email in no_texts(&place.email) {
        let login = json!({ "email": email, "password": place.password });
        place.visitor.post("/login", &login).has_status(422);
        place
            .visitor
            .post("/login", &json!({ "email": email, "password": email }))
            .has_status(422);
    }
}

#[test]
fn a_code_that_is_no_text_is_no_coupon() {
    let place = Pizzeria::new();
    for code in no_texts(&place.code) {
        place.visitor.post("/coupons", &json!({ "code": code })).has_status(422);
    }
}

#[test]
fn whoever_has_no_password_cannot_be_logged_in_by_sending_none() {
    let place = Pizzeria::new();
    // Ben orders as a guest, without one.
    let ben = "ben@example.com";
    place.visitor.post("/login", &json!({ "email": ben })).has_status(422);
    place.visitor.post("/login", &json!({ "email": ben, "password": null })).has_status(422);
    place.visitor.post("/login", &json!({ "email": ben, "password": "" })).has_status(401);
    place
        .visitor
        .post("/login", &json!({ "email": ben, "password": "null" }))
        .has_status(401);
    for nothing in [
        json!({}),
        json!({ "password": place.password }),
        json!([]),
        json!("ben"),
    ] {
        place.visitor.post("/login", &nothing).has_status(422);
    }
}

#[test]
fn no_other_key_of_a_request_becomes_part_of_the_filter() {
    let place = Pizzeria::new();
    for everything in [
        json!([{}]),
        json!([{ "code": { "$ne": 1 } }, { "active": true }]),
    ] {
        place.visitor.post("/coupons", &json!({ "$or": everything })).has_status(422);
    }
    let percent = json!({ "percent": place.percent });
    place.visitor.post("/coupons", &percent).has_status(422);
    place.visitor.post("/coupons", &json!({})).has_status(422);
    // A wrong code is wrong, whatever comes with it: 404, or 422.
    let code = random_name("HALF");
    for (key, value) in [
        ("$or", json!([{}])),
        ("active", json!(false)),
        ("percent", json!(90)),
    ] {
        for code in [&code, &place.old_code] {
            let reply = place.visitor.post("/coupons", &json!({ "code": code, key: value }));
            let status = if reply.status() == 422 { 422 } else { 404 };
            reply.has_status(status);
        }
    }
    // And the right one is right, whether the coupon fits the rest or not.
    for (key, fits, does_not) in [
        ("percent", json!(place.percent), json!(90)),
        ("active", json!(true), json!(false)),
        ("$or", json!([{}]), json!([{ "code": code }])),
        ("table", json!(null), json!(any(1..=99))),
    ] {
        let reply = place.visitor.post("/coupons", &json!({ "code": place.code, key: fits }));
        let status = if reply.status() == 422 { 422 } else { 200 };
        let reply = reply.has_status(status);
        let visitor = place.visitor.after(&reply);
        let body = json!({ "code": place.code, key: does_not });
        visitor.post("/coupons", &body).has_status(status);
    }
}

#[test]
fn a_text_may_look_like_an_operator() {
    for password in ["$ne", "{\"$ne\":1}", "$2b$", "null", "true", "{}"] {
        let password = format!("{password}{}", any(1..=999));
        let email = format!("$gt{}@example.com", any(1..=999));
        let customer = json!({ "name": "Carla", "email": email, "password": password });
        let coupon = json!({ "code": password, "percent": 7, "active": true });
        let visitor = Client::new(app(Collection::of([customer]), Collection::of([coupon])));
        let login = json!({ "email": email, "password": password });
        visitor.post("/login", &login).is_ok().has("/name", "Carla");
        visitor.post("/coupons", &json!({ "code": password })).is_ok().has("/percent", 7);
        let wrong = json!({ "email": email, "password": format!("{password}!") });
        visitor.post("/login", &wrong).has_status(401);
    }
}

/// What a program can send in the place of a text. Some of these a document fits that has `right` there.
fn no_texts(right: &str) -> Vec<Value> {
    vec![
        json!({ "$ne": 1 }),
        json!({ "$ne": null }),
        json!({ "$ne": random_name("x") }),
        json!({ "$gt": "" }),
        json!({ "$lt": "~" }),
        json!({ "$in": [right, any(1..=99)] }),
        json!({ "$nin": [] }),
        json!({ "$eq": right }),
        json!({ "$exists": true }),
        json!({ "$regex": "^" }),
        json!({ "$regex": &right[..1] }),
        json!({ "$not": { "$eq": any(1..=99) } }),
        json!({ "$gt": "", "$ne": any(1..=99) }),
        json!({ "x": 1 }),
        json!({}),
        json!([right]),
        json!([{ "$ne": 1 }]),
        json!(any(1..=99)),
        json!(true),
        json!(null),
    ]
}

/// A place with two customers, one of them without a password, and two coupons, one of them too old.
struct Pizzeria {
    visitor: Client,
    email: String,
    password: String,
    code: String,
    old_code: String,
    percent: u8,
}

impl Pizzeria {
    fn new() -> Self {
        let (email, password) =
            (format!("ana{}@example.com", any(1..=9_999)), random_name("green tea"));
        let (code, old_code) = (random_name("HALF"), random_name("OLD"));
        let percent = any(11..=49);
        let ben = json!({ "name": "Ben", "email": "ben@example.com" });
        let ana = json!({ "name": "Ana", "email": email, "password": password });
        let old = json!({ "code": old_code, "percent": 90, "active": false });
        let half = json!({ "code": code, "percent": percent, "active": true });
        let (customers, coupons) = (Collection::of([ben, ana]), Collection::of([old, half]));
        Self {
            visitor: Client::new(app(customers, coupons)),
            email,
            password,
            code,
            old_code,
            percent,
        }
    }
}
