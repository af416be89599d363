use support::{Client, any};

use super::app;

#[test]
fn a_customer_sees_the_account_in_both_versions() {
    let (id, cents) = (any(2..=9_999), any(51..=99_999));
    let customer = Client::new(app([(1, 50), (id, cents)].into()));
    customer.get(&format!("/v1/accounts/{id}")).is_ok().has("/cents", cents);
    let account = customer.get(&format!("/v2/accounts/{id}")).is_ok();
    account.has("/cents", cents).has("/currency", "EUR");
    customer.get("/v2/accounts/1").is_ok().has("/cents", 50);
}

#[test]
fn version_0_is_not_there() {
    let id = any(2..=9_999);
    let stranger = Client::new(app([(id, 50)].into()));
    stranger.get("/v0/admin/accounts").is_not_found();
    stranger.get(&format!("/v0/admin/accounts/{id}")).is_not_found();
    stranger.get(&format!("/v0/accounts/{id}")).is_not_found();
    stranger.get("/v0/admin/accounts/").is_not_found();
    stranger.get(&format!("/v0/admin/accounts/{id}/")).is_not_found();
}

#[test]
fn the_admin_pages_are_in_no_other_version_either() {
    let id = any(2..=9_999);
    let stranger = Client::new(app([(id, 50)].into()));
    for version in [
        "/v1",
        "/v2",
        "",
        "/v3",
        "/v1/v0",
        "/v2/v0",
        "/pilot",
        "/internal",
    ] {
        for slash in ["", "/"] {
            stranger.get(&format!("{version}/admin/accounts{slash}")).is_not_found();
            stranger.get(&format!("{version}/admin/accounts/{id}{slash}")).is_not_found();
        }
    }
}

#[test]
fn an_address_with_a_typo_gets_json() {
    let (stranger, typo) = (stranger(), any(2..=9_999));
    for path in [
        "/account",
        "/accounts/1",
        "/v0/account",
        "/v1/account",
        "/v1/accounts/1/x",
        "/v1/",
        "/v2/account",
        "/v2/accounts/1/x",
        "/v3/accounts/1",
    ] {
        for path in [path, &format!("{path}{typo}")] {
            let _why = stranger.get(path).is_not_found().is_json().text("/error");
        }
    }
}

#[test]
fn an_account_that_is_not_there_is_not_found_in_json() {
    let (stranger, missing) = (stranger(), any(2..=9_999));
    for version in ["/v1", "/v2"] {
        let reply = stranger.get(&format!("{version}/accounts/{missing}")).is_not_found();
        let _why = reply.is_json().text("/error");
    }
}

#[test]
fn version_1_says_when_it_ends() {
    let stranger = stranger();
    let account = stranger.get("/v1/accounts/1").is_ok();
    let none = stranger.get(&format!("/v1/accounts/{}", any(2..=9_999))).is_not_found();
    let head = stranger.head("/v1/accounts/1").is_ok();
    for reply in [account, none, head] {
        let reply = reply.has_header("deprecation", "@1772323200");
        reply.has_header("sunset", "Mon, 01 Mar 2027 00:00:00 GMT");
    }
}

#[test]
fn nothing_else_says_that_it_ends() {
    let stranger = stranger();
    let number = any(2..=9_999);
    for path in [
        "/v2/accounts/1",
        &format!("/v2/accounts/{number}"),
        "/v2/account",
        "/account",
        // An address that never was cannot end.
        "/v1",
        "/v1/account",
        &format!("/v1/account{number}"),
        "/v1/accounts/1/x",
        &format!("/v1/accounts/1/{number}"),
    ] {
        stranger.get(path).lacks_header("deprecation").lacks_header("sunset");
    }
}

/// Somebody who looks around in a bank with one account, number 1.
fn stranger() -> Client {
    Client::new(app([(1, 50)].into()))
}
