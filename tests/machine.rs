//! What a session takes of the machine: memory, processor, disk, and the build directory that others may want, too.

use std::collections::BTreeSet;
use std::env;
use std::fs::File;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime};

use backendlings::check::Verdict;
use fs_err as fs;

use crate::learner::Learner;
use crate::support::{Terminal, World, wait_until};

const GREET: &str = "exercises/01_words/greet/src/main.rs";
const INCREMENTAL: &str = ".backendlings/target/debug/incremental";
const PROGRESS: &str = ".backendlings/progress.toml";

/// The tests of `working` with this as what it does first.
#[cfg(target_os = "linux")]
fn working(first: &str) -> Learner {
    let learner = Learner::at("working");
    learner.main_is(format!(
        "#[cfg(test)]\nmod tests;\n\nfn work() -> u8 {{\n    {first}\n    1\n}}\n\nfn main() {{\n    work();\n}}\n"
    ));
    learner
}

/// Nothing of it is touched, so that a system without the limit gives it away without having it.
#[cfg(target_os = "linux")]
#[test]
fn a_test_that_wants_more_memory_than_it_may_have_is_told_so() {
    let learner = working("assert_eq!(vec![0_u8; 3 << 30][1 << 30], 0);");
    let told = learner.world.run("run working").exits(1);
    told.says("the tests wanted more memory than they may have (2 GiB)").says("work comes to one");
}

/// Each has a stack of two MiB and an arena of the allocator, which reserves 64 MiB.
#[cfg(target_os = "linux")]
#[test]
fn hundreds_of_threads_are_not_too_much_memory() {
    let learner = working(
        "let threads: Vec<_> = (0..600).map(|_| std::thread::spawn(|| drop(vec![1_u8; 9]))).collect();\n    \
         threads.into_iter().for_each(|thread| thread.join().unwrap());",
    );
    assert!(learner.verdict().is_pass());
}

#[test]
fn a_cargo_that_holds_the_package_cache_is_waited_for_in_words() {
    let world = World::with("small");
    let cache = world.path("../home/.cargo/.package-cache");
    fs::create_dir_all(cache.parent().expect("a folder")).expect("Cargo's home");
    let cache = File::create(cache).expect("the lock's file");
    cache.lock().expect("nobody else is there");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("another cargo is at the package cache; waiting for it");
    cache.unlock().expect("it was locked");
    terminal.sees("a greeting names whom it greets");
}

/// The test binaries of an exercise that were built for verdicts, and when.
fn binaries(world: &World, exercise: &str) -> Vec<(PathBuf, SystemTime)> {
    let Ok(entries) = fs::read_dir(world.path(".backendlings/target/debug/deps")) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let is_binary = |path: &PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy();
        name.starts_with(&format!("{exercise}-")) && path.extension().is_none()
    };
    let time = |path: PathBuf| {
        let time = path.metadata().and_then(|metadata| metadata.modified()).expect("its time");
        (path, time)
    };
    paths.filter(is_binary).map(time).collect()
}

/// Prefetches the learner's exercise. Whether it came to its end.
fn prefetched(learner: &Learner) -> bool {
    let (ready, is_ready) = mpsc::channel();
    learner.prefetch(move || ready.send(()).expect("somebody waits")).wait();
    is_ready.recv().is_ok()
}

#[test]
fn what_was_prefetched_is_not_built_again() {
    let learner = Learner::at("counting");
    assert!(prefetched(&learner));
    let built = binaries(&learner.world, "counting");
    assert_eq!(built.len(), 1, "{built:?}");
    assert!(!learner.verdict().is_pass());
    assert_eq!(binaries(&learner.world, "counting"), built);
    learner.solve();
    assert!(learner.verdict().is_pass(), "what was saved since is built");
}

/// Cargo forgets what it is at before it begins; what a killed rustc or linker leaves is never taken for whole.
#[test]
fn a_prefetch_that_is_stopped_at_any_moment_spoils_no_verdict() {
    let learner = Learner::at("counting");
    for moment in 0..12_u32 {
        let is_right = moment % 2 == 0;
        learner.start_again();
        if is_right {
            learner.solve();
        }
        let prefetch = learner.prefetch(|| {});
        thread::sleep(Duration::from_millis(40) * moment);
        prefetch.stop();
        let verdict = learner.verdict();
        if is_right {
            assert!(verdict.is_pass(), "{moment}: {verdict:?}");
        } else {
            let Verdict::Failed { failures, .. } = verdict else { panic!("{moment}: {verdict:?}") };
            assert_eq!(failures[0].test, "blanks_do_not_count", "{moment}");
        }
        prefetch.wait();
    }
}

