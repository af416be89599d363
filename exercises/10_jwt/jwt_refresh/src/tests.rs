use serde_json::json;
use support::{Client, Clock, Reply, any, fail, random_name};

use super::app;

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

#[test]
fn whoever_logs_in_is_known_and_nobody_else() {
    let portal = Portal::new();
    let (ana, ben) = (portal.log_in(&portal.ana), portal.log_in(&portal.ben));
    portal.knows(&ana, &portal.ana, "admin");
    portal.knows(&ben, &portal.ben, "staff");
    portal.client.get("/me").has_status(401);
    for nothing in ["", "..", "x", &random_name("x"), &ana.refresh] {
        portal.with(nothing).get("/me").has_status(401);
    }
    let wrong = json!({ "name": portal.ana, "password": format!("{}'s password", portal.ben) });
    portal.client.post("/login", &wrong).has_status(401);
    let nobody = random_name("eve");
    let unknown = json!({ "name": nobody, "password": format!("{nobody}'s password") });
    portal.client.post("/login", &unknown).has_status(401);
}

#[test]
fn only_admins_see_salaries_and_change_roles() {
    let portal = Portal::new();
    let (ana, ben) = (portal.log_in(&portal.ana), portal.log_in(&portal.ben));
    portal.with(&ana.access).get("/salaries").is_ok().has_text("what they all get");
    portal.with(&ben.access).get("/salaries").has_status(403);
    portal.set_role(&ben, &portal.ben, "admin").has_status(403);
    portal.set_role(&ana, &name("eve"), "admin").is_not_found();
    for (method, path) in [
        ("GET", "/salaries"),
        ("PUT", "/staff/ana/role"),
        ("POST", "/logout"),
    ] {
        let body = json!({ "role": "admin" }).to_string();
        let nobody = portal.client.with("content-type", "application/json");
        nobody.send(method, path, body).has_status(401);
    }
}

#[test]
fn a_refresh_token_gets_the_next_pair() {
    let portal = Portal::new();
    let mut pair = portal.log_in(&portal.ana);
    for _ in 0..5 {
        let next = portal.refreshes(&pair);
        portal.knows(&next, &portal.ana, "admin");
        // The first one is still good: a request with it may be on its way.
        portal.knows(&pair, &portal.ana, "admin");
        pair = next;
        portal.clock.advance(any(1..=MINUTE));
    }
    for nothing in ["", &random_name("x"), &pair.access] {
        portal.refresh(nothing).has_status(401);
    }
}

#[test]
fn a_refresh_token_works_once() {
    let portal = Portal::new();
    let pair = portal.log_in(&portal.ana);
    portal.refreshes(&pair);
    for _ in 0..3 {
        portal.refresh_again(&pair, "a used one").has_status(401);
    }
}

#[test]
fn nobody_can_guess_a_refresh_token() {
    let portal = Portal::new();
    let mut pairs = vec![portal.log_in(&portal.ana)];
    for at in 0..6 {
        pairs.push(portal.log_in(&portal.ana));
        pairs.push(portal.refreshes(&pairs[2 * at]));
    }
    for two in pairs.windows(2) {
        let [one, next] = [&two[0].refresh, &two[1].refresh];
        let differ = one.bytes().zip(next.bytes()).filter(|(one, next)| one != next).count();
        // 128 random bits are 22 letters or more, whatever the alphabet.
        if differ < 16 {
            let got = format_args!("{next:?} after {one:?}");
            fail("POST /login, POST /refresh", "tokens that do not look like each other", got);
        }
    }
}

#[test]
fn a_thief_who_comes_second_ends_the_login_and_so_does_one_who_comes_first() {
    let portal = Portal::new();
    // Nobody can tell who is who. For both it is over.
    let first = portal.log_in(&portal.ana);
    let second = portal.refreshes(&first);
    portal.knows(&second, &portal.ana, "admin");
    let reply = portal.refresh_again(&first, "a used one").has_status(401);
    portal.has_ended(&reply, &[first, second]);
}

#[test]
fn a_copy_of_any_age_ends_the_login() {
    for copied in [0, 1, any(2..=3), 4] {
        let portal = Portal::new();
        let mut pairs = vec![portal.log_in(&portal.ana)];
        for at in 0..5 {
            portal.clock.advance(any(1..=4) * DAY);
            pairs.push(portal.refreshes(&pairs[at]));
        }
        let used = format!("used {} refreshes ago", 5 - copied);
        let reply = portal.refresh_again(&pairs[copied], &used).has_status(401);
        portal.has_ended(&reply, &pairs);
    }
}

