use std::sync::Arc;

use support::{Client, any};

use super::app;
use super::catalogue::Catalogue;

#[test]
fn a_client_that_does_not_say_how_many_gets_twenty() {
    let shop = shop();
    shop.get("/products").is_ok().has_items(20);
}

#[test]
fn a_client_gets_as_many_as_it_asks_for() {
    let shop = shop();
    let limit = any(21..=99);
    let page = shop.get(&format!("/products?limit={limit}"));
    page.is_ok().has_items(limit).has("/items/0/id", 1);
    shop.get("/products?limit=100").is_ok().has_items(100);
    // Twenty is for those who do not say. Whoever asks for fewer gets fewer.
    for limit in [1, any(2..=19)] {
        shop.get(&format!("/products?limit={limit}")).is_ok().has_items(limit);
    }
}

#[test]
fn a_client_that_asks_for_a_million_products_gets_a_hundred() {
    let shop = shop();
    shop.get("/products?limit=1000000").is_ok().has_items(100);
    let limit = any(101..=4_999);
    shop.get(&format!("/products?limit={limit}")).is_ok().has_items(100);
}

#[test]
fn the_second_page_starts_where_the_first_one_ended() {
    let shop = shop();
    let offset = any(1..=4_000);
    let page = shop.get(&format!("/products?offset={offset}"));
    page.is_ok().has_items(20).has("/items/0/id", offset + 1);
}

#[test]
fn a_page_has_a_beginning_and_a_size() {
    let shop = shop();
    let (offset, limit) = (any(101..=4_000), any(21..=99));
    for (wish, size) in [(limit, limit), (any(101..=4_999), 100)] {
        for query in [
            format!("limit={wish}&offset={offset}"),
            format!("offset={offset}&limit={wish}"),
        ] {
            let page = shop.get(&format!("/products?{query}"));
            page.is_ok().has_items(size).has("/items/0/id", offset + 1);
        }
    }
}

#[test]
fn a_negative_number_of_products_is_a_bad_request() {
    let shop = shop();
    shop.get("/products?limit=-1").is_bad_request();
    shop.get(&format!("/products?limit=-{}", any(2..=9_999))).is_bad_request();
    shop.get(&format!("/products?offset=-{}", any(1..=9_999))).is_bad_request();
}

#[test]
fn a_word_is_no_number_of_products() {
    let shop = shop();
    for word in ["many", "1.5", "0x10", &format!("{}x", any(1..=99))] {
        shop.get(&format!("/products?limit={word}")).is_bad_request();
        shop.get(&format!("/products?limit=5&offset={word}")).is_bad_request();
    }
}

#[test]
fn one_request_never_costs_the_database_more_than_a_hundred_rows() {
    let (limit, offset) = (any(101..=4_999), any(101..=4_000));
    for query in [
        format!("limit={limit}"),
        format!("offset={offset}"),
        format!("limit={limit}&offset={offset}"),
    ] {
        let catalogue = Arc::new(Catalogue::with_products(5_000));
        let shop = Client::new(app(catalogue.clone()));
        let page = shop.get(&format!("/products?{query}")).is_ok();
        page.costs_at_most(100, "rows read", catalogue.rows_read());
    }
}

fn shop() -> Client {
    Client::new(app(Arc::new(Catalogue::with_products(5_000))))
}
