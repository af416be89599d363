use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Client, any, expect, fail};

use super::{app, db, prepare};

type Db = Arc<Mutex<Connection>>;

#[test]
fn a_customer_orders_and_the_order_is_stored() {
    let (shop, _) = shop();
    let ana = customer(&shop);
    let quantity = any(2..=99);
    let orders = [
        json!({ "customer": ana, "quantity": quantity }),
        json!({ "customer": ana, "quantity": 1 }),
    ];
    for order in &orders {
        let _ = shop.post("/orders", order).is_created();
    }
    shop.get("/orders").is_ok().has("/items", orders.to_vec());
}

#[test]
fn an_address_signs_up_only_once() {
    let (shop, _) = shop();
    let (ana, ben) = (email(), email());
    let first = shop.post("/customers", &json!({ "email": ana })).is_created();
    let again = shop.after(&first).post("/customers", &json!({ "email": ana })).is_conflict();
    shop.after(&again).get("/customers").is_ok().has("/items", vec![ana.clone()]);
    let other = shop.after(&again).post("/customers", &json!({ "email": ben })).is_created();
    shop.after(&other).get("/customers").is_ok().has("/items", vec![ana, ben]);
}

#[test]
fn an_order_of_less_than_one_piece_cannot_be_processed() {
    let (shop, _) = shop();
    let ana = customer(&shop);
    for quantity in [-1, 0, -any(2_i64..=99)] {
        let order = json!({ "customer": ana, "quantity": quantity });
        let reply = shop.post("/orders", &order).has_status(422);
        shop.after(&reply).get("/orders").is_ok().has_items(0);
    }
}

#[test]
fn an_order_of_nobody_cannot_be_processed() {
    let (shop, _) = shop();
    let ana = customer(&shop);
    let order = json!({ "customer": ana + any(1..=9_999), "quantity": any(1..=99) });
    let reply = shop.post("/orders", &order).has_status(422);
    shop.after(&reply).get("/orders").is_ok().has_items(0);
}

#[test]
fn a_customer_who_has_orders_stays() {
    let (shop, _) = shop();
    let ana = customer(&shop);
    let order = json!({ "customer": ana, "quantity": any(1..=99) });
    let ordered = shop.post("/orders", &order).is_created();
    let reply = shop.after(&ordered).delete(&format!("/customers/{ana}")).is_conflict();
    shop.after(&reply).get("/customers").is_ok().has_items(1);
    shop.after(&reply).get("/orders").is_ok().has("/items", vec![order]);
}

#[test]
fn a_customer_without_orders_may_leave_and_come_back() {
    let (shop, _) = shop();
    let ben = customer(&shop);
    let _ = shop.post("/orders", &json!({ "customer": ben, "quantity": 1 })).is_created();
    let ana = json!({ "email": email() });
    let path = format!("/customers/{}", id(&shop, &ana));
    let reply = shop.delete(&path).is_no_content();
    shop.after(&reply).get("/customers").is_ok().has_items(1);
    shop.after(&reply).delete(&path).is_not_found();
    let _ = shop.after(&reply).post("/customers", &ana).is_created();
}

#[test]
fn the_database_refuses_the_import_what_the_service_refuses_its_clients() {
    let (shop, db) = shop();
    let (ana, ben) = (email(), email());
    let customer = id(&shop, &json!({ "email": ana }));
    let _ = shop.post("/customers", &json!({ "email": ben })).is_created();
    let order = json!({ "customer": customer, "quantity": any(2..=99) });
    let _ = shop.post("/orders", &order).is_created();
    let nobody = customer + any(2..=9_999);
    for sql in [
        format!("INSERT INTO customers (email) VALUES ('{ana}')"),
        format!("UPDATE customers SET email = '{ana}' WHERE email = '{ben}'"),
        format!("INSERT INTO orders (customer, quantity) VALUES ({nobody}, 1)"),
        format!("UPDATE orders SET customer = {nobody}"),
        format!("INSERT INTO orders (customer, quantity) VALUES ({customer}, 0)"),
        format!("UPDATE orders SET quantity = -{}", any(1..=99)),
        format!("DELETE FROM customers WHERE id = {customer}"),
    ] {
        let got = match import(&db, &sql) {
            Ok(rows) => format!("rows changed: {rows}"),
            Err(_) => "an error".to_owned(),
        };
        expect(format!("the import: {sql}"), "an error", got);
    }
    shop.get("/customers").is_ok().has("/items", vec![ana, ben]);
    shop.get("/orders").is_ok().has("/items", vec![order]);
}

#[test]
fn the_import_may_write_what_a_client_may() {
    let (shop, db) = shop();
    let (ana, quantity) = (email(), any(1..=99));
    for sql in [
        format!("INSERT INTO customers (id, email) VALUES (7, '{ana}')"),
        format!("INSERT INTO orders (customer, quantity) VALUES (7, {quantity})"),
        format!("INSERT INTO orders (customer, quantity) VALUES (7, {quantity})"),
    ] {
        let got =
            import(&db, &sql).map_or_else(|error| error.to_string(), |rows| format!("{rows} row"));
        expect(format!("the import: {sql}"), "1 row", got);
    }
    shop.get("/customers").is_ok().has("/items", vec![ana]);
    shop.get("/orders").is_ok().has_items(2).has("/items/1/quantity", quantity);
}

#[test]
fn a_broken_database_is_not_the_mistake_of_a_client() {
    let (shop, db) = shop();
    let ana = customer(&shop);
    import(&db, "DROP TABLE orders").unwrap();
    shop.post("/orders", &json!({ "customer": ana, "quantity": 1 })).has_status(500);
    shop.get("/orders").has_status(500);
    import(&db, "DROP TABLE customers").unwrap();
    shop.post("/customers", &json!({ "email": email() })).has_status(500);
    shop.delete(&format!("/customers/{ana}")).has_status(500);
}

fn shop() -> (Client, Db) {
    let db = db::connect();
    if let Err(error) = prepare(&db) {
        fail("prepare() an empty database", "tables", error);
    }
    let db = Arc::new(Mutex::new(db));
    (Client::new(app(db.clone())), db)
}

#[track_caller]
fn customer(shop: &Client) -> i64 {
    id(shop, &json!({ "email": email() }))
}

/// Signs somebody up. Which number the customer has got, the location says.
#[track_caller]
fn id(shop: &Client, form: &Value) -> i64 {
    let location = shop.post("/customers", form).is_created().location();
    location
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .parse()
        .expect("a number ends the location")
}

fn email() -> String {
    format!("{:08x}@example.com", any(0..=u32::MAX))
}

/// A statement of the nightly import. It has nothing to do with our handlers.
fn import(db: &Db, sql: &str) -> rusqlite::Result<usize> {
    db.lock().unwrap_or_else(PoisonError::into_inner).execute(sql, ())
}
