//! The author's gate on a course in which everything is wrong that can be, and again when nothing is.

use std::sync::mpsc;

use backendlings::course::Course;
use backendlings::verify::{self, GateEvent, Outcome, Request};

use crate::support::World;

/// Proves these exercises, or all.
#[track_caller]
fn check(world: &World, names: &[&str]) -> Outcome {
    let course = Course::load(&world.path("")).expect("a valid course");
    let all = course.exercises.iter().map(|exercise| exercise.name.clone());
    let names = all.filter(|name| names.is_empty() || names.contains(&name.as_str())).collect();
    let (events, received) = mpsc::channel();
    let run = verify::start(course, Request { names, flaky: 0 }, move |event| {
        let _ = events.send(event);
    });
    let last = received.into_iter().last();
    run.wait();
    match last {
        Some(GateEvent::Done(outcome)) => outcome,
        other => panic!("no outcome: {other:?}"),
    }
}

fn replace(world: &World, file: &str, from: &str, to: &str) {
    let text = world.read(file);
    assert!(text.contains(from), "{from:?} in {text}");
    world.write(file, text.replacen(from, to, 1));
}

const GREETING: &str = "solutions/01_words/greeting/check.toml";

#[test]
fn a_course_that_keeps_its_word_is_proved_and_the_second_time_nothing_is_compiled() {
    let world = World::with("tiny");
    let first = check(&world, &[]);
    assert_eq!(first.findings().next(), None);
    assert!(first.compiled > 0);
    let second = check(&world, &[]);
    assert_eq!((second.passed(), second.failed(), second.compiled), (first.passed(), 0, 0));
    let one = check(&world, &["greeting"]);
    assert_eq!((first.passed(), one.passed()), (92, 24));
    assert_eq!((one.failed(), one.compiled), (0, 0));
}

#[test]
fn everything_that_is_wrong_is_found_in_one_run_with_its_file_and_line() {
    let world = World::with("tiny");
    // The mistake of greeting survives, and four more cannot be made.
    replace(&world, GREETING, "with = \"Ada!\"", "with = \"{name}!\"");
    let mistakes = "
[[mistakes]]
name = \"nowhere\"
replace = \"not in the solution\"
with = \"\"
fails = [\"a_guest_is_greeted_by_name\"]

[[mistakes]]
name = \"twice\"
replace = \"name\"
with = \"\"
fails = [\"a_guest_is_greeted_by_name\"]

[[mistakes]]
name = \"unheard of\"
replace = \"{name}!\"
with = \"Ada!\"
fails = [\"nobody_wrote_this_test\"]

[[mistakes]]
name = \"undecided\"
replace = \"{name}!\"
with = \"Ada!\"

[[mistakes]]
name = \"in no file\"
file = \"src/none.rs\"
replace = \"a\"
with = \"b\"
crashes = true
";
    let text = world.read(GREETING);
    world.write(GREETING, format!("{text}{mistakes}"));
    // The starter of counting passes, working has no facts, the solution of hurrying is wrong.
    world.solve("01_words/counting");
    fs_err::remove_file(world.path("solutions/02_work/working/check.toml")).expect("it was there");
    replace(&world, "solutions/02_work/hurrying/src/main.rs", "    1\n", "    2\n");

    let outcome = check(&world, &[]);
    let found: Vec<_> = outcome
        .findings()
        .map(|finding| {
            let first = finding.what.lines().next().unwrap_or_default();
            let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            format!("{}: {} at {}{line}", finding.exercise, first, finding.file.display())
        })
        .collect();
    insta::assert_snapshot!(found.join("\n"), @r#"
    greeting: the mistake "nowhere": `replace` is found 0 times, not once: not in the solution at solutions/01_words/greeting/check.toml:26
    greeting: the mistake "twice": `replace` is found 2 times, not once: name at solutions/01_words/greeting/check.toml:32
    greeting: the mistake "unheard of" names nobody_wrote_this_test, which is no test of exercises/01_words/greeting/src/tests.rs at solutions/01_words/greeting/check.toml:38
    greeting: the mistake "undecided" declares not exactly one of fails, does_not_compile, times_out, crashes (a mistake also: passes) at solutions/01_words/greeting/check.toml:44
    greeting: the mistake "in no file": the solution has no src/none.rs at solutions/01_words/greeting/check.toml:49
    greeting: the mistake "greets one guest only" passes every test; a_guest_is_greeted_by_name should have caught it at solutions/01_words/greeting/check.toml:5
    counting: the starter passes every test; blanks_do_not_count should have caught it at solutions/01_words/counting/check.toml:1
    counting: this is the starter's file at solutions/01_words/counting/src/words.rs
    working: could not be read: entity not found at solutions/02_work/working/check.toml
    hurrying: the mistake "never ends": `replace` is found 0 times, not once:     1 at solutions/02_work/hurrying/check.toml:5
    hurrying: the mistake "does nothing": `replace` is found 0 times, not once:     1 at solutions/02_work/hurrying/check.toml:11
    hurrying: the accepted variant "adds it up": `replace` is found 0 times, not once:     1 at solutions/02_work/hurrying/check.toml:17
    hurrying: the solution should pass, but fails work_comes_to_one at solutions/02_work/hurrying/src/main.rs
    "#);
    assert!(outcome.passed() > 0, "what holds is counted");
}

#[test]
fn a_check_toml_that_cannot_be_read_names_the_nearest_key_and_its_line() {
    let world = World::with("tiny");
    replace(&world, GREETING, "with = \"Ada!\"", "witht = \"Ada!\"");
    let outcome = check(&world, &["greeting"]);
    let findings: Vec<_> = outcome.findings().collect();
    let [finding] = findings[..] else { panic!("{findings:?}") };
    assert_eq!((finding.file.to_str(), finding.line), (Some(GREETING), Some(7)));
    assert!(finding.what.contains("did you mean `with`?"), "{}", finding.what);
}

#[test]
fn a_repaired_course_is_proved_without_a_trace_of_what_was_wrong() {
    let world = World::with("tiny");
    let main = "solutions/01_words/greeting/src/main.rs";
    let right = world.read(main);
    for _ in 0..2 {
        world.write(main, right.replace("{name}!", "{name}?"));
        let outcome = check(&world, &["greeting"]);
        assert!(outcome.findings().any(|finding| finding.what.starts_with("the solution")), "{outcome:?}");
        world.write(main, &right);
        let outcome = check(&world, &["greeting"]);
        assert_eq!(outcome.findings().next(), None);
    }
}
