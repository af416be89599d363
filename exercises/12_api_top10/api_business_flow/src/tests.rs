use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Client, Reply, any, expect, fail};
use support_sql::{Database, Rival};

use super::risk::CHEATS;
use super::{app, prepare};

#[test]
fn a_customer_redeems_a_coupon_and_has_the_money() {
    let service = Service::with_coupons(3);
    let ana = service.customer(0);
    has(&ana, &[], &ana.get("/redemptions"));
    let first = ana.post("/redemptions", &wish(&service.coupons[0])).is_created();
    has(&ana, &service.coupons[..1], &first);
    let second = ana.after(&first).post("/redemptions", &wish(&service.coupons[1])).is_created();
    has(&ana, &service.coupons[..2], &second);
}

#[test]
fn a_code_that_there_is_not_is_worth_nothing() {
    let service = Service::with_coupons(1);
    let ana = service.customer(0);
    let nothing = Coupon::new();
    let reply = ana.post("/redemptions", &wish(&nothing)).is_not_found();
    has(&ana, &[], &reply);
    service.nobody.post("/redemptions", &wish(&service.coupons[0])).has_status(401);
    service.nobody.get("/redemptions").has_status(401);
}

#[test]
fn somebody_who_cheats_gets_nothing() {
    let service = Service::with_coupons(1);
    let cheat = service.nobody.with("x-customer", &(CHEATS + any(0_i64..=999)).to_string());
    let reply = cheat.post("/redemptions", &wish(&service.coupons[0])).has_status(403);
    has(&cheat, &[], &reply);
}

#[test]
fn one_after_the_other_a_coupon_is_redeemed_once() {
    let service = Service::with_coupons(1);
    let (ana, ben) = (service.customer(0), service.customer(1));
    let coupon = &service.coupons[0];
    let first = ana.post("/redemptions", &wish(coupon)).is_created();
    for code in [
        coupon.code.clone(),
        coupon.code.to_lowercase(),
        mixed(&coupon.code),
    ] {
        let again = ana.after(&first).post("/redemptions", &json!({ "code": code }));
        has(&ana, &service.coupons, &again.is_conflict());
    }
    let bens = ben.post("/redemptions", &wish(coupon)).is_created();
    has(&ben, &service.coupons, &bens);
}

#[test]
fn one_after_the_other_a_customer_has_three_and_no_more() {
    let service = Service::with_coupons(5);
    let ana = service.customer(0);
    for coupon in &service.coupons[..3] {
        let _ = ana.post("/redemptions", &wish(coupon)).is_created();
    }
    for coupon in &service.coupons[3..] {
        let reply = ana.post("/redemptions", &wish(coupon)).is_conflict();
        has(&ana, &service.coupons[..3], &reply);
    }
}

#[test]
fn fifty_at_once_redeem_a_coupon_once() {
    let service = Service::with_coupons(1);
    let (ana, coupon) = (service.customer(0), &service.coupons[0]);
    let wishes: Vec<_> = (0..50)
        .map(|turn| match turn % 3 {
            0 => wish(coupon),
            1 => json!({ "code": coupon.code.to_lowercase() }),
            _ => json!({ "code": mixed(&coupon.code) }),
        })
        .collect();
    let replies = ana.post_at_once("/redemptions", &wishes);
    wins(&replies, 1, "one customer, one coupon, 50 requests at once");
    has(&ana, &service.coupons, &replies[0]);
}

#[test]
fn ten_coupons_at_once_are_three() {
    let service = Service::with_coupons(10);
    let ana = service.customer(0);
    let wishes: Vec<_> = service.coupons.iter().map(wish).collect();
    let replies = ana.post_at_once("/redemptions", &wishes);
    wins(&replies, 3, "one customer, ten coupons at once");
    let got: Vec<_> = replies
        .iter()
        .zip(&service.coupons)
        .filter(|(reply, _)| reply.status() == 201)
        .map(|(_, coupon)| coupon.clone())
        .collect();
    has(&ana, &got, &replies[0]);
}

