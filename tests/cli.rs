//! Every command but `init`, without a terminal: what it says, what it records, how it ends.

use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Told, World};

const PROGRESS: &str = ".backendlings/progress.toml";

#[test]
fn a_list_as_json_has_every_key_and_every_state() {
    let world = World::with("small");
    let progress = "version = 1\ncurrent = \"add_up\"\n\
        [exercises.greet]\npassed_at = \"2026-01-02T03:04:05Z\"\nattempts = 1\nhints = 0\nfailing_now = false\n\
        [exercises.shout]\npassed_at = \"2026-01-02T03:04:05Z\"\nattempts = 2\nhints = 0\nfailing_now = true\n";
    world.write(PROGRESS, progress);
    let told = world.run("list --json").exits(0);
    let list: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    let expected = json!({
        "version": 1,
        "course": "A small course",
        "current": "add_up",
        "exercises": [
            {
                "name": "greet", "dir": "01_words", "title": "A greeting names whom it greets", "state": "passed",
                "difficulty": 1, "minutes": 5, "path": "exercises/01_words/greet/src/main.rs",
            },
            {
                "name": "shout", "dir": "01_words", "title": "Shouting is louder than talking",
                "state": "passed, now failing", "difficulty": 2, "minutes": 10,
                "path": "exercises/01_words/shout/src/main.rs",
            },
            {
                "name": "add_up", "dir": "02_numbers", "title": "A sum counts every number", "state": "pending",
                "difficulty": 3, "minutes": 15, "path": "exercises/02_numbers/add_up/src/main.rs",
            },
        ],
    });
    assert_eq!(list, expected);
}

#[test]
fn a_list_is_told_in_words() {
    let world = World::with("small");
    let told = world.run("list").exits(0).says("A small course: 0 of 3 passed").says("\nNumbers\n");
    let row = told.out.lines().find(|line| line.contains("greet")).expect("a row for greet");
    assert!(row.starts_with('>') && row.contains("pending"), "{row}");
}

#[test]
fn a_list_starts_no_process_and_writes_nothing() {
    let world = World::with("small");
    let output = world.command("list").env("PATH", "").env("CARGO", "").output().expect("the program starts");
    Told::of("list", &output).exits(0).says("greet");
    assert!(!world.path(".backendlings").exists());
}

#[test]
fn an_unknown_name_is_wrong_usage_and_the_nearest_is_named() {
    let world = World::with("small");
    for command in ["run", "hint", "reset", "solution", "dev check"] {
        let told = world.run(&format!("{command} gret")).exits(2);
        told.complains("there is no exercise `gret`").complains("did you mean `greet`?");
    }
    assert!(!world.path(".backendlings").exists());
}

#[test]
fn outside_a_course_it_says_how_to_get_one() {
    let world = World::without_a_course();
    for arguments in ["", "list", "run", "check-all", "hint", "dev check"] {
        world.run(arguments).exits(2).complains("no course here").complains("`backendlings init`");
    }
}

#[test]
fn a_course_elsewhere_is_named_by_any_folder_in_it() {
    let world = World::with("small");
    let mut command = world.command("--course exercises/02_numbers hint add_up");
    let output = command.output().expect("the program starts");
    Told::of("hint", &output).exits(0).says("Which one is left out?");
    assert!(world.read(PROGRESS).contains("[exercises.add_up]"));
}

#[test]
fn a_broken_course_is_told_with_file_line_and_help() {
    let world = World::with("small");
    let info = world.read("info.toml");
    world.write("info.toml", info.replacen("difficulty = 2", "dificulty = 2", 1));
    let line = 1 + info.lines().position(|line| line == "difficulty = 2").expect("the line");
    let told = world.run("list").exits(3);
    told.complains(&format!("info.toml:{line}: unknown field `dificulty`"))
        .complains("did you mean `difficulty`?");
}

#[test]
fn watching_without_a_terminal_tells_in_lines_and_ends_with_its_input() {
    let told = World::with("small").run("").exits(0).says("checking greet").says("greet does not pass yet");
    let told = told.says("a greeting names whom it greets").says("0 of 3 done.");
    assert!(!told.out.contains('\u{1b}'), "{told}");
}

#[test]
fn stay_and_plain_belong_to_watching() {
    World::with("small").run("--stay list").exits(2).complains("--stay");
    World::with("small").run("--plain list").exits(2).complains("--plain");
}

#[test]
fn a_machine_without_cargo_is_unwell() {
    let world = World::with("small");
    let output = world.command("run").env("CARGO", "no-such-cargo").output().expect("the program starts");
    Told::of("run", &output).exits(4).complains("cargo was not found (no-such-cargo)").complains("help: ");
}

