use std::fmt::{Debug, Display};

use rusqlite::{Connection, Result};
use support::{any, expect, random_name};

use super::{accounts, last_orders, never_ordered, orders_in};

#[test]
fn every_customer_has_a_last_order_or_none() {
    let shop = Shop::new();
    let (cyd, ana, ben) = (random_name("Cyd"), random_name("Ana"), random_name("Ben"));
    let (first, last) = (any(10..=15), any(16..=28));
    shop.customer(&cyd);
    let id = shop.customer(&ana);
    shop.order(id, &format!("2026-03-{last}"));
    shop.order(id, &format!("2026-03-{first}"));
    let id = shop.customer(&ben);
    shop.order(id, &format!("2025-11-{first}"));
    shop.guest_orders();
    reports(
        "last_orders(), where Ana ordered twice, Ben once, and Cyd never",
        &[
            (ana, Some(format!("2026-03-{last}"))),
            (ben, Some(format!("2025-11-{first}"))),
            (cyd, None),
        ],
        last_orders(&shop.db),
    );
}

#[test]
fn whoever_ordered_nothing_in_a_year_has_no_orders_in_it() {
    let shop = Shop::new();
    let (cyd, ana, ben) = (random_name("Cyd"), random_name("Ana"), random_name("Ben"));
    let (year, times) = (any(2_001..=2_098), any(2..=9));
    shop.customer(&cyd);
    let id = shop.customer(&ben);
    shop.order(id, &format!("{}-12-31", year - 1));
    shop.order(id, &format!("{}-01-01", year + 1));
    let id = shop.customer(&ana);
    shop.order(id, &format!("{}-12-31", year - 1));
    shop.order(id, &format!("{year}-01-01"));
    for _ in 2..times {
        shop.order(id, &format!("{year}-07-01"));
    }
    shop.order(id, &format!("{year}-12-31"));
    shop.guest_orders();
    reports(
        format!("orders_in({year}), where Ana ordered, Ben did so in other years, and Cyd never"),
        &[(ana, times), (ben, 0), (cyd, 0)],
        orders_in(&shop.db, year),
    );
}

#[test]
fn an_order_of_three_articles_is_paid_once() {
    let shop = Shop::new();
    let ana = random_name("Ana");
    let (one, other) = (any(100..=999), any(1_000..=9_999));
    let id = shop.customer(&ana);
    let order = shop.order(id, "2026-04-01");
    shop.articles(order, &[one, other, other]);
    shop.payments(order, &[one + other]);
    reports(
        format!(
            "accounts() as (name, articles, paid), where Ana paid {} at once for articles of {one}, {other} and {other}",
            one + other
        ),
        &[(ana, one + other + other, one + other)],
        accounts(&shop.db),
    );
}

#[test]
fn an_order_that_is_paid_in_two_parts_is_bought_once() {
    let shop = Shop::new();
    let ana = random_name("Ana");
    let part = any(100..=999);
    let id = shop.customer(&ana);
    let order = shop.order(id, "2026-04-01");
    shop.articles(order, &[3 * part]);
    shop.payments(order, &[part, part]);
    reports(
        format!(
            "accounts() as (name, articles, paid), where Ana paid twice {part} for one article"
        ),
        &[(ana, 3 * part, 2 * part)],
        accounts(&shop.db),
    );
}

#[test]
fn an_account_has_all_orders_in_it_and_every_customer_has_one() {
    let shop = Shop::new();
    let (cyd, ana, ben) = (random_name("Cyd"), random_name("Ana"), random_name("Ben"));
    let price = any(100..=999);
    shop.customer(&cyd);
    let id = shop.customer(&ben);
    let not_paid = shop.order(id, "2026-04-01");
    shop.articles(not_paid, &[price]);
    let id = shop.customer(&ana);
    for day in ["2026-04-01", "2026-04-02"] {
        let order = shop.order(id, day);
        shop.articles(order, &[price, price]);
        shop.payments(order, &[price, price]);
    }
    let in_advance = shop.order(id, "2026-04-03");
    shop.payments(in_advance, &[5]);
    shop.guest_orders();
    reports(
        format!(
            "accounts() as (name, articles, paid), where everything costs {price}, Ana paid 5 in advance, and Ben has not paid"
        ),
        &[
            (ana, 4 * price, 4 * price + 5),
            (ben, price, 0),
            (cyd, 0, 0),
        ],
        accounts(&shop.db),
    );
}