#[test]
fn what_one_customer_has_is_still_there_for_all_others() {
    let service = Service::with_coupons(3);
    for customer in [0, 1, 2].map(|number| service.customer(number)) {
        let wishes: Vec<_> =
            service.coupons.iter().flat_map(|one| [wish(one), wish(one)]).collect();
        let replies = customer.post_at_once("/redemptions", &wishes);
        wins(&replies, 3, "one of three customers, three coupons, each twice at once");
        has(&customer, &service.coupons, &replies[0]);
    }
}

#[test]
fn another_instance_redeems_the_same_coupon_in_the_last_moment() {
    let service = Service::with_coupons(1);
    let (id, ana) = service.customer_with_id();
    let other = service.other_instance(id, &service.coupons[0]);
    let reply = ana.post("/redemptions", &wish(&service.coupons[0]));
    expect(
        "the other instance redeems the coupon, or finds it redeemed",
        true,
        other.finishes(),
    );
    has(&ana, &service.coupons, &reply);
    is_won_or_lost(&reply);
}

#[test]
fn another_instance_redeems_the_third_coupon_in_the_last_moment() {
    let service = Service::with_coupons(4);
    let (id, ana) = service.customer_with_id();
    for coupon in &service.coupons[..2] {
        let _ = ana.post("/redemptions", &wish(coupon)).is_created();
    }
    let other = service.other_instance(id, &service.coupons[2]);
    let reply = ana.post("/redemptions", &wish(&service.coupons[3]));
    expect("the other instance redeems the coupon, or finds three", true, other.finishes());
    ana.after(&reply).get("/redemptions").is_ok().has("/coupons", 3);
    is_won_or_lost(&reply);
}

#[test]
fn nothing_is_redeemed_before_the_risk_service_has_answered() {
    let service = Service::with_coupons(1);
    let cheat = service.nobody.with("x-customer", &(CHEATS + any(0_i64..=999)).to_string());
    let (wish, nothing) = (wish(&service.coupons[0]), json!(null));
    let replies = Client::at_once(&[
        (&cheat, "POST", "/redemptions", &wish),
        (&cheat, "GET", "/redemptions", &nothing),
    ]);
    let [redeemed, seen] = replies.try_into().expect("two replies");
    let _ = redeemed.has_status(403);
    let _ = seen.is_ok().has("", json!({ "coupons": 0, "amount": 0 }));
}

#[test]
fn nobody_waits_for_other_customers() {
    let service = Service::with_coupons(1);
    let customers = [0, 1, 2].map(|number| service.customer(number));
    let wish = wish(&service.coupons[0]);
    let wishes = customers.each_ref().map(|one| (one, "POST", "/redemptions", &wish));
    for reply in Client::at_once(&wishes) {
        // The second that the risk service takes.
        let _ = reply.is_created().came_after(1);
    }
}

#[test]
fn a_refused_wish_takes_no_place_of_another_one() {
    let service = Service::with_coupons(4);
    let ana = service.customer(0);
    let nothing = Coupon::new();
    let first = ana.post("/redemptions", &wish(&service.coupons[0])).is_created();
    for _ in 0..4 {
        ana.after(&first).post("/redemptions", &wish(&service.coupons[0])).is_conflict();
        ana.after(&first).post("/redemptions", &wish(&nothing)).is_not_found();
    }
    for coupon in &service.coupons[1..3] {
        let _ = ana.after(&first).post("/redemptions", &wish(coupon)).is_created();
    }
    let reply = ana.post("/redemptions", &wish(&service.coupons[3])).is_conflict();
    has(&ana, &service.coupons[..3], &reply);
}

#[test]
fn a_broken_database_is_not_the_mistake_of_a_client() {
    let service = Service::with_coupons(1);
    let ana = service.customer(0);
    let db = service.db.lock().unwrap_or_else(PoisonError::into_inner);
    db.execute_batch("DROP TABLE redemptions").expect("a table of this name");
    drop(db);
    ana.post("/redemptions", &wish(&service.coupons[0])).has_status(500);
    ana.get("/redemptions").has_status(500);

    // It may also be read, and not written.
    let service = Service::with_coupons(1);
    let ana = service.customer(0);
    let db = service.db.lock().unwrap_or_else(PoisonError::into_inner);
    db.pragma_update(None, "query_only", true).expect("a setting of SQLite");
    drop(db);
    let reply = ana.post("/redemptions", &wish(&service.coupons[0])).has_status(500);
    has(&ana, &[], &reply);
}

