//! Processes: none outlives its run, whatever it does, and none keeps a verdict waiting.

use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use backendlings::check::{Judged, Notice, RunEvent, Verdict};
use backendlings::course::Course;
use backendlings::runner::{Run, Runner};
use rustix::process::{Pid, Signal, kill_process};
use sysinfo::{ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, UpdateKind};

use crate::learner::{Learner, TINY};
use crate::support::{Told, World, wait_until};

const ENDLESS: &str = "loop { std::thread::park() }";

/// The processes that are running, by the numbers and command lines of those with these words in them.
fn running(words: &str) -> Vec<(u32, String)> {
    let mut system = System::new().expect("a list of processes");
    let what = ProcessRefreshKind::nothing().with_cmd(UpdateKind::Always).without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    let has_ended = |status| matches!(status, ProcessStatus::Zombie | ProcessStatus::Dead);
    let processes = system.processes().values().filter(|process| !has_ended(process.status()));
    let lines = processes.map(|process| {
        let parts: Vec<_> = process.cmd().iter().map(|part| part.to_string_lossy()).collect();
        (process.pid().as_u32(), parts.join(" "))
    });
    lines.filter(|(_, line)| line.contains(words)).collect()
}

/// A learner whose work starts `sleep` for a time that no other process sleeps for.
struct Sleeper {
    learner: Learner,
    seconds: String,
}

impl Sleeper {
    /// `unique` tells the tests of this file apart.
    fn at(exercise: &str, unique: u32) -> Self {
        let seconds = format!("{}.{unique}", 100_000_000 + std::process::id());
        Self { learner: Learner::at(exercise), seconds }
    }

    /// Work that starts it by `command` and then does the rest; `SECONDS` stands for the time.
    fn works(&self, command: &str, rest: &str) {
        let work = format!(
            "#[cfg(test)]\nmod tests;\n\n\
             fn work() -> u8 {{\n    use std::os::unix::process::CommandExt as _;\n    use std::process::Command;\n    \
             let sleep = {command}.spawn().expect(\"sleep starts\");\n    {rest}\n}}\n\nfn main() {{\n    work();\n}}\n"
        );
        let work = work.replace("SECONDS", &format!("\"{}\"", self.seconds));
        self.learner.main_is(format!("#![allow(unused)]\n{work}"));
    }

    fn is_asleep(&self) -> bool {
        !running(&format!("sleep {}", self.seconds)).is_empty()
    }

    fn waits_until_all_are_gone(&self) {
        let binaries = self.learner.world.path(".backendlings/target");
        let binaries = binaries.to_str().expect("a plain path");
        wait_until("no process is left", || !self.is_asleep() && running(binaries).is_empty());
    }

    /// A run that has come as far as starting the sleep.
    fn run_until_asleep(&self) -> (Run, Receiver<RunEvent>) {
        let (events, received) = mpsc::channel();
        let run = self.learner.run(move |event| {
            let _ = events.send(event);
        });
        wait_until("the child runs", || self.is_asleep());
        (run, received)
    }
}

const SLEEP: &str = "Command::new(\"sleep\").arg(SECONDS)";
/// A group of its own: it is not reached by what ends the test's group.
const SLEEP_IN_A_GROUP: &str = "Command::new(\"sleep\").arg(SECONDS).process_group(0)";
#[cfg(target_os = "linux")]
const SLEEP_IN_A_SESSION: &str = "Command::new(\"setsid\").args([\"--fork\", \"sleep\", SECONDS])";

#[test]
fn an_endless_test_times_out_and_takes_its_child_with_it() {
    let sleeper = Sleeper::at("hurrying", 1);
    for command in [SLEEP, SLEEP_IN_A_GROUP] {
        sleeper.works(command, ENDLESS);
        let verdict = sleeper.learner.verdict();
        let running = vec!["work_comes_to_one".to_owned()];
        let after = Duration::from_secs(2);
        assert_eq!(verdict, Verdict::TimedOut { after, running, failures: Vec::new() }, "{command}");
        sleeper.waits_until_all_are_gone();
    }
}

#[test]
fn a_test_that_stops_itself_times_out_like_any_other() {
    let sleeper = Sleeper::at("hurrying", 7);
    let stops =
        "Command::new(\"kill\").args([\"-STOP\", &std::process::id().to_string()]).status().unwrap(); 1";
    sleeper.works(SLEEP, stops);
    let verdict = sleeper.learner.verdict();
    assert!(matches!(verdict, Verdict::TimedOut { .. }), "{verdict:?}");
    sleeper.waits_until_all_are_gone();
}

