//! A streaming service: its videos, and what its members report to it.
//!
//! From Ana, a member: "I sent DELETE instead of GET, by mistake. The video is gone. For everybody?"
//! From a moderator: "One of us has closed all the reports on himself. And he says that he is an admin now."
//! From the service's author: "All that is for admins is below /admin. I have checked that one."
//!
//! The documentation promises:
//!
//! | | member | moderator | admin |
//! |---|---|---|---|
//! | GET /videos | yes | yes | yes |
//! | POST /videos | 403 | 403 | yes |
//! | PUT /videos/{title}/hidden | 403 | yes | yes |
//! | DELETE /videos/{title} | 403 | 403 | yes |
//! | POST /reports | yes | yes | yes |
//! | GET /admin/reports | 403 | yes | yes |
//! | DELETE /admin/reports | 403 | 403 | yes |
//! | PUT /users/{name}/role | 403 | 403 | yes |
//!
//! Whoever is nobody gets 401. Whoever may not do it gets 403, whether or not the thing is there, and has changed nothing.
//! The tests call `app`. In src/users.rs, there is nothing to change.

#[cfg(test)]
mod tests;

mod users;

use std::collections::BTreeMap;
use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use users::{Role, Users};

#[derive(Clone, Default)]
struct Service {
    users: Users,
    /// By title. True for those that are hidden.
    videos: Arc<Mutex<BTreeMap<String, bool>>>,
    reports: Arc<Mutex<Vec<String>>>,
}

fn app(users: Users) -> Router {
    let service = Service {
        users,
        ..Service::default()
    };
    // A method that is in none of these three lists is not offered to anybody: closed, until somebody decides.
    let members = Router::new()
        .route("/videos", get(videos))
        .route("/reports", post(report))
        .route_layer(from_fn_with_state((service.clone(), Role::Member), at_least));
    let moderators = Router::new()
        .route("/videos/{title}/hidden", put(hide))
        .route("/admin/reports", get(reports))
        .route_layer(from_fn_with_state((service.clone(), Role::Moderator), at_least));
    let admins = Router::new()
        .route("/videos", post(add))
        .route("/videos/{title}", delete(remove))
        .route("/admin/reports", delete(close_reports))
        .route("/users/{name}/role", put(promote))
        .route_layer(from_fn_with_state((service.clone(), Role::Admin), at_least));
    members.merge(moderators).merge(admins).with_state(service)
}

async fn at_least(
    State((service, needed)): State<(Service, Role)>,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    if service.users.role_of(request.headers())? < needed {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(next.run(request).await)
}

async fn videos(State(service): State<Service>) -> Json<Value> {
    let videos = service.videos.lock().unwrap();
    let items: Vec<_> =
        videos.iter().filter(|(_, hidden)| !**hidden).map(|(title, _)| title).collect();
    Json(json!({ "items": items }))
}

async fn add(State(service): State<Service>, title: String) -> StatusCode {
    service.videos.lock().unwrap().insert(title, false);
    StatusCode::CREATED
}

async fn hide(State(service): State<Service>, Path(title): Path<String>) -> StatusCode {
    let mut videos = service.videos.lock().unwrap();
    done(videos.get_mut(&title).map(|hidden| *hidden = true).is_some())
}

async fn remove(State(service): State<Service>, Path(title): Path<String>) -> StatusCode {
    done(service.videos.lock().unwrap().remove(&title).is_some())
}

async fn report(State(service): State<Service>, text: String) -> StatusCode {
    service.reports.lock().unwrap().push(text);
    StatusCode::CREATED
}

async fn reports(State(service): State<Service>) -> Json<Value> {
    Json(json!({ "items": *service.reports.lock().unwrap() }))
}

async fn close_reports(State(service): State<Service>) -> StatusCode {
    service.reports.lock().unwrap().clear();
    StatusCode::NO_CONTENT
}

async fn promote(
    State(service): State<Service>,
    Path(name): Path<String>,
    Json(role): Json<Role>,
) -> StatusCode {
    done(service.users.promote(&name, role))
}

fn done(found: bool) -> StatusCode {
    if found {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

#[tokio::main]
async fn main() {
    let users = Users::default();
    for (name, role) in [
        ("ana", Role::Member),
        ("ben", Role::Moderator),
        ("cleo", Role::Admin),
    ] {
        users.add(name, role);
    }
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port is free");
    println!("http://{}/videos", listener.local_addr().unwrap());
    axum::serve(listener, app(users)).await.unwrap();
}
