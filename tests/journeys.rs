//! A learner's way through a session, in a real terminal with the real Cargo.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use fs_err as fs;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Terminal, World, wait_until};

const GREET: &str = "exercises/01_words/greet/src/main.rs";
const ADD_UP: &str = "exercises/02_numbers/add_up/src/main.rs";
const PROGRESS: &str = ".backendlings/progress.toml";

/// A main.rs of `greet` whose tests never end, with a child that sleeps for as many seconds.
pub(crate) fn endless(seconds: u32) -> String {
    format!(
        "#[cfg(test)]\nmod tests;\n\nfn greeting(_: &str) -> String {{\n    let mut sleep = \
         std::process::Command::new(\"sleep\");\n    sleep.arg(\"{seconds}\").spawn().unwrap();\n    loop {{\n        \
         std::thread::park();\n    }}\n}}\n\nfn main() {{\n    greeting(\"\");\n}}\n"
    )
}

/// Whether a process with this command line runs: `sleep 4711`.
pub(crate) fn runs(command: &[&str]) -> bool {
    let output = Command::new("ps").args(["-A", "-o", "args="]).output().expect("ps lists processes");
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    listed.lines().any(|line| line.split_whitespace().eq(command.iter().copied()))
}

pub(crate) fn signal(process: i32, signal: Signal) {
    kill_process(Pid::from_raw(process).expect("a process id"), signal).expect("it is there to be told");
}

#[test]
fn a_first_start_welcomes_and_shows_what_failed_first() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("Welcome to the small course.").sees("a greeting names whom it greets");
    terminal.sees("at exercises/01_words/greet/src/tests.rs:10").sees("0/3").sees("n next");
    terminal.press("q");
    assert_eq!(terminal.ends().exit_code(), 0);
}

#[test]
fn a_wrong_save_fails_and_a_right_one_passes_and_moves_on() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    world.write(GREET, world.read(GREET).replace("\"hello\"", "\"goodbye\""));
    terminal.sees("a greeting says hello");
    world.solve("01_words/greet");
    terminal.sees("greet passes").sees("A greeting without a name greets nobody.");
    terminal.sees("Shouting is louder than talking").sees("mismatched types").sees("1/3");
    assert!(world.read(PROGRESS).contains("passed_at"));
    assert!(world.read(PROGRESS).contains("current = \"shout\""));
}

#[test]
fn a_whole_course_is_solved_by_saving_alone() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    world.solve("01_words/greet");
    terminal.sees("mismatched types");
    world.solve("01_words/shout");
    terminal.sees("every number counts");
    world.solve("02_numbers/add_up");
    terminal.sees("That was the small course.").sees("3/3");
    terminal.press("q");
    terminal.ends();
    assert!(terminal.text().contains("3 of 3 done. Your progress is saved."), "{}", terminal.text());
}

#[test]
fn with_stay_a_pass_waits_for_n() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "--stay");
    terminal.sees("a greeting names whom it greets");
    world.solve("01_words/greet");
    terminal.sees("greet passes").sees("1/3");
    assert!(world.read(PROGRESS).contains("current = \"greet\""));
    terminal.press("n");
    terminal.sees("mismatched types");
}

#[test]
fn the_verdict_follows_the_file_that_was_saved() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    world.write(ADD_UP, world.read(ADD_UP).replace("skip(1)", "skip(2)"));
    terminal.sees("every number counts").sees("open exercises/02_numbers/add_up/src/main.rs");
}

#[test]
fn a_reset_asks_and_keeps_what_it_replaces() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    let starter = world.read(GREET);
    let mine = starter.replace("\"hello\"", "\"mine\"");
    world.write(GREET, &mine);
    terminal.sees("a greeting says hello");
    terminal.press("x");
    terminal.sees("(y/n)");
    terminal.press("n");
    terminal.sees("nothing was reset");
    assert_eq!(world.read(GREET), mine);
    terminal.press("x");
    terminal.sees("(y/n)");
    terminal.press("y");
    terminal.sees("is as it was shipped").sees("a greeting names whom it greets");
    assert_eq!(world.read(GREET), starter);
    let backups = world.path(".backendlings/backups/greet");
    let backup = fs::read_dir(backups).unwrap().next().expect("a backup").unwrap().path();
    assert_eq!(fs::read_to_string(backup.join("src/main.rs")).unwrap(), mine);
}

