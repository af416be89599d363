use std::collections::BTreeMap;

use serde_json::json;
use support::{Client, Reply, any};

use super::app;

const NO_SUCH_ACCOUNT: &str = "https://bank.example.com/problems/no-such-account";
const OUT_OF_CREDIT: &str = "https://bank.example.com/problems/out-of-credit";

#[test]
fn money_goes_from_one_account_to_the_other() {
    let (bank, cents) = (bank(), any(1..=999));
    let reply = bank.post("/accounts/1/transfers", &json!({ "to": 2, "cents": cents }));
    let bank = bank.after(&reply.is_no_content());
    let account = json!({ "id": 1, "cents": 1_000 - cents });
    bank.get("/accounts/1").is_ok().is_json().has("", account);
    bank.get("/accounts/2")
        .is_ok()
        .is_json()
        .has("", json!({ "id": 2, "cents": 500 + cents }));
    // All that is left can be sent.
    let rest = json!({ "to": 2, "cents": 1_000 - cents });
    bank.post("/accounts/1/transfers", &rest).is_no_content();
    bank.get("/accounts/1").is_ok().has("/cents", 0);
}

#[test]
fn a_reply_has_the_status_that_its_body_says() {
    let bank = bank();
    bank.get("/accounts/99").is_not_found().has("/status", 404);
    let transfer = json!({ "to": 2, "cents": any(1_001..=9_999) });
    bank.post("/accounts/1/transfers", &transfer).is_conflict().has("/status", 409);
}

#[test]
fn an_account_that_is_not_there_is_a_problem_of_its_own_type() {
    let bank = bank();
    for _ in 0..2 {
        let id = any(100_000..=999_999);
        let path = format!("/accounts/{id}");
        let paying = format!("{path}/transfers");
        let to = |to: u64| json!({ "to": to, "cents": 1 });
        for (reply, instance) in [
            (bank.get(&path), path.as_str()),
            (bank.get(&format!("{path}?from=app")), &path),
            (bank.post(&paying, &to(2)), &paying),
            (bank.post("/accounts/2/transfers", &to(id)), "/accounts/2/transfers"),
        ] {
            let reply = is_problem(reply, 404, NO_SUCH_ACCOUNT, "No such account");
            let reply = reply.has("/instance", instance);
            let named = reply.text("/detail").contains(&id.to_string());
            if !named {
                drop(reply.has("/detail", format!("... {id} ...")));
            }
        }
    }
}

#[test]
fn a_transfer_that_is_refused_moves_no_money() {
    let (bank, id) = (bank(), any(100_000..=999_999));
    for (from, to) in [(id, 2), (2, id)] {
        let path = format!("/accounts/{from}/transfers");
        let reply = bank.post(&path, &json!({ "to": to, "cents": any(1..=99) })).is_not_found();
        bank.after(&reply).get("/accounts/2").is_ok().has("/cents", 500);
    }
}

#[test]
fn what_is_not_there_cannot_be_sent() {
    for (id, left) in [(1, 1_000), (2, 500)] {
        let bank = bank();
        let path = format!("/accounts/{id}/transfers");
        for cents in [left + 1, any(1_002..=9_999), u64::MAX] {
            let reply = bank.post(&path, &json!({ "to": 3 - id, "cents": cents }));
            let reply = is_problem(reply, 409, OUT_OF_CREDIT, "Out of credit");
            let reply = reply.has("/cents", left).has("/instance", path.as_str());
            let _ = reply.text("/detail");
            let bank = bank.after(&reply);
            drop(bank.get(&format!("/accounts/{id}")).is_ok().has("/cents", left));
        }
    }
}

#[test]
fn an_address_that_does_not_exist_is_a_problem() {
    let bank = bank();
    for path in [
        "/",
        "/account/1",
        "/accounts/1/transfer",
        &format!("/{}", any(1..=99)),
    ] {
        is_problem(bank.get(path), 404, "about:blank", "Not Found");
    }
}

#[test]
fn a_method_that_is_not_offered_is_a_problem() {
    let bank = bank();
    let reply = bank.delete("/accounts/1");
    is_problem(reply, 405, "about:blank", "Method Not Allowed").allows(&["GET", "HEAD"]);
    let reply = bank.get("/accounts/1/transfers");
    is_problem(reply, 405, "about:blank", "Method Not Allowed").allows(&["POST"]);
}

#[test]
fn what_makes_no_sense_is_a_problem() {
    let bank = bank();
    let path = "/accounts/1/transfers";
    let json = bank.with("content-type", "application/json");
    let right = json!({ "to": 2, "cents": 1 }).to_string();
    is_problem(bank.get("/accounts/one"), 400, "about:blank", "Bad Request");
    is_problem(bank.send("POST", path, right), 415, "about:blank", "Unsupported Media Type");
    is_problem(json.send("POST", path, "{"), 400, "about:blank", "Bad Request");
    is_problem(json.send("POST", path, ""), 400, "about:blank", "Bad Request");
    is_problem(
        json.send("POST", "/accounts/x/transfers", "{"),
        400,
        "about:blank",
        "Bad Request",
    );
    for transfer in [
        json!({ "to": 2 }),
        json!({ "to": 2, "cents": "1" }),
        json!(any(1..=99)),
    ] {
        // Its phrase is Unprocessable Entity, or Unprocessable Content, depending on the year.
        let reply = bank.post(path, &transfer).has_status(422);
        let reply = reply.has_header("content-type", "application/problem+json");
        drop(reply.has("/type", "about:blank").has("/status", 422));
    }
}

#[track_caller]
fn is_problem(reply: Reply, status: u16, kind: &str, title: &str) -> Reply {
    let reply = reply.has_status(status);
    let reply = reply.has_header("content-type", "application/problem+json");
    reply.has("/type", kind).has("/title", title).has("/status", status)
}

fn bank() -> Client {
    Client::new(app(BTreeMap::from([(1, 1_000), (2, 500)])))
}