#[test]
fn the_hint_of_the_test_that_failed_first_comes_first_and_once() {
    let world = World::with("small");
    let own = "\n[exercises.hint_for]\na_greeting_names_whom_it_greets = \"Who is missing?\"\n";
    let info = world.read("info.toml");
    world.write("info.toml", info.replacen("greets nobody.\"\n", &format!("greets nobody.\"\n{own}"), 1));
    world.run("hint").exits(0).says("hint 1 of 3");
    world.run("run").exits(1).says("a greeting names whom it greets");
    world.run("hint").exits(0).says("hint for the test that fails first").says("Who is missing?");
    world.run("hint").exits(0).says("hint 2 of 3");
    let progress = world.read(".backendlings/progress.toml");
    assert!(progress.contains("failing_test = \"a_greeting_names_whom_it_greets\""), "{progress}");
}

#[test]
fn where_the_answers_are_the_authors_none_are_written() {
    let world = World::with("small");
    let passed = "passed_at = \"2026-01-02T03:04:05Z\"\nattempts = 1\nhints = 0\nfailing_now = false\n";
    world.write(PROGRESS, format!("version = 1\n[exercises.greet]\n{passed}"));
    let before = crate::support::bytes_below(&world.path("solutions"));
    let told = world.run("solution greet").exits(0).says("reference");
    assert!(!told.out.contains("for later reading"), "{told}");
    assert_eq!(crate::support::bytes_below(&world.path("solutions")), before);
}

#[test]
fn each_hint_says_more_and_the_last_one_stays() {
    let world = World::with("small");
    world.run("hint").exits(0).says("hint 1 of 3").says("Whom does it greet?");
    world.run("hint greet").exits(0).says("hint 2 of 3").says("Is the name used?");
    world.run("hint").exits(0).says("hint 3 of 3").says("format! puts a name");
    world.run("hint").exits(0).says("hint 3 of 3, the last one again").says("format! puts a name");
    assert!(world.read(PROGRESS).contains("hints = 3"));
    world.run("hint shout").exits(0).says("shout has no hints");
    world.run("hint add_up").exits(0).says("hint 1 of 1");
}

#[test]
fn hints_taken_elsewhere_count() {
    let world = World::with("small");
    world.write(PROGRESS, "version = 1\n[exercises.greet]\nhints = 2\n");
    world.run("hint").exits(0).says("hint 3 of 3\u{20}");
}

#[test]
fn a_course_is_done_run_by_run() {
    let world = World::with("small");
    world.run("run").exits(1).says("a greeting names whom it greets");
    world.solve("01_words/greet");
    let told = world.run("run").exits(0).says("A greeting without a name greets nobody.");
    told.says("1 of 3 passed; next: shout, in exercises/01_words/shout/src/main.rs");
    world.run("run").exits(1).says("E0308");
    world.solve("01_words/shout");
    world.solve("02_numbers/add_up");
    world.run("run add_up").exits(0).says("2 of 3 passed; next: shout");
    world.run("run").exits(0).says("3 of 3 passed").says("That was the small course.");
    world.run("run").exits(0).says("all done: 3 exercises passed");
    world.run("run greet").exits(0).says("greet passes");
}

#[test]
fn going_over_an_earlier_exercise_moves_nobody() {
    let world = World::with("small");
    world.solve("01_words/greet");
    world.run("run").exits(0);
    let current = || world.read(PROGRESS).lines().find(|line| line.starts_with("current")).map(str::to_owned);
    assert_eq!(current().as_deref(), Some("current = \"shout\""));
    world.run("run greet").exits(0);
    assert_eq!(current().as_deref(), Some("current = \"shout\""));
    world.run("run add_up").exits(1);
    assert_eq!(current().as_deref(), Some("current = \"add_up\""));
}

#[test]
fn check_all_judges_everything_and_counts_no_attempt() {
    let world = World::with("small");
    world.solve("02_numbers/add_up");
    let told = world.run("check-all").exits(1).says("1 of 3 pass");
    let lines: Vec<_> = told.out.lines().take(2).collect();
    assert_eq!(lines, ["greet  a greeting names whom it greets", "shout  error[E0308]: mismatched types"]);
    let progress = world.read(PROGRESS);
    assert!(progress.contains("[exercises.add_up]") && progress.contains("attempts = 0"), "{progress}");
    assert!(!progress.contains("[exercises.greet]"), "{progress}");
    world.solve("01_words/greet");
    world.solve("01_words/shout");
    world.run("check-all").exits(0).says("3 of 3 pass");
}