#[test]
fn keys_answer_at_once_and_say_why_when_they_cannot() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    terminal.press("h");
    terminal.sees("hint 1 of 3").sees("Whom does it greet?");
    terminal.press("h");
    terminal.sees("hint 2 of 3").sees("Is the name used?");
    terminal.press("s");
    terminal.sees("s: the reference is shown after a pass");
    terminal.press("b");
    terminal.sees("b: this is the first exercise");
    terminal.press("?");
    terminal.sees("check all exercises again");
    terminal.press("?");
    terminal.press("l");
    terminal.sees("Numbers").sees("Enter go");
    terminal.press("jj\rj\r");
    terminal.sees("every number counts");
    terminal.press("b");
    terminal.sees("mismatched types");
    terminal.press("n");
    terminal.sees("every number counts");
}

#[test]
fn after_a_pass_s_compares_with_the_reference() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    let other = world.read(GREET).replace("_name", "name");
    world.write(GREET, other.replace("\"hello\".to_owned()", "\"hello \".to_owned() + name"));
    terminal.sees("greet passes").sees("mismatched types");
    terminal.press("s");
    terminal.sees("greet: yours against the reference").sees("+    format!(\"hello {name}\")");
}

#[test]
fn checking_all_finds_what_fails_again() {
    let world = World::with("small");
    world.solve("01_words/greet");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("greet passes").sees("mismatched types");
    let mut quiet = world.read(GREET).replace("hello {name}", "hello");
    quiet.push_str("// changed\n");
    terminal.press("q");
    terminal.ends();
    world.write(GREET, quiet);
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("mismatched types");
    terminal.press("c");
    terminal.sees("0 of 3 exercises pass").sees("now failing: greet");
}

#[test]
fn an_endless_test_is_timed_out_with_its_child_and_the_session_goes_on() {
    let world = World::with("small");
    let info = world.read("info.toml").replacen("minutes = 5", "minutes = 5\ntimeout = 1", 1);
    world.write("info.toml", info);
    world.write(GREET, endless(77_001));
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("1 s").sees("a greeting says hello");
    wait_until("the child is gone", || !runs(&["sleep", "77001"]));
    world.solve("01_words/greet");
    terminal.sees("greet passes");
}

#[test]
fn a_save_during_an_endless_run_starts_the_next_at_once() {
    let world = World::with("small");
    let info = world.read("info.toml").replacen("minutes = 5", "minutes = 5\ntimeout = 600", 1);
    world.write("info.toml", info);
    world.write(GREET, endless(77_002));
    let mut terminal = Terminal::start(&world, "");
    wait_until("the endless test runs", || runs(&["sleep", "77002"]));
    terminal.press("h");
    terminal.sees("hint 1 of 3");
    world.solve("01_words/greet");
    terminal.sees("greet passes");
    wait_until("the old run is gone", || !runs(&["sleep", "77002"]));
}

#[test]
fn ctrl_c_during_a_run_ends_everything_and_restores_the_terminal() {
    let world = World::with("small");
    world.write(GREET, endless(77_003));
    let mut terminal = Terminal::start(&world, "");
    wait_until("the endless test runs", || runs(&["sleep", "77003"]));
    terminal.press("\u{3}");
    assert_eq!(terminal.ends().exit_code(), 130);
    wait_until("the run is gone", || !runs(&["sleep", "77003"]));
}

#[test]
fn a_flood_of_saves_ends_with_the_verdict_of_the_last() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "--stay");
    terminal.sees("a greeting names whom it greets");
    let starter = world.read(GREET);
    for number in 0..100 {
        world.write(GREET, starter.replace("\"hello\"", &format!("\"hello {number}\"")));
    }
    world.solve("01_words/greet");
    terminal.sees("greet passes");
    let progress = world.read(PROGRESS);
    assert!(progress.contains("passed_at"), "{progress}");
}

#[test]
fn reading_touching_and_saving_unchanged_start_nothing() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    let attempts = world.read(PROGRESS);
    for _ in 0..5 {
        world.read(GREET);
        let text = world.read(GREET);
        world.write(GREET, text);
        world.write("exercises/01_words/greet/src/.main.rs.swp", "an editor's own");
    }
    // A run that these had started would be seen before this one, which is waited for.
    terminal.press("r");
    wait_until("the run that was asked for", || world.read(PROGRESS) != attempts);
    assert!(world.read(PROGRESS).contains("attempts = 2"), "{}", world.read(PROGRESS));
}

