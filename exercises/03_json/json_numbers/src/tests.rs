use serde_json::json;
use support::{Client, any};

use super::app;

/// The largest whole number up to which a browser can count: 2^53 - 1.
const LARGEST: u64 = 9_007_199_254_740_991;

#[test]
fn an_account_has_all_the_cents_that_were_paid_into_it() {
    let bank = Client::new(app(1));
    for cents in (1..=120).chain([any(121..=9_999), any(10_000..=999_999)]) {
        let path = format!("/accounts/{cents}");
        let payment = bank.post(&format!("{path}/payments"), &json!({ "cents": cents }));
        let payment = payment.is_created().is_json().has("/cents", cents);
        drop(bank.after(&payment).get(&path).is_ok().is_json().has("/cents", cents));
    }
}

#[test]
fn ten_payments_of_ten_cents_make_a_euro() {
    let bank = Client::new(app(1));
    let cents = any(11..=999);
    for _ in 0..10 {
        drop(bank.post("/accounts/7/payments", &json!({ "cents": 10 })).is_created());
        drop(bank.post("/accounts/8/payments", &json!({ "cents": cents })).is_created());
    }
    bank.get("/accounts/7").is_ok().has("/cents", 100);
    bank.get("/accounts/8").is_ok().has("/cents", 10 * cents);
    bank.get("/accounts/9").is_ok().has("/cents", 0).has("/payments", json!([]));
}

#[test]
fn a_fortune_is_exact_to_the_cent() {
    let bank = Client::new(app(1));
    let small = any(1..=99_999);
    for (account, fortune) in [(7, LARGEST - small), (8, any(7 << 50..=LARGEST - small))] {
        let path = format!("/accounts/{account}");
        for cents in [fortune, small] {
            let payment = bank.post(&format!("{path}/payments"), &json!({ "cents": cents }));
            drop(payment.is_created().has("/cents", cents));
        }
        bank.get(&path).is_ok().has("/cents", fortune + small);
    }
    // So many that one of them is rounded, if any can be.
    for account in 10..=40 {
        let (path, cents) = (format!("/accounts/{account}"), any(7 << 50..=LARGEST));
        let payment = bank.post(&format!("{path}/payments"), &json!({ "cents": cents }));
        drop(bank.after(&payment.is_created()).get(&path).is_ok().has("/cents", cents));
    }
}

#[test]
fn half_a_cent_and_less_than_nothing_are_no_payments() {
    let bank = Client::new(app(1));
    for cents in [
        json!(0.5),
        json!(-1),
        json!(-f64::from(any(2..=9_999))),
        json!(f64::from(any(1..=9_999)) + 0.25),
        json!(format!("{}", any(1..=9_999))),
        json!(null),
    ] {
        let payment = bank.post("/accounts/7/payments", &json!({ "cents": cents }));
        let refused = payment.has_status(422);
        drop(bank.after(&refused).get("/accounts/7").is_ok().has("/payments", json!([])));
    }
    // A double that reads this has lost the half before anybody can ask for it.
    let body = format!(r#"{{"cents":{}.5}}"#, LARGEST - any(1..=99_999));
    let bank = bank.with("content-type", "application/json");
    bank.send("POST", "/accounts/7/payments", body).has_status(422);
}

#[test]
fn an_id_is_a_string_wherever_a_reply_has_one() {
    let (first, account) = (LARGEST + 2, LARGEST + 2 * any(1..=999_999));
    let bank = Client::new(app(first));
    let path = format!("/accounts/{account}");
    for id in [first, first + 1] {
        let payment = bank.post(&format!("{path}/payments"), &json!({ "cents": 750 }));
        let payment = payment.is_created().has("/id", id.to_string());
        drop(payment.has("/account", account.to_string()));
    }
    let reply = bank.get(&path).is_ok().has("/id", account.to_string());
    reply.has("/payments", json!([first.to_string(), (first + 1).to_string()]));
    // What is sent is all there, and nothing else.
    let payment = json!({ "id": "9007199254740995", "account": "1", "cents": 1 });
    bank.post("/accounts/1/payments", &json!({ "cents": 1 })).is_created().has("", payment);
}

#[test]
fn a_page_refunds_the_payment_it_has_just_made() {
    let first = LARGEST + 2 * any(1..=999_999);
    let bank = Client::new(app(first));
    let payments: Vec<_> = (0..3)
        .map(|_| bank.post("/accounts/7/payments", &json!({ "cents": 29 })).is_created())
        .collect();
    let id = payments[1].text("/id");
    let refund = bank.post("/refunds", &json!({ "payment": id })).is_no_content();
    let account = bank.after(&refund).get("/accounts/7").is_ok().has("/cents", 58);
    account.has("/payments", json!([first.to_string(), (first + 2).to_string()]));
    bank.post("/refunds", &json!({ "payment": id })).is_not_found();
}

#[test]
fn an_id_that_a_browser_may_have_rounded_is_refused() {
    let first = LARGEST + 1;
    let bank = Client::new(app(first));
    let payment = bank.post("/accounts/7/payments", &json!({ "cents": 29 })).is_created();
    for id in [
        json!(first),
        json!(any(1..=9_999)),
        json!(null),
        json!([first.to_string()]),
    ] {
        let refused = bank.after(&payment).post("/refunds", &json!({ "payment": id }));
        let refused = refused.has_status(422);
        drop(bank.after(&refused).get("/accounts/7").is_ok().has("/cents", 29));
    }
}
