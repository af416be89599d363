//! The sign-up form of a website: a name and an e-mail address become a row of the table `users`.
//!
//! From a user: "The confirmation was right. But my profile says that I am called ana@example.com."
//! From marketing: "The newsletter reads that table. All of them begin with 'Dear ben@example.com' now."
//! From support: "The link in the confirmation leads to somebody else, once in a while. And a correction of profile 9999,
//! which nobody has, was answered with 'done'."
//!
//! The documentation promises: POST /users answers 201 with the new user and its address, and /users/{id} answers 404 to
//! every method where nobody has that number. The table (src/users.sql) stays as it is. The tests call `app`.

#[cfg(test)]
mod tests;

mod failure;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use failure::Failure;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

type Db = Arc<Mutex<Connection>>;

#[derive(Deserialize)]
struct Form {
    name: String,
    email: String,
}

#[derive(Serialize)]
struct User {
    id: i64,
    name: String,
    email: String,
}

fn app(db: Db) -> Router {
    Router::new()
        .route("/users", post(sign_up))
        .route("/users/{id}", get(show).put(change).delete(leave))
        .with_state(db)
}

async fn sign_up(State(db): State<Db>, Json(form): Json<Form>) -> Result<Response, Failure> {
    let db = db.lock().unwrap();
    // TODO: which value goes into which column? And which number did the database give to the row?
    db.execute("INSERT INTO users VALUES (NULL, ?1, ?2)", (&form.name, &form.email))?;
    let id = db.query_row("SELECT count(*) FROM users", (), |row| row.get(0))?;
    let user = User {
        id,
        name: form.name,
        email: form.email,
    };
    let location = [(header::LOCATION, format!("/users/{id}"))];
    Ok((StatusCode::CREATED, location, Json(user)).into_response())
}

async fn show(State(db): State<Db>, Path(id): Path<i64>) -> Result<Json<User>, Failure> {
    let db = db.lock().unwrap();
    let sql = "SELECT id, name, email FROM users WHERE id = ?1";
    let user = db.query_row(sql, [id], read_user).optional()?;
    user.map(Json).ok_or(Failure::NoSuchUser)
}

async fn change(
    State(db): State<Db>,
    Path(id): Path<i64>,
    Json(form): Json<Form>,
) -> Result<Json<User>, Failure> {
    let db = db.lock().unwrap();
    let sql = "UPDATE users SET name = ?2, email = ?3 WHERE id = ?1";
    db.execute(sql, (id, &form.name, &form.email))?;
    Ok(Json(User {
        id,
        name: form.name,
        email: form.email,
    }))
}

async fn leave(State(db): State<Db>, Path(id): Path<i64>) -> Result<StatusCode, Failure> {
    let db = db.lock().unwrap();
    db.execute("DELETE FROM users WHERE id = ?1", [id])?;
    Ok(StatusCode::NO_CONTENT)
}

fn read_user(row: &Row) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
    })
}

#[tokio::main]
async fn main() {
    let db = Connection::open_in_memory().expect("room for a database");
    db.execute_batch(include_str!("users.sql")).expect("users.sql is SQL");
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/users", listener.local_addr().unwrap());
    axum::serve(listener, app(Arc::new(Mutex::new(db)))).await.unwrap();
}
