use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordVerifier};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use support::{Client, any, expect, fail, random_name};
use tokio::runtime::Builder;
use tokio::task;
use tower::ServiceExt;

use super::app;
use super::users::{Cost, Users};

#[test]
fn whoever_signed_up_logs_in_with_that_password_only() {
    let clinic = Clinic::that_pays(cheap());
    let (ana, ben) = (long_password(), random_name("secret"));
    clinic.sign_up("ana", &ana);
    clinic.sign_up("ben", &ben);
    for _ in 0..2 {
        clinic.log_in("ana", &ana, 204);
        clinic.log_in("ben", &ben, 204);
        clinic.log_in("ana", &ben, 401);
        for wrong in [
            &ana[..ana.len() - 1],
            &ana.to_lowercase(),
            &ana.replace('Ω', "ω"),
            &ana.replace('Ω', ""),
            &ana.replace('Ω', "?"),
            &format!("{}~", &ana[..ana.len() - 1]),
        ] {
            clinic.log_in("ana", wrong, 401);
        }
        clinic.log_in("ana", &format!("{ana} "), 401);
        clinic.log_in("ana", "", 401);
        clinic.log_in("eve", &ana, 401);
    }
    // A hash is no password, not even its own.
    clinic.log_in("ana", &clinic.stored("ana"), 401);
}

#[test]
fn what_is_stored_is_an_argon2id_hash_of_the_password() {
    let cost = cheap();
    let clinic = Clinic::that_pays(cost);
    for password in [random_name("secret"), long_password()] {
        clinic.sign_up("ana", &password);
        clinic.has_stored("ana", &password, cost);
    }
}

#[test]
fn two_people_with_one_password_have_two_hashes() {
    let clinic = Clinic::that_pays(cheap());
    let password = random_name("secret");
    let mut salts = Vec::new();
    for name in ["ana", "ben", "ana"] {
        clinic.sign_up(name, &password);
        let stored = clinic.stored(name);
        let story = format!("the hash of {name}'s password, which is also somebody else's");
        let Some(salt) = PasswordHash::new(&stored).ok().and_then(|hash| hash.salt) else {
            fail(story, "a PHC string with a salt", stored)
        };
        if salt.as_ref().len() < 16 {
            fail(story, "a salt of 16 bytes or more", stored);
        }
        if salts.contains(&salt) {
            fail(story, "a salt that nobody else has", stored);
        }
        salts.push(salt);
    }
}

#[test]
fn a_hash_that_has_become_too_cheap_is_replaced_at_the_next_login() {
    let old = cheap();
    let password = random_name("secret");
    for (more_memory, more_iterations) in [(any(8..=64), 0), (0, any(1..=3))] {
        let clinic = Clinic::that_pays(old);
        clinic.sign_up("ana", &password);
        let before = clinic.stored("ana");
        let new = Cost {
            memory: old.memory + more_memory,
            iterations: old.iterations + more_iterations,
        };
        let clinic = clinic.now_pays(new);
        clinic.log_in("ana", &random_name("wrong"), 401);
        expect("the stored hash, after a login that failed", &before, clinic.stored("ana"));
        clinic.log_in("ana", &password, 204);
        clinic.has_stored("ana", &password, new);
        clinic.log_in("ana", &password, 204);
        clinic.log_in("ana", &before, 401);
    }
}

#[test]
fn a_hash_that_costs_enough_is_left_alone() {
    let old = cheap();
    let password = random_name("secret");
    let less_memory = old.memory - any(1..=16);
    for (memory, iterations) in [
        (old.memory, old.iterations),
        (less_memory, old.iterations),
        (old.memory, old.iterations - 1),
        (less_memory, old.iterations - 1),
    ] {
        let clinic = Clinic::that_pays(old);
        clinic.sign_up("ana", &password);
        let before = clinic.stored("ana");
        let clinic = clinic.now_pays(Cost { memory, iterations });
        clinic.log_in("ana", &password, 204);
        let story =
            format!("the stored hash, after a login while cost is m={memory},t={iterations}");
        expect(story, before, clinic.stored("ana"));
    }
}

#[test]
fn the_service_answers_others_while_it_hashes() {
    let app = app(Arc::default(), Cost::TODAY);
    let user = json!({"name": "ana", "password": random_name("secret")}).to_string();
    for path in ["/users", "/login"] {
        let answered = answered_during(&app, path, &user);
        // One or two may slip in before the work begins. While it lasts there is time for thousands.
        if answered < 5 {
            let story =
                format!("POST {path}, and GET /health again and again until that is answered");
            fail(
                story,
                "other requests are answered meanwhile",
                format_args!("{answered} of them"),
            );
        }
    }
}

