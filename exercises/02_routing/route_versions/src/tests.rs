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
}

#[test]
fn the_admin_pages_are_in_no_other_version_either() {
    let id = any(2..=9_999);
    let stranger = Client::new(app([(id, 50)].into()));
    for version in ["/v1", "/v2", ""] {
        stranger.get(&format!("{version}/admin/accounts")).is_not_found();
        stranger.get(&format!("{version}/admin/accounts/{id}")).is_not_found();
    }
}

#[test]
fn an_address_with_a_typo_gets_json() {
    let (stranger, typo) = (stranger(), any(2..=9_999));
    for path in [
        "/account",
        "/v0/account",
        "/v1/account",
        "/v1/accounts/1/x",
        "/v2/account",
    ] {
        for path in [path, &format!("{path}{typo}")] {
            let _why = stranger.get(path).is_not_found().is_json().text("/error");
        }
    }
}

#[test]
fn version_1_says_when_it_ends() {
    let stranger = stranger();
    let account = stranger.get("/v1/accounts/1").is_ok();
    let none = stranger.get(&format!("/v1/accounts/{}", any(2..=9_999))).is_not_found();
    for reply in [account, none] {
        let reply = reply.has_header("deprecation", "@1772323200");
        reply.has_header("sunset", "Mon, 01 Mar 2027 00:00:00 GMT");
    }
}

#[test]
fn nothing_else_says_that_it_ends() {
    let stranger = stranger();
    let missing = format!("/v2/accounts/{}", any(2..=9_999));
    for path in ["/v2/accounts/1", &missing, "/v2/account", "/account"] {
        stranger.get(path).lacks_header("deprecation").lacks_header("sunset");
    }
}

/// Somebody who looks around in a bank with one account, number 1.
fn stranger() -> Client {
    Client::new(app([(1, 50)].into()))
}
