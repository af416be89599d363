//! `dev new`: from nothing to a green check, and nothing half done where that cannot be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::{Told, World, bytes_below};

/// Everything in the course but what is the runner's own.
fn files(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = bytes_below(&world.path(""));
    files.retain(|path, _| !path.starts_with(".backendlings"));
    files
}

/// The files that were added or changed.
fn changed(before: &BTreeMap<PathBuf, Vec<u8>>, after: &BTreeMap<PathBuf, Vec<u8>>) -> BTreeSet<String> {
    assert!(before.keys().all(|path| after.contains_key(path)), "nothing is taken away");
    let differs = |(path, bytes): &(&PathBuf, &Vec<u8>)| before.get(*path) != Some(bytes);
    after.iter().filter(differs).map(|(path, _)| path.display().to_string()).collect()
}

fn names(world: &World) -> Vec<String> {
    let told = world.run("list --json").exits(0);
    let list: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    let exercises = list["exercises"].as_array().expect("exercises");
    exercises.iter().map(|exercise| exercise["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn a_new_exercise_is_green_at_once_and_nothing_is_left_to_sync() {
    let world = World::with("tiny");
    world.write(
        "info.toml",
        world
            .read("info.toml")
            .replace("\n[[exercises]]\nname = \"working\"", "\n# Work.\n\n[[exercises]]\nname = \"working\""),
    );
    let before = files(&world);
    let told = world.run("dev new 01_words spelling").exits(0);
    told.says("exercises/01_words/spelling/src/main.rs ").says("\n  backendlings dev check spelling\n");
    let expected = [
        "exercises/01_words/spelling/Cargo.toml",
        "exercises/01_words/spelling/src/main.rs",
        "exercises/01_words/spelling/src/tests.rs",
        "exercises/Cargo.lock",
        "info.toml",
        "solutions/01_words/spelling/check.toml",
        "solutions/01_words/spelling/src/main.rs",
    ];
    assert_eq!(changed(&before, &files(&world)), BTreeSet::from(expected.map(str::to_owned)));
    assert_eq!(names(&world), ["greeting", "counting", "spelling", "working", "hurrying"]);
    let entry = world.read("info.toml").replace("\n# Work.\n", "");
    assert!(entry.contains("\n\n[[exercises]]\nname = \"spelling\"\ndir = \"01_words\"\n"), "{entry}");
    assert!(world.read("exercises/Cargo.lock").contains(
        "[[package]]\nname = \"spelling\"\nversion = \"0.0.0\"\ndependencies = [\n \"pins\",\n]\n"
    ));
    world.run("dev check spelling").exits(0).says(", 0 failed");
    world.run("run spelling").exits(1).says("an order of three pizzas");
}

#[test]
fn the_line_that_is_told_is_where_the_entry_begins() {
    let world = World::with("tiny");
    let told = world.run("dev new 01_words spelling").exits(0);
    let line = told.out.split_once("info.toml:").expect("a line of info.toml").1;
    let line: usize = line.split_whitespace().next().and_then(|line| line.parse().ok()).expect("a number");
    let info = world.read("info.toml");
    let lines: Vec<_> = info.lines().skip(line - 1).take(2).collect();
    assert_eq!(lines, ["[[exercises]]", "name = \"spelling\""]);
}

#[test]
fn a_new_chapter_comes_with_its_readme_and_its_place() {
    let world = World::with("small");
    let before = files(&world);
    let told = world.run("dev new 01_write_words sorting").exits(0);
    told.says("exercises/01_write_words/README.md");
    let added = changed(&before, &files(&world));
    assert!(added.contains("exercises/01_write_words/README.md"), "{added:?}");
    let chapters: Vec<_> =
        world.read("info.toml").split("[[chapters]]\n").skip(1).map(str::to_owned).collect();
    assert!(chapters[1].starts_with("dir = \"01_write_words\"\ntitle = \"Write words\"\n"), "{chapters:?}");
    assert_eq!(names(&world), ["greet", "shout", "sorting", "add_up"]);
    // This course has neither pins nor support.
    assert!(!world.read("exercises/01_write_words/sorting/Cargo.toml").contains("dependencies"));
    world.run("dev check sorting").exits(0).says(", 0 failed");
    let again = world.run("dev new 01_write_words joining").exits(0);
    assert!(!again.out.contains("README.md"), "{again}");
}

#[test]
fn where_support_has_random_values_the_specification_uses_them() {
    let world = World::with("tiny");
    let support = "
pub fn any<T: Copy>(range: std::ops::RangeInclusive<T>) -> T {
    *range.end()
}

pub fn expect(story: impl std::fmt::Display, expected: impl std::fmt::Display, got: impl std::fmt::Display) {
    assert!(expected.to_string() == got.to_string(), \"{story}: {expected}, not {got}\");
}
";
    world.write("exercises/support/src/lib.rs", support);
    world.run("dev new 01_words spelling").exits(0);
    assert!(world.read("exercises/01_words/spelling/src/tests.rs").contains("use support::{any, expect};"));
    world.run("dev check spelling").exits(0).says(", 0 failed");
}

#[test]
fn a_course_with_schemas_has_them_named_in_check_toml() {
    let world = World::with("small");
    world.write("schemas/check.schema.json", "{}");
    world.run("dev new 01_words spelling").exits(0);
    let check = "solutions/01_words/spelling/check.toml";
    let text = world.read(check);
    let schema = text.lines().next().and_then(|line| line.strip_prefix("#:schema ")).expect("a schema");
    assert!(world.path(check).parent().expect("a folder").join(schema).exists(), "{schema}");
    // And what is said of the starter is said of its table, not of the file's first line.
    world.solve("01_words/spelling");
    world.run("dev check spelling").exits(3).says(&format!("{check}:2"));
}

/// The words of a refusal, for these arguments.
fn refused(world: &World, arguments: &str, words: &str) {
    let before = bytes_below(&world.path(""));
    world.run(&format!("dev new {arguments}")).exits(2).complains(words).complains("help: ");
    assert_eq!(bytes_below(&world.path("")), before, "{arguments}");
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_touched() {
    let world = World::with("small");
    world.write("exercises/01_words/draft/notes.txt", "mine");
    world.write("solutions/02_numbers/sketch/notes.txt", "mine");
    let lockfile = world.read("exercises/Cargo.lock");
    let serde = "\n[[package]]\nname = \"serde-json\"\nversion = \"1.0.0\"\nsource = \"registry\"\n";
    world.write("exercises/Cargo.lock", lockfile + serde);
    let rows = [
        ("01_words greet", "there is an exercise `greet` already"),
        ("02_numbers greet", "there is an exercise `greet` already"),
        ("01_words draft", "exercises/01_words/draft is there already"),
        ("02_numbers sketch", "solutions/02_numbers/sketch is there already"),
        ("01_words Spelling", "\"Spelling\" is not a name for an exercise"),
        ("01_words ../spelling", "\"../spelling\" is not a name for an exercise"),
        ("01_words support", "\"support\" is a reserved name"),
        ("01_words serde_json", "\"serde_json\" is also a crate of exercises/Cargo.lock"),
        ("../words spelling", "dir = \"../words\" leaves the course"),
        ("01_words/more spelling", "dir = \"01_words/more\" leaves the course"),
    ];
    for (arguments, words) in rows {
        refused(&world, arguments, words);
    }
}

#[test]
fn a_chapter_that_is_no_part_of_the_workspace_is_refused() {
    let world = World::with("small");
    let before = files(&world);
    let told = world.run("dev new words spelling").exits(2);
    told.complains("`members` in exercises/Cargo.toml do not take in words/*");
    assert_eq!(files(&world), before);
}

#[track_caller]
fn leaves_nothing(world: &World, told: impl FnOnce() -> Told) {
    let before = files(world);
    told();
    assert_eq!(files(world), before);
    let left = bytes_below(&world.path(".backendlings"));
    let left: Vec<_> = left.keys().filter(|path| *path != Path::new(".gitignore")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn where_cargo_fails_nothing_is_left_half_done() {
    let world = World::with("small");
    leaves_nothing(&world, || {
        let output = world.command("dev new 01_words spelling").env("CARGO", "/nowhere/cargo").output();
        Told::of("dev new", &output.expect("the program starts")).exits(4).complains("/nowhere/cargo")
    });
    world.write("exercises/01_words/greet/Cargo.toml", "[package");
    leaves_nothing(&world, || world.run("dev new 01_words spelling").exits(3));
}

#[test]
fn a_failure_after_the_first_file_undoes_that_file() {
    let world = World::with("small");
    fs_err::remove_dir_all(world.path("solutions")).expect("it was there");
    world.write("solutions", "a file where a folder should be");
    leaves_nothing(&world, || {
        world.run("dev new 03_new spelling").exits(4).complains("everything is as it was")
    });
}
