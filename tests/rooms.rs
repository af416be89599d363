//! The rooms of the source and the arrows between them, as ARCHITECTURE.md draws them:
//! `commands -> watch | report | verify -> runner, ui -> check, progress -> course`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::bytes_below;

/// Every room, and those that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("course", &[]),
    ("progress", &["course"]),
    ("check", &["course"]),
    ("runner", &["course", "progress", "check"]),
    ("ui", &["course", "progress", "check"]),
    ("watch", &["course", "progress", "check", "runner", "ui"]),
    ("report", &["course", "progress", "check", "runner", "ui"]),
    ("verify", &["course", "progress", "check", "runner", "ui"]),
    (
        "commands",
        &["course", "progress", "check", "runner", "ui", "watch", "report", "verify", "cli", "exit"],
    ),
    // What lies beside the rooms.
    ("cli", &[]),
    ("exit", &["course", "check"]),
    ("lib", &[]),
    ("main", &["cli", "commands"]),
];

/// Longer files are two. The tests at a file's end are not counted.
const LONGEST: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The source files, with their code: without comments and without the tests at their end.
fn sources() -> BTreeMap<PathBuf, String> {
    let files = bytes_below(&root().join("src"));
    let is_source = |path: &Path| path.extension().is_some_and(|extension| extension == "rs");
    let is_test = |path: &Path| path.file_name().is_some_and(|name| name == "tests.rs");
    let sources = files.into_iter().filter(|(path, _)| is_source(path) && !is_test(path));
    let sources = sources.map(|(path, bytes)| {
        let text = String::from_utf8(bytes).expect("source is text");
        let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        (path, text[..tests].to_owned())
    });
    sources.collect()
}

fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// `runner/run.rs` lies in `runner`, `cli.rs` in `cli`.
fn room_of(path: &Path) -> String {
    let first = path.iter().next().expect("a path is not empty");
    Path::new(first).with_extension("").display().to_string()
}

/// The rooms named in a line: `use crate::check::Verdict`, `backendlings::cli`, `pub(in crate::watch)`.
fn rooms_in(line: &str) -> impl Iterator<Item = &str> {
    let after = ["crate::", "backendlings::"].iter().flat_map(|start| line.split(start).skip(1));
    after.map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default())
}

#[test]
fn every_room_uses_only_those_below_it() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room_of(&path);
        let Some(allowed) = arrows.get(room.as_str()) else {
            wrong.push(format!("{} is in no known room", path.display()));
            continue;
        };
        for (number, line) in code(&text) {
            let strangers = rooms_in(line).filter(|used| *used != room && !allowed.contains(used));
            wrong.extend(strangers.map(|used| {
                // A list of rooms in braces would hide them from this test.
                format!("src/{}:{number}: {room} uses {used:?}: {}", path.display(), line.trim())
            }));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_room_is_drawn_in_the_architecture() {
    let drawing = "commands -> watch | report | verify -> runner, ui -> check, progress -> course";
    for file in ["ARCHITECTURE.md", "src/lib.rs"] {
        let text = fs_err::read_to_string(root().join(file)).expect("a readable file");
        assert!(text.contains(drawing), "{file}");
    }
}

#[test]
fn processes_colours_and_keys_each_have_one_door() {
    let doors: &[(&str, &[&str])] = &[
        ("duct::", &["runner"]),
        ("process::Command", &["runner"]),
        ("colored::", &["ui/theme.rs"]),
        ("notify::", &["watch"]),
        ("indicatif::", &["report"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in code(&text) {
            let passed = doors.iter().filter(|(words, _)| line.contains(words));
            let strangers = passed.filter(|(_, doors)| !doors.iter().any(|door| path.starts_with(door)));
            wrong.extend(strangers.map(|(words, _)| format!("src/{}:{number}: {words}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_file_is_too_long_to_read_in_one_go() {
    let lengths = sources().into_iter().map(|(path, text)| (path, text.lines().count()));
    let long: Vec<_> = lengths.filter(|(_, length)| *length > LONGEST).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn no_file_of_tests_is_forgotten() {
    let main = fs_err::read_to_string(root().join("tests/main.rs")).expect("a readable file");
    let named: BTreeSet<_> =
        main.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    let entries = fs_err::read_dir(root().join("tests")).expect("a folder of tests");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let is_module =
        |path: &PathBuf| path.extension().is_some_and(|end| end == "rs") || path.join("mod.rs").exists();
    let modules = files.filter(is_module).map(|path| path.file_stem().expect("a name").display().to_string());
    let forgotten: Vec<_> = modules.filter(|name| name != "main" && !named.contains(name.as_str())).collect();
    assert!(forgotten.is_empty(), "{forgotten:?} in tests/main.rs");
}
