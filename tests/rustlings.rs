//! A course in rustlings' format, tests/courses/rustlings, goes through every command and a session unchanged.

use std::collections::BTreeMap;
use std::env;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fs_err as fs;

use crate::support::{Terminal, World, bytes_below};

const HALVES: &str = "exercises/01_values/halves.rs";
const SHADOW: &str = "exercises/01_values/shadow.rs";
const ENDING: &str = "exercises/01_values/ending.rs";
const STATE: &str = ".rustlings-state.txt";

/// The exercises with their files below `exercises` and `solutions`, and what is said of the starter.
const EXERCISES: [(&str, &str, &str); 6] = [
    ("shadow", "01_values/shadow.rs", "mismatched types"),
    ("halves", "01_values/halves.rs", "odd numbers"),
    ("ending", "01_values/ending.rs", "the program ended with exit code 1"),
    ("prices", "02_files/prices.rs", "the whole file"),
    ("tidy", "02_files/tidy.rs", "clippy does not let it pass"),
    ("quiet", "02_files/quiet.rs", "clippy does not let it pass"),
];

fn course() -> World {
    World::with("rustlings")
}

fn solve(world: &World, file: &str) {
    world.write(Path::new("exercises").join(file), world.read(Path::new("solutions").join(file)));
}

/// What is the course's, without what is the runner's.
fn course_files(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = bytes_below(&world.root());
    files.retain(|path, _| !path.starts_with(".backendlings"));
    files
}

#[test]
fn every_starter_is_refused_for_its_reason_and_every_solution_passes() {
    let world = course();
    world.run("run welcome").exits(0).says("welcome passes").says("Welcome. This one is solved.");
    for (name, file, words) in EXERCISES {
        world.run(&format!("run {name}")).exits(1).says(words);
        solve(&world, file);
        world.run(&format!("run {name}")).exits(0).says(&format!("{name} passes"));
    }
    world.run("run").exits(0).says("all done: 7 exercises passed");
}

#[test]
fn a_check_of_all_says_what_each_run_says_and_touches_nothing() {
    let world = course();
    fs::remove_file(world.path("Cargo.lock")).expect("the lockfile");
    let before = course_files(&world);
    let told = world.run("check-all").exits(1).says("1 of 7 pass now");
    for (name, _, words) in EXERCISES {
        let line = told.out.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        assert!(name == "ending" || line.contains(words), "{name}: {line:?}");
    }
    for (_, file, _) in EXERCISES {
        solve(&world, file);
    }
    world.run("check-all").exits(0).says("7 of 7 pass now");
    assert_eq!(world.run("list").out.matches('✓').count(), 7);
    solve(&world, "../exercises/welcome.rs");
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&course_files(&world)), names(&before), "neither target nor lockfile");
}

#[test]
fn a_test_that_is_deleted_or_ignored_is_missed_and_one_that_is_renamed_is_not() {
    let world = course();
    world.run("run halves").exits(1);
    let starter = world.read(HALVES);
    let (kept, _) = starter.split_once("    #[test]\n    fn odd").expect("the test that fails");
    world.write(HALVES, format!("{kept}}}\n"));
    world.run("run halves").exits(1).says("1 test did not run").says("odd numbers");
    world.write(HALVES, starter.replace("#[test]\n    fn odd", "#[test]\n    #[ignore]\n    fn odd"));
    world.run("run halves").exits(1).says("1 test did not run").says("odd numbers");
    world.write(HALVES, starter.split_once("#[cfg(test)]").expect("the tests").0);
    world.run("run halves").exits(1).says("no test ran");
    solve(&world, "01_values/halves.rs");
    world.write(HALVES, world.read(HALVES).replace("odd_numbers", "those_with_a_rest"));
    world.run("run halves").exits(0).says("2 tests");
}

#[test]
fn how_a_program_ends_is_said() {
    let world = course();
    let rows = [
        ("std::process::exit(3)", 1, "the program ended with exit code 3"),
        ("panic!(\"over there\")", 1, "the program panicked"),
        ("panic!(\"over there\")", 1, "over there"),
        ("std::process::abort()", 1, "the program crashed: aborted (signal 6)"),
        ("std::process::exit(0)", 0, "ending passes"),
    ];
    for (body, code, words) in rows {
        world.write(ENDING, format!("fn main() {{\n    {body}\n}}\n"));
        world.run("run ending").exits(code).says(words);
    }
}

