//! What the tables hold, for whoever wants to see it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rusqlite::Row;
use serde_json::{Value, json};

use super::Db;

type Lists = Result<Json<Value>, StatusCode>;

pub async fn customers(State(db): State<Db>) -> Lists {
    list(&db, "SELECT email FROM customers ORDER BY id", |row| {
        Ok(row.get::<_, String>(0)?.into())
    })
}

pub async fn orders(State(db): State<Db>) -> Lists {
    list(&db, "SELECT customer, quantity FROM orders ORDER BY id", |row| {
        let (customer, quantity): (i64, i64) = (row.get(0)?, row.get(1)?);
        Ok(json!({ "customer": customer, "quantity": quantity }))
    })
}

fn list(db: &Db, sql: &str, read: fn(&Row) -> rusqlite::Result<Value>) -> Lists {
    let rows = || {
        let db = db.lock().unwrap();
        let mut select = db.prepare(sql)?;
        select.query_map((), read)?.collect::<rusqlite::Result<Vec<Value>>>()
    };
    let items = rows().map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({ "items": items })))
}