#[test]
fn editors_that_replace_the_file_are_understood() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "--stay");
    terminal.sees("a greeting names whom it greets");
    let file = world.path(GREET);
    let aside = file.with_file_name("main.rs~");
    // vim: the old file is moved aside, a new one takes its place.
    fs::rename(&file, &aside).unwrap();
    world.write(
        GREET,
        world.read("exercises/01_words/greet/src/main.rs~").replace("\"hello\"", "\"good day\""),
    );
    fs::remove_file(&aside).unwrap();
    terminal.sees("a greeting says hello");
    // IntelliJ, `sed -i`: a temporary file is renamed over it.
    let right = world.read("solutions/01_words/greet/src/main.rs");
    world.write("exercises/01_words/greet/src/main.rs___jb_tmp___", right);
    fs::rename(file.with_file_name("main.rs___jb_tmp___"), &file).unwrap();
    terminal.sees("greet passes");
}

#[test]
fn a_deleted_file_is_said_in_words_and_its_return_is_seen() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets");
    fs::remove_file(world.path(GREET)).unwrap();
    terminal.sees("there is no such file");
    world.solve("01_words/greet");
    terminal.sees("greet passes");
}

#[test]
fn every_size_of_terminal_is_drawn_in() {
    let world = World::with("small");
    let mut terminal = Terminal::start_sized(&world, "", 20, 5);
    terminal.sees("0/3");
    terminal.resize(100, 30);
    terminal.sees("at exercises/01_words/greet/src/tests.rs:10");
    terminal.resize(40, 10);
    terminal.sees("0/3");
}

#[test]
fn without_colour_no_colour_is_written() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "--color never");
    terminal.sees("a greeting names whom it greets");
    world.solve("01_words/greet");
    terminal.sees("mismatched types");
    let raw = terminal.raw();
    let coloured = raw.match_indices("\u{1b}[").any(|(at, _)| {
        let rest = &raw[at + 2..];
        let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
        rest[end..].starts_with('m')
            && rest[..end].split(';').any(|code| code.len() == 2 && code.starts_with('3'))
    });
    assert!(!coloured, "{raw:?}");
}

/// The program in a shell that tells the terminal's modes before and after it.
fn between_modes(world: &World) -> Terminal {
    let program = world.command("");
    let mut shell = Command::new("sh");
    let script = "echo before $(stty -g); \"$0\"; echo after $(stty -g) code $?; read wait";
    shell.args(["-c", script]).arg(program.get_program());
    shell.current_dir(program.get_current_dir().unwrap_or(Path::new(".")));
    shell.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Terminal::run(&shell, 200, 24)
}

#[test]
fn every_way_out_leaves_the_terminal_as_it_was() {
    type Leave = fn(&mut Terminal);
    let ways: [(&str, Leave); 4] = [
        ("q", |terminal| terminal.press("q")),
        ("Ctrl-C", |terminal| terminal.press("\u{3}")),
        ("SIGTERM", |terminal| signal(child_of(terminal.process()), Signal::TERM)),
        ("SIGHUP", |terminal| signal(child_of(terminal.process()), Signal::HUP)),
    ];
    for (way, leave) in ways {
        let world = World::with("small");
        let mut terminal = between_modes(&world);
        terminal.sees("a greeting names whom it greets");
        leave(&mut terminal);
        // Ctrl-C reaches the shell as well, which waits for the program and then ends.
        if way == "Ctrl-C" {
            terminal.ends();
        } else {
            terminal.sees("after ");
        }
        let raw = terminal.raw();
        assert!(raw.contains("\u{1b}[?1049l"), "{way}: the screen is not given back");
        assert!(raw.rfind("\u{1b}[?25h") > raw.rfind("\u{1b}[?25l"), "{way}: the cursor stays hidden");
        if way != "Ctrl-C" {
            let modes = |word: &str| {
                let at = raw.rfind(word).unwrap_or_else(|| panic!("{way}: no {word}: {raw}"));
                raw[at + word.len()..].split_whitespace().next().map(str::to_owned)
            };
            assert_eq!(modes("before "), modes("after "), "{way}");
        }
    }
}

/// The program below the shell.
pub(crate) fn child_of(shell: i32) -> i32 {
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().expect("ps lists processes");
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let child = listed.lines().find_map(|line| {
        let mut numbers = line.split_whitespace().map(str::parse::<i32>);
        let (process, parent) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        (parent == shell).then_some(process)
    });
    child.expect("the shell runs the program")
}

#[test]
fn an_idle_session_is_quiet() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a greeting names whom it greets").sees("n next");
    // What was on its way may still come; after that, nothing.
    while !terminal.is_quiet_for(Duration::from_millis(500)) {}
    assert!(terminal.is_quiet_for(Duration::from_secs(1)), "{}", terminal.text());
}
