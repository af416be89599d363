use std::fmt::Display;

use support::{any, expect};

use super::{RequestLine, parse};

#[test]
fn a_line_is_taken_apart() {
    let target = format!("/menu/{}", any(1..=9_999));
    is_accepted("GET", &target, "HTTP/1.1");
    is_accepted("DELETE", &target, "HTTP/1.1");
}

#[test]
fn the_target_is_passed_on_as_it_was_sent() {
    let size = any(1..=9_999);
    is_accepted("GET", &format!("/menu?size={size}&name=quattro%20formaggi"), "HTTP/1.1");
    is_accepted("GET", &format!("http://pizza.example.com/menu/{size}"), "HTTP/1.1");
    is_accepted("OPTIONS", "*", "HTTP/1.1");
    let visible: String = ('!'..='~').collect();
    is_accepted("GET", &format!("/{visible}{size}"), "HTTP/1.1");
}

#[test]
fn a_method_keeps_its_case_and_may_be_one_that_nobody_has_heard_of() {
    // Whether a method is known is for somebody else to say, and the answer would be 501.
    is_accepted("get", "/menu", "HTTP/1.1");
    is_accepted("M-SEARCH", "/menu", "HTTP/1.1");
    is_accepted("A", "/menu", "HTTP/1.1");
    is_accepted(&format!("{}_!#$%&'*+.^`|~", any(0..=9)), "/menu", "HTTP/1.1");
}

#[test]
fn every_version_1_is_welcome() {
    is_accepted("GET", "/menu", "HTTP/1.0");
    is_accepted("GET", "/menu", &format!("HTTP/1.{}", any(2..=9)));
}

#[test]
fn a_line_with_a_part_missing_is_a_bad_request() {
    for line in ["GET /menu", "GET", "", "GET HTTP/1.1", "/menu HTTP/1.1"] {
        is_refused(line);
    }
}

#[test]
fn one_space_stands_between_the_parts_and_none_elsewhere() {
    for line in [
        "GET  /menu HTTP/1.1",
        "GET /menu  HTTP/1.1",
        " GET /menu HTTP/1.1",
        "GET /menu HTTP/1.1 ",
        "GET /menu HTTP/1.1 HTTP/1.1",
        "GET /my menu HTTP/1.1",
        "GET  HTTP/1.1",
        " /menu HTTP/1.1",
    ] {
        is_refused(line);
    }
}

#[test]
fn a_tab_is_not_a_space() {
    for blank in ['\t', '\r', '\u{b}', '\u{a0}'] {
        is_refused(&format!("GET{blank}/menu HTTP/1.1"));
        is_refused(&format!("GET /menu{blank}HTTP/1.1"));
        is_refused(&format!("GET /my{blank}menu HTTP/1.1"));
        is_refused(&format!("GET /menu HTTP/1.1{blank}"));
    }
}

#[test]
fn nothing_else_is_a_version() {
    for version in [
        "HTTP/9",
        "HTTP/1",
        "HTTP/1.",
        "HTTP/1.x",
        "HTTP/1.10",
        "HTTP/1.1.1",
        "HTTP/11",
        "HTTP/01.1",
        "HTTP/1,1",
        "HTTP 1.1",
        "http/1.1",
        "HTTPS/1.1",
        "HTTP/1.-1",
        "HTTP/1.٣",
        "HTTP/1.HTTP/1.1",
    ] {
        is_refused(&format!("GET /menu {version}"));
    }
    for letter in ascii().filter(|letter| !letter.is_ascii_digit()) {
        is_refused(&format!("GET /menu HTTP/1.{letter}"));
    }
}

#[test]
fn a_method_has_no_other_characters() {
    let allowed =
        |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
    for letter in ascii().chain(['é', 'Ａ', '٣']).filter(|letter| !allowed(*letter)) {
        is_refused(&format!("G{letter}T /menu HTTP/1.1"));
        is_refused(&format!("{letter}GET /menu HTTP/1.1"));
        is_refused(&format!("GET{letter} /menu HTTP/1.1"));
    }
}

#[test]
fn a_target_is_visible_ascii() {
    for letter in ascii().chain(['é', '🍕']).filter(|letter| !letter.is_ascii_graphic()) {
        is_refused(&format!("GET /men{letter} HTTP/1.1"));
        is_refused(&format!("GET {letter}/menu HTTP/1.1"));
    }
}

fn ascii() -> impl Iterator<Item = char> {
    (0..=127_u8).map(char::from)
}

#[track_caller]
fn is_accepted(method: &str, target: &str, version: &str) {
    let line = format!("{method} {target} {version}");
    expect(format!("{line:?}"), accepted(method, target), answer(&line));
}

#[track_caller]
fn is_refused(line: &str) {
    expect(format!("{line:?}"), "400 Bad Request", answer(line));
}

fn answer(line: &str) -> String {
    match parse(line) {
        Ok(RequestLine { method, target, .. }) => accepted(method, target),
        Err(_) => "400 Bad Request".to_owned(),
    }
}

fn accepted(method: impl Display, target: impl Display) -> String {
    // With quotes around them, and nothing in them that nobody could see.
    let (method, target) = (method.to_string(), target.to_string());
    format!("accepted: method {method:?}, target {target:?}")
}
