//! Every rule of the author's gate, against a corpus of exercises with one fault each.
//!
//! tests/courses/faulty has a good exercise, and for every fault the files that are not as they should be. Each becomes a
//! chapter of one course, which is checked in one run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use backendlings::course::Course;
use backendlings::verify::{self, GateEvent, Outcome, Request};

use crate::support::{World, bytes_below};

/// The corpus, or some of it, as a course.
fn corpus(chosen: &[&str]) -> (World, Vec<String>) {
    let world = World::with("tiny");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/courses/faulty");
    let entries = fs_err::read_dir(&folder).expect("the corpus");
    let names = entries.map(|entry| entry.expect("a fault").file_name().into_string().expect("a name"));
    let mut names: Vec<_> =
        names.filter(|name| chosen.is_empty() || chosen.contains(&name.as_str())).collect();
    names.sort();
    for name in &names {
        let mut files = bytes_below(&folder.join("good"));
        files.extend(bytes_below(&folder.join(name)));
        for (path, bytes) in files {
            let text = String::from_utf8(bytes).expect("text").replace("NAME", name);
            place(&world, name, &path, &text);
        }
    }
    lock(&world, &names);
    (world, names)
}

/// Puts a file of the corpus where it is in a course.
fn place(world: &World, name: &str, path: &Path, text: &str) {
    let chapter = format!("50_{name}");
    let below = |top: &str, rest: &Path| PathBuf::from(top).join(&chapter).join(rest);
    if path == Path::new("entry.toml") {
        let chapter_entry = format!("\n[[chapters]]\ndir = \"{chapter}\"\ntitle = \"{name}\"\n");
        let entry = format!("\n[[exercises]]\nname = \"{name}\"\ndir = \"{chapter}\"\n{text}");
        world.write("info.toml", format!("{}{chapter_entry}{entry}", world.read("info.toml")));
    } else if let Ok(rest) = path.strip_prefix("exercise") {
        world.write(below("exercises", &Path::new(name).join(rest)), text);
    } else if let Ok(rest) = path.strip_prefix("solution") {
        world.write(below("solutions", &Path::new(name).join(rest)), text);
    } else {
        world.write(below("exercises", path), text);
    }
}

/// Names the packages in the lockfile, which Cargo keeps in order.
fn lock(world: &World, names: &[String]) {
    let text = world.read("exercises/Cargo.lock");
    let (head, packages) = text.split_once("\n[[package]]\n").expect("a package");
    let mut packages: Vec<_> =
        packages.split("\n[[package]]\n").map(|package| package.trim_end().to_owned()).collect();
    packages.extend(names.iter().map(|name| {
        format!("name = \"{name}\"\nversion = \"0.0.0\"\ndependencies = [\n \"pins\",\n \"support\",\n]")
    }));
    packages.sort();
    let packages = packages.join("\n\n[[package]]\n");
    world.write("exercises/Cargo.lock", format!("{head}\n[[package]]\n{packages}\n"));
}

fn check(world: &World, names: Vec<String>, flaky: usize) -> Outcome {
    let course = Course::load(&world.path("")).expect("a valid course");
    let (events, received) = mpsc::channel();
    let run = verify::start(course, Request { names, flaky }, move |event| {
        let _ = events.send(event);
    });
    let last = received.into_iter().last();
    run.wait();
    match last {
        Some(GateEvent::Done(outcome)) => outcome,
        other => panic!("no outcome: {other:?}"),
    }
}

