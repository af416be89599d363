//! Four reports of a shop, each a list of its customers by name, and by id where two have the same. `cargo run -p sql_joins`
//! prints them.
//!
//! From the newsletter: "I write to those whose last order was long ago. Those who never ordered at all are not in the list."
//! From sales: "Says the report: every customer has ordered at least once in 2026. It says the same of 1999."
//! From the bookkeeper: "Ana's order of three articles, paid at once, is down as paid three times."
//! From marketing: "The list of those who never ordered is empty, since guests may order without an account."
//!
//! The tests call the four functions. src/schema.sql says what the tables hold; it stays as it is.

#[cfg(test)]
mod tests;

use rusqlite::{Connection, Result};

/// Every customer with the day of the last order, if there is one.
fn last_orders(db: &Connection) -> Result<Vec<(String, Option<String>)>> {
    let sql = "SELECT customers.name, max(orders.day)
               FROM customers
               LEFT JOIN orders ON orders.customer = customers.id
               GROUP BY customers.id
               ORDER BY customers.name, customers.id";
    db.prepare(sql)?.query_map((), |row| row.try_into())?.collect()
}

/// Every customer with the number of orders in this year.
fn orders_in(db: &Connection, year: u32) -> Result<Vec<(String, i64)>> {
    // count(*) would count the row of somebody without orders; count(orders.id) does not, since NULL is no order.
    let sql = "SELECT customers.name, count(orders.id)
               FROM customers
               LEFT JOIN orders ON orders.customer = customers.id AND substr(orders.day, 1, 4) = ?1
               GROUP BY customers.id
               ORDER BY customers.name, customers.id";
    db.prepare(sql)?.query_map([year.to_string()], |row| row.try_into())?.collect()
}

/// Every customer with what all articles cost, and with what was paid, in cents.
fn accounts(db: &Connection) -> Result<Vec<(String, i64, i64)>> {
    // Joined, each article would meet each payment of its order. So each is added up by itself.
    let sql = "SELECT name,
                      (SELECT coalesce(sum(cents), 0)
                       FROM articles JOIN orders ON orders.id = articles.of_order
                       WHERE orders.customer = customers.id),
                      (SELECT coalesce(sum(cents), 0)
                       FROM payments JOIN orders ON orders.id = payments.of_order
                       WHERE orders.customer = customers.id)
               FROM customers
               ORDER BY name, id";
    db.prepare(sql)?.query_map((), |row| row.try_into())?.collect()
}

/// The customers who have never ordered anything.
fn never_ordered(db: &Connection) -> Result<Vec<String>> {
    // NOT IN a list with a NULL in it is never true: the unknown customer might be this one.
    let sql = "SELECT name FROM customers
               WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.customer = customers.id)
               ORDER BY name, id";
    db.prepare(sql)?.query_map((), |row| row.get(0))?.collect()
}

fn main() -> Result<()> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(include_str!("schema.sql"))?;
    db.execute_batch(
        "INSERT INTO customers VALUES (1, 'Ana'), (2, 'Ben'), (3, 'Cyd');
         INSERT INTO orders VALUES (1, 1, '2025-05-01'), (2, 1, '2026-02-03'), (3, NULL, '2026-03-05');
         INSERT INTO articles VALUES (1, 700), (2, 900), (2, 300), (2, 300), (3, 500);
         INSERT INTO payments VALUES (1, 700), (2, 1500), (3, 500);",
    )?;
    println!("last orders       {:?}", last_orders(&db)?);
    println!("orders in 2026    {:?}", orders_in(&db, 2026)?);
    println!("articles, paid    {:?}", accounts(&db)?);
    println!("never ordered     {:?}", never_ordered(&db)?);
    Ok(())
}
