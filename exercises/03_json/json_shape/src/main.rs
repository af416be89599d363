//! The members of a social network.
//!
//! From the app team: "Your documentation says displayName, your replies say display_name. Our profiles have no name."
//! From the security review: "Whoever asks for a profile gets its password hash as well. What else do you hand out?"
//!
//! The documentation promises: GET /members/{id} answers with `id`, `displayName`, `bio` (null where there is none) and
//! `memberSince`, and GET /members with the same of every member, as `items`. Nothing else about a member is public.
//! The tests call `app` with rows of `Member`.

#[cfg(test)]
mod tests;

use std::env;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio::net::TcpListener;

/// A row of the table, with all its columns.
#[derive(Clone, Serialize)]
struct Member {
    id: u64,
    display_name: String,
    bio: Option<String>,
    member_since: String,
    email: String,
    password_hash: String,
    reset_token: Option<String>,
}

#[derive(Serialize)]
struct Members {
    items: Vec<Member>,
}

fn app(members: Vec<Member>) -> Router {
    Router::new()
        .route("/members", get(list))
        .route("/members/{id}", get(read))
        .with_state(members.into())
}

// TODO: what does a client get to see, and who decides that?
async fn read(
    State(members): State<Arc<[Member]>>,
    Path(id): Path<u64>,
) -> Result<Json<Member>, StatusCode> {
    let member = members.iter().find(|member| member.id == id);
    member.cloned().map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn list(State(members): State<Arc<[Member]>>) -> Json<Members> {
    Json(Members {
        items: members.to_vec(),
    })
}

#[tokio::main]
async fn main() {
    let ana = Member {
        id: 1,
        display_name: "Ana".to_owned(),
        bio: Some("Cats, mostly.".to_owned()),
        member_since: "2024-05-01".to_owned(),
        email: "ana@example.com".to_owned(),
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$bm90IGEgaGFzaA".to_owned(),
        reset_token: None,
    };
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/members/1", listener.local_addr().unwrap());
    axum::serve(listener, app(vec![ana])).await.unwrap();
}