#[test]
fn what_happens_to_one_login_happens_to_no_other() {
    let portal = Portal::new();
    let (phone, ben) = (portal.log_in(&portal.ana), portal.log_in(&portal.ben));
    let laptop = portal.refreshes(&portal.log_in(&portal.ana));
    let copied = portal.log_in(&portal.ana);
    let next = portal.refreshes(&copied);
    for attack in [
        &random_name("x"),
        "",
        &copied.refresh,
        &copied.refresh,
        &next.refresh,
    ] {
        portal.refresh(attack).has_status(401);
    }
    portal
        .with(&portal.log_in(&portal.ana).access)
        .post("/logout", &json!({}))
        .is_no_content();
    for (pair, name, role) in [
        (&phone, &portal.ana, "admin"),
        (&laptop, &portal.ana, "admin"),
        (&ben, &portal.ben, "staff"),
    ] {
        portal.knows(pair, name, role);
        portal.knows(&portal.refreshes(pair), name, role);
    }
}

#[test]
fn a_logout_ends_the_login_for_every_copy() {
    let portal = Portal::new();
    let first = portal.log_in(&portal.ana);
    let second = portal.refreshes(&first);
    let reply = portal.with(&second.access).post("/logout", &json!({})).is_no_content();
    portal.with(&second.access).after(&reply).post("/logout", &json!({})).has_status(401);
    portal.has_ended(&reply, &[first, second]);
}

#[test]
fn a_login_that_is_over_does_not_become_somebody_elses() {
    let portal = Portal::new();
    for _ in 0..2 {
        let ben = portal.log_in(&portal.ben);
        let reply = portal.with(&ben.access).post("/logout", &json!({})).is_no_content();
        let ana = portal.log_in(&portal.ana);
        portal.has_ended(&reply, &[ben]);
        portal.knows(&ana, &portal.ana, "admin");
        portal.with(&ana.access).post("/logout", &json!({})).is_no_content();
    }
}

#[test]
fn rights_that_are_taken_away_are_gone_at_once() {
    let portal = Portal::new();
    let ana = portal.log_in(&portal.ana);
    portal.set_role(&ana, &portal.ben, "admin").is_no_content();
    let phone = portal.log_in(&portal.ben);
    let laptop = portal.refreshes(&portal.log_in(&portal.ben));
    for ben in [&phone, &laptop] {
        portal.with(&ben.access).get("/salaries").is_ok();
    }
    let reply = portal.set_role(&ana, &portal.ben, "staff").is_no_content();
    for ben in [phone, laptop] {
        let old = portal.with(&ben.access).after(&reply);
        is_no_admin(old.get("/salaries"));
        is_no_admin(old.put(&portal.role_of(&portal.ben), &json!({ "role": "admin" })));
        is_no_admin(old.put(&portal.role_of(&portal.ana), &json!({ "role": "staff" })));
        let me = old.get("/me");
        if me.status() != 401 {
            me.is_ok().has("/role", "staff");
        }
        // It is still his login.
        let new = portal.refreshes(&ben);
        portal.knows(&new, &portal.ben, "staff");
        portal.with(&new.access).get("/salaries").has_status(403);
        portal.set_role(&new, &portal.ben, "admin").has_status(403);
    }
    portal.knows(&ana, &portal.ana, "admin");
}

#[test]
fn rights_that_are_given_count_from_the_next_request_on_or_it_is_401() {
    let portal = Portal::new();
    let (ana, ben) = (portal.log_in(&portal.ana), portal.log_in(&portal.ben));
    let reply = portal.set_role(&ana, &portal.ben, "admin").is_no_content();
    let old = portal.with(&ben.access).after(&reply).get("/salaries");
    if old.status() != 401 {
        old.is_ok();
    }
    let new = portal.refreshes(&ben);
    portal.knows(&new, &portal.ben, "admin");
    portal.with(&new.access).get("/salaries").is_ok();
    portal.set_role(&new, &portal.ana, "staff").is_no_content();
    portal.knows(&portal.log_in(&portal.ana), &portal.ana, "staff");
}

#[test]
fn an_access_token_works_for_five_minutes() {
    let portal = Portal::new();
    let mut pair = portal.log_in(&portal.ana);
    for _ in 0..2 {
        portal.clock.advance(5 * MINUTE - 1);
        portal.knows(&pair, &portal.ana, "admin");
        for wait in [1, any(1..=9_999)] {
            portal.clock.advance(wait);
            portal.with(&pair.access).get("/me").has_status(401);
            portal.with(&pair.access).get("/salaries").has_status(401);
        }
        pair = portal.refreshes(&pair);
    }
}

