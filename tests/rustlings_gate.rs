//! The author's gate on a course in rustlings' format: every rule seen red, and a memory that is never used wrongly.

use std::collections::BTreeSet;

use crate::support::{Told, World};

const INFO: &str = "info.toml";
const HALVES: &str = "exercises/01_values/halves.rs";

#[track_caller]
fn replace(world: &World, file: &str, from: &str, to: &str) {
    let text = world.read(file);
    assert!(text.contains(from), "{from:?} in {text}");
    world.write(file, text.replacen(from, to, 1));
}

/// `rule: first line at file:line` for each finding.
fn findings(told: &Told) -> String {
    assert!(told.out.contains("\"event\":\"end\""), "no report of {told}");
    let mut found = BTreeSet::new();
    for line in told.out.lines() {
        let event: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        for finding in event["findings"].as_array().into_iter().flatten() {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            let line = finding["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
            let what = text("what");
            // Cargo names a folder of this machine.
            let what = what.lines().next().unwrap_or_default().split(" at `/").next().unwrap_or_default();
            let exercise = event["exercise"].as_str().unwrap_or_default();
            found.insert(format!("{exercise} [{}] {what} at {}{line}", text("rule"), text("file")));
        }
    }
    found.into_iter().collect::<Vec<_>>().join("\n")
}

/// A number of the closing line.
fn counted(told: &Told, key: &str) -> u64 {
    let last = told.out.lines().last().expect("a closing line");
    let end: serde_json::Value = serde_json::from_str(last).expect("a line of JSON");
    end[key].as_u64().expect("a number")
}

#[track_caller]
fn green(world: &World) -> Told {
    let told = world.run("dev check --report json").exits(0);
    assert_eq!(findings(&told), "");
    told
}

#[test]
fn a_course_that_keeps_rustlings_rules_is_proved_and_the_second_time_nothing_is_compiled() {
    let world = World::with("rustlings");
    let before = crate::support::bytes_below(&world.path(""));
    let first = green(&world);
    assert!(counted(&first, "compiled") > 0);
    assert_eq!(counted(&first, "remembered"), 0);
    let second = green(&world);
    assert_eq!((counted(&second, "compiled"), counted(&second, "remembered")), (0, 18));
    assert_eq!(counted(&first, "passed"), counted(&second, "passed"));
    let mut after = crate::support::bytes_below(&world.path(""));
    after.retain(|file, _| !file.starts_with(".backendlings"));
    assert_eq!(before, after, "nothing of the course is written to");
}

#[test]
fn what_rustlings_refuses_wrongly_is_not_refused() {
    let world = World::with("rustlings");
    for file in ["Cargo.toml", HALVES, "solutions/01_values/halves.rs"] {
        let text = world.read(file);
        world.write(file, text.replace('\n', "\r\n"));
    }
    // Another order, and as tables; a `main` with a blank.
    let manifest = world.read("Cargo.toml");
    let list_end = manifest.find("]\r\n").expect("the end of the list");
    let (list, rest) = manifest.split_at(list_end + 3);
    let bins: Vec<_> =
        list.lines().filter_map(|line| line.trim().strip_prefix("{ ")?.strip_suffix(" },")).collect();
    let tables = bins.iter().rev().map(|bin| format!("\r\n[[bin]]\r\n{}\r\n", bin.replace(", ", "\r\n")));
    world.write("Cargo.toml", format!("{rest}{}", tables.collect::<String>()));
    replace(&world, "exercises/02_files/quiet.rs", "fn main()", "fn main ()");
    // rustfmt of the course's own edition, not always that of 2024: the two sort imports in another order.
    replace(&world, "Cargo.toml", "edition = \"2024\"", "edition = \"2021\"");
    let tidy = world.read("solutions/02_files/tidy.rs");
    let imports = "mod shelves {\n    pub const S10: u8 = 10;\n    pub const S9: u8 = 9;\n}\nuse shelves::{S10, S9};\n\n";
    world.write("solutions/02_files/tidy.rs", format!("{imports}{tidy}const _: u8 = S10 - S9;\n"));
    green(&world);
}

#[test]
fn everything_that_the_text_of_a_course_can_do_wrong_is_found_in_one_run() {
    let world = World::with("rustlings");
    replace(&world, INFO, "format_version = 1", "format_version = 0");
    let long = "a_name_of_thirty_three_characters";
    let entries = format!(
        "\r\n[[exercises]]\r\nname = \"{long}\"\r\ntest = false\r\nhint = \" \\n\"\r\n\
         \r\n[[exercises]]\r\nname = \"with-dash\"\r\ndir = \"with dash\"\r\nhint = \"h\"\r\n\
         \r\n[[exercises]]\r\nname = \"tidy_sol\"\r\ntest = false\r\nhint = \"h\"\r\n"
    );
    let info = world.read(INFO);
    world.write(INFO, format!("{info}{entries}"));
    let no_main = "// TODO\r\n#[test]\r\nfn a() {}\r\n";
    world.write(format!("exercises/{long}.rs"), no_main);
    world.write("exercises/with dash/with-dash.rs", "fn main() {}\n");
    world.write("exercises/tidy_sol.rs", "// TODO\nfn main() {}\n");
    replace(
        &world,
        "Cargo.toml",
        "  { name = \"tidy_sol\", path = \"solutions/02_files/tidy.rs\" },\n",
        &format!(
            "  {{ name = \"{long}\", path = \"exercises/{long}.rs\" }},\n  {{ name = \"with-dash\", path = \"exercises/with dash/with-dash.rs\" }},\n  {{ name = \"tidy_sol\", path = \"exercises/tidy_sol.rs\" }},\n  {{ name = \"gone\", path = \"exercises/gone.rs\" }},\n"
        ),
    );
    replace(
        &world,
        "Cargo.toml",
        "path = \"solutions/01_values/halves.rs\"",
        "path = \"solutions/halves.rs\"",
    );
    for file in [
        "exercises/notes.txt",
        "exercises/01_values/old.rs",
        "exercises/01_values/deep/x.rs",
        "solutions/02_files/gone.rs",
    ] {
        world.write(file, "");
    }
    world.write("exercises/welcome.rs", b"fn main() { println!(\"\xff\") }\n");
    let told = world.run("dev check --report json").exits(3);
    insta::assert_snapshot!(findings(&told), @r#"
    (course) [format-version] format_version is 0 at info.toml:1
    (course) [manifest] Cargo refuses it: failed to parse manifest at Cargo.toml
    (course) [manifest] gone is no exercise of info.toml, and no solution that exists at Cargo.toml:16
    (course) [manifest] halves_sol is not its file at Cargo.toml:7
    (course) [stray-files] this belongs to no exercise at exercises/01_values/old.rs
    (course) [stray-files] this belongs to no exercise at exercises/notes.txt
    (course) [stray-files] this belongs to no exercise at solutions/02_files/gone.rs
    (course) [stray-files] this is no file at exercises/01_values/deep
    a_name_of_thirty_three_characters [hints] the hint is empty at info.toml:59
    a_name_of_thirty_three_characters [main-function] there is no `main` at exercises/a_name_of_thirty_three_characters.rs
    a_name_of_thirty_three_characters [names] the name has 33 bytes at info.toml:57
    a_name_of_thirty_three_characters [test-flag] here is a test, and info.toml says `test = false` at exercises/a_name_of_thirty_three_characters.rs:2
    tidy_sol [names] Cargo knows the solution of tidy as tidy_sol at info.toml:67
    welcome [main-function] the exercise cannot be read: invalid utf-8 sequence of 1 bytes from index 22 at exercises/welcome.rs
    with-dash [names] ' ' is not allowed in a dir at info.toml:63
    with-dash [names] '-' is not allowed in a name at info.toml:62
    with-dash [test-flag] there are no tests at exercises/with dash/with-dash.rs
    with-dash [todo-comment] there is no `// TODO` comment at exercises/with dash/with-dash.rs
    "#);
}

#[test]
fn a_solved_starter_and_every_way_of_a_solution_to_fail_are_found_in_one_run() {
    let world = World::with("rustlings");
    let shadow = world.read("solutions/01_values/shadow.rs");
    world.write("exercises/01_values/shadow.rs", format!("// TODO\n{shadow}"));
    let quiet = world.read("solutions/02_files/quiet.rs");
    world.write("exercises/02_files/quiet.rs", format!("// TODO\n{quiet}"));
    replace(&world, "solutions/01_values/shadow.rs", "let word = word.len()", "let word: u8 = word.len()");
    replace(&world, "solutions/01_values/halves.rs", "/ 2.0", "/ 3.0");
    replace(&world, "solutions/01_values/ending.rs", "\"70\"", "\"7O\"");
    replace(&world, "solutions/02_files/prices.rs", "fn main() {", "fn main()  {");
    replace(&world, "solutions/02_files/tidy.rs", "shelf.is_empty()", "shelf.len() == 0");
    replace(&world, "solutions/02_files/quiet.rs", "word.len()", "dbg!(word.len())");
    let told = world.run("dev check --report json").exits(3);
    insta::assert_snapshot!(findings(&told), @r#"
    ending [solution] the solution ends with exit code 1 at solutions/01_values/ending.rs
    halves [solution] the solution fails even_numbers, odd_numbers at solutions/01_values/halves.rs
    prices [formatted] rustfmt would write it otherwise at solutions/02_files/prices.rs:13
    quiet [solution] the solution is refused by clippy: the `dbg!` macro is intended as a debugging tool at solutions/02_files/quiet.rs:3
    quiet [starter] the starter is already solved at exercises/02_files/quiet.rs
    shadow [solution] the solution does not compile: mismatched types at solutions/01_values/shadow.rs:6
    shadow [starter] the starter is already solved at exercises/01_values/shadow.rs
    tidy [solution] the solution is refused by clippy: length comparison to zero at solutions/02_files/tidy.rs:5
    "#);
}

#[test]
fn what_decides_a_verdict_and_has_changed_is_proved_again() {
    let world = World::with("rustlings");
    green(&world);
    // Another file of data: the solution and the starter that read it are judged by it, and nothing else is remembered.
    let prices = world.read("data/prices.txt");
    world.write("data/prices.txt", format!("{prices}eggs,1\n"));
    let told = world.run("dev check --report json").exits(3);
    assert!(findings(&told).starts_with("prices [solution] the solution fails"), "{told}");
    assert_eq!(counted(&told, "remembered"), 0);
    world.write("data/prices.txt", &prices);
    // What failed was not remembered, and what held then is known again.
    assert_eq!(counted(&green(&world), "remembered"), 0);
    assert_eq!(counted(&green(&world), "remembered"), 18);

    // A lint that Cargo.toml now denies. The `bin` list is no part of what decides.
    let manifest = world.read("Cargo.toml");
    replace(&world, "Cargo.toml", "dbg_macro = \"deny\"", "dbg_macro = \"deny\"\nprint_stdout = \"deny\"");
    let told = world.run("dev check --report json").exits(3);
    assert!(findings(&told).contains("tidy [solution] the solution is refused by clippy"), "{told}");
    world.write("Cargo.toml", &manifest);
    green(&world);
    world.write("Cargo.toml", manifest.replace("  { name", "    { name"));
    assert_eq!(counted(&green(&world), "remembered"), 18);

    world.write("exercises/README.md", "# Read by people alone\n");
    assert_eq!(counted(&green(&world), "remembered"), 18);

    // One exercise, and then what info.toml says of another.
    replace(&world, HALVES, "is 3.5", "is 3.5, not 3");
    assert_eq!(
        counted(&green(&world), "remembered"),
        14,
        "all but the starter and prices, which names a file"
    );
    replace(&world, INFO, "strict_clippy = true", "strict_clippy = false");
    let told = world.run("dev check --report json").exits(3);
    assert_eq!(findings(&told), "tidy [starter] the starter is already solved at exercises/02_files/tidy.rs");
    replace(&world, INFO, "strict_clippy = false", "strict_clippy = true");

    // A test that the starter has and the solution has not: whoever copies the solution does not pass.
    replace(
        &world,
        HALVES,
        "    #[test]\n    fn odd",
        "    #[test]\n    fn zero() {}\n\n    #[test]\n    fn odd",
    );
    let told = world.run("dev check --report json").exits(3);
    assert_eq!(
        findings(&told),
        "halves [solution] the solution does not run zero at solutions/01_values/halves.rs"
    );
}

#[test]
fn a_module_that_is_another_exercise_is_seen_to_change() {
    let world = World::with("rustlings");
    replace(
        &world,
        "solutions/01_values/shadow.rs",
        "fn main() {",
        "#[expect(dead_code)]\nmod halves;\n\nfn main() {\n    const { assert!(halves::SEVEN == 7) };",
    );
    replace(
        &world,
        "solutions/01_values/halves.rs",
        "fn main() {",
        "#[allow(dead_code)]\npub const SEVEN: i32 = 7;\n\nfn main() {",
    );
    replace(&world, "solutions/01_values/shadow.rs", "#[expect(dead_code)]", "#[allow(dead_code)]");
    green(&world);
    green(&world);
    replace(&world, "solutions/01_values/halves.rs", "SEVEN: i32 = 7", "SEVEN: i32 = 8");
    let told = world.run("dev check --report json").exits(3);
    assert!(findings(&told).starts_with("shadow [solution] the solution does not compile"), "{told}");
}

#[test]
fn another_toolchain_remembers_nothing() {
    let world = World::with("rustlings");
    green(&world);
    // A rustc that calls itself something else, and is the same.
    let rustc = std::env::var("PATH").expect("a PATH");
    let real = std::env::split_paths(&rustc).map(|folder| folder.join("rustc")).find(|file| file.exists());
    let real = real.expect("rustc on the PATH");
    let script = format!("#!/bin/sh\n{} \"$@\"\n[ \"$1\" != -vV ] || echo another\n", real.display());
    let other = tempfile::tempdir().expect("a temporary folder");
    let program = other.path().join("rustc");
    fs_err::write(&program, script).expect("a script");
    fs_err::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .expect("it is a program");
    let mut command = world.command("dev check --report json");
    command.env("PATH", format!("{}:{rustc}", other.path().display()));
    let told = Told::of("dev check", &command.output().expect("the program starts")).exits(0);
    assert_eq!(counted(&told, "remembered"), 0);
    assert_eq!(counted(&green(&world), "remembered"), 0, "and back again");
}

#[test]
fn a_solution_is_run_again_as_often_as_asked_for() {
    let world = World::with("rustlings");
    replace(
        &world,
        "solutions/02_files/quiet.rs",
        "assert_eq!(longest(&[]), 0);",
        "assert!(!std::env::args().any(|it| it.starts_with(\"--test-threads\")));",
    );
    green(&world);
    let told = world.run("dev check --flaky 2 --report json").exits(3);
    assert_eq!(
        findings(&told),
        "quiet [flaky] with its tests run one at a time (--test-threads=1), 2 of 2 runs of the solution did not pass at solutions/02_files/quiet.rs"
    );
}

#[test]
fn a_main_that_never_ends_is_not_remembered_as_unsolved() {
    let world = World::with("rustlings");
    world.write("exercises/01_values/ending.rs", "// TODO\nfn main() {\n    std::process::abort();\n}\n");
    green(&world);
    assert_eq!(counted(&green(&world), "remembered"), 17, "a signal may come from the machine");
}

#[test]
fn a_course_without_solutions_and_one_by_name_are_proved() {
    let world = World::with("rustlings");
    let one = world.run("dev check halves --report json").exits(0);
    assert_eq!(findings(&one), "");
    fs_err::remove_dir_all(world.path("solutions")).expect("they were there");
    let told = world.run("dev check --report json").exits(3);
    assert!(findings(&told).contains("halves_sol is no exercise"), "{told}");
    let manifest = world.read("Cargo.toml");
    let kept = manifest.lines().filter(|line| !line.contains("_sol\"")).map(|line| format!("{line}\n"));
    world.write("Cargo.toml", kept.collect::<String>());
    green(&world);
}

#[test]
fn what_a_branch_touched_is_an_exercise_by_its_file_and_all_by_any_other() {
    let world = World::with("rustlings");
    world.git("-C .. init --quiet --initial-branch=main");
    world.commit();
    world.git("checkout --quiet -b work");
    let proved = |world: &World| {
        let told = world.run("dev check --changed-since main --report json").exits(0);
        let lines = told.out.lines().filter(|line| line.contains("\"subject\":\"the solution\""));
        let names = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).expect("an object"));
        names.map(|event| event["exercise"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    world.write("exercises/01_values/README.md", "# Values\n");
    assert_eq!(proved(&world), [""; 0]);
    replace(&world, HALVES, "is 3.5", "is 3.5, not 3");
    replace(&world, "solutions/02_files/tidy.rs", "in words", "in a word");
    assert_eq!(proved(&world), ["halves", "tidy"]);
    world.write("data/prices.txt", world.read("data/prices.txt") + "\n");
    assert_eq!(proved(&world).len(), 6);
}
