use serde_json::json;
use support::{Client, any, random_name};

use super::app;

#[test]
fn a_post_is_read_as_it_was_written() {
    let ana = Client::new(app());
    let path = path();
    let post = json!({ "text": random_name("Good morning"), "tags": ["rust", "axum"] });
    ana.get(&path).is_not_found();
    ana.put(&path, &post).is_created();
    ana.get(&path).is_ok().is_json().has("", post);
}

#[test]
fn a_post_that_is_sent_twice_is_the_same_as_sent_once() {
    let ana = Client::new(app());
    let path = path();
    let post = json!({ "text": "A photo of my cat", "tags": ["cat", random_name("photo")] });
    ana.put(&path, &post).is_created();
    let again = ana.put(&path, &post).is_no_content();
    ana.after(&again).get(&path).is_ok().has("", post);
}

#[test]
fn a_tag_that_is_left_out_is_gone() {
    let ana = Client::new(app());
    let path = path();
    let kept = random_name("kept");
    ana.put(&path, &json!({ "text": "Lunch", "tags": ["pizza", kept] })).is_created();
    ana.put(&path, &json!({ "text": "Lunch", "tags": [kept] })).is_no_content();
    ana.get(&path).is_ok().has("/tags", json!([kept]));
    ana.put(&path, &json!({ "text": "Lunch" })).is_no_content();
    ana.get(&path).is_ok().has("/tags", json!([]));
}

#[test]
fn head_answers_like_get_without_the_body() {
    let ana = Client::new(app());
    let path = path();
    ana.head(&path).is_not_found().is_empty();
    ana.put(&path, &json!({ "text": random_name("Good evening") })).is_created();
    let get = ana.get(&path).is_ok();
    let head = ana.head(&path).is_ok().is_empty();
    let head = head.has_header("content-type", &get.header("content-type"));
    head.has_header("content-length", &get.header("content-length"));
}

#[test]
fn a_method_that_is_not_offered_is_answered_with_those_that_are() {
    let ana = Client::new(app());
    let path = path();
    ana.put(&path, &json!({ "text": "Good night" })).is_created();
    let offered = ["GET", "HEAD", "PUT", "DELETE"];
    for method in ["PATCH", "POST", "TRACE", "PLAY"] {
        let editor = ana.with("content-type", "application/json");
        let reply = editor.send(method, &path, json!({ "text": "Good" }).to_string());
        let reply = reply.is_method_not_allowed().allows(&offered);
        ana.after(&reply).get(&path).is_ok().has("/text", "Good night");
    }
}

#[test]
fn a_post_is_deleted_with_delete_and_no_other_post_with_it() {
    let ana = Client::new(app());
    let (path, other) = ("/posts/1", format!("/posts/{}", any(2..=9_999)));
    ana.put(path, &json!({ "text": "Not my best idea", "tags": ["idea"] })).is_created();
    ana.put(&other, &json!({ "text": "A good one" })).is_created();
    ana.delete(path).is_no_content();
    ana.get(path).is_not_found();
    ana.head(path).is_not_found();
    // What comes after it is new, and has nothing of the old post.
    ana.put(path, &json!({ "text": "A better idea" })).is_created();
    ana.get(path).is_ok().has("", json!({ "text": "A better idea", "tags": [] }));
    ana.delete(path).is_no_content();
    let again = ana.delete(path);
    ana.after(&again).get(&other).is_ok().has("/text", "A good one");
}

#[test]
fn a_browser_that_loads_links_in_advance_deletes_nothing() {
    let ana = Client::new(app());
    let id = any(1..=9_999);
    let post = format!("/posts/{id}");
    ana.put(&post, &json!({ "text": "Good morning" })).is_created();
    // A browser sends its cookies along, whoever made it follow the link.
    for visitor in [
        &ana,
        &ana.with("sec-purpose", "prefetch"),
        &ana.with("cookie", "session=ana"),
    ] {
        for link in [
            &format!("/delete?id={id}"),
            &format!("/delete/{id}"),
            &format!("/delete/posts/{id}"),
            &format!("/posts/delete/{id}"),
            &format!("/posts/delete?id={id}"),
            &format!("{post}/delete"),
            &format!("{post}/remove"),
            &format!("{post}?delete"),
            &format!("{post}?delete=true"),
            &format!("{post}?action=delete"),
            &format!("{post}?method=DELETE"),
            &format!("{post}?_method=DELETE"),
            &post,
        ] {
            for visit in [visitor.get(link), visitor.head(link)] {
                ana.after(&visit).get(&post).is_ok().has("/text", "Good morning");
            }
        }
    }
}

fn path() -> String {
    format!("/posts/{}", any(1..=9_999))
}
