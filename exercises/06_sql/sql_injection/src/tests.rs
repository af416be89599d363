use std::fmt::Write;
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use support::{Client, Reply, any, random_name};

use super::app;

#[test]
fn a_visitor_finds_the_published_books_of_an_author_by_title() {
    let author = random_name("Ana");
    let shop = shop(&author);
    let reply = shop.get(&books(&author, "")).is_ok().is_json();
    let reply = reply.has("/items/1/author", author).has("/items/1/year", 1_972);
    has_titles(reply.has("/items/1/price", 900), &["Dawn", "Noon", "Rain"]);
    has_titles(shop.get(&books(&random_name("Ben"), "")), &[]);
}

#[test]
fn an_author_with_an_apostrophe_is_an_author() {
    let author = random_name("Edna O'Brien");
    let shop = shop(&author);
    has_titles(shop.get(&books(&author, "")), &["Dawn", "Noon", "Rain"]);
}

#[test]
fn an_author_is_a_name_to_the_letter() {
    let author = random_name("Ana");
    let shop = shop(&author);
    for other in [
        author.to_lowercase(),
        author.to_uppercase(),
        format!("{author} "),
        format!(" {author}"),
    ] {
        has_titles(shop.get(&books(&other, "")), &[]);
    }
    shop.get(&books(&author, "")).is_ok().has_items(3);
}

#[test]
fn books_come_in_the_order_that_a_visitor_asks_for() {
    let author = random_name("Ana");
    let shop = shop(&author);
    for (wish, titles) in [
        ("&sort=title", ["Dawn", "Noon", "Rain"]),
        ("&sort=price", ["Rain", "Noon", "Dawn"]),
        ("&sort=year", ["Noon", "Dawn", "Rain"]),
        ("&order=asc", ["Dawn", "Noon", "Rain"]),
        ("&order=desc", ["Rain", "Noon", "Dawn"]),
        ("&sort=price&order=asc", ["Rain", "Noon", "Dawn"]),
        ("&sort=price&order=desc", ["Dawn", "Noon", "Rain"]),
        ("&sort=year&order=desc", ["Rain", "Dawn", "Noon"]),
    ] {
        has_titles(shop.get(&books(&author, wish)), &titles);
    }
}

#[test]
fn books_have_no_other_order_than_those_that_are_documented() {
    let author = random_name("Ana");
    let shop = shop(&author);
    for word in [
        "colour".to_owned(),
        random_name("size"),
        any(1..=4).to_string(),
    ] {
        let word = encoded(&word);
        shop.get(&books(&author, &format!("&sort={word}"))).is_bad_request();
        shop.get(&books(&author, &format!("&order={word}"))).is_bad_request();
        shop.get(&books(&author, &format!("&sort=price&order={word}"))).is_bad_request();
    }
}

#[test]
fn nobody_sees_an_unpublished_book_or_a_customer_whatever_is_typed_as_author() {
    let shop = shop(&random_name("Ana"));
    let (n, name) = (any(10..=99), random_name("Ben"));
    for typed in [
        "' OR 1=1--".to_owned(),
        format!("' OR {n}={n}--"),
        format!("{name}' OR published = 0 --"),
        format!("{name}'/**/oR/**/'{n}'/**/LiKE/**/'{n}"),
        format!("' UNION SELECT name, email, {n}, {n} FROM customers--"),
        format!("{name}' UNION ALL SELECT title, author, cost, cost FROM books ORDER BY title--"),
        format!("{name}\\' OR {n} < {}--", n + 1),
        format!("{name}''' OR TRUE--"),
        format!("{name}'; DELETE FROM books WHERE '{n}' = '{n}"),
        format!("{name}\0' OR 1=1--"),
        "\0".to_owned(),
        "'".to_owned(),
        "\"".to_owned(),
        "?1".to_owned(),
        "%".to_owned(),
        "____________".to_owned(),
    ] {
        has_titles(shop.get(&books(&typed, "")), &[]);
    }
}

