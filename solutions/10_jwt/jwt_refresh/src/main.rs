//! The staff portal of a company. Whoever logs in gets two tokens: an access token, which is a JWT and good for minutes, and
//! a refresh token, which gets the next pair.
//!
//! From Ana: "At noon I took Ben's admin rights away. With the token that he still had, he gave them back to himself."
//! From the security team: "A refresh token was copied from a lost phone. For weeks, the thief and the owner both went on
//! with it, and neither noticed the other. The owner had even logged out."
//!
//! The documentation promises:
//!
//! | | |
//! |---|---|
//! | POST /login, POST /refresh | `{"access", "refresh"}`, both of them new, and not to be guessed |
//! | an access token | works for 5 minutes: 4:59 later it does, 5:00 later it does not |
//! | a refresh token | works once, and in the 30 days after the login, however often that was refreshed |
//! | a used one that comes again | is a copy: 401, and this login is over, with all tokens of both kinds that it ever got |
//! | POST /logout | ends the login of this access token in the same way |
//! | all other logins | go on, those of the same person as well |
//! | a role that changes | counts from the next request on: an older access token is 401 from then on, or has the new role |
//!
//! The tests call `app` with names and roles, and with a clock. The tables are yours to change.

#[cfg(test)]
mod tests;

mod refused;

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use refused::Refused;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

const TABLES: &str = "
    CREATE TABLE staff (name TEXT PRIMARY KEY, role TEXT NOT NULL) STRICT;
    -- AUTOINCREMENT: no login gets the number of one that is over, whose access tokens may be out there still.
    CREATE TABLE logins (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, ends INTEGER NOT NULL) STRICT;
    CREATE TABLE refresh_tokens (hash BLOB PRIMARY KEY, login INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) STRICT;
";
const MINUTES: i64 = 60;
const DAYS: i64 = 24 * 60 * MINUTES;

#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
}

#[derive(Deserialize)]
struct Refresh {
    refresh: String,
}

#[derive(Deserialize)]
struct NewRole {
    role: String,
}

/// What an access token says. Nothing in it can change in five minutes.
#[derive(Serialize, Deserialize)]
struct Claims {
    login: i64,
    exp: i64,
}

/// Whoever holds a good access token, as the tables know them now.
struct Person {
    login: i64,
    name: String,
    role: String,
}

struct Portal {
    db: Mutex<Connection>,
    key: [u8; 32],
    /// Seconds since 1970.
    now: Box<dyn Fn() -> u64 + Send + Sync>,
}

fn app(staff: &[(&str, &str)], now: impl Fn() -> u64 + Send + Sync + 'static) -> Router {
    let db = Connection::open_in_memory().expect("memory for tables");
    db.execute_batch(TABLES).expect("the tables are new");
    for person in staff {
        db.execute("INSERT INTO staff VALUES (?1, ?2)", *person).expect("names differ");
    }
    let portal = Portal {
        db: Mutex::new(db),
        key: random(),
        now: Box::new(now),
    };
    Router::new()
        .route("/login", post(log_in))
        .route("/refresh", post(refresh))
        .route("/logout", post(log_out))
        .route("/me", get(me))
        .route("/salaries", get(salaries))
        .route("/staff/{name}/role", put(set_role))
        .with_state(Arc::new(portal))
}

async fn log_in(
    State(portal): State<Arc<Portal>>,
    Json(user): Json<Credentials>,
) -> Result<Json<Value>, Refused> {
    // Hashes are another exercise.
    if user.password != format!("{}'s password", user.name) {
        return Err(StatusCode::UNAUTHORIZED.into());
    }
    let db = portal.db.lock().unwrap();
    let ends = portal.now() + 30 * DAYS;
    // Who is not among the staff has no row to select.
    let insert =
        "INSERT INTO logins (name, ends) SELECT name, ?2 FROM staff WHERE name = ?1 RETURNING id";
    let login = db.query_row(insert, (user.name, ends), |row| row.get(0))?;
    portal.tokens(&db, login)
}

