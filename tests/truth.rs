//! The verdict is true: bypasses and staleness, none of which may pass, and right fixes, all of which must.
//!
//! Two tricks are known, documented and out of scope, since only malice does them: a libtest report of one's own making
//! before `exit(0)`, and `extern crate self as support`.

use std::fs::FileTimes;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};

use backendlings::check::{Judged, NotAttached, Notice, Trouble, Verdict};
use fs_err as fs;

use crate::learner::{Learner, TINY};
use crate::support::{Told, World, bytes_below};

/// What somebody does at an exercise.
type Deed = fn(&Learner);

/// The same, with its name.
type Named = (&'static str, Deed);

/// What somebody leaves in a course.
type Stray = fn(&World);

const ATTACHED: &str = "#[cfg(test)]\nmod tests;\n";
const WRONG: &str = "fn greeting(_name: &str) -> String { \"Hello!\".to_owned() }\nfn main() {}\n";
const OWN_TESTS: &str = "
    #[test] fn a_guest_is_greeted_by_name() {}
    #[test] fn a_guest_without_a_name_is_greeted_too() {}
    #[test] fn the_greeting_begins_with_the_words_of_the_house() {}
";
const NO_MACROS: &str =
    "macro_rules! assert { ($($t:tt)*) => {} }\nmacro_rules! assert_eq { ($($t:tt)*) => {} }\n";

fn failed_tests(verdict: &Verdict) -> Vec<&str> {
    match verdict {
        Verdict::Failed { failures, .. } => failures.iter().map(|failure| failure.test.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Runs every deed on its own, each from the start, and tells all that are not as they should be.
#[track_caller]
fn all_of(
    learner: &Learner,
    deeds: &[Named],
    is_right: impl Fn(&Learner, Result<Judged, Trouble>) -> Result<(), String>,
) {
    let wrong = deeds.iter().filter_map(|(words, deed)| {
        learner.start_again();
        deed(learner);
        is_right(learner, learner.judge()).err().map(|why| format!("- {words}: {why}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The verdict is that of the untouched starter, and the right fix passes all the same.
#[track_caller]
fn all_change_nothing(learner: &Learner, deeds: &[Named]) {
    let starter = learner.verdict();
    assert!(!failed_tests(&starter).is_empty(), "{starter:?}");
    all_of(learner, deeds, |learner, judged| {
        let verdict = judged.map_err(|trouble| format!("{trouble:?}"))?.verdict;
        if failed_tests(&verdict) != failed_tests(&starter) {
            return Err(format!("{verdict:?} instead of the starter's verdict"));
        }
        learner.solve();
        let solved = learner.judge().map_err(|trouble| format!("solved: {trouble:?}"))?.verdict;
        solved.is_pass().then_some(()).ok_or_else(|| format!("solved: {solved:?}"))
    });
}

/// None of them passes; then the right fix does.
#[track_caller]
fn none_passes(learner: &Learner, deeds: &[Named]) {
    all_of(learner, deeds, |_, judged| match judged {
        Ok(Judged { verdict, .. }) if !verdict.is_pass() => Ok(()),
        other => Err(format!("{other:?}")),
    });
    learner.start_again();
    learner.solve();
    assert_eq!(learner.verdict(), Verdict::Passed { tests: learner.specified_tests() });
}

#[track_caller]
fn all_pass(learner: &Learner, deeds: &[Named]) {
    all_of(learner, deeds, |_, judged| match judged {
        Ok(Judged { verdict, .. }) if verdict.is_pass() => Ok(()),
        other => Err(format!("{other:?}")),
    });
}

#[test]
fn an_edited_specification_does_not_decide_and_is_told() {
    let learner = Learner::at("greeting");
    let deeds: &[(&str, &str, Deed)] = &[
        ("emptied", "src/tests.rs", |learner| learner.write("src/tests.rs", "")),
        ("deleted", "src/tests.rs", |learner| learner.remove("src/tests.rs")),
        ("made trivial", "src/tests.rs", |learner| learner.write("src/tests.rs", OWN_TESTS)),
        ("ignored", "src/tests.rs", |learner| {
            learner.replace("src/tests.rs", "#[test]", "#[test]\n#[ignore]");
        }),
        ("made no tests", "src/tests.rs", |learner| learner.replace("src/tests.rs", "#[test]", "")),
        ("broken", "src/tests.rs", |learner| learner.write("src/tests.rs", "fn {")),
        ("renamed", "src/tests.rs", |learner| {
            fs::rename(learner.path("src/tests.rs"), learner.path("src/mine.rs")).unwrap();
        }),
        ("a link", "src/tests.rs", |learner| {
            learner.write("src/mine.rs", OWN_TESTS);
            learner.remove("src/tests.rs");
            symlink("mine.rs", learner.path("src/tests.rs")).unwrap();
        }),
        ("a folder", "src/tests.rs", |learner| {
            learner.remove("src/tests.rs");
            learner.write("src/tests/mod.rs", OWN_TESTS);
        }),
        ("the fixture edited", "words.txt", |learner| learner.write("words.txt", "")),
        ("the fixture deleted", "words.txt", |learner| learner.remove("words.txt")),
        ("the manifest broken", "Cargo.toml", |learner| learner.write("Cargo.toml", "[package")),
        ("the manifest deleted", "Cargo.toml", |learner| learner.remove("Cargo.toml")),
        ("the manifest without tests", "Cargo.toml", |learner| {
            learner.replace("Cargo.toml", "[[bin]]\n", "[[bin]]\ntest = false\n");
        }),
        ("the manifest with another main", "Cargo.toml", |learner| {
            learner.write("src/other.rs", format!("mod tests {{ {OWN_TESTS} }}\n{WRONG}"));
            learner.replace("Cargo.toml", "src/main.rs", "src/other.rs");
        }),
        ("the manifest without a harness", "Cargo.toml", |learner| {
            learner.replace("Cargo.toml", "[[bin]]\n", "[[bin]]\nharness = false\n");
        }),
    ];
    let without_files: Vec<Named> = deeds.iter().map(|(words, _, deed)| (*words, *deed)).collect();
    all_change_nothing(&learner, &without_files);
    for (words, file, deed) in deeds {
        learner.start_again();
        deed(&learner);
        let notices = learner.judge().expect("a verdict").notices;
        assert_eq!(notices, [Notice::SpecificationDiffers(file.into())], "{words}");
        assert!(notices[0].words().contains(file), "{words}");
    }
    learner.start_again();
    assert_eq!(learner.judge().expect("a verdict").notices, [], "nothing differs");
}

#[test]
fn added_files_decide_nothing() {
    let learner = Learner::at("greeting");
    all_change_nothing(
        &learner,
        &[
            ("build.rs", |learner| {
                learner.write("build.rs", "fn main() { println!(\"cargo::rustc-cfg=x\") }");
            }),
            ("a build.rs that fails", |learner| learner.write("build.rs", "fn main() { panic!() }")),
            ("src/lib.rs", |learner| learner.write("src/lib.rs", OWN_TESTS)),
            ("src/bin/greeting.rs", |learner| learner.write("src/bin/greeting.rs", "fn main() {}")),
            ("tests/it.rs", |learner| learner.write("tests/it.rs", OWN_TESTS)),
            ("src/tests/mod.rs", |learner| learner.write("src/tests/mod.rs", OWN_TESTS)),
            ("examples and benches", |learner| {
                learner.write("examples/a.rs", "fn");
                learner.write("benches/b.rs", "fn");
            }),
            ("settings for cargo in the exercise", |learner| {
                learner.write(
                    ".cargo/config.toml",
                    "[build]\nrustflags = [\"--cfg\", \"no\"]\nrustc = \"/bin/false\"",
                );
            }),
            ("settings for cargo in the workspace", |learner| {
                learner.world.write("exercises/.cargo/config.toml", "[build]\nrustc = \"/bin/false\"");
            }),
        ],
    );
}

#[test]
fn the_rest_of_the_workspace_decides_nothing() {
    let learner = Learner::at("greeting");
    all_change_nothing(
        &learner,
        &[
            ("support edited", |learner| {
                learner
                    .world
                    .write("exercises/support/src/lib.rs", "pub fn any_name() -> String { String::new() }");
            }),
            ("support deleted", |learner| {
                fs::remove_dir_all(learner.world.path("exercises/support")).unwrap();
            }),
            ("pins broken", |learner| learner.world.write("exercises/pins/src/lib.rs", "fn {")),
            ("the workspace's manifest broken", |learner| learner.world.write("exercises/Cargo.toml", "[")),
            ("the lockfile deleted", |learner| {
                fs::remove_file(learner.world.path("exercises/Cargo.lock")).unwrap();
            }),
            ("another exercise's manifest broken", |learner| {
                learner.world.write("exercises/01_words/counting/Cargo.toml", "[package");
            }),
            ("another exercise's code broken", |learner| {
                learner.world.write("exercises/01_words/counting/src/main.rs", "fn {");
            }),
            ("another exercise deleted", |learner| {
                fs::remove_dir_all(learner.world.path("exercises/01_words/counting")).unwrap();
            }),
            ("a file where another exercise was", |learner| {
                fs::remove_dir_all(learner.world.path("exercises/02_work/working")).unwrap();
                learner.world.write("exercises/02_work/working", "");
            }),
            ("an empty folder in a chapter", |learner| {
                fs::create_dir(learner.world.path("exercises/01_words/new")).unwrap();
            }),
            ("an editor's folder in a chapter", |learner| {
                learner.world.write("exercises/01_words/.vscode/settings.json", "{}");
            }),
            ("a copy of the exercise beside it", |learner| {
                copy(&learner.world, "exercises/01_words/greeting", "exercises/01_words/greeting_old");
            }),
        ],
    );
}

/// The same before the runner starts, when what is there may become the original.
#[test]
fn strays_that_are_there_when_the_runner_starts_break_nothing() {
    let strays: &[(&str, Stray)] = &[
        ("an empty folder", |world| fs::create_dir(world.path("exercises/01_words/new")).unwrap()),
        ("an editor's folder", |world| world.write("exercises/01_words/.vscode/settings.json", "{}")),
        ("a folder of notes", |world| world.write("exercises/02_work/notes/today.md", "one, two")),
        ("a file", |world| world.write("exercises/02_work/today.md", "one, two")),
        ("a build folder", |world| world.write("exercises/01_words/greeting/target/debug/x", "")),
        ("a copy of an exercise", |world| {
            copy(world, "exercises/01_words/greeting", "exercises/01_words/greeting_old");
        }),
        ("a copy of a chapter", |world| copy(world, "exercises/01_words", "exercises/01_words.bak")),
    ];
    let judge = |learner: Learner, when: &str| {
        assert!(!failed_tests(&learner.verdict()).is_empty(), "{when}: {:?}", learner.verdict());
        learner.solve();
        assert!(learner.verdict().is_pass(), "{when}: {:?}", learner.verdict());
        learner.start_again();
        learner.world
    };
    let world = World::with(TINY);
    for (_, add) in strays {
        add(&world);
    }
    let world = judge(Learner::in_world(world, "greeting"), "before the first run");
    for (_, add) in strays {
        add(&world);
    }
    judge(Learner::in_world(world, "greeting"), "before a later start");
}

fn copy(world: &World, from: &str, to: &str) {
    for (path, bytes) in bytes_below(&world.path(from)) {
        world.write(Path::new(to).join(path), bytes);
    }
}

#[test]
fn tests_of_the_learners_own_do_not_stand_in_for_the_specification() {
    let learner = Learner::at("greeting");
    none_passes(
        &learner,
        &[
            ("inline", |learner| {
                learner.main_is(format!("#[cfg(test)]\nmod tests {{ {OWN_TESTS} }}\n{WRONG}"));
            }),
            ("inline, and the file included as a text", |learner| {
                let main = format!(
                    "#[cfg(test)]\nmod tests {{ {OWN_TESTS} const T: &str = include_str!(\"tests.rs\"); }}\n{WRONG}"
                );
                learner.main_is(main);
            }),
            ("inline, behind syntax that not every parser knows", |learner| {
                let main = format!(
                    "#[cfg(test)]\nmod tests {{ {OWN_TESTS} const T: &str = include_str!(\"tests.rs\"); }}\n\
                     #[cfg(any())]\nsafe fn f() {{}}\n{WRONG}"
                );
                learner.main_is(main);
            }),
            ("another path", |learner| {
                learner.write("src/mine.rs", OWN_TESTS);
                learner.write(
                    "src/main.rs",
                    format!("#[cfg(test)]\n#[path = \"mine.rs\"]\nmod tests;\n{WRONG}"),
                );
            }),
            ("another path on a condition", |learner| {
                learner.write("src/mine.rs", OWN_TESTS);
                let main =
                    format!("#[cfg_attr(test, path = \"mine.rs\")]\n#[cfg(test)]\nmod tests;\n{WRONG}");
                learner.main_is(main);
            }),
            ("from a macro", |learner| {
                let main =
                    format!("macro_rules! m {{ () => {{ mod tests {{ {OWN_TESTS} }} }} }}\nm!();\n{WRONG}");
                learner.main_is(main);
            }),
            ("in another module", |learner| {
                let main = format!("#[cfg(test)]\nmod mine {{ mod tests {{ {OWN_TESTS} }} }}\n{WRONG}");
                learner.main_is(main);
            }),
            ("beside the specification", |learner| {
                let main =
                    format!("{ATTACHED}{WRONG}#[cfg(test)]\nmod mine {{ mod tests {{ {OWN_TESTS} }} }}\n");
                learner.main_is(main);
            }),
            ("none", |learner| learner.main_is(WRONG)),
        ],
    );
}

#[test]
fn a_specification_that_is_not_compiled_passes_nothing() {
    let learner = Learner::at("greeting");
    none_passes(
        &learner,
        &[
            ("a condition that never holds", |learner| {
                learner.main_is(format!("#[cfg(any())]\nmod tests;\n{WRONG}"));
            }),
            ("one more condition", |learner| {
                learner.main_is(format!("#[cfg(all(test, any()))]\nmod tests;\n{WRONG}"));
            }),
            ("the whole file without tests", |learner| {
                learner.main_is(format!("#![cfg(not(test))]\n{ATTACHED}{WRONG}"));
            }),
            ("the whole file without tests, and own tests in another one", |learner| {
                learner.main_is(format!("#![cfg_attr(test, cfg(any()))]\n{ATTACHED}{WRONG}"));
            }),
            ("commented out", |learner| {
                learner.main_is(format!("/*\n{ATTACHED}*/\n{WRONG}"));
            }),
            ("main.rs deleted", |learner| learner.remove("src/main.rs")),
            ("main.rs empty", |learner| learner.main_is("")),
            ("main.rs no text", |learner| learner.main_is(b"\xff\xfe")),
            ("main.rs a folder", |learner| {
                learner.remove("src/main.rs");
                learner.write("src/main.rs/mod.rs", ATTACHED);
            }),
        ],
    );
}

#[test]
fn how_the_specification_is_not_attached_is_said() {
    let learner = Learner::at("greeting");
    let rows = [
        (WRONG.to_owned(), NotAttached::Missing),
        (format!("{WRONG}{ATTACHED}"), NotAttached::NotFirst),
        (format!("#[cfg(test)]\nmod tests {{ {OWN_TESTS} }}\n{WRONG}"), NotAttached::Replaced),
        (format!("#![cfg(not(test))]\n{ATTACHED}{WRONG}"), NotAttached::NotCompiled),
    ];
    for (main, how) in rows {
        learner.main_is(&main);
        assert_eq!(learner.verdict(), Verdict::NotAttached(how), "{main}");
    }
}

#[test]
fn what_the_tests_use_cannot_be_shadowed() {
    let learner = Learner::at("greeting");
    none_passes(
        &learner,
        &[
            ("macros before the line", |learner| {
                learner.main_is(format!("{NO_MACROS}{ATTACHED}{WRONG}"));
            }),
            ("macros from a module before the line", |learner| {
                learner.write("src/macros.rs", NO_MACROS);
                learner.main_is(format!("#[macro_use]\nmod macros;\n{ATTACHED}{WRONG}"));
            }),
            ("macros after the line", |learner| {
                learner.main_is(format!("{ATTACHED}{NO_MACROS}{WRONG}"));
            }),
            ("exported macros", |learner| {
                let exported = NO_MACROS.replace("macro_rules", "#[macro_export]\nmacro_rules");
                learner.main_is(format!("{ATTACHED}{exported}{WRONG}"));
            }),
            ("a module named support", |learner| {
                let support = "pub mod support { pub fn any_name() -> String { String::new() } }";
                learner.main_is(format!("{ATTACHED}{support}\n{WRONG}"));
            }),
            ("a module named std", |learner| {
                let std = "pub mod std { pub mod fs { pub fn read_to_string(_: &str) -> Result<String, ()> { Err(()) } } }";
                learner.main_is(format!("{ATTACHED}{std}\n{WRONG}"));
            }),
            ("no prelude", |learner| {
                learner.main_is(format!("#![no_implicit_prelude]\n{ATTACHED}{WRONG}"));
            }),
        ],
    );
}

/// The specification of `counting` has everything of the file under test in sight.
#[test]
fn what_the_tests_use_cannot_be_shadowed_even_where_they_see_everything() {
    let learner = Learner::at("counting");
    none_passes(
        &learner,
        &[
            ("macros for everybody", |learner| {
                learner.replace(
                    "src/main.rs",
                    "mod words;",
                    &format!("mod words;\n{NO_MACROS}pub(crate) use {{assert, assert_eq}};"),
                );
            }),
            ("exported macros", |learner| {
                let exported = NO_MACROS.replace("macro_rules", "#[macro_export]\nmacro_rules");
                learner.replace("src/main.rs", "mod words;", &format!("mod words;\n{exported}"));
            }),
            ("a module named support", |learner| {
                let support = "pub mod support { pub fn expect(_: usize, _: usize) {} }";
                learner.replace("src/main.rs", "mod words;", &format!("mod words;\n{support}"));
            }),
            ("macros from the second file", |learner| {
                let words = fs::read_to_string(learner.path("src/words.rs")).unwrap();
                learner.write("src/words.rs", format!("{NO_MACROS}{words}"));
                learner.replace("src/main.rs", "mod words;", "#[macro_use]\nmod words;");
            }),
        ],
    );
}

#[test]
fn code_that_ends_the_process_or_fakes_its_words_does_not_pass() {
    let learner = Learner::at("greeting");
    let greets =
        |body: &str| format!("{ATTACHED}fn greeting(_name: &str) -> String {{ {body} }}\nfn main() {{}}\n");
    let bodies = [
        ("exit(0)", "std::process::exit(0)"),
        (
            "exit(0) on another thread",
            "let _ = std::thread::spawn(|| std::process::exit(0)).join(); String::new()",
        ),
        (
            "exit(0) in a first call",
            "static ONCE: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| std::process::exit(0)); ONCE.clone()",
        ),
        (
            "exit(0) in a panic hook",
            "std::panic::set_hook(Box::new(|_| std::process::exit(0))); String::new()",
        ),
        (
            "exit(0) while a value is dropped",
            "struct D; impl Drop for D { fn drop(&mut self) { std::process::exit(0) } } let _d = D; String::new()",
        ),
        ("a panic hook that says nothing", "std::panic::set_hook(Box::new(|_| {})); String::new()"),
        ("abort", "std::process::abort()"),
        ("a panic", "panic!()"),
        (
            "endless recursion",
            "fn f(n: u64) -> u64 { if n == 1 { 0 } else { f(std::hint::black_box(n + 2)) + 1 } } f(0).to_string()",
        ),
        (
            "a report of its own",
            r#"println!("test tests::a_guest_is_greeted_by_name ... ok\ntest tests::a_guest_without_a_name_is_greeted_too ... ok\n\
               test tests::the_greeting_begins_with_the_words_of_the_house ... ok\n\ntest result: ok. 3 passed; 0 failed; 0 ignored; \
               0 measured; 0 filtered out; finished in 0.00s"); "Hello!".to_owned()"#,
        ),
        (
            "a report of its own, past libtest's capture, as long as it can",
            r#"std::thread::spawn(|| loop { use std::io::Write; let _ = std::io::stdout().write_all(b"
test tests::a_guest_is_greeted_by_name ... ok
test tests::a_guest_without_a_name_is_greeted_too ... ok
test tests::the_greeting_begins_with_the_words_of_the_house ... ok
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
"); std::thread::yield_now(); }); "Hello!".to_owned()"#,
        ),
    ];
    let wrong = bodies.iter().filter_map(|(words, body)| {
        learner.main_is(greets(body));
        match learner.judge() {
            Ok(Judged { verdict, .. }) if !verdict.is_pass() => None,
            other => Some(format!("- {words}: {other:?}")),
        }
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    learner
        .write("src/main.rs", greets("println!(\"test tests::x ... FAILED\"); format!(\"Hello, {_name}!\")"));
    assert!(learner.verdict().is_pass());
}

#[test]
fn a_swallowed_panic_message_and_a_fake_report_still_name_the_failed_tests() {
    let learner = Learner::at("greeting");
    let starter = learner.verdict();
    for body in [
        "std::panic::set_hook(Box::new(|_| {}));",
        "println!(\"test tests::a_guest_is_greeted_by_name ... ok\");",
    ] {
        learner.start_again();
        learner.replace("src/main.rs", "    \"Hello!\"", &format!("    {body}\n    \"Hello!\""));
        assert_eq!(failed_tests(&learner.verdict()), failed_tests(&starter), "{body}");
    }
}

#[test]
fn every_change_counts_whatever_its_time_says() {
    let learner = Learner::at("greeting");
    let (right, wrong) = ("format!(\"Hello, {name}!\")", "format!(\"Hello, {name}?\")");
    learner.solve();
    assert!(learner.verdict().is_pass());
    // Of the same length, and older every time: a restored backup, `cp -p`, `git stash`, a clock that was set back.
    for age in 1..4 {
        for (from, to, passes) in [(right, wrong, false), (wrong, right, true)] {
            learner.replace("src/main.rs", from, to);
            let long_ago = SystemTime::now() - Duration::from_secs(age * 100_000_000);
            let file = fs::File::options().write(true).open(learner.path("src/main.rs")).unwrap();
            file.file().set_times(FileTimes::new().set_modified(long_ago)).unwrap();
            assert_eq!(learner.verdict().is_pass(), passes, "{to}, {age}");
        }
    }
}

#[test]
fn the_binary_of_another_exercise_never_answers() {
    let mut learner = Learner::at("working");
    // Their specifications name the same test.
    for round in 0..2 {
        learner.goes_to("working").solve();
        assert!(learner.verdict().is_pass(), "{round}");
        assert!(!learner.goes_to("hurrying").verdict().is_pass(), "{round}");
        learner.start_again();
        assert!(!learner.goes_to("working").verdict().is_pass(), "{round}");
        learner.goes_to("hurrying").solve();
        assert!(learner.verdict().is_pass(), "{round}");
        learner.start_again();
    }
}

#[test]
fn a_check_of_all_says_of_each_what_a_run_of_it_says() {
    let mut learner = Learner::at("greeting");
    learner.solve();
    learner.goes_to("counting").main_is(format!("#[cfg(test)]\nmod tests {{}}\n{WRONG}"));
    learner.goes_to("working").main_is(format!("{ATTACHED}fn work() -> u8 {{ one }}\nfn main() {{}}\n"));
    for _ in 0..2 {
        let all = learner.judge_all();
        let words =
            |name: &str| format!("{:?}", all[name]).split([' ', '(']).next().unwrap_or_default().to_owned();
        let found = ["greeting", "counting", "working", "hurrying"].map(words);
        assert_eq!(found, ["Passed", "NotAttached", "DoesNotCompile", "Failed"]);
        for (name, verdict) in &all {
            let alone = learner.goes_to(name).verdict();
            // The thread's number is part of a failure's output.
            assert_eq!(failed_tests(&alone), failed_tests(verdict), "{name}");
            assert_eq!(alone.is_pass(), verdict.is_pass(), "{name}");
        }
    }
    learner.start_again();
    assert!(learner.judge_all().values().all(|verdict| !verdict.is_pass()));
}

#[test]
fn what_is_done_to_the_mirror_between_two_runs_does_not_stay() {
    const MEMBER: &str = ".backendlings/mirror/01_words/greeting";
    let learner = Learner::at("greeting");
    all_change_nothing(
        &learner,
        &[
            ("the specification", |learner| {
                learner.world.write(Path::new(MEMBER).join("src/tests.rs"), OWN_TESTS);
            }),
            ("the fixture", |learner| learner.world.write(Path::new(MEMBER).join("words.txt"), "")),
            ("the learner's file", |learner| {
                let solution = learner.world.read("solutions/01_words/greeting/src/main.rs");
                learner.world.write(Path::new(MEMBER).join("src/main.rs"), solution);
            }),
            ("the manifest", |learner| {
                learner.world.write(Path::new(MEMBER).join("Cargo.toml"), "[package]\nname = \"greeting\"");
            }),
            ("a build script", |learner| {
                learner.world.write(Path::new(MEMBER).join("build.rs"), "fn main() { panic!() }");
            }),
            ("support", |learner| learner.world.write(".backendlings/mirror/support/src/lib.rs", "fn {")),
            ("all of it deleted", |learner| {
                fs::remove_dir_all(learner.world.path(".backendlings/mirror")).unwrap();
            }),
            ("the target deleted", |learner| {
                fs::remove_dir_all(learner.world.path(".backendlings/target")).unwrap();
            }),
        ],
    );
}

/// What makes Cargo stumble is gone with the next run.
#[test]
fn a_mirror_that_somebody_broke_heals() {
    let learner = Learner::at("greeting");
    learner.solve();
    assert!(learner.verdict().is_pass());
    let deeds: &[(&str, &str)] = &[
        (".cargo/config.toml", "[build]\nrustc = \"/bin/false\""),
        ("01_words/new/notes.txt", ""),
        ("01_words/new/Cargo.toml", "[package]\nname = \"greeting\""),
        ("01_words/counting/Cargo.toml", "[package"),
    ];
    for (file, text) in deeds {
        learner.world.write(Path::new(".backendlings/mirror").join(file), text);
        let broken = learner.judge();
        assert!(matches!(broken, Err(Trouble::Course(_) | Trouble::Other(_))), "{file}: {broken:?}");
        assert!(learner.verdict().is_pass(), "{file}");
    }
}

#[test]
fn a_runners_folder_that_is_deleted_between_two_runs_comes_back() {
    let learner = Learner::at("greeting");
    for _ in 0..2 {
        assert!(!failed_tests(&learner.verdict()).is_empty(), "{:?}", learner.verdict());
        fs::remove_dir_all(learner.world.path(".backendlings")).unwrap();
    }
    learner.solve();
    assert!(learner.verdict().is_pass(), "{:?}", learner.verdict());
}

#[test]
fn the_name_of_the_courses_folder_does_not_matter() {
    let world = World::with(TINY);
    let folder = "my course, \u{e9}t\u{e9}";
    for file in ["info.toml", "exercises", "solutions"] {
        fs::create_dir_all(world.path(folder)).unwrap();
        fs::rename(world.path(file), world.path(folder).join(file)).unwrap();
    }
    let run = || {
        let mut command = world.command("run greeting");
        Told::of(
            "run greeting",
            &command.current_dir(world.path(folder)).output().expect("the program starts"),
        )
    };
    run().exits(1).says("a guest is greeted by name");
    let solution = world.read(Path::new(folder).join("solutions/01_words/greeting/src/main.rs"));
    world.write(Path::new(folder).join("exercises/01_words/greeting/src/main.rs"), solution);
    run().exits(0);
}

#[test]
fn a_right_fix_passes_whatever_its_shape() {
    let learner = Learner::at("greeting");
    all_pass(
        &learner,
        &[
            ("as the reference has it", Learner::solve),
            ("in a file of its own", |learner| {
                learner.write(
                    "src/main.rs",
                    format!("{ATTACHED}mod door;\nuse door::greeting;\nfn main() {{ greeting(\"\"); }}\n"),
                );
                learner.write(
                    "src/door.rs",
                    "pub(crate) fn greeting(name: &str) -> String { format!(\"Hello, {name}!\") }",
                );
            }),
            ("in files below a folder", |learner| {
                learner.write(
                    "src/main.rs",
                    format!("{ATTACHED}mod door;\nuse door::greeting;\nfn main() {{ greeting(\"\"); }}\n"),
                );
                learner.write("src/door/mod.rs", "mod words;\npub(crate) use words::greeting;");
                learner.write(
                    "src/door/words.rs",
                    "pub(crate) fn greeting(name: &str) -> String { format!(\"Hello, {name}!\") }",
                );
            }),
            ("with tests of its own", |learner| {
                learner.solve();
                let main = fs::read_to_string(learner.path("src/main.rs")).unwrap();
                learner.write(
                    "src/main.rs",
                    format!("{main}\n#[cfg(test)]\nmod mine {{\n    mod tests {{ {OWN_TESTS} }}\n}}\n"),
                );
            }),
            ("with attributes, documentation and Windows' line ends", |learner| {
                learner.solve();
                let main = fs::read_to_string(learner.path("src/main.rs")).unwrap();
                let main = format!(
                    "//! Mine.\n#![allow(dead_code)]\n#![warn(unused)]\n{}",
                    main.replace("//!", "//")
                );
                learner.main_is(main.replace('\n', "\r\n"));
            }),
            ("with warnings", |learner| {
                learner.solve();
                learner.replace("src/main.rs", "fn main() {", "fn never_used() {}\n\nfn main() {");
            }),
            ("with a link to a file elsewhere", |learner| {
                learner.solve();
                fs::rename(learner.path("src/main.rs"), learner.world.path("mine.rs")).unwrap();
                symlink(learner.world.path("mine.rs"), learner.path("src/main.rs")).unwrap();
            }),
        ],
    );
}

#[test]
fn a_module_that_is_gone_is_gone_from_the_verdict() {
    let learner = Learner::at("greeting");
    learner.write(
        "src/main.rs",
        format!("{ATTACHED}mod door;\nuse door::greeting;\nfn main() {{ greeting(\"\"); }}\n"),
    );
    learner
        .write("src/door.rs", "pub(crate) fn greeting(name: &str) -> String { format!(\"Hello, {name}!\") }");
    assert!(learner.verdict().is_pass());
    learner.remove("src/door.rs");
    assert!(matches!(learner.verdict(), Verdict::DoesNotCompile { .. }), "{:?}", learner.verdict());
}

#[test]
fn what_a_right_fix_prints_does_not_disturb_its_verdict() {
    let learner = Learner::at("greeting");
    let noise = r#"
        let log = |text: &'static str| std::thread::spawn(move || {
            use std::io::Write;
            for _ in 0..50 {
                let _ = std::io::stdout().write_all(text.as_bytes());
                let _ = std::io::stdout().flush();
                std::thread::yield_now();
            }
        });
        let logs = [log("GET /"), log(" ... "), log("the latest test "), log("{\"status\": \"ok\"}"), log("\u{1b}[2J")];
        eprint!("no line end");
        for log in logs { log.join().unwrap(); }
    "#;
    for _ in 0..5 {
        learner.solve();
        learner.replace("src/main.rs", "    format!", &format!("{noise}    format!"));
        assert!(learner.verdict().is_pass(), "{:?}", learner.judge());
    }
}

#[test]
fn a_flood_of_output_is_judged_as_truly_as_none() {
    let learner = Learner::at("working");
    let flood = "use std::io::Write;\n    let mut out = std::io::stdout();\n    \
        for _ in 0..800 { out.write_all(&[b'x'; 65536]).unwrap(); }\n";
    learner.replace("src/main.rs", "    0", &format!("    {flood}    0"));
    assert_eq!(failed_tests(&learner.verdict()), ["work_comes_to_one"]);
    learner.replace("src/main.rs", "    0 //", "    1 //");
    let judged = learner.judge().expect("a verdict");
    assert!(judged.verdict.is_pass(), "{:?}", judged.verdict);
    assert!(judged.output.len() < 3 * 1024 * 1024, "capped: {}", judged.output.len());
    assert!(judged.output.contains("left out"));
}

/// In a clone the original is what was committed, at every moment.
#[test]
fn in_a_clone_the_committed_specification_judges() {
    let world = World::with(TINY);
    world.git("init --quiet");
    world.commit();
    // Edited before the first run, which in a course that is only seen would make it the original.
    world.write("exercises/01_words/greeting/src/tests.rs", "#[test] fn anything_goes() {}");
    let learner = Learner::in_world(world, "greeting");
    let judged = learner.judge().expect("a verdict");
    assert!(!judged.verdict.is_pass(), "{:?}", judged.verdict);
    assert_eq!(judged.notices, [Notice::SpecificationDiffers("src/tests.rs".into())]);
    learner.world.commit();
    assert_eq!(learner.verdict(), Verdict::Passed { tests: 1 }, "the new commit judges");
}

/// What a shell sets for cargo, rustc and libtest changes neither what is built nor which tests run.
#[test]
fn the_learners_shell_decides_nothing() {
    let world = World::with(TINY);
    let run = || {
        let mut command = world.command("run greeting");
        command.env("RUSTFLAGS", "--no-such-flag").env("CARGO_ENCODED_RUSTFLAGS", "--no-such-flag");
        command.env("CARGO_TARGET_DIR", world.path("elsewhere")).env("CARGO_BUILD_TARGET", "no-such-target");
        command.env("CARGO_PROFILE_DEV_PANIC", "abort").env("CARGO_INCREMENTAL", "0");
        command
            .env("RUST_TEST_THREADS", "no number")
            .env("RUST_TEST_NOCAPTURE", "1")
            .env("RUST_BACKTRACE", "full");
        Told::of("run greeting", &command.output().expect("the program starts"))
    };
    run().exits(1).says("a guest is greeted by name");
    world.solve("01_words/greeting");
    run().exits(0);
    assert!(!world.path("elsewhere").exists());
}
