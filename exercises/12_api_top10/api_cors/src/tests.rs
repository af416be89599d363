use std::collections::BTreeSet;

use support::{Client, Reply, any, expect};

use super::app;

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";

#[test]
fn a_page_of_ours_reads_and_writes_with_its_cookie() {
    let clinic = Clinic::new();
    for origin in clinic.origins() {
        let page = clinic.patient.with("origin", &origin);
        let text = format!("see you on day {}", any(11..=99));
        let written = page.put("/letter", &text.as_str().into()).is_no_content();
        let read = page.after(&written).get("/letter").is_ok().has("/text", text);
        for reply in [written, read] {
            may_read(reply, &origin);
        }
    }
}

#[test]
fn a_page_of_ours_may_read_an_error_too() {
    let clinic = Clinic::new();
    let origin = &clinic.origins()[1];
    may_read(clinic.nobody.with("origin", origin).get("/letter").has_status(401), origin);
    let page = clinic.patient.with("origin", origin);
    may_read(page.delete("/letter").is_method_not_allowed(), origin);
    may_read(page.get("/lettre").is_not_found(), origin);
    may_read(page.send("PUT", "/letter", "no JSON").has_status(415), origin);
}

#[test]
fn whoever_has_no_cookie_reads_and_writes_nothing() {
    let clinic = Clinic::new();
    let page = clinic.nobody.with("origin", &clinic.origins()[0]);
    // What a preflight asks with needs no cookie; what is no OPTIONS is no preflight.
    let asks = |client: &Client| {
        let client = client.with("access-control-request-method", "PUT");
        client.with("access-control-request-headers", "content-type")
    };
    for nobody in [&clinic.nobody, &page, &asks(&clinic.nobody), &asks(&page)] {
        let read = nobody.get("/letter").has_status(401);
        let written = nobody.after(&read).put("/letter", &"mine".into()).has_status(401);
        clinic.patient.after(&written).get("/letter").is_ok().has("/text", "");
    }
}

#[test]
fn another_page_reads_nothing() {
    let clinic = Clinic::new();
    for origin in strangers(&clinic) {
        let page = clinic.patient.with("origin", &origin);
        may_not_read(page.get("/letter"));
        may_not_read(page.put("/letter", &"mine".into()));
        may_not_read(page.get("/lettre"));
        may_not_read(clinic.nobody.with("origin", &origin).get("/letter"));
    }
}

#[test]
fn another_page_is_not_told_to_go_on() {
    let clinic = Clinic::new();
    for origin in strangers(&clinic) {
        for method in ["PUT", "DELETE", "GET"] {
            may_not_read(preflight(&clinic.nobody, &origin, method));
        }
    }
}

#[test]
fn a_file_or_a_sandbox_has_no_origin_worth_a_name() {
    let clinic = Clinic::new();
    may_not_read(clinic.patient.with("origin", "null").get("/letter"));
    may_not_read(preflight(&clinic.nobody, "null", "PUT"));
}

#[test]
fn a_program_that_is_no_browser_works_as_ever() {
    let clinic = Clinic::new();
    let text = format!("see you on day {}", any(11..=99));
    let written = clinic.patient.put("/letter", &text.as_str().into()).is_no_content();
    let read = clinic.patient.after(&written).get("/letter").is_ok().has("/text", text.as_str());
    may_not_read(read);
    // Only OPTIONS asks first. Another request with the same header is what it says it is.
    let odd = clinic.patient.with("access-control-request-method", "PUT");
    may_not_read(odd.get("/letter").is_ok().has("/text", text));
}

#[test]
fn a_page_of_ours_may_ask_before_it_writes_and_needs_no_cookie_for_that() {
    let clinic = Clinic::new();
    for origin in clinic.origins() {
        let reply = preflight(&clinic.nobody, &origin, "PUT").is_no_content();
        lists(&reply, "access-control-allow-methods", &["get", "put"]);
        lists(&reply, "access-control-allow-headers", &["content-type"]);
        may_read(reply, &origin);
    }
}