#[derive(Clone)]
struct Coupon {
    code: String,
    amount: i64,
}

impl Coupon {
    fn new() -> Self {
        Self {
            code: format!("PIZZA{:08X}", any(0xa000_0000..=u32::MAX)),
            amount: any(11..=99),
        }
    }
}

struct Service {
    db: Arc<Mutex<Connection>>,
    nobody: Client,
    coupons: Vec<Coupon>,
    database: Database,
}

impl Service {
    fn with_coupons(count: usize) -> Self {
        let database = Database::new("");
        let db = database.connect();
        if let Err(error) = prepare(&db) {
            fail("prepare() an empty database", "tables", error);
        }
        let coupons: Vec<_> = (0..count).map(|_| Coupon::new()).collect();
        for coupon in &coupons {
            let sql = "INSERT INTO coupons (code, amount) VALUES (?1, ?2)";
            if let Err(error) = db.execute(sql, (&coupon.code, coupon.amount)) {
                fail("marketing writes a coupon", "a row", error);
            }
        }
        let db = Arc::new(Mutex::new(db));
        // The risk service takes a second, and no test has that long: on this clock it is over at once.
        let nobody = Client::with_paused_clock(app(db.clone()));
        Self {
            db,
            nobody,
            coupons,
            database,
        }
    }

    /// Somebody who is to be trusted, and is another one for each `number`.
    fn customer(&self, number: i64) -> Client {
        let id = number * 300_000 + any(1..=99_999);
        self.nobody.with("x-customer", id.to_string())
    }

    fn customer_with_id(&self) -> (i64, Client) {
        let id = any(1..=99_999);
        (id, self.nobody.with("x-customer", id.to_string()))
    }

    /// The other instance of the service, which has asked the risk service already. It redeems this coupon just before ours
    /// writes, unless ours has seen to it that nobody can.
    fn other_instance(&self, customer: i64, coupon: &Coupon) -> Rival {
        let code = coupon.code.clone();
        let rival = Rival::of(&self.database, move |db| {
            let sql = "INSERT INTO redemptions (customer, coupon, amount)
                       SELECT ?1, id, amount FROM coupons WHERE code = ?2
                       AND (SELECT count(*) FROM redemptions WHERE customer = ?1) < 3
                       AND NOT EXISTS (SELECT 1 FROM redemptions WHERE customer = ?1 AND coupon = coupons.id)";
            db.execute(sql, (customer, &code)).is_ok()
        });
        rival.overtakes(&mut self.db.lock().unwrap_or_else(PoisonError::into_inner));
        rival
    }
}

fn wish(coupon: &Coupon) -> Value {
    json!({ "code": coupon.code })
}

/// The same letters, some of them small.
fn mixed(code: &str) -> String {
    let (first, rest) = code.split_at(any(1..=4));
    format!("{}{rest}", first.to_lowercase())
}

/// So many get 201, and all others 409.
#[track_caller]
fn wins(replies: &[Reply], winners: usize, story: &str) {
    let count = |status| replies.iter().filter(|reply| reply.status() == status).count();
    expect(
        format!("POST /redemptions  {story}"),
        format!("{winners} times 201, {} times 409", replies.len() - winners),
        format!("{} times 201, {} times 409", count(201), count(409)),
    );
}

/// Whoever was slower is told so.
#[track_caller]
fn is_won_or_lost(reply: &Reply) {
    let status = reply.status();
    if ![201, 409].contains(&status) {
        fail("POST /redemptions, while the other instance redeems", "201 or 409", status);
    }
}

/// After this reply, the customer has the money of these coupons.
#[track_caller]
fn has(customer: &Client, coupons: &[Coupon], reply: &Reply) {
    let amount: i64 = coupons.iter().map(|coupon| coupon.amount).sum();
    let expected = json!({ "coupons": coupons.len(), "amount": amount });
    let _ = customer.after(reply).get("/redemptions").is_ok().has("", expected);
}