#[test]
fn a_reset_keeps_what_it_replaces() {
    let world = World::with("small");
    let main = "exercises/01_words/greet/src/main.rs";
    let starter = world.read(main);
    world.run("run greet").exits(1);
    world.solve("01_words/greet");
    let solved = world.read(main);
    world.run("run greet").exits(0);
    let told = world.run("reset greet").exits(0).says(main);
    assert_eq!(world.read(main), starter);
    let backup = told.out.lines().find_map(|line| line.strip_prefix("your files are kept in "));
    assert_eq!(world.read(format!("{}/src/main.rs", backup.expect("a backup"))), solved);
    world.run("list").exits(0).says("0 of 3 passed");
    world.run("reset greet").exits(0).says("was at its starter already");
}

#[test]
fn the_reference_is_shown_after_the_pass_only() {
    let world = World::with("small");
    let told = world.run("solution").exits(1).says("greet has not passed yet");
    assert!(!told.out.contains("format!"), "{told}");
    let main = "exercises/01_words/greet/src/main.rs";
    let other = world
        .read(main)
        .replace("_name", "name")
        .replace("\"hello\".to_owned()", "[\"hello\", name].join(\" \")");
    world.write(main, other);
    world.run("run").exits(0);
    let told = world.run("solution").exits(0).says(main).says("+    format!(\"hello {name}\")");
    assert!(!told.out.contains("check.toml") && !told.out.contains("[starter]"), "{told}");
}

#[test]
fn progress_that_cannot_be_read_is_kept() {
    let world = World::with("small");
    world.write(PROGRESS, "half a fi");
    world.run("list").exits(0).complains("progress.toml.unreadable");
    assert_eq!(world.read(".backendlings/progress.toml.unreadable"), "half a fi");
}

#[test]
fn colour_is_for_those_who_want_it() {
    let world = World::with("small");
    let with = |arguments: &str, name: &str, value: &str| {
        let output = world.command(arguments).env(name, value).output().expect("the program starts");
        output.stdout.contains(&b'\x1b')
    };
    assert!(!with("list", "TERM", "xterm"));
    assert!(with("list --color always", "NO_COLOR", "1"));
    assert!(with("list", "CLICOLOR_FORCE", "1"));
    assert!(!with("list --color never", "CLICOLOR_FORCE", "1"));
}

#[test]
fn completions_know_the_commands() {
    let world = World::without_a_course();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        world.run(&format!("completions {shell}")).exits(0).says("check-all");
    }
}

#[test]
fn a_reader_that_leaves_changes_no_exit_code() {
    let world = World::with("small");
    let mut command = world.command("run greet");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // Long before there is a verdict.
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    let told = Told::of("run greet", &output).exits(1);
    assert!(!told.err.contains("panicked") && !told.err.contains("error"), "{told}");
}

#[test]
fn ctrl_c_ends_a_run_and_its_processes() {
    let world = World::with("small");
    let main = "exercises/01_words/greet/src/main.rs";
    let endless = format!(
        "std::fs::write({:?}, std::process::id().to_string()).unwrap();\n    loop {{ std::thread::park(); }}",
        world.path("running")
    );
    world.write(main, world.read(main).replace("\"hello\".to_owned()", &endless));
    let mut command = world.command("run greet");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    let started = Instant::now();
    let test = loop {
        let written = std::fs::read_to_string(world.path("running")).ok();
        if let Some(test) = written.and_then(|id| id.parse().ok()).and_then(rustix::process::Pid::from_raw) {
            break test;
        }
        assert!(started.elapsed() < Duration::from_mins(1), "the test did not start");
        std::thread::sleep(Duration::from_millis(10));
    };
    let runner = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(runner, rustix::process::Signal::INT).expect("it runs");
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(130));
    assert!(rustix::process::test_kill_process(test).is_err(), "the test still runs");
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn the_gate_proves_a_course_and_names_what_does_not_hold() {
    let world = World::with("tiny");
    world.run("dev check").exits(0).says("92 passed, 0 failed");
    world.run("dev check").exits(0).says("0 units compiled").says("92 passed, 0 failed");
    let facts = "solutions/01_words/greeting/check.toml";
    world.write(facts, world.read(facts).replace("with = \"Ada!\"", "with = \"{name}!\""));
    let told = world.run("dev check").exits(3).says("91 passed, 1 failed");
    told.says("greeting").says("greets one guest only").says(facts);
    world.run("dev check counting working").exits(0);
    let solution = "solutions/01_words/greeting/src/main.rs";
    world.write(solution, format!("{}\nfn broken(", world.read(solution)));
    let told = world.run("dev check greeting").exits(3);
    told.says("does not compile").says("exercises/01_words/greeting/src/main.rs:");
}