#[test]
fn the_service_answers_others_while_it_replaces_a_hash() {
    // Next to no work to check the old one, so that the new one is all that takes time.
    let least = Cost {
        memory: 8,
        iterations: 1,
    };
    let clinic = Clinic::that_pays(least);
    let names = ["ana", "ben", "eve", "zoe"];
    for name in names {
        clinic.sign_up(name, "one");
    }
    let long = Cost {
        iterations: 5 * Cost::TODAY.iterations,
        ..Cost::TODAY
    };
    let app = app(clinic.users.clone(), long);
    let during = |path, name: String| {
        answered_during(&app, path, &json!({"name": name, "password": "one"}).to_string())
    };
    // A sign-up makes a hash, too. What the machine has for others meanwhile, it has here as well.
    let usual = (0..3).map(|_| during("/users", random_name("new"))).min().unwrap_or_default();
    for name in names {
        let answered = during("/login", name.to_owned());
        // Some slip in while the old hash is checked; more of them, if the machine is busy.
        if answered < (usual / 3).max(50) {
            fail(
                "POST /login that replaces a hash, and GET /health again and again until that is answered",
                format_args!("other requests are answered meanwhile, as {usual} during a sign-up"),
                format_args!("{answered} of them"),
            );
        }
    }
}

/// How many other requests the only thread of a runtime answers between the beginning and the end of this one.
fn answered_during(app: &Router, path: &'static str, body: &str) -> usize {
    let runtime = Builder::new_multi_thread().worker_threads(1).build().expect("a thread");
    let answered = Arc::new(AtomicUsize::new(0));
    let (counter, others) = (answered.clone(), app.clone());
    let others = runtime.spawn(async move {
        loop {
            let request = Request::get("/health").body(Body::empty()).unwrap();
            others.clone().oneshot(request).await.unwrap();
            counter.fetch_add(1, Ordering::Relaxed);
            task::yield_now().await;
        }
    });
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let app = app.clone();
    let hashing = runtime.spawn(async move {
        let before = answered.load(Ordering::Relaxed);
        app.oneshot(request).await.unwrap();
        answered.load(Ordering::Relaxed) - before
    });
    let answered = runtime.block_on(hashing);
    others.abort();
    answered.unwrap_or_else(|panic| fail(format!("POST {path}"), "a reply", panic))
}

/// With capitals, with letters of another alphabet, and longer than what some hashes look at (72 bytes).
fn long_password() -> String {
    format!("{} Ω {}", random_name("Secret"), "and so on ".repeat(9) + &random_name("end"))
}

/// Cheap enough for a test, and another cost in each run: never the library's own.
fn cheap() -> Cost {
    Cost {
        memory: any(32..=96),
        iterations: any(3..=5),
    }
}

struct Clinic {
    users: Arc<Users>,
    client: Client,
}

impl Clinic {
    fn that_pays(cost: Cost) -> Self {
        let users = Arc::new(Users::default());
        let client = Client::new(app(users.clone(), cost));
        Self { users, client }
    }

    /// The same table, served with another cost.
    fn now_pays(self, cost: Cost) -> Self {
        let client = Client::new(app(self.users.clone(), cost));
        Self { client, ..self }
    }

    #[track_caller]
    fn sign_up(&self, name: &str, password: &str) {
        let user = json!({"name": name, "password": password});
        self.client.post("/users", &user).is_created();
    }

    #[track_caller]
    fn log_in(&self, name: &str, password: &str, status: u16) {
        let user = json!({"name": name, "password": password});
        self.client.post("/login", &user).has_status(status);
    }

    #[track_caller]
    fn stored(&self, name: &str) -> String {
        let stored = self.users.hash_of(name);
        stored.unwrap_or_else(|| fail(format!("the stored hash of {name}"), "one", "none"))
    }

    #[track_caller]
    fn has_stored(&self, name: &str, password: &str, cost: Cost) {
        let stored = self.stored(name);
        let story = format!("what is stored of {name}'s password {password:?}");
        let expected =
            format!("$argon2id$v=19$m={},t={},p=...$salt$hash", cost.memory, cost.iterations);
        let Ok(hash) = PasswordHash::new(&stored) else {
            fail(story, expected, stored)
        };
        let paid = Params::try_from(&hash).ok();
        let paid = paid.map(|paid| (paid.m_cost(), paid.t_cost()));
        let right =
            stored.starts_with("$argon2id$v=19$") && paid == Some((cost.memory, cost.iterations));
        if !right {
            fail(story, expected, stored);
        }
        if Argon2::default().verify_password(password.as_bytes(), &hash).is_err() {
            fail(
                story,
                "a hash of this password",
                format_args!("one of something else: {stored}"),
            );
        }
    }
}
