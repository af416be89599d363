use std::panic::{self, AssertUnwindSafe};

use rusqlite::Connection;

use crate::{Database, Plan, Rival, Statements};

const SHOP: &str = "
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER, day TEXT, total INTEGER);
    CREATE INDEX orders_customer ON orders (customer, day);
    INSERT INTO orders (customer, day, total) VALUES (1, '2026-03-02', 900), (2, '2026-03-03', 100);";

#[test]
fn statements_are_counted_once_for_every_time_they_run() {
    let (mut shop, statements) = shop();
    let transaction = shop.transaction().unwrap();
    let mut total = transaction.prepare("SELECT total FROM orders WHERE id = ?1").unwrap();
    for id in [1, 2] {
        total.query_row([id], |row| row.get::<_, i64>(0)).unwrap();
    }
    drop(total);
    transaction.commit().unwrap();
    shop.execute_batch("PRAGMA user_version=2; pragma user_version; ;").unwrap();
    assert_eq!((statements.count(), statements.rows()), (2, 3));
    let with_values = "SELECT total FROM orders WHERE id = ";
    assert_eq!(statements.with_values(), [1, 2].map(|id| format!("{with_values}{id}")));
    let all = statements.all();
    assert_eq!((all[0].as_str(), all[3].as_str()), ("BEGIN DEFERRED", "COMMIT"));
    assert_eq!(all.len(), 6);
    statements.forget();
    assert_eq!((statements.count(), statements.rows()), (0, 0));
}