#[test]
fn whoever_never_ordered_is_found_although_guests_order() {
    let shop = Shop::new();
    let (cyd, ana, ben) = (random_name("Cyd"), random_name("Ana"), random_name("Ben"));
    shop.customer(&cyd);
    let id = shop.customer(&ana);
    shop.order(id, "2026-04-01");
    shop.customer(&ben);
    let names = [ben, cyd];
    reports("never_ordered()", &names, never_ordered(&shop.db));
    shop.guest_orders();
    reports("never_ordered(), after a guest has ordered", &names, never_ordered(&shop.db));
}

#[test]
fn two_customers_of_one_name_are_two_customers() {
    let shop = Shop::new();
    let ana = random_name("Ana");
    let price = any(100..=999);
    let (first, second) = (shop.customer(&ana), shop.customer(&ana));
    shop.customer(&ana);
    shop.customer(&ana);
    let order = shop.order(first, "2026-04-01");
    shop.articles(order, &[price]);
    let order = shop.order(second, "2026-05-01");
    shop.payments(order, &[price]);
    let days = ["2026-04-01", "2026-05-01"].map(ToOwned::to_owned);
    let who = "where four are called Ana, and two of them never ordered";
    let [a, b, c, d] = [(); 4].map(|()| ana.clone());
    let [april, may] = days.map(Some);
    let rows = [
        (a.clone(), april),
        (b.clone(), may),
        (c.clone(), None),
        (d.clone(), None),
    ];
    reports(format!("last_orders(), {who}"), &rows, last_orders(&shop.db));
    let rows = [
        (a.clone(), 1),
        (b.clone(), 1),
        (c.clone(), 0),
        (d.clone(), 0),
    ];
    reports(format!("orders_in(2026), {who}"), &rows, orders_in(&shop.db, 2026));
    let rows = [(a, price, 0), (b, 0, price), (c, 0, 0), (d, 0, 0)];
    reports(
        format!("accounts() as (name, articles, paid), {who}"),
        &rows,
        accounts(&shop.db),
    );
    reports(format!("never_ordered(), {who}"), &[ana.clone(), ana], never_ordered(&shop.db));
}

#[test]
fn a_guest_is_no_customer_in_any_report() {
    let shop = Shop::new();
    shop.guest_orders();
    let who = "where only a guest has ordered";
    reports(format!("last_orders(), {who}"), &[], last_orders(&shop.db));
    reports(format!("orders_in(2026), {who}"), &[], orders_in(&shop.db, 2026));
    reports(format!("accounts() as (name, articles, paid), {who}"), &[], accounts(&shop.db));
    reports(format!("never_ordered(), {who}"), &[], never_ordered(&shop.db));
}

/// A report has these rows, in this order. Each is told on a line of its own.
#[track_caller]
fn reports<T: Debug>(story: impl Display, expected: &[T], got: Result<Vec<T>>) {
    let lines = |rows: &[T]| {
        let rows: Vec<_> = rows.iter().map(|row| format!("{row:?}")).collect();
        match rows.len() {
            0 => "no rows".to_owned(),
            _ => rows.join("\n            "),
        }
    };
    let got = got.map_or_else(|error| error.to_string(), |rows| lines(&rows));
    expect(story, lines(expected), got);
}

struct Shop {
    db: Connection,
}

impl Shop {
    fn new() -> Self {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("schema.sql")).unwrap();
        Self { db }
    }

    fn customer(&self, name: &str) -> i64 {
        // Not the number of an order, too.
        let sql = "INSERT INTO customers SELECT coalesce(max(id), 100) + ?1, ?2 FROM customers";
        self.insert(sql, (any(1..=99), name))
    }

    fn order(&self, customer: i64, day: &str) -> i64 {
        self.insert("INSERT INTO orders (customer, day) VALUES (?1, ?2)", (customer, day))
    }

    fn articles(&self, order: i64, cents: &[i64]) {
        for cents in cents {
            self.insert("INSERT INTO articles VALUES (?1, ?2)", (order, cents));
        }
    }

    fn payments(&self, order: i64, cents: &[i64]) {
        for cents in cents {
            self.insert("INSERT INTO payments VALUES (?1, ?2)", (order, cents));
        }
    }

    fn guest_orders(&self) {
        let order =
            self.insert("INSERT INTO orders (customer, day) VALUES (NULL, '2026-04-01')", ());
        self.articles(order, &[700]);
        self.payments(order, &[700]);
    }

    fn insert(&self, sql: &str, values: impl rusqlite::Params) -> i64 {
        self.db.execute(sql, values).unwrap();
        self.db.last_insert_rowid()
    }
}
