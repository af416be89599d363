use support::{Client, any, random_name};

use super::app;

#[test]
fn a_pizza_is_found_by_its_number() {
    let number = any(3..=9_999);
    let name = random_name("Pizza");
    // Somebody else's cash desk gives long numbers.
    let long = any(1 << 40..=u64::MAX);
    let menu = [(2, "Marinara"), (number, &name), (long, "Capricciosa")];
    let guest = Client::new(app(menu.map(|(number, name)| (number, name.to_owned())).into()));
    let pizza = guest.get(&format!("/pizzas/{number}")).is_ok();
    pizza.has("/number", number).has("/name", name.as_str());
    let pizza = guest.get(&format!("/pizzas/{long}")).is_ok();
    pizza.has("/number", long).has("/name", "Capricciosa");
    guest.get("/pizzas/2").is_ok().has("/number", 2).has("/name", "Marinara");
}

#[test]
fn a_number_without_a_pizza_is_not_found() {
    let guest = guest();
    let missing = any(2..=9_999);
    let reply = guest.get(&format!("/pizzas/{missing}")).is_not_found();
    let _why = reply.is_json().text("/error");
}

#[test]
fn a_photo_is_found_however_deep_its_folder_is() {
    let guest = guest();
    let photo = any(1..=9_999);
    for path in [format!("{photo}.jpg"), format!("2026/summer/{photo}.jpg")] {
        let url = format!("https://photos.example.com/{path}");
        guest.get(&format!("/photos/{path}")).is_ok().has("/url", url);
    }
}

#[test]
fn what_is_not_a_number_is_a_bad_request_that_says_why_in_json() {
    let guest = guest();
    let letter = char::from(any(b'a'..=b'z'));
    let word = format!("{letter}{}", any(2..=9_999));
    let minus = format!("-{}", any(1..=9_999));
    for number in [
        "margherita",
        &word,
        "1.5",
        "1x",
        "-1",
        &minus,
        "%201",
        "1%20",
        "1%2F2",
    ] {
        let reply = guest.get(&format!("/pizzas/{number}")).is_bad_request();
        let _why = reply.is_json().text("/error");
    }
}

/// Somebody who looks at a menu with one pizza.
fn guest() -> Client {
    Client::new(app([(1, "Margherita".to_owned())].into()))
}
