//! The table of tickets.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::desk::{Company, Db, Failure, done};

#[derive(Deserialize)]
pub struct New {
    title: String,
    text: String,
}

/// The tickets of one company. Its fields are private, and only a request makes one: without a company there is none.
pub struct Tickets {
    db: Db,
    company: i64,
}

impl FromRequestParts<Db> for Tickets {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, db: &Db) -> Result<Self, StatusCode> {
        let Company(company) = Company::from_request_parts(parts, db).await?;
        Ok(Self {
            db: db.clone(),
            company,
        })
    }
}

/// In each statement, ?1 is the company.
impl Tickets {
    pub fn search(&self, text: &str) -> Result<Vec<Value>, Failure> {
        let db = self.db.lock().unwrap();
        let mut select = db.prepare(
            "SELECT id, title FROM tickets
             WHERE company = ?1 AND (instr(title, ?2) > 0 OR instr(text, ?2) > 0) ORDER BY id",
        )?;
        let items = select.query_map((self.company, text), |row| {
            Ok(json!({ "id": row.get::<_, i64>(0)?, "title": row.get::<_, String>(1)? }))
        })?;
        Ok(items.collect::<Result<_, _>>()?)
    }

    pub fn total(&self) -> Result<i64, Failure> {
        let sql = "SELECT count(*) FROM tickets WHERE company = ?1";
        Ok(self.db.lock().unwrap().query_row(sql, [self.company], |row| row.get(0))?)
    }

    pub fn add(&self, new: &New) -> Result<i64, Failure> {
        let sql = "INSERT INTO tickets (company, title, text) VALUES (?1, ?2, ?3) RETURNING id";
        let row = (self.company, &new.title, &new.text);
        Ok(self.db.lock().unwrap().query_row(sql, row, |row| row.get(0))?)
    }

    pub fn read(&self, id: i64) -> Result<Value, Failure> {
        let sql = "SELECT tickets.title, tickets.text, tickets.closed, original.title
                   FROM tickets LEFT JOIN tickets AS original
                       ON original.id = tickets.duplicate_of AND original.company = ?1
                   WHERE tickets.company = ?1 AND tickets.id = ?2";
        let ticket = self.db.lock().unwrap().query_row(sql, (self.company, id), |row| {
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
        let sql = "UPDATE tickets SET closed = 1 WHERE company = ?1 AND id = ?2";
        done(self.db.lock().unwrap().execute(sql, (self.company, id))?)
    }

    /// Both ends are of this company, or nothing happens.
    pub fn link(&self, id: i64, original: i64) -> Result<(), Failure> {
        let sql = "UPDATE tickets SET duplicate_of = ?3 WHERE company = ?1 AND id = ?2
                   AND EXISTS (SELECT 1 FROM tickets WHERE company = ?1 AND id = ?3)";
        done(self.db.lock().unwrap().execute(sql, (self.company, id, original))?)
    }
}