#[test]
fn a_login_is_over_after_thirty_days_however_often_it_was_refreshed() {
    let portal = Portal::new();
    let began = portal.clock.now();
    let mut pair = portal.log_in(&portal.ana);
    let idle = portal.log_in(&portal.ana);
    for day in [any(1..=9), any(10..=20), any(21..=29)] {
        portal.clock.set(began + day * DAY);
        pair = portal.refreshes(&pair);
        portal.knows(&pair, &portal.ana, "admin");
    }
    portal.clock.set(began + 30 * DAY - 2);
    let last = portal.refreshes(&pair);
    for late in [0, any(1..=999) * DAY] {
        portal.clock.set(began + 30 * DAY + late);
        portal.refresh(&last.refresh).has_status(401);
        portal.refresh(&idle.refresh).has_status(401);
    }
    portal.knows(&portal.log_in(&portal.ana), &portal.ana, "admin");
}

/// What a login or a refresh gives.
struct Pair {
    access: String,
    refresh: String,
}

/// A portal with an admin, Ana, and with Ben, who is none.
struct Portal {
    ana: String,
    ben: String,
    began: u64,
    clock: Clock,
    client: Client,
}

impl Portal {
    fn new() -> Self {
        let (ana, ben) = (name("ana"), name("ben"));
        let began = any(1_000_000_000..=1_400_000_000);
        let clock = Clock::at(began);
        let client = Client::new(app(&[(&ana, "admin"), (&ben, "staff")], clock.reader()));
        Self {
            ana,
            ben,
            began,
            clock,
            client,
        }
    }

    fn with(&self, access: &str) -> Client {
        let client = self.client.noting(&self.waited());
        client.with("authorization", &format!("Bearer {access}"))
    }

    /// Since the first login. A story about time has it in its failures.
    fn waited(&self) -> String {
        let waited = self.clock.now() - self.began;
        match (waited / DAY, waited % DAY) {
            (0, seconds) => format!("{seconds} s after the start"),
            (days, seconds) => format!("{days} days and {seconds} s after the start"),
        }
    }

    #[track_caller]
    fn log_in(&self, name: &str) -> Pair {
        let login = json!({ "name": name, "password": format!("{name}'s password") });
        pair(&self.client.noting(&self.waited()).post("/login", &login).is_ok())
    }

    #[track_caller]
    fn refresh(&self, token: &str) -> Reply {
        let client = self.client.noting(&self.waited());
        client.post("/refresh", &json!({ "refresh": token }))
    }

    /// With a token that has got a pair already.
    #[track_caller]
    fn refresh_again(&self, pair: &Pair, used: &str) -> Reply {
        let client = self.client.noting(&format!("{used}, {}", self.waited()));
        client.post("/refresh", &json!({ "refresh": pair.refresh }))
    }

    /// The next pair, both of it new, a second later.
    #[track_caller]
    fn refreshes(&self, old: &Pair) -> Pair {
        self.clock.advance(1);
        let new = pair(&self.refresh(&old.refresh).is_ok());
        for (name, old, new) in [
            ("access", &old.access, &new.access),
            ("refresh", &old.refresh, &new.refresh),
        ] {
            if old == new {
                fail("POST /refresh", format_args!("a new {name} token"), "the same one again");
            }
        }
        new
    }

    #[track_caller]
    fn knows(&self, pair: &Pair, name: &str, role: &str) {
        self.with(&pair.access)
            .get("/me")
            .is_ok()
            .has("", json!({ "name": name, "role": role }));
    }

    /// No token of a login works any more, and whoever tries does not change that. The newest comes first: an older one
    /// is a copy that might end the login only now.
    #[track_caller]
    fn has_ended(&self, reply: &Reply, pairs: &[Pair]) {
        for _ in 0..2 {
            for pair in pairs.iter().rev() {
                let client = self.with(&pair.access).after(reply);
                client.get("/me").has_status(401);
                client.get("/salaries").has_status(401);
                let client = self.client.noting(&self.waited()).after(reply);
                client.post("/refresh", &json!({ "refresh": pair.refresh })).has_status(401);
            }
        }
    }

    fn role_of(&self, name: &str) -> String {
        format!("/staff/{name}/role")
    }

    #[track_caller]
    fn set_role(&self, admin: &Pair, name: &str, role: &str) -> Reply {
        self.with(&admin.access).put(&self.role_of(name), &json!({ "role": role }))
    }
}

#[track_caller]
fn pair(reply: &Reply) -> Pair {
    Pair {
        access: reply.text("/access"),
        refresh: reply.text("/refresh"),
    }
}

/// Refused, because of the role or because the token is too old for it.
#[track_caller]
fn is_no_admin(reply: Reply) {
    if reply.status() != 401 {
        reply.has_status(403);
    }
}

/// A name that nobody had before, fit for a path.
fn name(title: &str) -> String {
    random_name(title).replace(' ', "-")
}