#[test]
fn whatever_the_package_needs_counts_as_it_is_on_disk() {
    let world = course();
    solve(&world, "02_files/prices.rs");
    world.run("run prices").exits(0);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let write_as_of_old = |file: &str, text: String| {
        world.write(file, text);
        let file = fs::File::options().write(true).open(world.path(file)).expect("the file");
        file.set_modified(long_ago).expect("another time");
    };
    for (file, right, wrong, words) in [
        ("data/prices.txt", "bread,250", "bread,251", "the whole file"),
        ("shared/money.rs", "{:02}", "{:03}", "the whole file"),
        ("exercises/02_files/prices.rs", ".sum()", ".min().unwrap_or(0)", "the whole file"),
        ("Cargo.toml", "dbg_macro", "print_stdout", "clippy does not let it pass"),
    ] {
        let text = world.read(file);
        assert!(text.contains(right), "{file}");
        write_as_of_old(file, text.replacen(right, wrong, 1));
        world.run("run prices").exits(1).says(words);
        write_as_of_old(file, text);
        world.run("run prices").exits(0);
    }
}

#[test]
fn a_package_in_somebody_elses_workspace_is_judged_by_itself() {
    let world = course();
    world.write("../Cargo.toml", "[workspace]\nmembers = [\"another\"]\n");
    world.run("run welcome").exits(0).says("welcome passes");
}

#[test]
fn the_commands_about_one_exercise_know_it() {
    let world = course();
    world.run("hint halves").exits(0).says("hint 1 of 1").says("A path such as C:\\halves needs");
    world.run("solution halves").exits(1).says("has not passed yet");
    world.run("try halves").exits(2).complains("halves has no service to try");
    world.run("run halfes").exits(2).complains("did you mean `halves`?");
    // Without git the starter is what was seen first.
    world.run("run halves").exits(1);
    let (starter, shadow) = (world.read(HALVES), world.read(SHADOW));
    solve(&world, "01_values/halves.rs");
    world.run("run halves").exits(0);
    world.run("solution halves").exits(0).says(HALVES);
    world.run("solution welcome").exits(1);
    world.run("run welcome").exits(0);
    world.run("solution welcome").exits(0).says("this course has no reference for welcome");
    world.run("reset halves").exits(0).says("halves is back at its starter").says(HALVES);
    assert_eq!((world.read(HALVES), world.read(SHADOW)), (starter, shadow));
}

#[test]
fn what_is_only_for_courses_of_our_own_format_is_not_advised_here() {
    let world = course();
    let before = course_files(&world);
    world
        .run("dev new 01_values doubles")
        .exits(2)
        .complains("dev new writes packages")
        .complains("rustlings dev update");
    let manifest = world.read("Cargo.toml");
    world.write("Cargo.toml", format!("{manifest}\n[dependencies]\nno-such = {{ path = \"x\" }}\n"));
    world.run("run halves").exits(3).complains("no-such").complains("restore it from git");
    world.write("Cargo.toml", manifest);
    assert_eq!(course_files(&world), before);
}

#[test]
fn a_reset_brings_back_what_was_committed() {
    let world = course();
    world.git("init --quiet");
    world.commit();
    let (starter, shadow) = (world.read(HALVES), world.read(SHADOW));
    solve(&world, "01_values/halves.rs");
    world.write(SHADOW, "mine");
    world.run("run halves").exits(0);
    world.run("reset halves").exits(0).says("your files are kept in .backendlings/backups/halves/");
    assert_eq!((world.read(HALVES), world.read(SHADOW).as_str()), (starter, "mine"));
    world.run("reset shadow").exits(0);
    assert_eq!(world.read(SHADOW), shadow);
}

#[test]
fn the_list_shows_nothing_that_the_course_does_not_say() {
    let world = course();
    let list = world.run("list").exits(0).out;
    assert!(list.contains("\n01_values\n") && list.contains("\nexercises\n"), "{list}");
    assert!(list.lines().any(|line| line.trim_end() == "  · halves   pending"), "{list}");
    assert!(!list.contains("min"), "{list}");
    let json: serde_json::Value = serde_json::from_str(&world.run("list --json").exits(0).out).expect("JSON");
    let halves = &json["exercises"][2];
    assert_eq!((halves["name"].as_str(), halves["dir"].as_str()), (Some("halves"), Some("01_values")));
    assert_eq!((halves.get("difficulty"), halves.get("minutes")), (None, None));
    assert_eq!(halves["path"].as_str(), Some(HALVES));
}

