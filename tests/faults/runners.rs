//! Two runners on one course.

use crate::journeys::{endless, runs};
use crate::support::{Terminal, World, wait_until};

const GREET: &str = "exercises/01_words/greet/src/main.rs";
const PROGRESS: &str = ".backendlings/progress.toml";

#[test]
fn the_second_runner_says_that_it_waits_and_has_its_turn() {
    let world = World::with("small");
    let info = world.read("info.toml").replacen("minutes = 5", "minutes = 5\ntimeout = 600", 1);
    world.write("info.toml", info);
    world.write(GREET, endless(77_201));
    let mut first = Terminal::start(&world, "");
    wait_until("the endless test runs", || runs(&["sleep", "77201"]));
    let mut second = Terminal::start(&world, "--stay");
    second.sees("another backendlings builds here; waiting for it");
    let mut third = Terminal::start(&world, "run shout");
    third.sees("another backendlings builds here; waiting for it");
    first.press("q");
    first.ends();
    world.solve("01_words/greet");
    second.sees("greet passes");
    third.sees("mismatched types").ends();
}

#[test]
fn two_sessions_on_one_course_keep_each_others_progress() {
    let world = World::with("small");
    let mut first = Terminal::start(&world, "--stay");
    first.sees("a greeting names whom it greets");
    let mut second = Terminal::start(&world, "--stay");
    second.sees("a greeting names whom it greets");
    // Both judge what is saved, and both record it.
    world.solve("01_words/greet");
    first.sees("greet passes");
    second.sees("greet passes");
    second.press("q");
    second.ends();
    world.solve("01_words/shout");
    world.run("run shout").exits(0);
    first.press("h");
    first.press("q");
    first.ends();
    let progress = world.read(PROGRESS);
    assert_eq!(progress.matches("passed_at").count(), 2, "{progress}");
    world.run("list").exits(0).says("2 of 3 passed");
}
