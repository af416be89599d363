use std::collections::HashMap;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any as any_method, delete, get, post, put};
use serde_json::json;
use support::{Client, Reply, any, random_name};

use super::app;
use super::sessions::Sessions;

const ROLES: [&str; 4] = ["reception", "nurse", "doctor", "admin"];
const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "PUT", "DELETE"];

/// The table of the documentation: the route, and who may use it.
const TABLE: [(&str, &str, &[&str]); 7] = [
    ("GET", "/appointments", &["reception", "nurse", "doctor"]),
    ("POST", "/appointments", &["reception"]),
    ("GET", "/records/{patient}", &["nurse", "doctor"]),
    ("PUT", "/records/{patient}", &["doctor"]),
    ("DELETE", "/records/{patient}", &[]),
    ("GET", "/staff", &["admin"]),
    ("PUT", "/staff/{name}", &["admin"]),
];

#[test]
fn everybody_does_the_work_of_their_role() {
    for (method, route, allowed) in TABLE {
        for role in allowed {
            let clinic = Clinic::open();
            is_done(clinic.somebody(role).asks(method, &path(route)));
            if method == "GET" {
                is_done(clinic.somebody(role).asks("HEAD", &path(route)).is_empty());
            }
        }
    }
}

#[test]
fn what_somebody_wrote_is_there_for_others_to_read() {
    let clinic = Clinic::open();
    let text = random_name("Ben at nine");
    let (reception, doctor) = (clinic.somebody("reception"), clinic.somebody("doctor"));
    let booked = reception.client.send("POST", "/appointments", text.clone()).is_created();
    let _ = doctor.client.after(&booked).get("/appointments").is_ok().has("/items/0", &*text);
    let written = doctor.client.send("PUT", "/records/ben", text.clone()).is_no_content();
    let nurse = clinic.somebody("nurse").client.after(&written);
    let _ = nurse.get("/records/ben").is_ok().has("/text", &*text);
    let admin = clinic.somebody("admin");
    let promoted = admin.client.send("PUT", "/staff/ana", text.clone()).is_no_content();
    let _ = admin.client.after(&promoted).get("/staff").is_ok().has("/items/ana", text);
}

#[test]
fn what_is_not_in_the_table_for_a_role_is_forbidden() {
    for (method, route, allowed) in TABLE {
        for role in ROLES.iter().filter(|role| !allowed.contains(role)) {
            let clinic = Clinic::open();
            is_forbidden(clinic.somebody(role).asks(method, &path(route)));
            clinic.is_untouched();
        }
    }
}

#[test]
fn whoever_is_not_logged_in_is_asked_to() {
    let clinic = Clinic::open();
    for (method, route, _) in TABLE {
        for nobody in [
            clinic.client.clone(),
            clinic.client.with("x-session", &random_name("made-up")),
            clinic.client.with("x-role", "admin"),
        ] {
            asks(&nobody, method, &path(route)).has_status(401);
        }
    }
    clinic.is_untouched();
}

#[test]
fn a_role_is_nothing_that_a_client_says() {
    for (method, route, allowed) in TABLE {
        for role in ROLES {
            for said in ROLES {
                let clinic = Clinic::open();
                let liar = clinic.somebody(role).client.with("x-role", said);
                let reply = asks(&liar, method, &path(route));
                if allowed.contains(&role) {
                    is_done(reply);
                } else {
                    is_forbidden(reply);
                    clinic.is_untouched();
                }
            }
        }
    }
}

#[test]
fn whoever_asks_with_head_is_told_no_more_than_with_get() {
    for (method, route, allowed) in TABLE {
        if method != "GET" {
            continue;
        }
        for role in ROLES.iter().filter(|role| !allowed.contains(role)) {
            let clinic = Clinic::open();
            is_forbidden(clinic.somebody(role).asks("HEAD", &path(route)));
            clinic.is_untouched();
        }
    }
}

#[test]
fn a_route_that_another_team_adds_is_closed_to_all() {
    for route in [
        format!("/exports{}", any(1..=9_999)),
        // Near to what is in the table.
        format!("/appointments/{}", any(1..=9_999)),
        format!("/appointments-of-{}", any(1..=9_999)),
        format!("/staff/{}/salary", name()),
        format!("/records/{}/notes", name()),
        // What is mounted there is no patient and nobody of the staff.
        format!("/records/export{}", any(1..=9_999)),
        format!("/staff/all{}", any(1..=9_999)),
        "/appointments/".to_owned(),
        "/records/{patient}/".to_owned(),
        "/records".to_owned(),
        "/".to_owned(),
    ] {
        is_closed_to_all(&route, any_method, &METHODS);
    }
}

#[test]
fn a_fallback_that_another_team_adds_is_closed_to_all() {
    let team = |calls| Router::new().fallback(calls);
    for path in ["/", "/records", &format!("/{}", name())] {
        are_closed_to_all(team, path, &METHODS);
    }
}