#[test]
fn a_prefetch_does_not_begin_where_another_runner_builds() {
    let learner = Learner::at("counting");
    let lock = File::create(learner.world.path(".backendlings/build.lock")).expect("the lock's file");
    lock.lock().expect("nobody builds");
    assert!(!prefetched(&learner));
    assert_eq!(binaries(&learner.world, "counting"), []);
}

/// The packages that rustc keeps data for, to build them quickly again.
fn incremental(world: &World) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(world.path(INCREMENTAL)) else { return BTreeSet::new() };
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.map(|name| name.rsplit_once('-').map_or(name.clone(), |(package, _)| package.to_owned())).collect()
}

#[test]
fn only_the_packages_that_were_built_last_keep_their_data_and_all_keep_their_binaries() {
    let learner = Learner::at("counting");
    let old: Vec<_> = (0..9).map(|number| format!("left_{number}")).collect();
    let leave = || {
        for package in &old {
            let folder = learner.world.path(INCREMENTAL).join(format!("{package}-x"));
            fs::create_dir_all(folder).expect("a folder");
        }
    };
    leave();
    learner.judge_all();
    assert_eq!(incremental(&learner.world).len(), 6);
    fs::remove_dir_all(learner.world.path(INCREMENTAL)).expect("a folder");
    learner.verdict();
    assert_eq!(incremental(&learner.world), BTreeSet::new(), "nothing is built again");
    leave();
    learner.replace("src/main.rs", "one two", "one two three");
    learner.verdict();
    let kept = incremental(&learner.world);
    assert!(kept.contains("counting") && kept.len() == 6, "{kept:?}");
}

/// A session at `greet` whose Cargo never comes to an end with `shout`, the exercise that is prefetched.
struct Held {
    terminal: Terminal,
    seconds: String,
    world: World,
}

impl Held {
    /// `unique` tells the tests of this file apart.
    fn start(unique: u32) -> Self {
        let world = World::with("small");
        let seconds = format!("{}.{unique}", 200_000_000 + std::process::id());
        let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let script =
            format!("#!/bin/sh\ncase \"$*\" in *shout*) sleep {seconds};; esac\nexec {cargo} \"$@\"\n");
        world.write("cargo", script);
        fs::set_permissions(world.path("cargo"), Permissions::from_mode(0o755)).expect("it may be run");
        let mut command = world.command("");
        command.env("CARGO", world.path("cargo"));
        let mut terminal = Terminal::run(&command, 80, 24);
        terminal.sees("a greeting names whom it greets");
        let held = Self { terminal, seconds, world };
        wait_until("the prefetch is under way", || held.is_at_work());
        held
    }

    fn is_at_work(&self) -> bool {
        processes().lines().any(|line| line.ends_with(&format!("sleep {}", self.seconds)))
    }

    fn waits_for_its_end(&self) {
        wait_until("the prefetch is gone", || !self.is_at_work());
    }
}

/// Each in a line: its nice value and its command line.
fn processes() -> String {
    let output = Command::new("ps").args(["-A", "-o", "ni=,args="]).output().expect("ps lists processes");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_prefetch_has_the_lowest_priority_and_is_not_seen() {
    let mut held = Held::start(1);
    let script = held.world.path("cargo").display().to_string();
    let is_lowest = |line: &str| line.contains(&script) && line.trim_start().starts_with("19 ");
    wait_until("it has the lowest priority", || processes().lines().any(is_lowest));
    held.terminal.press("h");
    held.terminal.sees("hint 1 of 3").sees("a greeting names whom it greets");
    assert!(held.world.read(PROGRESS).contains("attempts = 1\n"), "{}", held.world.read(PROGRESS));
}

#[test]
fn a_save_does_not_wait_for_a_prefetch() {
    let mut held = Held::start(2);
    let starter = held.world.read(GREET);
    held.world.write(GREET, starter.replace("\"hello\"", "\"goodbye\""));
    held.terminal.sees("a greeting says hello");
}

#[test]
fn a_prefetch_keeps_no_session_from_its_end() {
    for keys in ["q", "\u{3}"] {
        let mut held = Held::start(3);
        held.terminal.press(keys);
        held.terminal.ends();
        held.waits_for_its_end();
    }
}

#[test]
fn a_prefetch_gives_way_to_a_check_of_all_and_to_another_runner() {
    let mut held = Held::start(4);
    held.world.run("run greet").exits(1).says("a greeting names whom it greets");
    held.waits_for_its_end();
    held.terminal.press("r");
    wait_until("it begins again", || held.is_at_work());
    // This one is held as well, until it is stopped.
    held.terminal.press("c");
    held.terminal.sees("checking all");
    held.terminal.press("r");
    held.terminal.sees("a greeting names whom it greets");
}