/// It has left its group and closed its output, so that nothing but its environment tells where it came from.
#[test]
fn a_daemon_lives_no_longer_than_its_runner() {
    let sleeper = Sleeper::at("working", 8);
    sleeper.works(&format!("{SLEEP_IN_A_GROUP}.stdout(Stdio::null()).stderr(Stdio::null())"), "1");
    sleeper.learner.replace(
        "src/main.rs",
        "use std::process::Command;",
        "use std::process::{Command, Stdio};",
    );
    assert!(sleeper.learner.verdict().is_pass());
    let Sleeper { learner, seconds } = sleeper;
    drop(learner);
    wait_until("the daemon is gone", || running(&seconds).is_empty());
}

/// The deadline is a minute and the child sleeps for years: a runner that waited for it would time out.
#[test]
fn a_child_that_is_left_behind_delays_no_pass_and_is_named_and_gone() {
    let sleeper = Sleeper::at("working", 2);
    let mut commands = vec![SLEEP, SLEEP_IN_A_GROUP];
    #[cfg(target_os = "linux")]
    commands.push(SLEEP_IN_A_SESSION);
    for command in commands {
        let until_forked =
            "let mut sleep = sleep; if cfg!(target_os = \"linux\") && FORKS { sleep.wait().unwrap(); } 1";
        sleeper.works(command, &until_forked.replace("FORKS", &command.contains("--fork").to_string()));
        let Judged { verdict, notices, .. } = sleeper.learner.judge().expect("a verdict");
        assert_eq!(verdict, Verdict::Passed { tests: 1 }, "{command}");
        let [Notice::LeftBehind(names)] = notices.as_slice() else { panic!("{command}: {notices:?}") };
        // `setsid --fork` has left as soon as its child is forked, which may not be `sleep` yet.
        let is_named = |name: &str| name.starts_with("sleep (") || name.starts_with("setsid (");
        assert!(names.len() == 1 && is_named(&names[0]), "{command}: {names:?}");
        sleeper.waits_until_all_are_gone();
    }
}

/// Neither its group nor its environment tells where it came from; it must not keep anybody waiting either.
#[test]
fn a_child_that_hides_delays_no_pass() {
    let sleeper = Sleeper::at("working", 9);
    sleeper.works(&SLEEP_IN_A_GROUP.replace("arg(SECONDS)", "arg(SECONDS).env_clear()"), "1");
    let judged = sleeper.learner.judge();
    for (process, _) in running(&sleeper.seconds) {
        let process = i32::try_from(process).ok().and_then(Pid::from_raw).expect("a process id");
        kill_process(process, Signal::KILL).expect("it is still there");
    }
    assert_eq!(judged.expect("a verdict").verdict, Verdict::Passed { tests: 1 });
}

/// How a run is ended.
type Ending = fn(Run);

#[test]
fn a_run_that_is_stopped_ends_its_processes_and_says_no_more() {
    let sleeper = Sleeper::at("working", 3);
    let ways: [(&str, Ending); 3] = [
        ("stop", |run| {
            run.stop();
            run.wait();
        }),
        ("end", Run::end),
        ("stopper", |run| {
            let stop = run.stopper();
            stop();
            run.wait();
        }),
    ];
    for (words, end) in ways {
        sleeper.works(SLEEP, ENDLESS);
        let (run, received) = sleeper.run_until_asleep();
        end(run);
        let said: Vec<_> = received.into_iter().collect();
        assert_eq!(said.last(), Some(&RunEvent::Testing), "{words}");
        sleeper.waits_until_all_are_gone();
    }
    sleeper.works(SLEEP, "1");
    assert!(sleeper.learner.verdict().is_pass(), "the next run is judged as ever");
}

/// They get TERM, and then KILL: a child that ignores it, and a test that does.
#[test]
fn what_ignores_term_is_ended_all_the_same() {
    let sleeper = Sleeper::at("working", 4);
    let ignores = "Command::new(\"sh\").args([\"-c\", \"trap '' TERM; exec sleep $0\", SECONDS])";
    // The second becomes that process itself.
    for (child, rest) in [(ignores, ENDLESS), ("Command::new(\"true\")", &format!("{ignores}.exec(); 1"))] {
        sleeper.works(child, rest);
        let (run, _received) = sleeper.run_until_asleep();
        let ending = thread::spawn(|| run.end());
        wait_until("the run has ended", || ending.is_finished());
        sleeper.waits_until_all_are_gone();
    }
}

#[test]
fn a_run_that_is_stopped_at_any_moment_leaves_the_next_one_right() {
    let learner = Learner::at("working");
    for _ in 0..5 {
        let run = learner.run(|_| {});
        run.stop();
        let (events, received) = mpsc::channel();
        let next = learner.run(move |event| {
            let _ = events.send(event);
        });
        // Whatever comes first: the build's progress, or the test.
        let _ = received.recv();
        next.stop();
        next.wait();
        run.wait();
    }
    assert!(matches!(learner.verdict(), Verdict::Failed { .. }));
    learner.solve();
    assert!(learner.verdict().is_pass());
}