#[test]
fn an_author_may_be_called_whatever_looks_like_sql() {
    let n = any(10..=99);
    for author in [
        format!("' OR {n}={n}--"),
        format!("Robert'); DROP TABLE books; --{n}"),
        format!("The UNION of SELECT Authors -- {n}/* all */"),
        format!("Ana \"Ace\" \\ \\' {n}%; ?1"),
        format!("''{n}''"),
    ] {
        let shop = shop(&author);
        let reply = shop.get(&books(&author, "")).is_ok();
        has_titles(reply.has("/items/0/author", author), &["Dawn", "Noon", "Rain"]);
    }
}

#[test]
fn the_order_of_the_books_says_nothing_that_the_books_do_not() {
    let author = random_name("Ana");
    let shop = shop(&author);
    let n = any(10..=99);
    for sort in [
        "cost".to_owned(),
        "published".to_owned(),
        "rowid".to_owned(),
        "author".to_owned(),
        "books.cost".to_owned(),
        "price, cost".to_owned(),
        "price--".to_owned(),
        "\"cost\"".to_owned(),
        format!("(CASE WHEN cost > {n} THEN title ELSE price END)"),
        format!("(SELECT count(*) FROM customers WHERE email LIKE '%{n}%')"),
        format!("price LIMIT {n}; DELETE FROM books; --"),
        "(SELECT load_extension('x'))".to_owned(),
    ] {
        shop.get(&books(&author, &format!("&sort={}", encoded(&sort)))).is_bad_request();
    }
    for order in [
        "asc, cost".to_owned(),
        "desc, cost desc".to_owned(),
        format!("asc LIMIT {n}"),
        format!("desc LIMIT (SELECT cost > {n} FROM books)"),
        "asc--".to_owned(),
        "desc; DELETE FROM books".to_owned(),
        ", cost".to_owned(),
    ] {
        let order = encoded(&order);
        shop.get(&books(&author, &format!("&order={order}"))).is_bad_request();
        shop.get(&books(&author, &format!("&sort=year&order={order}"))).is_bad_request();
    }
    has_titles(shop.get(&books(&author, "")), &["Dawn", "Noon", "Rain"]);
}

#[test]
fn a_shop_without_its_tables_says_that_it_cannot() {
    let db = Connection::open_in_memory().unwrap();
    let shop = Client::new(app(Arc::new(Mutex::new(db))));
    shop.get(&books(&random_name("Ana"), "")).has_status(500);
}

/// A shop with three published books of this author and one that is not, with another author's, and with a customer.
fn shop(author: &str) -> Client {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(include_str!("books.sql")).unwrap();
    let book = "INSERT INTO books VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    for (title, year, price, cost, published) in [
        ("Noon", 1_972, 900, 20, 1),
        ("Rain", 2_019, 700, 95, 1),
        ("Dawn", 1_991, 1_200, 50, 1),
        ("Next Month", 2_027, 2_500, 70, 0),
    ] {
        db.execute(book, (title, author, year, price, cost, published)).unwrap();
    }
    db.execute(book, ("Dusk", "Somebody else", 2_000, 1_000, 60, 1)).unwrap();
    db.execute_batch("INSERT INTO customers VALUES ('Cyd', 'cyd@example.com')").unwrap();
    Client::new(app(Arc::new(Mutex::new(db))))
}

fn books(author: &str, wish: &str) -> String {
    format!("/books?author={}{wish}", encoded(author))
}

#[track_caller]
fn has_titles(reply: Reply, titles: &[&str]) {
    let mut reply = reply.is_ok().has_items(titles.len());
    for (place, title) in titles.iter().enumerate() {
        reply = reply.has(&format!("/items/{place}/title"), *title);
    }
}

/// As it stands in a link: a space is a plus, and most of what is no letter and no digit its bytes.
fn encoded(text: &str) -> String {
    let mut link = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => link.push('+'),
            b'\'' | b'(' | b')' | b'*' | b',' | b'-' | b'=' => link.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => link.push(byte.into()),
            byte => write!(link, "%{byte:02X}").unwrap(),
        }
    }
    link
}
