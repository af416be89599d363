//! The table of tickets.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::desk::{Db, Failure, done};

#[derive(Deserialize)]
pub struct New {
    title: String,
    text: String,
    /// For the import of a new customer's old tickets.
    company: Option<i64>,
}

pub struct Tickets {
    db: Db,
}

// TODO: how could it be impossible to forget the company?
impl Tickets {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    pub fn search(&self, company: i64, text: &str) -> Result<Vec<Value>, Failure> {
        let db = self.db.lock().unwrap();
        let mut select = db.prepare(
            "SELECT id, title FROM tickets
             WHERE company = ?1 AND instr(title, ?2) > 0 OR instr(text, ?2) > 0 ORDER BY id",
        )?;
        let items = select.query_map((company, text), |row| {
            Ok(json!({ "id": row.get::<_, i64>(0)?, "title": row.get::<_, String>(1)? }))
        })?;
        Ok(items.collect::<Result<_, _>>()?)
    }

    pub fn total(&self) -> Result<i64, Failure> {
        let sql = "SELECT count(*) FROM tickets";
        Ok(self.db.lock().unwrap().query_row(sql, [], |row| row.get(0))?)
    }

    pub fn add(&self, company: i64, new: &New) -> Result<i64, Failure> {
        let sql = "INSERT INTO tickets (company, title, text) VALUES (?1, ?2, ?3) RETURNING id";
        let row = (new.company.unwrap_or(company), &new.title, &new.text);
        Ok(self.db.lock().unwrap().query_row(sql, row, |row| row.get(0))?)
    }

    pub fn read(&self, company: i64, id: i64) -> Result<Value, Failure> {
        let sql = "SELECT tickets.title, tickets.text, tickets.closed, original.title
                   FROM tickets LEFT JOIN tickets AS original
                       ON original.id = tickets.duplicate_of
                   WHERE tickets.company = ?1 AND tickets.id = ?2";
        let ticket = self.db.lock().unwrap().query_row(sql, (company, id), |row| {
            Ok(json!({
                "title": row.get::<_, String>(0)?,
                "text": row.get::<_, String>(1)?,
                "closed": row.get::<_, bool>(2)?,
                "duplicate_of": row.get::<_, Option<String>>(3)?,
            }))
        });
        Ok(ticket?)
    }

    pub fn close(&self, id: i64) -> Result<(), Failure> {
        let sql = "UPDATE tickets SET closed = 1 WHERE id = ?1";
        done(self.db.lock().unwrap().execute(sql, [id])?)
    }

    pub fn link(&self, company: i64, id: i64, original: i64) -> Result<(), Failure> {
        let sql = "UPDATE tickets SET duplicate_of = ?3 WHERE company = ?1 AND id = ?2";
        done(self.db.lock().unwrap().execute(sql, (company, id, original))?)
    }
}