#[test]
fn what_rustlings_recorded_is_taken_over_once_and_never_written() {
    let world = course();
    let state = "DON'T EDIT THIS FILE!\r\n\r\nending\r\n\r\nwelcome\r\nshadow\r\nrenamed_since\r\n";
    world.write(STATE, state);
    assert!(world.run("list").out.contains("> · ending"));
    assert_eq!(world.run("list").out.matches('✓').count(), 2);
    world.run("run halves").exits(1);
    world.write(STATE, state.replace("shadow", "halves"));
    let list = world.run("list").out;
    assert!(list.contains("✓ shadow") && list.contains("> · halves"), "{list}");
    assert_eq!(world.read(STATE), state.replace("shadow", "halves"));
}

#[test]
fn a_machine_without_clippy_is_told_what_it_lacks() {
    let world = course();
    let tools = world.path("../tools");
    fs::create_dir(&tools).expect("a folder");
    let path = env::var_os("PATH").expect("a PATH");
    for tool in ["cargo", "rustc", "cc"] {
        let found = env::split_paths(&path).map(|folder| folder.join(tool)).find(|file| file.is_file());
        symlink(found.expect("a tool of the machine"), tools.join(tool)).expect("a link");
    }
    let mut command = world.command("run welcome");
    command.env("PATH", format!("{}:/usr/bin:/bin", tools.display())).env_remove("CARGO");
    let told = crate::support::Told::of("run welcome", &command.output().expect("it starts"));
    told.exits(4).complains("clippy was not found").complains("rustup component add clippy");
}

#[test]
fn a_session_goes_through_the_course_by_saving_alone() {
    let world = course();
    let mut terminal = Terminal::start(&world, "");
    // The first one is solved as it was shipped.
    terminal.sees("welcome passes").sees("Welcome. This one is solved.");
    terminal.sees("next: shadow").sees("mismatched types").sees("open exercises/01_values/shadow.rs");
    terminal.sees("1/7");
    world.write(SHADOW, "fn main() {");
    terminal.sees("this file contains an unclosed delimiter");
    for (name, file, _) in EXERCISES {
        solve(&world, file);
        let words =
            if name == "quiet" { "Now take bigger ones.".to_owned() } else { format!("{name} passes") };
        terminal.sees(&words);
    }
    terminal.sees("All 7 exercises passed.").sees("7/7");
    terminal.press("q");
    assert_eq!(terminal.ends().exit_code(), 0);
}

#[test]
fn a_session_follows_what_all_exercises_are_built_with() {
    let world = course();
    solve(&world, "01_values/shadow.rs");
    solve(&world, "01_values/halves.rs");
    solve(&world, "01_values/ending.rs");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("open exercises/02_files/prices.rs").sees("the whole file");
    let manifest = world.read("Cargo.toml");
    world.write("Cargo.toml", manifest.replace("[lints.rust]", "[lints.rust]\nunused_variables = "));
    terminal.sees("could not prepare the course for a run");
    world.write("Cargo.toml", &manifest);
    terminal.sees("the whole file");
    world.write("data/prices.txt", "bread,250\nmilk,129\ncheese,899\n");
    terminal.sees("prices passes");
}

#[test]
fn a_session_lists_hints_resets_and_compares() {
    let world = course();
    world.git("init --quiet");
    world.commit();
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("next: shadow").sees("mismatched types");
    terminal.press("h");
    terminal.sees("A second `let` may have another type");
    terminal.press("i");
    terminal.sees("exercises/01_values/README.md");
    terminal.press("q");
    terminal.sees("open exercises/01_values/shadow.rs");
    terminal.press("l");
    terminal.sees("1 of 7 passed").sees("01_values").sees("· halves");
    terminal.press("q");
    terminal.sees("open exercises/01_values/shadow.rs");
    terminal.press("t");
    terminal.sees("this exercise has no service to try");
    solve(&world, "01_values/shadow.rs");
    terminal.sees("shadow passes");
    terminal.press("s");
    terminal.sees("shadow: yours against the reference");
    terminal.press("q");
    terminal.sees("open exercises/01_values/halves.rs");
    // Another file than the one at hand.
    world.write(ENDING, "fn main() {\n    println!(\"at last\");\n}\n");
    terminal.sees("ending passes").sees("at last");
    world.write(HALVES, "mine");
    terminal.sees("open exercises/01_values/halves.rs");
    terminal.press("x");
    terminal.sees("(y/n)");
    terminal.press("y");
    terminal.sees("odd numbers");
    assert!(world.read(HALVES).contains("TODO"));
}
