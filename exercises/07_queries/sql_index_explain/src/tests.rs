use rusqlite::Connection;
use support::{Client, any, fail, random_name};
use support_sql::{Database, Plan, Statements};

use super::{app, create_tables};

/// What the tests ask for: the customer, the address and the day are in the database.
const CUSTOMER: &str = "/customers/2/orders";
const EMAIL: &str = "/customers?email=ana@example.com";
const DAY: &str = "/days/2026-03-02";

#[test]
fn a_customer_sees_the_twenty_newest_orders() {
    let pizzeria = Pizzeria::new();
    let mut placed: Vec<_> = (0..30).map(|number| (number * 7 + 3) % 30).collect();
    placed.rotate_left(any(0..=29));
    for minute in &placed {
        pizzeria.order(2, 1_000 + minute, &format!("2026-03-02T19:{minute:02}:00.000Z"));
        pizzeria.order(1, 1, "2026-03-02T20:00:00.000Z");
    }
    let mut reply = pizzeria.client.get(CUSTOMER).is_ok().has_items(20);
    for place in 0..20 {
        let minute = 29 - place;
        reply = reply.has(&format!("/items/{place}/cents"), 1_000 + minute).has(
            &format!("/items/{place}/placed_at"),
            format!("2026-03-02T19:{minute:02}:00.000Z"),
        );
    }
    pizzeria.client.get("/customers/3/orders").is_ok().has_items(0);
}

#[test]
fn a_customer_is_found_by_an_address_in_any_case() {
    let pizzeria = Pizzeria::new();
    let name = random_name("Ana").replace(' ', "-");
    let stored = format!("{name}@Example.com");
    pizzeria.customer(&format!("x{stored}"));
    let id = pizzeria.customer(&stored);
    for email in [stored.clone(), stored.to_lowercase(), stored.to_uppercase()] {
        let reply = pizzeria.client.get(&format!("/customers?email={email}")).is_ok();
        reply.has("/id", id).has("/email", stored.as_str());
    }
    pizzeria.client.get(&format!("/customers?email=y{stored}")).is_not_found();
    pizzeria
        .client
        .get(&format!("/customers?email={}", stored.replace("An", "_n")))
        .is_not_found();
}

#[test]
fn a_day_begins_at_midnight_and_ends_before_the_next_one() {
    let pizzeria = Pizzeria::new();
    let cents: [i64; 3] = [any(1..=999), any(1..=999), any(1..=999)];
    for (cents, time) in cents.iter().zip(["00:00:00.000", "12:34:56.789", "23:59:59.999"]) {
        pizzeria.order(1, *cents, &format!("2026-02-28T{time}Z"));
    }
    pizzeria.order(1, 10_000, "2026-02-27T23:59:59.999Z");
    pizzeria.order(1, 20_000, "2026-03-01T00:00:00.000Z");
    pizzeria.client.get("/days/2026-02-28").is_ok().has("/cents", cents.iter().sum::<i64>());
    pizzeria.client.get("/days/2026-02-27").is_ok().has("/cents", 10_000);
    pizzeria.client.get("/days/2026-03-01").is_ok().has("/cents", 20_000);
    pizzeria.client.get("/days/2026-03-02").is_ok().has("/cents", 0);
}

#[test]
fn the_orders_of_a_customer_are_searched_and_come_in_their_order() {
    Pizzeria::with_an_order().searches(CUSTOMER);
}

#[test]
fn a_customer_is_searched_by_an_index() {
    Pizzeria::with_an_order().searches(EMAIL);
}

#[test]
fn the_orders_of_a_day_are_searched_by_an_index() {
    Pizzeria::with_an_order().searches(DAY);
}

#[test]
fn every_index_is_of_use_to_a_query() {
    let pizzeria = Pizzeria::with_an_order();
    let plans: Vec<_> =
        [CUSTOMER, EMAIL, DAY].iter().flat_map(|path| pizzeria.plans(path)).collect();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'index'";
    let mut indexes = pizzeria.db.prepare(sql).unwrap();
    for index in indexes.query_map([], |row| row.get::<_, String>("name")).unwrap() {
        let index = index.unwrap();
        if !plans.iter().any(|plan| plan.uses(&index)) {
            let story = format!("the index {index}");
            fail(story, "a query that uses it", "every write pays for it, no query uses it");
        }
    }
}

#[test]
fn a_broken_database_is_an_error_and_no_answer() {
    let pizzeria = Pizzeria::new();
    pizzeria.db.execute_batch("DROP TABLE orders; DROP TABLE customers").unwrap();
    for path in [CUSTOMER, EMAIL, DAY] {
        let _ = pizzeria.client.get(path).has_status(500);
    }
}

struct Pizzeria {
    client: Client,
    statements: Statements,
    db: Connection,
    _file: Database,
}

impl Pizzeria {
    fn new() -> Self {
        let file = Database::new("");
        let db = file.connect();
        create_tables(&db).unwrap();
        let mut connection = file.connect();
        let statements = Statements::of(&mut connection);
        let client = Client::new(app(connection));
        Self {
            client,
            statements,
            db,
            _file: file,
        }
    }

    /// One that has something to find behind each of the three paths.
    fn with_an_order() -> Self {
        let pizzeria = Self::new();
        pizzeria.customer("ana@example.com");
        pizzeria.order(2, 1_000, "2026-03-02T19:30:00.000Z");
        pizzeria
    }

    fn customer(&self, email: &str) -> i64 {
        self.db.execute("INSERT INTO customers (email) VALUES (?1)", [email]).unwrap();
        self.db.last_insert_rowid()
    }

    fn order(&self, customer: i64, cents: i64, placed_at: &str) {
        let sql = "INSERT INTO orders (customer, cents, placed_at) VALUES (?1, ?2, ?3)";
        self.db.execute(sql, (customer, cents, placed_at)).unwrap();
    }

    /// How the database goes about what this request makes it do.
    #[track_caller]
    fn plans(&self, path: &str) -> Vec<Plan> {
        self.statements.forget();
        let _ = self.client.get(path).is_ok();
        let statements = self.statements.with_values();
        statements.iter().map(|sql| Plan::of(&self.db, sql)).collect()
    }

    #[track_caller]
    fn searches(&self, path: &str) {
        let plans = self.plans(path);
        if plans.is_empty() {
            fail(format_args!("GET {path}"), "a statement", "none");
        }
        for plan in plans {
            let _ = plan.searches().sorts_nothing();
        }
    }
}
