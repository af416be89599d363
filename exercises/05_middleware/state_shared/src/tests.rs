use serde_json::json;
use support::{Client, any, random_name};

use super::app;

#[test]
fn the_first_wish_has_number_1() {
    let listener = Client::new(app());
    let wish = listener.post("/wishes", &json!({ "song": random_name("Blue Moon") }));
    wish.is_created().has("", json!({ "number": 1 }));
}

#[test]
fn a_station_without_a_wish_has_an_empty_list() {
    let studio = Client::new(app());
    studio.get("/wishes").is_ok().has("", json!({ "items": [] }));
}

#[test]
fn the_studio_sees_a_wish() {
    let song = random_name("Blue Moon");
    let station = app();
    let (listener, studio) = (Client::new(station.clone()), Client::new(station));
    let wish = listener.post("/wishes", &json!({ "song": song })).is_created();
    studio.after(&wish).get("/wishes").is_ok().has("", json!({ "items": [song] }));
}

#[test]
fn every_listener_gets_the_next_number() {
    let station = app();
    for number in 1..=any(5..=9) {
        let listener = Client::new(station.clone());
        let wish = listener.post("/wishes", &json!({ "song": random_name("My Way") }));
        wish.is_created().has("/number", number);
    }
}

#[test]
fn the_studio_sees_all_wishes_in_their_order_as_often_as_it_looks() {
    let station = Client::new(app());
    let mut songs = Vec::new();
    for title in ["My Way", "Blue Moon", "My Way", "Autumn Leaves"] {
        let song = random_name(title);
        let wish = station.post("/wishes", &json!({ "song": song })).is_created();
        songs.push(song);
        let screen = station.after(&wish).get("/wishes").is_ok().has("/items", json!(songs));
        station.after(&screen).get("/wishes").is_ok().has("/items", json!(songs));
    }
    // The same song once more is one more wish.
    let again = station.post("/wishes", &json!({ "song": songs[0] })).is_created();
    again.has("/number", 5);
}

#[test]
fn a_number_is_the_place_in_the_list_even_if_many_wish_at_once() {
    let station = Client::new(app());
    let songs: Vec<_> = (0..20).map(|_| json!({ "song": random_name("My Way") })).collect();
    let wishes = station.post_at_once("/wishes", &songs);
    for (wish, song) in wishes.into_iter().zip(songs) {
        let number = wish.number("/number");
        let place = format!("/items/{}", number - 1);
        station.after(&wish).get("/wishes").has_items(20).has(&place, song["song"].clone());
    }
}

#[test]
fn two_stations_have_two_lists() {
    let (north, south) = (Client::new(app()), Client::new(app()));
    let wish = north.post("/wishes", &json!({ "song": random_name("My Way") })).is_created();
    south.after(&wish).get("/wishes").is_ok().has_items(0);
    let wish = south.post("/wishes", &json!({ "song": random_name("My Way") })).is_created();
    wish.has("/number", 1);
    north.get("/wishes").is_ok().has_items(1);
}
