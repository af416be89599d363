use serde_json::json;
use support::{Client, Reply, any, random_name};

use super::app;
use super::shop::db;

#[test]
fn a_customer_reads_changes_and_cancels_an_order() {
    let shop = Shop::new();
    let ana = shop.order(0);
    ana.is_untouched(&ana.owner.get("/orders"));
    let address = random_name("Mill Lane");
    let moved = ana.owner.put(&ana.path, &json!({ "address": address })).is_no_content();
    let seen = ana.owner.after(&moved).get(&ana.path).is_ok();
    let _ = seen.has("", json!({ "item": ana.item, "address": address }));
    let gone = ana.owner.delete(&ana.path).is_no_content();
    ana.owner.after(&gone).get(&ana.path).is_not_found();
    ana.owner.after(&gone).get("/orders").is_ok().has_items(0);
}

#[test]
fn a_customer_reads_and_removes_a_comment() {
    let shop = Shop::new();
    let ana = shop.order(0);
    ana.owner.get(&ana.comment).is_ok().has("", json!({ "text": ana.text }));
    let gone = ana.owner.delete(&ana.comment).is_no_content();
    ana.owner.after(&gone).get(&ana.comment).is_not_found();
    ana.owner.after(&gone).get(&ana.path).is_ok();
}

#[test]
fn somebody_elses_order_is_not_shown() {
    Shop::new().each_pair(|thief, victim| thief.get(&victim.path));
}

#[test]
fn somebody_elses_order_is_not_changed() {
    let theirs = json!({ "address": random_name("Dark Alley") });
    Shop::new().each_pair(|thief, victim| thief.put(&victim.path, &theirs));
}

#[test]
fn somebody_elses_order_is_not_cancelled() {
    Shop::new().each_pair(|thief, victim| thief.delete(&victim.path));
}

#[test]
fn somebody_elses_comment_is_neither_shown_nor_removed() {
    let shop = Shop::new();
    shop.each_pair(|thief, victim| thief.get(&victim.comment));
    shop.each_pair(|thief, victim| thief.delete(&victim.comment));
}

#[test]
fn ones_own_order_in_the_path_opens_nobody_elses_comment() {
    let shop = Shop::new();
    for mine in 0..CUSTOMERS {
        for theirs in (0..CUSTOMERS).filter(|theirs| *theirs != mine) {
            let (mine, theirs) = (shop.order(mine), shop.order(theirs));
            let path = format!("{}/comments/{}", mine.path, theirs.comment_id);
            theirs.is_untouched(&mine.owner.get(&path).is_not_found().is_empty());
            theirs.is_untouched(&mine.owner.delete(&path).is_not_found().is_empty());
        }
    }
}

#[test]
fn what_is_not_there_is_answered_in_the_same_way() {
    let shop = Shop::new();
    let ana = shop.order(0);
    let id = ana.comment_id + any(9_001_u32..=9_999);
    for path in [
        format!("/orders/{id}"),
        format!("{}/comments/{id}", ana.path),
    ] {
        ana.owner.get(&path).is_not_found().is_empty();
        ana.owner.delete(&path).is_not_found().is_empty();
    }
    let address = json!({ "address": random_name("Mill Lane") });
    ana.owner.put(&format!("/orders/{id}"), &address).is_not_found().is_empty();
}

#[test]
fn whoever_is_nobody_sees_and_changes_nothing() {
    let shop = Shop::new();
    let ben = shop.order(1);
    let nobody = &shop.anyone;
    let address = json!({ "address": random_name("Dark Alley") });
    for reply in [
        nobody.get("/orders"),
        nobody.get(&ben.path),
        nobody.put(&ben.path, &address),
        nobody.delete(&ben.path),
        nobody.get(&ben.comment),
        nobody.delete(&ben.comment),
    ] {
        ben.is_untouched(&reply.has_status(401));
    }
}

const CUSTOMERS: usize = 3;

/// A shop with an order of each customer, and a comment on each order. All numbers are new in every run.
struct Shop {
    anyone: Client,
    orders: Vec<Order>,
}

struct Order {
    owner: Client,
    item: String,
    address: String,
    text: String,
    path: String,
    comment: String,
    comment_id: u32,
}

impl Shop {
    fn new() -> Self {
        let db = db();
        let anyone = Client::new(app(db.clone()));
        let (mut orders, mut id) = (Vec::new(), 0_u32);
        for name in ["Ana", "Ben", "Cleo"] {
            // Apart from each other, so that nobody takes one kind of number for another.
            let mut next = || {
                id += any(11..=99);
                id
            };
            let (customer, order, comment_id) = (next(), next(), next());
            let path = format!("/orders/{order}");
            let new = Order {
                owner: anyone.with("x-customer", &customer.to_string()),
                item: random_name("tea for"),
                address: random_name("Main Road"),
                text: random_name(name),
                comment: format!("{path}/comments/{comment_id}"),
                path,
                comment_id,
            };
            let db = db.lock().unwrap();
            let sql = "INSERT INTO orders VALUES (?1, ?2, ?3, ?4)";
            db.execute(sql, (order, customer, &new.item, &new.address)).expect("an order");
            let sql = "INSERT INTO comments VALUES (?1, ?2, ?3)";
            db.execute(sql, (comment_id, order, &new.text)).expect("a comment");
            orders.push(new);
        }
        Self { anyone, orders }
    }

    fn order(&self, number: usize) -> &Order {
        &self.orders[number]
    }

    /// Everybody tries this on the order of everybody else, learns nothing, and changes nothing.
    #[track_caller]
    fn each_pair(&self, attack: impl Fn(&Client, &Order) -> Reply) {
        for mine in 0..CUSTOMERS {
            for theirs in (0..CUSTOMERS).filter(|theirs| *theirs != mine) {
                let victim = self.order(theirs);
                let reply = attack(&self.order(mine).owner, victim).is_not_found().is_empty();
                victim.is_untouched(&reply);
            }
        }
    }
}

impl Order {
    /// The owner finds it as it was.
    #[track_caller]
    fn is_untouched(&self, reply: &Reply) {
        let owner = self.owner.after(reply);
        let order = json!({ "item": self.item, "address": self.address });
        owner.get(&self.path).is_ok().has("", order);
        owner.get(&self.comment).is_ok().has("/text", self.text.as_str());
        owner.get("/orders").is_ok().has("/items", vec![self.item.clone()]);
    }
}
