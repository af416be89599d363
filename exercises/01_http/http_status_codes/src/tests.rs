use support::{Client, any, random_name};

use super::app;

#[test]
fn a_new_playlist_is_created_and_the_reply_says_where_it_is() {
    let app = Client::new(app([].into()));
    let name = random_name("Rainy Sunday");
    let created = app.send("POST", "/playlists", name.clone()).is_created();
    let location = created.location();
    app.after(&created).get(&location).is_ok().has_text(&name);
}

#[test]
fn a_new_playlist_leaves_the_others_alone() {
    // The first one was deleted, or many were: ids have gaps.
    let (count, id) = (any(1..=9), any(1..=9_999));
    for ids in [2..=count + 1, id..=id] {
        let playlists = ids.clone().map(|id| (id, format!("Running {id}")));
        let app = Client::new(app(playlists.collect()));
        let (first, second) = (random_name("Rainy Sunday"), random_name("Late Monday"));
        let created = app.send("POST", "/playlists", first.clone()).is_created();
        let again = app.after(&created).send("POST", "/playlists", second.clone()).is_created();
        for id in ids {
            let old = app.after(&again).get(&format!("/playlists/{id}")).is_ok();
            old.has_text(&format!("Running {id}"));
        }
        app.after(&again).get(&created.location()).is_ok().has_text(&first);
        app.after(&again).get(&again.location()).is_ok().has_text(&second);
    }
}

#[test]
fn a_playlist_that_is_not_there_is_not_found() {
    let id = any(1..=9_999);
    let app = Client::new(app([(id, "Running".to_owned())].into()));
    let missing = format!("/playlists/{}", id + 1);
    app.get(&missing).is_not_found();
    app.head(&missing).is_not_found();
    app.delete(&missing).is_not_found();
}

#[test]
fn a_playlist_that_is_there_is_found() {
    let (id, name) = (any(1..=9_999), random_name("Running"));
    let app = Client::new(app([(id, name.clone())].into()));
    app.get(&format!("/playlists/{id}")).is_ok().has_text(&name);
    app.head(&format!("/playlists/{id}")).is_ok().is_empty();
}

#[test]
fn a_name_that_is_taken_is_a_conflict() {
    let (id, name) = (any(1..=9_999), random_name("Rainy Sunday"));
    let app = Client::new(app([(id, name.clone())].into()));
    let path = format!("/playlists/{id}");
    let again = app.send("POST", "/playlists", name.clone()).is_conflict();
    app.after(&again).get(&path).is_ok().has_text(&name);
    // A name that only begins in the same way is another name.
    app.send("POST", "/playlists", "Rainy Sunday").is_created();
    // Once the name is free again, there is nothing to be in conflict with.
    let deleted = app.delete(&path).is_no_content();
    app.after(&deleted).send("POST", "/playlists", name).is_created();
}

#[test]
fn a_playlist_that_is_deleted_is_gone_and_there_is_nothing_to_say() {
    let id = any(1..=9_999);
    let playlists = [
        (id, "Rainy Sunday".to_owned()),
        (id + 1, "Running".to_owned()),
    ];
    let app = Client::new(app(playlists.into()));
    let (path, other) = (format!("/playlists/{id}"), format!("/playlists/{}", id + 1));
    let deleted = app.delete(&path).is_no_content();
    app.after(&deleted).get(&path).is_not_found();
    app.after(&deleted).delete(&path).is_not_found();
    app.after(&deleted).get(&other).is_ok().has_text("Running");
}

#[test]
fn a_method_that_a_playlist_does_not_have_is_not_allowed() {
    let id = any(1..=9_999);
    let app = Client::new(app([(id, "Running".to_owned())].into()));
    let path = format!("/playlists/{id}");
    for method in ["PUT", "PATCH", "POST", "PLAY"] {
        let reply = app.send(method, &path, "Walking").is_method_not_allowed();
        let reply = reply.allows(&["GET", "HEAD", "DELETE"]);
        app.after(&reply).get(&path).is_ok().has_text("Running");
    }
}

#[test]
fn a_method_that_all_the_playlists_do_not_have_is_not_allowed() {
    let app = Client::new(app([(any(1..=9_999), "Running".to_owned())].into()));
    for method in ["GET", "PUT", "DELETE", "PLAY"] {
        app.send(method, "/playlists", "").is_method_not_allowed().allows(&["POST"]);
    }
}
