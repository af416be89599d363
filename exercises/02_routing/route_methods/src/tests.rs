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
    ana.patch(&path, &json!({ "text": "Good" })).is_method_not_allowed().allows(&offered);
    ana.post(&path, &json!({ "text": "Good" })).is_method_not_allowed().allows(&offered);
}

#[test]
fn a_post_is_deleted_with_delete_and_no_other_post_with_it() {
    let ana = Client::new(app());
    let (path, other) = ("/posts/1", format!("/posts/{}", any(2..=9_999)));
    ana.put(path, &json!({ "text": "Not my best idea" })).is_created();
    ana.put(&other, &json!({ "text": "A good one" })).is_created();
    ana.delete(path).is_no_content();
    ana.get(path).is_not_found();
    let again = ana.delete(path);
    ana.after(&again).get(&other).is_ok().has("/text", "A good one");
}

#[test]
fn a_browser_that_loads_links_in_advance_deletes_nothing() {
    let ana = Client::new(app());
    let id = any(1..=9_999);
    let post = format!("/posts/{id}");
    ana.put(&post, &json!({ "text": "Good morning" })).is_created();
    for visitor in [&ana, &ana.with("sec-purpose", "prefetch")] {
        for link in [
            &format!("/delete?id={id}"),
            &format!("{post}/delete"),
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
