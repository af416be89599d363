use serde_json::{Value, json};
use support::{Client, Reply, any};

use super::app;

const SITE: &str = "sec-fetch-site";

#[test]
fn our_page_transfers_replaces_and_cancels() {
    let bank = Bank::new();
    bank.serves(&bank.page.with("origin", &bank.origin).with(SITE, "same-origin"));
    bank.serves(&bank.page.with(SITE, "same-origin"));
}

#[test]
fn a_form_of_another_site_transfers_nothing_whatever_it_calls_itself() {
    let bank = Bank::new();
    let theirs = format!("https://{}.example", name());
    let other = bank.page.with("origin", &theirs).with(SITE, "cross-site");
    let body = transfer().to_string();
    bank.refuses(&other, |other| other.send("POST", "/transfers", body.clone()));
    for content_type in [
        "text/plain",
        "text/plain; charset=utf-8",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-8",
        "multipart/form-data; boundary=x",
        "application/json",
        &format!("text/{}", name()),
    ] {
        let other = other.with("content-type", content_type);
        bank.refuses(&other, |other| other.send("POST", "/transfers", body.clone()));
    }
}

#[test]
fn another_site_does_nothing_by_any_method() {
    let bank = Bank::new();
    for site in ["cross-site", "same-site", &name()] {
        bank.refuses_all(&bank.page.with(SITE, site));
    }
}

#[test]
fn a_neighbour_below_the_same_domain_is_another_page() {
    let bank = Bank::new();
    let theirs = format!("https://{}.{}", name(), &bank.origin["https://".len()..]);
    bank.refuses_all(&bank.page.with("origin", &theirs).with(SITE, "same-site"));
    bank.refuses_all(&bank.page.with("origin", &theirs));
}

#[test]
fn an_old_browser_says_only_the_origin() {
    let bank = Bank::new();
    bank.serves(&bank.page.with("origin", &bank.origin));
    let ours = &bank.origin;
    let any_name = name();
    for theirs in [
        format!("https://{any_name}.example"),
        format!("https://{any_name}{}", &ours["https://".len()..]),
        format!("{ours}.{any_name}.test"),
        format!("{ours}:{}", any(1_024..=9_999)),
        ours.replace("https:", "http:"),
        ours[..ours.len() - 1].to_owned(),
        "null".to_owned(),
    ] {
        bank.refuses_all(&bank.page.with("origin", &theirs));
    }
}

#[test]
fn a_page_that_hides_its_origin_is_another_page() {
    let bank = Bank::new();
    bank.refuses_all(&bank.page.with("origin", "null").with(SITE, "cross-site"));
    bank.refuses_all(&bank.page.with(SITE, "cross-site"));
}

#[test]
fn where_both_headers_are_there_the_first_one_counts() {
    let bank = Bank::new();
    // A page of ours under `Referrer-Policy: no-referrer` says `null`; one that came through a proxy may say anything.
    for origin in ["null".to_owned(), format!("https://{}.example", name())] {
        bank.serves(&bank.page.with("origin", &origin).with(SITE, "same-origin"));
        bank.serves(&bank.page.with("origin", &origin).with(SITE, "none"));
    }
    for site in ["cross-site", "same-site"] {
        bank.refuses_all(&bank.page.with("origin", &bank.origin).with(SITE, site));
    }
}

#[test]
fn what_the_visitor_began_is_welcome() {
    let bank = Bank::new();
    bank.serves(&bank.page.with(SITE, "none"));
}

#[test]
fn a_program_that_is_no_browser_is_welcome() {
    let bank = Bank::new();
    bank.serves(&bank.page);
}

#[test]
fn a_link_from_anywhere_leads_to_the_list() {
    let bank = Bank::new();
    let theirs = format!("https://{}.example", name());
    for page in [
        bank.page.with(SITE, "cross-site"),
        bank.page.with(SITE, "same-site"),
        bank.page.with("origin", &theirs),
        bank.page.with("origin", "null").with(SITE, "cross-site"),
    ] {
        page.get("/transfers").is_ok().has_items(0);
        page.head("/transfers").is_ok();
    }
}

#[test]
fn whoever_has_no_cookie_is_asked_to_log_in() {
    let bank = Bank::new();
    let page = bank.nobody.with("origin", &bank.origin).with(SITE, "same-origin");
    for nobody in [&bank.nobody, &page] {
        nobody.get("/transfers").has_status(401);
        nobody.post("/transfers", &transfer()).has_status(401);
        nobody.put("/transfers/1", &transfer()).has_status(401);
        nobody.delete("/transfers/1").has_status(401);
    }
}

/// A bank at an address that is new in every run, and a browser that is logged in there.
struct Bank {
    origin: String,
    nobody: Client,
    page: Client,
}

impl Bank {
    fn new() -> Self {
        let origin = format!("https://{}.example", name());
        let nobody = Client::new(app(&origin));
        let page = nobody.with("cookie", &format!("session={:08x}", any(0..=u32::MAX)));
        Self {
            origin,
            nobody,
            page,
        }
    }

    /// All that there is to do can be done, with what a JSON body says of itself and without. Nothing is left of it.
    #[track_caller]
    fn serves(&self, page: &Client) {
        let (first, second) = (transfer(), transfer());
        let made = page.post("/transfers", &first).is_created();
        let seen = page.after(&made).get("/transfers").is_ok().has("/items", vec![first]);
        let replaced = page.after(&seen).put("/transfers/1", &second).is_no_content();
        page.after(&replaced).get("/transfers").is_ok().has("/items", vec![second.clone()]);
        let gone = page.after(&replaced).delete("/transfers/1").is_no_content();
        self.page.after(&gone).get("/transfers").is_ok().has_items(0);
        let plain = page.after(&gone).send("POST", "/transfers", second.to_string()).is_created();
        let again = page.after(&plain).post("/transfers", &second).is_created();
        self.page.after(&again).get("/transfers").is_ok().has_items(2);
        for path in ["/transfers/1", "/transfers/2"] {
            let gone = page.after(&again).delete(path).is_no_content();
            page.after(&gone).delete(path).is_not_found();
        }
        self.page.after(&again).get("/transfers").is_ok().has_items(0);
    }

    /// Whatever another page tries, nothing comes of it.
    #[track_caller]
    fn refuses_all(&self, other: &Client) {
        self.refuses(other, |other| other.post("/transfers", &transfer()));
        self.refuses(other, |other| other.send("POST", "/transfers", transfer().to_string()));
        self.refuses(other, |other| other.put("/transfers/1", &transfer()));
        self.refuses(other, |other| other.delete("/transfers/1"));
    }

    #[track_caller]
    fn refuses(&self, other: &Client, attack: impl Fn(&Client) -> Reply) {
        let (ours, page) = (transfer(), self.page.with(SITE, "same-origin"));
        let _ = page.post("/transfers", &ours).is_created();
        let page = page.after(&attack(other).has_status(403));
        page.get("/transfers").is_ok().has("/items", vec![ours]);
        page.delete("/transfers/1").is_no_content();
    }
}

fn transfer() -> Value {
    json!({ "to": name(), "amount": any(11..=999) })
}

fn name() -> String {
    format!("n{:08x}", any(0..=u32::MAX))
}