#[test]
fn what_the_database_does_by_itself_is_not_counted() {
    let database = Database::new(SHOP);
    let mut shop = database.connect();
    let statements = Statements::of(&mut shop);
    let total = |shop: &Connection| {
        shop.query_row("SELECT total FROM orders WHERE id = 1", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    total(&shop);
    database.connect().execute_batch("CREATE TABLE customers (id INTEGER)").unwrap();
    total(&shop);
    assert_eq!((statements.count(), statements.rows()), (2, 2));
}

#[test]
fn what_a_trigger_does_belongs_to_the_statement_that_fired_it() {
    let (shop, statements) = shop();
    let trigger = "CREATE TRIGGER rounded AFTER UPDATE OF total ON orders BEGIN
        UPDATE orders SET day = day WHERE id = NEW.id; END";
    shop.execute_batch(trigger).unwrap();
    statements.forget();
    shop.execute("-- by the hundred\n UPDATE orders SET total = 100", []).unwrap();
    assert_eq!(statements.all(), ["-- by the hundred UPDATE orders SET total = 100"]);
}

#[test]
fn too_many_statements_are_told_by_how_often_each_ran() {
    let (shop, statements) = shop();
    shop.execute("DELETE FROM orders WHERE id = 7", []).unwrap();
    statements.are_at_most(1, "a purge");
    for id in [1, 2] {
        shop.execute("UPDATE orders\n  SET total = 0\n  WHERE id = ?1", [id]).unwrap();
    }
    let story = failure(|| statements.are_at_most(1, "POST /purge"));
    assert_eq!(
        story,
        "
  POST /purge
  expected  at most 1 statement
  got       3 statements
            2 x UPDATE orders SET total = 0 WHERE id = ?1
            1 x DELETE FROM orders WHERE id = 7
"
    );
}

#[test]
fn a_plan_that_searches_and_needs_no_sorting_passes() {
    let (shop, _) = shop();
    for sql in [
        "SELECT * FROM orders WHERE id = 1",
        "SELECT * FROM orders WHERE customer = ?1 ORDER BY day DESC",
        "SELECT * FROM orders WHERE id IN (SELECT value FROM json_each('[1,2]'))",
        "SELECT o.total FROM (VALUES (1), (2)) v JOIN orders o ON o.customer = v.column1",
        "WITH best AS MATERIALIZED (SELECT id FROM orders WHERE customer = 1) SELECT * FROM best",
        "SELECT * FROM orders WHERE id = 1 OR customer = 2",
        "INSERT INTO orders (customer) VALUES (3)",
        "UPDATE orders SET total = 0 WHERE customer = 3",
    ] {
        let _ = Plan::of(&shop, sql).searches().sorts_nothing();
    }
}

#[test]
fn a_plan_that_reads_a_whole_table_is_told_with_its_step() {
    let (shop, _) = shop();
    let story =
        failure(|| drop(Plan::of(&shop, "SELECT *\n FROM orders WHERE day = ?1").searches()));
    assert_eq!(
        story,
        "
  SELECT * FROM orders WHERE day = ?1
  expected  a SEARCH by an index
  got       SCAN orders
"
    );
    let by_alias = "SELECT sum(total) FROM orders o";
    assert!(failure(|| drop(Plan::of(&shop, by_alias).searches())).contains("SCAN o"));
    let whole_index = "SELECT max(day), customer FROM orders GROUP BY customer";
    assert!(
        failure(|| drop(Plan::of(&shop, whole_index).searches())).contains("SCAN orders USING")
    );
    shop.execute_batch("CREATE TABLE days (day TEXT)").unwrap();
    let without = "SELECT * FROM orders o JOIN days USING (day) WHERE o.id = 1 AND o.total IN (SELECT day FROM days)";
    assert!(failure(|| drop(Plan::of(&shop, without).searches())).contains("SCAN days"));
}

#[test]
fn a_plan_that_sorts_is_told_with_its_step() {
    let (shop, _) = shop();
    let sql = "SELECT * FROM orders WHERE customer = 1 ORDER BY total";
    let story = failure(|| drop(Plan::of(&shop, sql).searches().sorts_nothing()));
    let told =
        "expected  rows in the order of an index\n  got       USE TEMP B-TREE FOR ORDER BY\n";
    assert!(story.ends_with(told), "{story}");
}

#[test]
fn a_plan_knows_its_indexes() {
    let (shop, _) = shop();
    let plan = Plan::of(&shop, "SELECT total FROM orders WHERE customer = 1");
    assert!(plan.uses("orders_customer"));
    assert!(!plan.uses("orders_c"));
    assert!(!Plan::of(&shop, "SELECT customer FROM orders WHERE id = 1").uses("orders_customer"));
}

#[test]
fn what_is_no_sql_has_no_plan() {
    let (shop, _) = shop();
    let story = failure(|| drop(Plan::of(&shop, "SELECT day FROM nowhere")));
    assert!(
        story.contains("expected  a plan\n  got       no such table: nowhere"),
        "{story}"
    );
}

#[test]
fn a_database_is_shared_by_its_connections_and_goes_away_with_the_test() {
    let (shop, other) = (Database::new(SHOP), Database::new(""));
    shop.connect().execute("DELETE FROM orders WHERE id = 1", []).unwrap();
    let count = "SELECT count(*) FROM orders";
    assert_eq!(shop.connect().query_row(count, [], |row| row.get(0)), Ok(1));
    assert!(other.connect().prepare(count).is_err());
    let file = shop.connect().path().map(str::to_owned).unwrap();
    assert!(std::fs::exists(&file).unwrap());
    drop(shop);
    assert!(!std::fs::exists(&file).unwrap());
}

#[test]
fn a_rival_has_one_turn_just_before_the_first_write() {
    let database = Database::new(SHOP);
    let rival = Rival::of(&database, |shop| {
        shop.execute("UPDATE orders SET total = total + 1 WHERE id = 1", []).is_ok()
    });
    let mut shop = database.connect();
    rival.overtakes(&mut shop);
    let total = |shop: &Connection| {
        shop.query_row("SELECT total FROM orders WHERE id = 1", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(total(&shop), 900);
    let story = failure(|| assert!(rival.finishes()));
    assert!(story.contains("expected  a write to the database\n  got       none"), "{story}");
    for _ in 0..2 {
        shop.execute("update orders SET total = total * 2 WHERE id = 1", []).unwrap();
    }
    assert!(rival.finishes());
    assert_eq!(total(&shop), 901 * 4);
}

#[test]
fn a_rival_who_finds_the_database_locked_comes_back() {
    let database = Database::new(SHOP);
    let rival = Rival::of(&database, |shop| shop.execute("DELETE FROM orders", []).is_ok());
    let mut shop = database.connect();
    rival.overtakes(&mut shop);
    shop.execute_batch("BEGIN IMMEDIATE; UPDATE orders SET total = 5; COMMIT").unwrap();
    let count = || shop.query_row("SELECT count(*) FROM orders", [], |row| row.get::<_, i64>(0));
    assert_eq!(count(), Ok(2));
    assert!(rival.finishes());
    assert_eq!(count(), Ok(0));
}

fn shop() -> (Connection, Statements) {
    let mut shop = Connection::open_in_memory().unwrap();
    shop.execute_batch(SHOP).unwrap();
    let statements = Statements::of(&mut shop);
    (shop, statements)
}

/// What a test says when it fails.
#[track_caller]
fn failure(test: impl FnOnce()) -> String {
    let panic = panic::catch_unwind(AssertUnwindSafe(test)).expect_err("the test fails");
    panic.downcast_ref::<String>().expect("with words").clone()
}
