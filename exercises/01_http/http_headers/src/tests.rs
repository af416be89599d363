use support::{any, expect, random_name};

use super::Headers;

#[test]
fn a_header_is_found_by_its_name() {
    let host = format!("music{}.example.com", any(1..=9_999));
    let lines = [&format!("Host: {host}"), "Accept-Language: pt"];
    finds(&lines, "Host", &host);
    finds(&lines, "Accept-Language", "pt");
    for name in ["Content-Length", "Accept", "Language", "Host:", ""] {
        finds_nothing(&lines, name);
    }
}

#[test]
fn a_name_means_the_same_in_upper_and_lower_case() {
    let kind = format!("audio/x-{}", any(1..=9_999));
    for sent in [
        "Content-Type",
        "content-type",
        "CONTENT-TYPE",
        "cONTENT-tYPE",
    ] {
        let line = format!("{sent}: {kind}");
        for asked in ["Content-Type", "content-type", "CONTENT-TYPE"] {
            finds(&[&line], asked, &kind);
        }
    }
}

#[test]
fn spaces_and_tabs_around_a_value_are_not_part_of_it() {
    let app = format!("Player {}", any(1..=9_999));
    for line in [
        format!("User-Agent:{app}"),
        format!("User-Agent: {app} "),
        format!("User-Agent:\t  {app}\t"),
    ] {
        finds(&[&line], "User-Agent", &app);
    }
}

#[test]
fn a_value_keeps_its_case_its_colons_and_its_spaces_inside() {
    let since = format!("Fri, 20 Nov 2026 13:07:{} GMT", any(10..=59));
    finds(&[&format!("If-Modified-Since: {since}")], "If-Modified-Since", &since);
    finds(&["Host: [::1]:3000"], "Host", "[::1]:3000");
    finds(&["X-Mood: \"Calm  and:  Quiet\""], "X-Mood", "\"Calm  and:  Quiet\"");
}

#[test]
fn an_empty_value_is_a_value() {
    finds(&["X-Mood:", "Host: music.example.com"], "X-Mood", "");
    finds(&["X-Mood: \t "], "X-Mood", "");
}

#[test]
fn nothing_else_around_a_value_is_cut_off() {
    // None of these is a space or a tab. Whoever stands in front of us leaves them where they are.
    for letter in ['\u{a0}', '\u{b}', '\u{2003}'] {
        let mood = format!("{letter}calm {}{letter}", any(1..=9_999));
        finds(&[&format!("X-Mood: {mood} ")], "X-Mood", &mood);
    }
}

#[test]
fn lines_of_one_name_are_one_list_in_the_order_they_came_in() {
    let last = format!("x-{}", any(1..=9_999));
    let lines = [
        "Accept-Language: pt",
        "Host: music.example.com",
        "Accept-Language: en, de",
        &format!("Accept-Language: {last}"),
    ];
    finds(&lines, "Accept-Language", &format!("pt, en, de, {last}"));
    finds(&lines, "Host", "music.example.com");
}

#[test]
fn lines_of_one_name_are_one_list_in_any_case() {
    let last = format!("x-{}", any(1..=9_999));
    let lines = [
        "Accept-Language: pt",
        "accept-language:\ten ",
        &format!("ACCEPT-LANGUAGE:{last}"),
    ];
    for asked in ["accept-language", "Accept-Language"] {
        finds(&lines, asked, &format!("pt, en, {last}"));
    }
}

#[test]
fn every_name_has_a_list_and_every_line_has_a_place_in_it() {
    let name = random_name("X-Mood").replace(' ', "-");
    let mood = format!("calm {}", any(1..=9_999));
    for moods in [
        ["", &mood, "quiet"],
        [&mood, "", "quiet"],
        [&mood, "quiet", ""],
        [&mood, &mood, "calm"],
    ] {
        let lines = moods.map(|mood| format!("{name}: {mood}"));
        let [first, second, third] = &lines;
        finds(&[first, "Host: music.example.com", second, third], &name, &moods.join(", "));
    }
}

#[test]
fn no_space_stands_before_the_colon() {
    let length = any(1..=9_999);
    is_refused(&[&format!("Content-Length : {length}")]);
    is_refused(&[
        "Host: music.example.com",
        &format!("Content-Length\t: {length}"),
    ]);
    is_refused(&[
        &format!("Content-Length\u{a0}: {length}"),
        "Host: music.example.com",
    ]);
}

#[test]
fn a_line_that_begins_with_a_space_is_no_header() {
    is_refused(&["Host: music.example.com", " Accept-Language: pt"]);
    is_refused(&["\tHost: music.example.com"]);
    // Old clients went on with a long value like this. RFC 9112 calls it `obs-fold`, and lets a server refuse it.
    is_refused(&["Accept-Language: pt,", "  en"]);
}

#[test]
fn a_line_without_a_name_is_no_header() {
    for line in ["Accept-Language", "", ": pt", "pt, en"] {
        is_refused(&[line, "Host: music.example.com"]);
    }
}

#[test]
fn a_name_has_no_other_characters() {
    let allowed =
        |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:".contains(letter);
    let ascii = (0..=127_u8).map(char::from);
    for letter in ascii.chain(['é', 'Ａ', '\u{212a}']).filter(|letter| !allowed(*letter)) {
        is_refused(&["Host: music.example.com", &format!("X{letter}Mood: calm")]);
        is_refused(&[&format!("X-Mood{letter}: calm")]);
        is_refused(&[&format!("{letter}X-Mood: calm")]);
    }
    let number = any(1..=9_999);
    finds(
        &[&format!("!#$%&'*+-.^_`|~{number}: calm")],
        &format!("!#$%&'*+-.^_`|~{number}"),
        "calm",
    );
}

#[track_caller]
fn finds(lines: &[&str], name: &str, value: &str) {
    expect(story(lines, name), format!("{value:?}"), answer(lines, name));
}

#[track_caller]
fn finds_nothing(lines: &[&str], name: &str) {
    expect(story(lines, name), "no such header", answer(lines, name));
}

#[track_caller]
fn is_refused(lines: &[&str]) {
    let got = match Headers::parse(lines) {
        Ok(_) => "accepted",
        Err(_) => "400 Bad Request",
    };
    expect(sent(lines), "400 Bad Request", got);
}

fn answer(lines: &[&str], name: &str) -> String {
    match Headers::parse(lines) {
        Ok(headers) => {
            headers.get(name).map_or("no such header".to_owned(), |value| format!("{value:?}"))
        }
        Err(_) => "400 Bad Request".to_owned(),
    }
}

fn story(lines: &[&str], name: &str) -> String {
    format!("{}\n  get       {name}", sent(lines))
}

/// The lines as they were sent, with everything in them that nobody could see.
fn sent(lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| format!("{line:?}")).collect();
    lines.join("\n  ")
}
