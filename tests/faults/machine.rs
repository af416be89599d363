//! A full disk, a clock that jumps, and tests that fork or print without end.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use backendlings::check::Verdict;
use fs_err as fs;
use rustix::process::{Pid, Signal, kill_process};

use crate::learner::Learner;
use crate::support::{Terminal, Told, World, wait_until};

const GREET: &str = "exercises/01_words/greet/src/main.rs";
const PROGRESS: &str = ".backendlings/progress.toml";

/// A folder in the place of the lock is what no user can write to, root included. A full disk takes the same way.
#[test]
fn progress_that_cannot_be_saved_is_told_and_saved_later() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    wait_until("it is saved", || world.path(PROGRESS).exists());
    let lock = world.path(".backendlings/progress.lock");
    fs::remove_file(&lock).expect("it is there");
    fs::create_dir(&lock).expect("a folder in its place");
    world.solve("01_words/greet");
    terminal.sees("greet passes").sees("could not save progress");
    assert!(!world.read(PROGRESS).contains("passed_at"));
    fs::remove_dir(&lock).expect("it is there");
    terminal.press("h");
    world.solve("01_words/shout");
    terminal.sees("shout passes");
    wait_until("both are saved", || world.read(PROGRESS).matches("passed_at").count() == 2);
    // The frame may be read in pieces.
    terminal.loses("could not save progress");
}

#[test]
fn a_session_that_ends_without_having_saved_says_so() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    let lock = world.path(".backendlings/progress.lock");
    wait_until("it is saved", || lock.exists());
    fs::remove_file(&lock).expect("it is there");
    fs::create_dir(&lock).expect("a folder in its place");
    world.solve("01_words/greet");
    terminal.sees("greet passes").sees("could not save progress");
    terminal.press("q");
    terminal.ends();
    assert!(terminal.text().contains("could not be saved"), "{}", terminal.text());
}

/// `hurrying` has a deadline of two seconds.
fn work_is(learner: &Learner, work: &str) {
    learner.main_is(format!(
        "#[cfg(test)]\nmod tests;\n\nfn work() -> u8 {{\n    {work}\n}}\n\nfn main() {{\n    work();\n}}\n"
    ));
}

#[test]
fn a_test_that_prints_without_end_comes_to_its_deadline() {
    let learner = Learner::at("hurrying");
    for print in
        ["std::io::Write::write_all(&mut std::io::stdout(), &[b'x'; 65536]).unwrap();", "println!(\"x\");"]
    {
        work_is(&learner, &format!("loop {{ {print} }}"));
        let verdict = learner.verdict();
        assert!(matches!(verdict, Verdict::TimedOut { .. }), "{verdict:?}");
        work_is(&learner, "1");
        assert!(learner.verdict().is_pass());
    }
}

/// Each child forks the next one and ends, in a session of its own: neither a group nor one look at all processes holds
/// them. At most one of them lives at a time, or this test would be what it warns of.
#[test]
fn a_test_that_forks_without_end_leaves_nothing() {
    let world = World::with("tiny");
    let (script, forked) = (world.path("forks"), world.path("forked"));
    let session = if cfg!(target_os = "linux") { "setsid" } else { "" };
    world.write("forks", format!("echo >> '{}'\nsleep 0.1\n{session} sh \"$0\" &\n", forked.display()));
    let learner = Learner::in_world(world, "hurrying");
    work_is(
        &learner,
        &format!(
            "std::process::Command::new(\"sh\").arg({script:?}).spawn().unwrap(); loop {{ std::thread::park() }}"
        ),
    );
    let verdict = learner.verdict();
    assert!(matches!(verdict, Verdict::TimedOut { .. }), "{verdict:?}");
    let count = || fs::read_to_string(&forked).map_or(0, |lines| lines.len());
    assert!(count() > 3, "{} were forked", count());
    wait_until("it forks no more", || {
        let before = count();
        thread::sleep(Duration::from_secs(1));
        count() == before
    });
}

/// The runner stands still for longer than the deadline, as with SIGSTOP, a debugger, or a machine that swaps. The test
/// waits for it with a full pipe, and is not to blame.
#[test]
fn a_runner_that_stood_still_blames_no_test() {
    let world = World::with("tiny");
    let (began, go) = (world.path("began"), world.path("go"));
    world.write(
        "exercises/02_work/hurrying/src/main.rs",
        format!(
            "#[cfg(test)]\nmod tests;\n\nfn work() -> u8 {{\n    std::fs::write({began:?}, \"\").unwrap();\n    \
             while !std::path::Path::new({go:?}).exists() {{ std::thread::yield_now(); }}\n    \
             std::io::Write::write_all(&mut std::io::stdout(), &[b'x'; 1 << 20]).unwrap();\n    1\n}}\n\n\
             fn main() {{\n    work();\n}}\n"
        ),
    );
    let mut runner = world.command("run hurrying");
    let runner = runner.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    wait_until("the test runs", || began.exists());
    let process = Pid::from_child(&runner);
    kill_process(process, Signal::STOP).expect("it runs");
    fs::write(&go, "").expect("a file");
    let stopped = Instant::now();
    wait_until("the deadline has passed", || stopped.elapsed() > Duration::from_secs(4));
    kill_process(process, Signal::CONT).expect("it is stopped");
    let output = runner.wait_with_output().expect("its end");
    Told::of("run hurrying", &output).exits(0).says("hurrying passes");
}

/// The times of files and the clock say nothing true once it was set back.
#[test]
fn a_save_with_an_older_time_than_the_last_is_seen_and_judged() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "--stay");
    terminal.sees("a greeting names whom it greets");
    let starter = world.read(GREET);
    let saved_long_ago = |text: &str| {
        let new = world.path("exercises/01_words/greet/src/main.rs~");
        fs::write(&new, text).expect("a file");
        let set = Command::new("touch").args(["-t", "200001010000"]).arg(&new).status().expect("touch runs");
        assert!(set.success());
        fs::rename(&new, world.path(GREET)).expect("a replacement");
    };
    for _ in 0..2 {
        saved_long_ago(&starter.replace("\"hello\"", "\"HELLO\""));
        terminal.sees("a greeting says hello");
        saved_long_ago(&starter);
        terminal.sees("a greeting names whom it greets");
    }
    saved_long_ago(&world.read("solutions/01_words/greet/src/main.rs"));
    terminal.sees("greet passes");
}

/// HEAD has moved, and what is at it cannot be read: that is told, and not tried again without an end.
#[test]
fn originals_that_cannot_be_read_again_are_told_once() {
    let world = World::with("tiny");
    world.git("init --quiet --initial-branch=main");
    world.commit();
    let learner = Learner::in_world(world, "hurrying");
    learner.judge().expect("a verdict");
    // Nobody, not even root, can write a file where a folder is.
    let written = learner.world.path(".backendlings/originals.toml");
    fs::remove_file(&written).expect("it is there");
    fs::create_dir(&written).expect("a folder in its place");
    work_is(&learner, "2");
    learner.world.commit();
    let trouble = learner.judge().expect_err("no verdict");
    assert!(trouble.to_string().contains("originals.toml"), "{trouble}");
    fs::remove_dir(&written).expect("it is empty");
    learner.judge().expect("a verdict again");
}
