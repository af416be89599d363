//! The products of a shop as JSON documents, each with whatever it has: `{"sku": "TEA-1", "tags": ["tea", "gift"], ...}`.
//! SQLite keeps them; a table `tags` knows which product has which tag.
//!
//! From the customers: "We click on 'sale' and see what has not been on sale for weeks, and what you no longer sell."
//! From operations: "A scan at the till takes longer with every product. There is an index on the sku! And when a save
//! failed, because another product had that sku, or the disk was full, half of it was there all the same."
//!
//! The documentation promises: `with_tag` gives the ids of all products that have the tag now, in their order. `save`
//! adds a document or replaces it, whole or not at all; a sku belongs to one product. A look-up by sku or tag uses an
//! index.
//!
//! The tests call `open`, `save`, `remove`, `by_sku` and `with_tag`. The tables are yours, too.

#[cfg(test)]
mod tests;

use rusqlite::{Connection, OptionalExtension, Result};
use serde_json::{Value, json};

const SCHEMA: &str = "
    CREATE TABLE products (id INTEGER PRIMARY KEY, doc TEXT NOT NULL) STRICT;
    CREATE UNIQUE INDEX products_sku ON products (json_extract(doc, '$.sku'));
    CREATE TABLE tags (tag TEXT, product INTEGER, PRIMARY KEY (tag, product)) STRICT;
";

fn open() -> Result<Connection> {
    let database = Connection::open_in_memory()?;
    database.execute_batch(SCHEMA)?;
    Ok(database)
}

fn save(database: &mut Connection, id: i64, doc: &Value) -> Result<()> {
    // TODO: what does the table of tags say about this product, before and after?
    for tag in doc["tags"].as_array().into_iter().flatten() {
        let insert = "INSERT OR IGNORE INTO tags (tag, product) VALUES (?1, ?2)";
        database.execute(insert, (tag.as_str(), id))?;
    }
    let upsert = "INSERT INTO products (id, doc) VALUES (?1, ?2)
        ON CONFLICT (id) DO UPDATE SET doc = excluded.doc";
    database.execute(upsert, (id, doc.to_string()))?;
    Ok(())
}

fn remove(database: &mut Connection, id: i64) -> Result<()> {
    database.execute("DELETE FROM products WHERE id = ?1", [id])?;
    Ok(())
}

fn by_sku(database: &Connection, sku: &str) -> Result<Option<Value>> {
    // TODO: ask the database how it goes about this: EXPLAIN QUERY PLAN
    let select = "SELECT doc FROM products WHERE doc ->> '$.sku' = ?1";
    let doc: Option<String> = database.query_row(select, [sku], |row| row.get(0)).optional()?;
    let written = "a document that this program has written";
    Ok(doc.map(|doc| serde_json::from_str(&doc).expect(written)))
}

fn with_tag(database: &Connection, tag: &str) -> Result<Vec<i64>> {
    let select = "SELECT product FROM tags WHERE tag = ?1 ORDER BY product";
    database.prepare(select)?.query_map([tag], |row| row.get(0))?.collect()
}

fn main() -> Result<()> {
    let mut database = open()?;
    save(&mut database, 1, &json!({ "sku": "TEA-1", "tags": ["tea", "sale"] }))?;
    save(&mut database, 2, &json!({ "sku": "CUP-1", "tags": ["sale"], "colour": "blue" }))?;
    save(&mut database, 1, &json!({ "sku": "TEA-1", "tags": ["tea"], "grams": 100 }))?;
    remove(&mut database, 2)?;
    println!("TEA-1: {:?}", by_sku(&database, "TEA-1")?);
    println!("on sale: {:?}", with_tag(&database, "sale")?);
    Ok(())
}
