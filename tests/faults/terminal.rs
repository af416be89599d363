//! A terminal that suspends, stops, resizes or goes away.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

use crate::journeys::{endless, runs, signal};
use crate::support::{Terminal, World, wait_until};

const GREET: &str = "exercises/01_words/greet/src/main.rs";
const PROGRESS: &str = ".backendlings/progress.toml";

/// The small course with a deadline of ten minutes at `greet`.
fn patient_world() -> World {
    let world = World::with("small");
    let info = world.read("info.toml").replacen("minutes = 5", "minutes = 5\ntimeout = 600", 1);
    world.write("info.toml", info);
    world
}

/// An interactive shell with the program's environment, in which `$program` starts it.
fn shell(world: &World) -> Terminal {
    let program = world.command("");
    let mut shell = Command::new("sh");
    shell.arg("-i").current_dir(world.path(""));
    shell.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("program", program.get_program()).env("PS1", "ready> ");
    let mut terminal = Terminal::run(&shell, 80, 24);
    terminal.sees("ready>");
    terminal
}

/// A suspended session holds no build directory, or whoever suspends it to look at something else waits for ever.
#[test]
fn a_suspended_session_lets_others_build_and_goes_on() {
    let world = patient_world();
    let mut terminal = shell(&world);
    terminal.press("$program\r");
    terminal.sees("a greeting names whom it greets");
    let starter = world.read(GREET);
    world.write(GREET, endless(77_101));
    wait_until("the endless test runs", || runs(&["sleep", "77101"]));
    terminal.press("\u{1a}");
    terminal.sees("ready>");
    wait_until("nothing runs on in the background", || !runs(&["sleep", "77101"]));
    world.write(GREET, starter.replace("\"hello\"", "\"goodbye\""));
    terminal.press("clear; $program run shout; echo code $?\r");
    terminal.sees("mismatched types").sees("code 1");
    terminal.press("fg\r");
    terminal.sees("a greeting says hello").sees("n next");
    world.solve("01_words/greet");
    terminal.sees("greet passes");
}

#[test]
fn a_session_that_is_resized_all_the_time_draws_the_last_size() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "--stay");
    let starter = world.read(GREET);
    for number in 0..60_u16 {
        terminal.resize(20 + number * 3 % 100, 3 + number % 30);
        world.write(GREET, starter.replace("\"hello\"", &format!("\"hello {number}\"")));
    }
    terminal.resize(80, 24);
    world.solve("01_words/greet");
    terminal.sees("greet passes").sees("n next").sees("1/3");
    while !terminal.is_quiet_for(Duration::from_millis(500)) {}
    assert_eq!(terminal.text().matches("greet passes").count(), 1, "{}", terminal.text());
    assert_eq!(terminal.text().matches("1/3").count(), 1, "{}", terminal.text());
}

/// Ctrl-S is what a hand that saves presses. It must not stop the terminal, and with it every verdict.
#[test]
fn ctrl_s_stops_nothing() {
    let world = World::with("small");
    let mut terminal = Terminal::start(&world, "--stay");
    terminal.sees("a greeting names whom it greets").press("\u{13}");
    world.solve("01_words/greet");
    terminal.sees("greet passes");
}

/// A terminal's end comes twice, from the kernel and from the shell, and TERM may come on top of it.
#[test]
fn a_session_that_is_told_again_and_again_to_end_takes_its_processes_along() {
    for (seconds, signals) in [
        (77_111, [Signal::TERM, Signal::TERM]),
        (77_112, [Signal::HUP, Signal::HUP]),
        (77_113, [Signal::HUP, Signal::TERM]),
        (77_114, [Signal::INT, Signal::INT]),
    ] {
        let world = patient_world();
        // It does not end at once, so that there is time for the second signal.
        let stubborn = endless(seconds).replace("Command::new(\"sleep\")", "Command::new(\"sh\")");
        let stubborn = stubborn
            .replace("sleep.arg(", "sleep.args([\"-c\", \"trap '' TERM; while :; do sleep $0; done\"]).arg(");
        world.write(GREET, stubborn);
        let mut terminal = Terminal::start(&world, "");
        let line = seconds.to_string();
        wait_until("the endless test runs", || runs(&["sleep", &line]));
        let process = terminal.process();
        signal(process, signals[0]);
        let again = Pid::from_raw(process).expect("a process id");
        let ended = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    let _ = kill_process(again, signals[1]);
                    thread::yield_now();
                }
            });
            terminal.ends();
            ended.store(true, Ordering::Relaxed);
        });
        wait_until("the test and its child are gone", || !runs(&["sleep", &line]));
        assert!(world.read(PROGRESS).contains("current = \"greet\""));
    }
}

#[test]
fn a_terminal_that_is_closed_takes_the_session_and_its_processes_along() {
    let world = patient_world();
    world.write(GREET, endless(77_121));
    let pty = native_pty_system().openpty(PtySize::default()).expect("a pseudo terminal");
    let program = world.command("");
    let mut builder = CommandBuilder::new(program.get_program());
    builder.env_clear();
    for (name, value) in program.get_envs() {
        builder.env(name, value.unwrap_or_default());
    }
    builder.cwd(world.path(""));
    let mut session = pty.slave.spawn_command(builder).expect("the program starts");
    drop(pty.slave);
    wait_until("the endless test runs", || runs(&["sleep", "77121"]));
    drop(pty.master);
    wait_until("the test and its child are gone", || !runs(&["sleep", "77121"]));
    session.wait().expect("its end");
    assert!(world.read(PROGRESS).contains("current = \"greet\""));
    world.run("list").exits(0);
}

/// What a terminal emulator that is killed, and `kill` of the shell's child, do to the other commands.
#[test]
fn a_command_that_is_ended_takes_its_processes_along() {
    for (arguments, seconds, end) in [
        ("run greet", 77_131, Signal::TERM),
        ("run greet", 77_132, Signal::HUP),
        ("check-all", 77_133, Signal::TERM),
        ("check-all", 77_134, Signal::HUP),
    ] {
        let world = patient_world();
        world.write(GREET, endless(seconds));
        world.solve("01_words/shout");
        let mut terminal = Terminal::start(&world, arguments);
        let line = seconds.to_string();
        wait_until("the endless test runs", || runs(&["sleep", &line]));
        signal(terminal.process(), end);
        assert_eq!(i64::from(terminal.ends().exit_code()), 128 + i64::from(end.as_raw()), "{arguments}");
        wait_until("the test and its child are gone", || !runs(&["sleep", &line]));
    }
}
