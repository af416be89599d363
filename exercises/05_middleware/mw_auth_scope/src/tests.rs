use serde_json::json;
use support::{Client, Reply, any, random_name};

use super::{Clinic, Tokens, app};

/// All that is not for everybody, as a client asks for it.
const FOR_STAFF: [(&str, &str); 5] = [
    ("GET", "/patients"),
    ("HEAD", "/patients"),
    ("POST", "/patients"),
    ("GET", "/patients/0"),
    ("HEAD", "/patients/0"),
];
const FOR_ADMINS: [(&str, &str); 3] = [
    ("GET", "/admin/staff"),
    ("HEAD", "/admin/staff"),
    ("DELETE", "/admin/staff/Ana"),
];

#[test]
fn everybody_sees_that_the_service_is_up() {
    let clinic = Visitors::new();
    for visitor in clinic.all() {
        visitor.get("/health").is_ok().has_text("up");
        visitor.head("/health").is_ok();
    }
}

#[test]
fn staff_admits_patients_and_reads_of_them() {
    let clinic = Visitors::new();
    for visitor in [&clinic.staff, &clinic.admin] {
        let name = random_name("Mr. Lindqvist");
        let id = visitor.send("POST", "/patients", name.clone()).is_created().number("/id");
        visitor.get(&format!("/patients/{id}")).is_ok().has_text(&name);
        visitor.get("/patients").is_ok().has(&format!("/items/{id}"), name);
        visitor.get(&format!("/patients/{}", any(100..=999))).is_not_found();
    }
}

#[test]
fn an_admin_sees_who_works_here_and_dismisses() {
    let clinic = Visitors::new();
    clinic.admin.get("/admin/staff").is_ok().has("/items", json!(["Ana", "Tomas"]));
    let dismissed = clinic.admin.delete("/admin/staff/Ana").is_no_content();
    clinic
        .admin
        .after(&dismissed)
        .get("/admin/staff")
        .is_ok()
        .has("/items", json!(["Tomas"]));
    clinic.admin.delete(&format!("/admin/staff/{}", any(1..=999))).is_not_found();
}

#[test]
fn without_a_token_nobody_sees_a_patient_or_the_staff() {
    let clinic = Visitors::new();
    for (method, path) in FOR_STAFF.into_iter().chain(FOR_ADMINS) {
        refused(asks(&clinic.stranger, method, path));
    }
    for id in [1, any(2..=9_999)] {
        refused(clinic.stranger.get(&format!("/patients/{id}")));
        refused(clinic.stranger.delete(&format!("/admin/staff/{id}")));
    }
}

#[test]
fn a_wrong_token_is_as_good_as_none() {
    let clinic = Visitors::new();
    let (staff, admin) = (&clinic.tokens.staff, &clinic.tokens.admin);
    for value in [
        format!("Bearer {}", random_name("token")),
        format!("Bearer {staff}x"),
        format!("Bearer {}", &admin[..admin.len() - 1]),
        format!("Bearer {staff} {admin}"),
        format!("Basic {admin}"),
        admin.clone(),
        "Bearer ".to_owned(),
        "Bearer".to_owned(),
        String::new(),
    ] {
        let forger = clinic.stranger.with("authorization", &value);
        for (method, path) in FOR_STAFF.into_iter().chain(FOR_ADMINS) {
            refused(asks(&forger, method, path));
        }
        forger.get("/health").is_ok();
    }
}

#[test]
fn staff_is_not_admin() {
    let clinic = Visitors::new();
    for (method, path) in FOR_ADMINS {
        asks(&clinic.staff, method, path).has_status(403);
    }
    clinic.staff.delete(&format!("/admin/staff/{}", any(1..=999))).has_status(403);
}

#[test]
fn whoever_is_refused_has_changed_nothing() {
    let clinic = Visitors::new();
    for visitor in [&clinic.stranger, &clinic.forger, &clinic.staff] {
        let reply = visitor.delete("/admin/staff/Ana");
        let staff = clinic.admin.after(&reply).get("/admin/staff").is_ok();
        staff.has("/items", json!(["Ana", "Tomas"]));
    }
    for visitor in [&clinic.stranger, &clinic.forger] {
        let reply = visitor.send("POST", "/patients", "Mr. Nobody");
        clinic.admin.after(&reply).get("/patients").is_ok().has("/items", json!(["Ms. Okafor"]));
    }
}

#[test]
fn an_unknown_address_is_unknown_to_everybody() {
    let clinic = Visitors::new();
    let typo = any(1..=9_999);
    for visitor in clinic.all() {
        for path in [
            "/",
            "/patient",
            "/admin",
            "/admin/staf",
            "/health/",
            "/patients/1/letters",
        ] {
            visitor.get(path).is_not_found();
            visitor.get(&format!("{path}{typo}/x")).is_not_found();
        }
    }
}

#[test]
fn a_browser_may_ask_with_options_before_it_has_a_token() {
    let clinic = Visitors::new();
    for visitor in clinic.all() {
        visitor.options("/health").is_no_content();
        for (method, path) in FOR_STAFF.into_iter().chain(FOR_ADMINS) {
            let browser = visitor.with("origin", "https://clinic.example.com");
            let browser = browser.with("access-control-request-method", method);
            let reply = browser.options(path).is_no_content();
            let staff = clinic.admin.after(&reply).get("/admin/staff").is_ok();
            staff.has("/items", json!(["Ana", "Tomas"]));
        }
    }
}

#[test]
fn a_method_that_is_not_offered_is_not_allowed() {
    let clinic = Visitors::new();
    for visitor in [&clinic.staff, &clinic.admin] {
        visitor.delete("/patients").is_method_not_allowed();
        visitor.send("PUT", "/patients/0", "Mr. Nobody").is_method_not_allowed();
    }
    clinic.admin.delete("/admin/staff").is_method_not_allowed();
    clinic.stranger.delete("/health").is_method_not_allowed();
}

#[track_caller]
fn asks(visitor: &Client, method: &str, path: &str) -> Reply {
    let patient = if method == "POST" { "Mr. Nobody" } else { "" };
    visitor.send(method, path, patient)
}

/// 401, with a word on how to do better.
#[track_caller]
fn refused(reply: Reply) {
    reply.has_status(401).has_header("www-authenticate", "Bearer");
}

/// Everybody who comes to a clinic with one patient, and two who work there.
struct Visitors {
    tokens: Tokens,
    stranger: Client,
    forger: Client,
    staff: Client,
    admin: Client,
}

impl Visitors {
    fn new() -> Self {
        let clinic = Clinic::default();
        clinic.patients.lock().unwrap().push("Ms. Okafor".to_owned());
        clinic.staff.lock().unwrap().extend(["Ana".to_owned(), "Tomas".to_owned()]);
        let token = |title| random_name(title).replace(' ', "-");
        let tokens = Tokens {
            staff: token("staff"),
            admin: token("admin"),
        };
        let stranger = Client::new(app(tokens.clone(), clinic));
        let bearer = |token: &str| stranger.with("authorization", &format!("Bearer {token}"));
        Self {
            forger: bearer(&token("staff")),
            staff: bearer(&tokens.staff),
            admin: bearer(&tokens.admin),
            stranger,
            tokens,
        }
    }

    fn all(&self) -> [&Client; 4] {
        [&self.stranger, &self.forger, &self.staff, &self.admin]
    }
}