#[test]
fn a_process_that_dies_is_told_by_its_signal_or_its_code() {
    let learner = Learner::at("working");
    let running = || vec!["work_comes_to_one".to_owned()];
    let kill = "let pid = std::process::id().to_string(); \
        std::process::Command::new(\"kill\").args([\"-KILL\", &pid]).status().unwrap(); 1";
    let rows = [
        ("std::process::abort()", Verdict::Crashed { signal: 6, running: running() }),
        (kill, Verdict::Crashed { signal: 9, running: running() }),
        ("std::process::exit(3)", Verdict::EndedEarly { code: 3, running: running() }),
        ("std::process::exit(0)", Verdict::EndedEarly { code: 0, running: running() }),
    ];
    for (work, expected) in rows {
        learner.main_is(format!("#[cfg(test)]\nmod tests;\nfn work() -> u8 {{ {work} }}\nfn main() {{}}\n"));
        assert_eq!(learner.verdict(), expected, "{work}");
    }
}

#[test]
fn what_a_killed_runner_left_is_ended_by_the_next_start() {
    let sleeper = Sleeper::at("working", 5);
    sleeper.works(SLEEP_IN_A_GROUP, ENDLESS);
    let world = &sleeper.learner.world;
    let mut command = world.command("run working");
    let mut runner = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    wait_until("the child runs", || sleeper.is_asleep());
    runner.kill().expect("it runs");
    // Nobody has asked for its end yet, as a shell would.
    let number = runner.id();
    wait_until("the runner has ended", || {
        running("run working").iter().all(|(process, _)| *process != number)
    });
    assert!(sleeper.is_asleep(), "it outlived its runner");
    let course = Course::load(&world.path("")).expect("a valid course");
    let _next = Runner::open(&course).expect("a course that can be run");
    sleeper.waits_until_all_are_gone();
    runner.wait().expect("its end");
}

/// One is in the middle of a test when the other one starts.
#[test]
fn two_runners_on_one_course_end_nothing_of_each_other() {
    let sleeper = Sleeper::at("hurrying", 6);
    sleeper.works(SLEEP, ENDLESS);
    let world = &sleeper.learner.world;
    world.solve("01_words/greeting");
    let mut first = world.command("run hurrying");
    let first = first.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    wait_until("its child runs", || sleeper.is_asleep());
    world.run("run greeting").exits(0);
    let output = first.wait_with_output().expect("its end");
    Told::of("run hurrying", &output).exits(1).says("did not end within 2 s");
    sleeper.waits_until_all_are_gone();
}

/// A toolchain without a C compiler beside it, as rustup installs it on a new machine.
#[test]
fn a_machine_without_a_linker_is_told_what_it_lacks() {
    let world = World::with(TINY);
    let toolchain = Path::new(env!("CARGO")).parent().expect("a folder of programs");
    if ["cc", "gcc", "ld"].iter().any(|linker| toolchain.join(linker).exists())
        || !toolchain.join("rustc").exists()
    {
        return;
    }
    let output = world.command("run greeting").env("PATH", toolchain).output().expect("the program starts");
    Told::of("run greeting", &output).exits(4).complains("there is no C compiler or linker: `cc`");
}

#[test]
fn a_machine_without_the_crates_and_the_network_is_told_what_to_do() {
    let world = World::with(TINY);
    let itoa = "[[package]]\nname = \"itoa\"\nversion = \"1.0.15\"\n\
        source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
        checksum = \"4a5f13b858c8d314ee3e8f639011f7ccefe71f97f96e50151fb991f267928e2c\"\n\n";
    let lock = world.read("exercises/Cargo.lock");
    let lock = lock.replace("[[package]]\nname = \"pins\"\nversion = \"0.0.0\"\n", "");
    let pins = "[[package]]\nname = \"pins\"\nversion = \"0.0.0\"\ndependencies = [\n \"itoa\",\n]\n";
    world.write(
        "exercises/Cargo.lock",
        lock.replace(
            "[[package]]\nname = \"support\"",
            &format!("{itoa}{pins}\n[[package]]\nname = \"support\""),
        ),
    );
    let manifest = world.read("exercises/pins/Cargo.toml");
    world.write("exercises/pins/Cargo.toml", format!("{manifest}\n[dependencies]\nitoa = \"1\"\n"));
    world
        .run("run greeting")
        .exits(4)
        .complains("crates are missing and could not be downloaded")
        .complains("cargo fetch --locked");
}