/// `exercise: [rule] file:line`, and what is wrong without the help.
fn told(outcome: &Outcome) -> String {
    let lines = outcome.findings().map(|finding| {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        let what = finding.what.lines().next().unwrap_or_default();
        format!("{} [{}] {}{line}: {what}", finding.exercise, finding.rule, finding.file.display())
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_fault_is_named_with_its_rule_its_file_and_its_line() {
    let (world, names) = corpus(&[]);
    let outcome = check(&world, names, 2);
    insta::assert_snapshot!(told(&outcome), @r#"
    accepted_design [accepted-design] solutions/50_accepted_design/accepted_design/check.toml:1: check.toml declares no other design that passes
    chapter_readme [chapter-readme] exercises/50_chapter_readme/README.md:61: the README has 61 lines, at most 60 fit
    clippy_clean [clippy-clean] solutions/50_clippy_clean/clippy_clean/src/main.rs:7: clippy::needless_return: unneeded `return` statement
    enough_mistakes [enough-mistakes] solutions/50_enough_mistakes/enough_mistakes/check.toml:4: check.toml declares 1 of 2 mistakes
    flaky [flaky] exercises/50_flaky/flaky/src/tests.rs:15: with its tests run side by side, 2 of 2 runs of the solution were not right: it should pass, but fails the_first_run_leaves_something_behind
    flaky [flaky] exercises/50_flaky/flaky/src/tests.rs:15: with its tests run one at a time (--test-threads=1), 2 of 2 runs of the solution were not right: it should pass, but fails the_first_run_leaves_something_behind
    formatted [formatted] solutions/50_formatted/formatted/src/main.rs:4: rustfmt writes this otherwise
    hints [hints] info.toml:179: this hint gives a line of the solution away: let what_was_asked = 1;
    hosts [hosts] exercises/50_hosts/hosts/src/tests.rs:16: clinic.com may belong to somebody
    links [links] exercises/50_links/README.md:3: the link leads nowhere: ../98_gone/README.md
    listed_tests [listed-tests] exercises/50_listed_tests/listed_tests/src/tests.rs:21: the binary has tests that cannot be read in tests.rs: a_macro_made_this_test
    manifest [manifest] exercises/50_manifest/manifest/Cargo.toml:1: autotests is not switched off
    no_fixed_port [no-fixed-port] exercises/50_no_fixed_port/no_fixed_port/src/tests.rs:16: a test needs port 8080
    no_ignore [solution] solutions/50_no_ignore/no_ignore/src/main.rs: the solution should pass, but does not run the_answer_comes_some_day
    no_ignore [accepts] solutions/50_no_ignore/no_ignore/check.toml:17: the accepted variant "adds it up" should pass, but does not run the_answer_comes_some_day
    no_ignore [no-ignore] exercises/50_no_ignore/no_ignore/src/tests.rs:15: this test is ignored
    no_sleep [no-sleep] exercises/50_no_sleep/no_sleep/src/tests.rs:16: a test sleeps by the wall's clock
    no_wall_clock [no-wall-clock] exercises/50_no_wall_clock/no_wall_clock/src/tests.rs:16: a test reads the wall's clock: Instant::now
    no_wall_clock [no-wall-clock] exercises/50_no_wall_clock/no_wall_clock/src/tests.rs:17: a test reads the wall's clock: Instant::now
    six_faults [texts] info.toml:299: there is no takeaway
    six_faults [hints] info.toml:305: there are 2 hints, not 3
    six_faults [no-sleep] exercises/50_six_faults/six_faults/src/tests.rs:17: a test sleeps by the wall's clock
    six_faults [no-wall-clock] exercises/50_six_faults/six_faults/src/tests.rs:16: a test reads the wall's clock: Instant::now
    six_faults [accepted-design] solutions/50_six_faults/six_faults/check.toml:1: check.toml declares no other design that passes
    six_faults [formatted] solutions/50_six_faults/six_faults/src/main.rs:4: rustfmt writes this otherwise
    stray_files [stray-files] exercises/50_stray_files/notes.txt: this belongs to no exercise
    test_names [test-names] exercises/50_test_names/test_names/src/tests.rs:15: it_works does not read as a sentence
    texts [texts] info.toml:347: the takeaway has 5 lines, at most 4 fit
    try_lines [try] solutions/50_try_lines/try_lines/src/main.rs:10: the service ended before it answered; it said: 1
    unused_dependency [unused-dependency] exercises/50_unused_dependency/unused_dependency/Cargo.toml:21: support is used nowhere
    "#);
    let proofs = ["starter", "solution", "mistake", "accepts"];
    let of_rules = outcome.findings().filter(|finding| !proofs.contains(&finding.rule));
    let without_help: Vec<_> = of_rules.filter(|finding| !finding.what.contains("\n  help: ")).collect();
    assert!(without_help.is_empty(), "{without_help:#?}");
}

#[test]
fn every_rule_is_documented_and_silent_on_a_good_exercise() {
    let rules = fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md"));
    let rules = rules.expect("the rules in words");
    let (_, rules) = rules.split_once("\n## The rules\n").expect("a section on the rules");
    let documented: Vec<_> = rules
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'))
        .collect();
    let (world, names) = corpus(&["good", "good_service"]);
    let outcome = check(&world, names, 1);
    assert_eq!(told(&outcome), "");
    let kept: BTreeSet<_> = outcome.proofs.iter().map(|proof| proof.rule).collect();
    let missing: Vec<_> = kept.iter().filter(|rule| !documented.contains(rule)).collect();
    assert!(missing.is_empty(), "{missing:?} in CONTRIBUTING.md");
    let unknown: Vec<_> = documented.iter().filter(|rule| !kept.contains(*rule)).collect();
    assert!(unknown.is_empty(), "{unknown:?} is no rule");
}