#[test]
fn a_method_that_another_team_adds_is_closed_to_all() {
    is_closed_to_all(
        "/appointments",
        |handler| put(handler.clone()).patch(handler),
        &["PUT", "PATCH"],
    );
    is_closed_to_all("/appointments", delete, &["DELETE"]);
    is_closed_to_all(
        "/records/{patient}",
        |handler| post(handler.clone()).patch(handler),
        &["POST", "PATCH"],
    );
    is_closed_to_all(
        "/staff",
        |handler| post(handler.clone()).delete(handler),
        &["POST", "DELETE"],
    );
    is_closed_to_all(
        "/staff/{name}",
        |handler| get(handler.clone()).delete(handler),
        &["GET", "HEAD", "DELETE"],
    );
}

#[test]
fn a_role_that_was_invented_yesterday_may_do_nothing_yet() {
    for role in ["", "Admin", "DOCTOR", "doctors", " doctor", "*", &name()] {
        for (method, route, _) in TABLE {
            let clinic = Clinic::open();
            is_forbidden(clinic.somebody(role).asks(method, &path(route)));
            clinic.is_untouched();
        }
    }
}

#[test]
fn a_role_that_is_taken_away_is_gone_with_the_next_request() {
    let clinic = Clinic::open();
    let path = path("/records/{patient}");
    let eve = clinic.somebody("doctor");
    let _ = eve.asks("GET", &path).is_ok();
    clinic.sessions.set(&eve.session, "reception");
    is_forbidden(eve.asks("GET", &path));
    let _ = eve.asks("GET", "/appointments").is_ok();
    clinic.sessions.set(&eve.session, "doctor");
    let _ = eve.asks("GET", &path).is_ok();
}

struct Clinic {
    sessions: Sessions,
    client: Client,
}

/// Somebody who is logged in.
struct Somebody {
    session: String,
    client: Client,
}

impl Clinic {
    fn open() -> Self {
        Self::with(Router::new())
    }

    /// With these routes of another team.
    fn with(more: Router) -> Self {
        let sessions = Sessions::default();
        let client = Client::new(app(sessions.clone(), more));
        Self { sessions, client }
    }

    fn somebody(&self, role: &str) -> Somebody {
        // The service must not read it; whoever reads a failure may.
        let session = random_name(role).replace(' ', "-");
        self.sessions.set(&session, role);
        let client = self.client.with("x-session", &session);
        Somebody { session, client }
    }

    /// Nobody has written anything, and whoever may read it reads it.
    #[track_caller]
    fn is_untouched(&self) {
        let appointments = self.somebody("reception").asks("GET", "/appointments");
        let _ = appointments.is_ok().has("/items", json!([]));
        let record = self.somebody("doctor").asks("GET", &path("/records/{patient}"));
        let _ = record.is_ok().has("/text", "all well");
        let staff = self.somebody("admin").asks("GET", "/staff");
        let _ = staff.is_ok().has("/items", json!(HashMap::from([("ana", "doctor")])));
    }
}

impl Somebody {
    #[track_caller]
    fn asks(&self, method: &str, path: &str) -> Reply {
        asks(&self.client, method, path)
    }
}

#[track_caller]
fn asks(client: &Client, method: &str, path: &str) -> Reply {
    match method {
        "GET" | "HEAD" => client.send(method, path, ""),
        _ => client.send(method, path, "something new"),
    }
}

#[track_caller]
fn is_done(reply: Reply) {
    match reply.status() {
        201 | 204 => {}
        _ => drop(reply.is_ok()),
    }
}

#[track_caller]
fn is_forbidden(reply: Reply) -> Reply {
    reply.has_status(403).is_empty()
}

/// A handler that counts its calls.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl<S> Handler<(), S> for Counter {
    type Future = Ready<Response>;

    fn call(self, _: Request, _: S) -> Self::Future {
        self.0.fetch_add(1, Ordering::Relaxed);
        ready(StatusCode::OK.into_response())
    }
}

/// Whatever the role, another team's handler on this route is not called.
#[track_caller]
fn is_closed_to_all(route: &str, on: fn(Counter) -> MethodRouter, methods: &[&str]) {
    are_closed_to_all(|calls| Router::new().route(route, on(calls)), &path(route), methods);
}

#[track_caller]
fn are_closed_to_all(team: impl Fn(Counter) -> Router, path: &str, methods: &[&str]) {
    for role in ROLES {
        for method in methods {
            let calls = Counter::default();
            let clinic = Clinic::with(team(calls.clone()));
            clinic.is_untouched();
            asks(&clinic.client, method, path).has_status(401);
            is_forbidden(clinic.somebody(role).asks(method, path)).counts(
                0,
                "calls of the new handler",
                calls.0.load(Ordering::Relaxed),
            );
        }
    }
}

/// A patient or a member of staff whom everybody knows.
fn path(route: &str) -> String {
    route.replace("{patient}", "ben").replace("{name}", "ana")
}

fn name() -> String {
    random_name("eve").replace(' ', "-")
}