async fn refresh(
    State(portal): State<Arc<Portal>>,
    Json(Refresh { refresh }): Json<Refresh>,
) -> Result<Json<Value>, Refused> {
    let hash = hash(&refresh);
    // One lock from the look to the mark: nobody else uses the token in between.
    let db = portal.db.lock().unwrap();
    let sql = "SELECT login, used FROM refresh_tokens JOIN logins ON id = login WHERE hash = ?1 AND ends > ?2";
    let row = db.query_row(sql, (hash, portal.now()), |row| Ok((row.get(0)?, row.get(1)?)));
    let (login, is_used): (i64, bool) = row?;
    if is_used {
        // The owner or a thief: one of them has the token that came of it. End it for both.
        end(&db, login)?;
        return Err(StatusCode::UNAUTHORIZED.into());
    }
    db.execute("UPDATE refresh_tokens SET used = 1 WHERE hash = ?1", [hash])?;
    portal.tokens(&db, login)
}

async fn log_out(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let login = portal.who(&headers)?.login;
    end(&portal.db.lock().unwrap(), login)?;
    Ok(StatusCode::NO_CONTENT)
}

/// All tokens of a login are worth nothing without it.
fn end(db: &Connection, login: i64) -> rusqlite::Result<usize> {
    db.execute("DELETE FROM refresh_tokens WHERE login = ?1", [login])?;
    db.execute("DELETE FROM logins WHERE id = ?1", [login])
}

async fn me(State(portal): State<Arc<Portal>>, headers: HeaderMap) -> Result<Json<Value>, Refused> {
    let me = portal.who(&headers)?;
    Ok(Json(json!({ "name": me.name, "role": me.role })))
}

async fn salaries(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
) -> Result<&'static str, Refused> {
    portal.admin(&headers)?;
    Ok("what they all get")
}

async fn set_role(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
    Path(name): Path<String>,
    Json(new): Json<NewRole>,
) -> Result<StatusCode, Refused> {
    portal.admin(&headers)?;
    let update = "UPDATE staff SET role = ?2 WHERE name = ?1";
    match portal.db.lock().unwrap().execute(update, (name, new.role))? {
        0 => Err(StatusCode::NOT_FOUND.into()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

impl Portal {
    fn now(&self) -> i64 {
        (self.now)().cast_signed()
    }

    fn tokens(&self, db: &Connection, login: i64) -> Result<Json<Value>, Refused> {
        let refresh = hex(&random());
        let insert = "INSERT INTO refresh_tokens (hash, login) VALUES (?1, ?2)";
        db.execute(insert, (hash(&refresh), login))?;
        let claims = Claims {
            login,
            exp: self.now() + 5 * MINUTES,
        };
        let access = encode(&Header::default(), &claims, &EncodingKey::from_secret(&self.key))?;
        Ok(Json(json!({ "access": access, "refresh": refresh })))
    }

    /// Whose access token this is.
    fn who(&self, headers: &HeaderMap) -> Result<Person, Refused> {
        let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false; // It would ask the machine's clock.
        let key = DecodingKey::from_secret(&self.key);
        let claims = decode::<Claims>(token, &key, &validation)?.claims;
        if self.now() >= claims.exp {
            return Err(StatusCode::UNAUTHORIZED.into());
        }
        // The token tells which login it is. What that may do is in the tables, and may have changed a second ago.
        let sql = "SELECT id, name, role FROM logins JOIN staff USING (name) WHERE id = ?1";
        let person = self.db.lock().unwrap().query_row(sql, [claims.login], |row| {
            Ok(Person {
                login: row.get(0)?,
                name: row.get(1)?,
                role: row.get(2)?,
            })
        });
        Ok(person?)
    }

    fn admin(&self, headers: &HeaderMap) -> Result<(), Refused> {
        match self.who(headers)?.role.as_str() {
            "admin" => Ok(()),
            _ => Err(StatusCode::FORBIDDEN.into()),
        }
    }
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the table knows of a refresh token: a thief with the table has none.
fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[tokio::main]
async fn main() {
    let seconds = || SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    let app = app(&[("ana", "admin"), ("ben", "staff")], seconds);
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/me", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}
