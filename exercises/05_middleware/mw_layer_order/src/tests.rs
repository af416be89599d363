use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use support::{Client, any, random_name};

use super::app;

const PAGES: [&str; 4] = ["/", "/shows", "/shows/lighthouse", "/shows/orchard"];

#[test]
fn a_viewer_sees_what_is_on() {
    let viewer = Service::new().viewer;
    viewer.get("/shows").is_ok().has_items(2).has("/items/0", "lighthouse");
    let show = viewer.get("/shows/lighthouse").is_ok();
    show.has("/name", "lighthouse").has("/about", "A keeper, a cat, a storm");
    viewer.get("/").is_ok().has_text("Films and series, day and night");
    viewer.get("/health").is_ok().has_text("up");
}

#[test]
fn every_page_names_the_node() {
    let service = Service::new();
    for page in PAGES {
        service.viewer.get(page).is_ok().has_header("x-node", &service.node);
    }
    service.viewer.get("/health").is_ok().has_header("x-node", &service.node);
}

#[test]
fn an_unknown_address_names_the_node() {
    let service = Service::new();
    for path in [
        "/show".to_owned(),
        format!("/{}", any(1..=9_999)),
        format!("/shows/{}", any(1..=9_999)),
        format!("/shows/orchard/{}", any(1..=9_999)),
        "/health/".to_owned(),
    ] {
        let reply = service.viewer.get(&path).is_not_found();
        let _why = reply.has_header("x-node", &service.node).is_json().text("/error");
    }
}

#[test]
fn a_method_that_is_not_offered_names_the_node_too() {
    let service = Service::new();
    for page in PAGES.into_iter().chain(["/health"]) {
        let reply = service.viewer.delete(page).is_method_not_allowed();
        reply.allows(&["GET", "HEAD"]).has_header("x-node", &service.node);
    }
}

#[test]
fn during_maintenance_no_page_answers() {
    let service = Service::new();
    service.switch(true);
    for page in PAGES {
        let reply = service.viewer.get(page).has_status(503);
        let _why = reply.has_header("retry-after", "600").is_json().text("/error");
        service.viewer.delete(page).has_status(503);
    }
}

#[test]
fn during_maintenance_every_reply_names_the_node() {
    let service = Service::new();
    service.switch(true);
    for page in PAGES {
        service.viewer.get(page).has_status(503).has_header("x-node", &service.node);
        service.viewer.head(page).has_status(503).has_header("x-node", &service.node);
    }
    service.viewer.get("/health").is_ok().has_header("x-node", &service.node);
}

#[test]
fn during_maintenance_nobody_is_told_which_addresses_are_unknown() {
    let service = Service::new();
    service.switch(true);
    for path in [
        format!("/{}", any(1..=9_999)),
        format!("/shows/{}", any(1..=9_999)),
        format!("/shows/orchard/{}", any(1..=9_999)),
        format!("/health{}", any(1..=9_999)),
        format!("/health/{}", any(1..=9_999)),
    ] {
        let reply = service.viewer.get(&path).has_status(503).has_header("retry-after", "600");
        reply.has_header("x-node", &service.node);
    }
}

#[test]
fn during_maintenance_the_node_is_healthy() {
    let service = Service::new();
    service.switch(true);
    service.viewer.get("/health").is_ok().has_text("up").lacks_header("retry-after");
}

#[test]
fn after_the_maintenance_everything_is_as_before() {
    let service = Service::new();
    service.switch(true);
    let closed = service.viewer.get("/shows").has_status(503);
    service.switch(false);
    for page in PAGES {
        let reply = service.viewer.after(&closed).get(page).is_ok().lacks_header("retry-after");
        reply.has_header("x-node", &service.node);
    }
    service.viewer.get("/show").is_not_found().has_header("x-node", &service.node);
}

/// A node of the service, and somebody who watches.
struct Service {
    node: String,
    maintenance: Arc<AtomicBool>,
    viewer: Client,
}

impl Service {
    fn new() -> Self {
        let node = random_name("node");
        let maintenance = Arc::new(AtomicBool::new(false));
        let viewer = Client::new(app(node.clone(), maintenance.clone()));
        Self {
            node,
            maintenance,
            viewer,
        }
    }

    fn switch(&self, on: bool) {
        self.maintenance.store(on, Ordering::Relaxed);
    }
}