#[test]
fn a_cache_in_front_keeps_the_replies_apart() {
    let clinic = Clinic::new();
    for origin in clinic.origins() {
        let page = clinic.patient.with("origin", &origin);
        lists_among(&page.get("/letter"), "vary", &["origin", "accept-language"]);
    }
    let theirs = format!("https://c{:08x}.example", any(0..=u32::MAX));
    for origin in clinic.origins().into_iter().chain([theirs, "null".to_owned()]) {
        let page = clinic.patient.with("origin", &origin);
        lists_among(&page.get("/letter"), "vary", &["origin"]);
        lists_among(&page.get("/lettre"), "vary", &["origin"]);
        let nobody = clinic.nobody.with("origin", &origin);
        lists_among(&nobody.get("/letter"), "vary", &["origin"]);
        lists_among(&preflight(&clinic.nobody, &origin, "PUT"), "vary", &["origin"]);
    }
    // Whoever came without an origin may have been first.
    lists_among(&clinic.patient.get("/letter"), "vary", &["origin", "accept-language"]);
    lists_among(&clinic.nobody.get("/letter"), "vary", &["origin"]);
}

#[track_caller]
fn may_read(reply: Reply, origin: &str) {
    let _ = reply.has_header(ALLOW_ORIGIN, origin).has_header(ALLOW_CREDENTIALS, "true");
}

#[track_caller]
fn may_not_read(reply: Reply) {
    let _ = reply.lacks_header(ALLOW_ORIGIN).lacks_header(ALLOW_CREDENTIALS);
}

/// What a browser asks before it lets a page send this.
#[track_caller]
fn preflight(client: &Client, origin: &str, method: &str) -> Reply {
    let client = client.with("origin", origin).with("access-control-request-method", method);
    client.with("access-control-request-headers", "content-type").options("/letter")
}

/// All that is written in a header, in small letters.
#[track_caller]
fn words(reply: &Reply, name: &str) -> BTreeSet<String> {
    reply.header(name).split(',').map(|word| word.trim().to_lowercase()).collect()
}

/// The header names these and, but for what is always allowed, no others.
#[track_caller]
fn lists(reply: &Reply, name: &str, expected: &[&str]) {
    let mut got = words(reply, name);
    // Safe methods, and headers that need no permission.
    got.retain(|word| !["head", "options", "accept", "cookie"].contains(&word.as_str()));
    let expected: BTreeSet<_> = expected.iter().map(|&word| word.to_owned()).collect();
    let told = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>().join(", ");
    expect(format!("{name} in the reply to a preflight"), told(expected), told(got));
}

/// The header names these, and maybe others.
#[track_caller]
fn lists_among(reply: &Reply, name: &str, expected: &[&str]) {
    let got = words(reply, name);
    for word in expected {
        let found = got.contains(*word);
        expect(
            format!("{name}: {got:?}"),
            format!("{word} among them"),
            match found {
                true => format!("{word} among them"),
                false => format!("no {word}"),
            },
        );
    }
}

/// Origins that are not ours. Most of them look like it.
fn strangers(clinic: &Clinic) -> Vec<String> {
    let any_name = format!("c{:08x}", any(0..=u32::MAX));
    let mut strangers = vec![format!("https://{any_name}.example")];
    for name in &clinic.names {
        strangers.extend([
            format!("https://evil-{name}.example"),
            format!("https://{any_name}{name}.example"),
            format!("https://{any_name}.{name}.example"),
            format!("https://{name}.example.{any_name}.test"),
            format!("https://{name}.example{any_name}.test"),
            format!("https://{any_name}.test/https://{name}.example"),
            format!("http://{name}.example"),
            format!("https://{name}.example:{}", any(1_024..=9_999)),
            format!("https://{name}xexample"),
            format!("https://{}.example", &name[..name.len() - 1]),
            format!("{name}.example"),
            "https://".to_owned(),
        ]);
    }
    strangers
}

/// A clinic with two web pages, whose names are new in every run.
struct Clinic {
    names: [String; 2],
    nobody: Client,
    patient: Client,
}

impl Clinic {
    fn new() -> Self {
        let names = [(); 2].map(|()| format!("c{:08x}", any(0..=u32::MAX)));
        let origins = origins(&names);
        let nobody = Client::new(app(&origins.each_ref().map(String::as_str)));
        let patient = nobody.with("cookie", &format!("session={:08x}", any(0..=u32::MAX)));
        Self {
            names,
            nobody,
            patient,
        }
    }

    fn origins(&self) -> [String; 2] {
        origins(&self.names)
    }
}

fn origins(names: &[String; 2]) -> [String; 2] {
    names.each_ref().map(|name| format!("https://{name}.example"))
}
