//! `try`, as a key and as a command: real services of a miniature course, asked from outside.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Terminal, World, wait_until};

const BELL: &str = "exercises/01_bells/bell/src/main.rs";
const PROGRESS: &str = ".backendlings/progress.toml";

/// What the service on this port answers; none if nobody does.
fn ask(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").ok()?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).ok()?;
    Some(reply.rsplit_once("\r\n\r\n")?.1.to_owned())
}

/// The number behind these words.
fn port_in(text: &str, words: &str) -> u16 {
    let (_, after) = text.rsplit_once(words).unwrap_or_else(|| panic!("no {words:?} in {text}"));
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no port behind {words:?} in {text}"))
}

fn is_gone(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_err()
}

/// Whether a process with this command line runs: `sleep 4711`.
fn runs(command: &[&str]) -> bool {
    let output = Command::new("ps").args(["-A", "-o", "args="]).output().expect("ps lists processes");
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    listed.lines().any(|line| line.split_whitespace().eq(command.iter().copied()))
}

impl World {
    /// The served course, whose bell does this first when it is started.
    fn served(first: &str) -> Self {
        let world = Self::with("served");
        let main = world.read(BELL).replace("fn main() {\n", &format!("fn main() {{\n{first}\n"));
        world.write(BELL, main);
        world
    }
}

/// A child of the service in a group of its own, which sleeps for so many seconds.
fn child(seconds: u32) -> String {
    format!(
        "    let mut sleep = std::process::Command::new(\"sleep\");\n    \
         std::os::unix::process::CommandExt::process_group(sleep.arg(\"{seconds}\"), 0).spawn().unwrap();"
    )
}

/// At the bell, with its service on the screen. Returns its port, too.
fn trying(world: &World, columns: u16, rows: u16) -> (Terminal, u16) {
    let mut terminal = Terminal::start_sized(world, "", columns, rows);
    terminal.sees("a bell says ding").sees("n next");
    terminal.press("t");
    terminal.sees("bell answers on port");
    let port = port_in(&terminal.text(), "answers on port ");
    (terminal, port)
}

#[test]
fn t_starts_the_service_shows_how_to_ask_it_and_follows_its_output() {
    let world = World::with("served");
    let (mut terminal, port) = trying(&world, 120, 24);
    terminal.sees("tests: a bell says ding");
    let curl = "'Accept: text/plain' -H 'Accept-Language: en, nl;q=0.5'";
    terminal.sees(&format!("curl -i localhost:{port}/bells/great -H {curl}"));
    terminal.sees(&format!("curl -i localhost:{port}/bells/small")).sees("the bell hangs");
    assert_eq!(ask(port, "/bells/small").as_deref(), Some("ting /bells/small"));
    terminal.sees("ting /bells/small");
    terminal.press("n");
    terminal.sees("no such key here; t stops the service and goes back");
    terminal.press("t");
    terminal.sees("open exercises/01_bells/bell/src/main.rs");
    wait_until("the service is gone", || is_gone(port));
}

#[test]
fn a_save_gives_its_verdict_and_then_the_service_on_the_same_port() {
    let world = World::with("served");
    let (mut terminal, port) = trying(&world, 40, 15);
    world.write(BELL, world.read(BELL).replace("ting", "tang"));
    terminal.sees("tests: a bell says ding").sees(&format!("bell answers on port {port}"));
    wait_until("it is the new one", || ask(port, "/x").as_deref() == Some("tang /x"));
    world.write(BELL, world.read(BELL).replace("tang", "tong").replace("fn main", "fn broken( fn main"));
    terminal.sees("bell never started: it does not build");
    wait_until("the old one is gone", || is_gone(port));
    world.write(BELL, world.read(BELL).replace("fn broken( ", ""));
    terminal.sees(&format!("bell answers on port {port}"));
    assert_eq!(ask(port, "/x").as_deref(), Some("tong /x"));
}

#[test]
fn a_pass_ends_the_service_and_moves_on_to_an_exercise_without_one() {
    let world = World::with("served");
    let (mut terminal, port) = trying(&world, 80, 24);
    world.solve("01_bells/bell");
    terminal.sees("bell passes").sees("the last page has the highest number").sees("1/2");
    wait_until("the service is gone", || is_gone(port));
    terminal.press("t");
    terminal.sees("t: this exercise has no service to try");
}

#[test]
fn a_service_that_ends_and_one_that_does_not_build_are_told_apart() {
    let world =
        World::served("    println!(\"no \\u{1b}]0;data\\u{7}\\u{1b}[2Jbase\");\n    std::process::exit(7);");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("a bell says ding").sees("n next");
    terminal.press("t");
    terminal.sees("bell ended by itself: exit code 7").sees("before it answered").sees("no base");
    assert!(!terminal.raw().contains("\u{1b}]0;"), "a title got through");
    world.write(BELL, "#[cfg(test)]\nmod tests;\n\nfn main() {\n    let port: u16 = \"80\";\n}\n");
    terminal.sees("bell never started: it does not build").sees("mismatched types");
}

#[test]
fn every_way_out_takes_the_service_and_what_it_started_with_it() {
    type Leave = fn(&mut Terminal);
    let ways: [(u32, Leave, &str); 6] = [
        (77_101, |terminal| terminal.press("t"), "left sleep"),
        (77_102, |terminal| terminal.press("q"), "left sleep"),
        (77_103, |terminal| terminal.press("\u{1b}"), "left sleep"),
        (77_104, |terminal| terminal.press("\u{3}"), ""),
        (77_105, |terminal| kill(terminal.process(), Signal::TERM), ""),
        (77_106, |terminal| kill(terminal.process(), Signal::HUP), ""),
    ];
    for (seconds, leave, words) in ways {
        let world = World::served(&child(seconds));
        let (mut terminal, port) = trying(&world, 80, 24);
        assert!(runs(&["sleep", &seconds.to_string()]), "{seconds}");
        leave(&mut terminal);
        if words.is_empty() {
            terminal.ends();
        } else {
            terminal.sees(words).sees("open exercises/01_bells/bell/src/main.rs");
        }
        wait_until("the service is gone", || is_gone(port));
        wait_until("its child is gone", || !runs(&["sleep", &seconds.to_string()]));
    }
}

fn kill(process: i32, signal: Signal) {
    kill_process(Pid::from_raw(process).expect("a process id"), signal).expect("it is there to be told");
}

/// `try` without a terminal, read line by line.
struct Trying {
    child: Child,
    lines: Receiver<String>,
    seen: String,
}

impl Trying {
    fn start(world: &World, arguments: &str) -> Self {
        let mut command = world.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let out = child.stdout.take().expect("its output");
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines() {
                if line.is_err() || sender.send(line.unwrap_or_default()).is_err() {
                    return;
                }
            }
        });
        Self { child, lines, seen: String::new() }
    }

    #[track_caller]
    fn says(&mut self, words: &str) -> &mut Self {
        while !self.seen.lines().any(|line| line.contains(words)) {
            let line = self.lines.recv_timeout(Duration::from_mins(1));
            let line = line.unwrap_or_else(|_| panic!("{words:?} never came after\n{}", self.seen));
            self.seen.push_str(&line);
            self.seen.push('\n');
        }
        self
    }

    /// What comes next is waited for anew.
    fn anew(&mut self) -> &mut Self {
        self.seen.clear();
        self
    }

    fn interrupted(mut self, signal: Signal) -> Option<i32> {
        kill(self.child.id().try_into().expect("a process id"), signal);
        self.child.wait().expect("its status").code()
    }
}

#[test]
fn the_command_prints_follows_starts_again_on_a_save_and_ends_on_ctrl_c() {
    let world = World::served(&child(77_107));
    let mut trying = Trying::start(&world, "try");
    trying.says("bell answers on port").says("the bell hangs");
    let port = port_in(&trying.seen, "answers on port ");
    let (_, lines) = trying.seen.split_once("Ctrl-C ends it\n").expect("a first line");
    assert!(lines.contains(&format!("\ncurl -i localhost:{port}/bells/small\n")), "{lines}");
    assert_eq!(ask(port, "/a").as_deref(), Some("ting /a"));
    trying.says("ting /a").anew();
    world.write(BELL, world.read(BELL).replace("ting", "tang"));
    trying.says("saved").says(&format!("bell answers on port {port}"));
    assert_eq!(ask(port, "/b").as_deref(), Some("tang /b"));
    trying.anew();
    world.write(BELL, world.read(BELL).replace("fn main() {", "fn main() {\n    oh"));
    trying.says("never started: it does not build").says("save the exercise to start it again");
    world.write(BELL, world.read(BELL).replace("\n    oh", ""));
    trying.says("bell answers on port");
    assert_eq!(trying.interrupted(Signal::INT), Some(130));
    wait_until("the service is gone", || is_gone(port));
    wait_until("its child is gone", || !runs(&["sleep", "77107"]));
    assert!(!world.path(PROGRESS).exists(), "it touches no progress");
}

#[test]
fn the_command_ends_when_its_reader_leaves_or_the_machine_wants_it() {
    let world = World::served("");
    let mut trying = Trying::start(&world, "try bell");
    trying.says("bell answers on port");
    assert_eq!(trying.interrupted(Signal::TERM), Some(143));
    let mut trying = Trying::start(&world, "try bell");
    trying.says("bell answers on port");
    let port = port_in(&trying.seen, "answers on port ");
    let Trying { mut child, lines, .. } = trying;
    drop(lines);
    // The reader's thread leaves with the line after, and the command with the one after that.
    let deadline = std::time::Instant::now() + Duration::from_mins(1);
    while child.try_wait().expect("its status").is_none() {
        assert!(std::time::Instant::now() < deadline, "it goes on for nobody");
        let _ = ask(port, "/again");
    }
    wait_until("the service is gone", || is_gone(port));
}

#[test]
fn the_command_says_why_there_is_no_service() {
    let world = World::with("served");
    world.run("try book").exits(2).complains("book has no service to try").complains("backendlings run book");
    world.run("try bel").exits(2).complains("did you mean `bell`");
    let world = World::served("    oh");
    world.run("try").exits(1).says("bell never started: it does not build").says("expected `;`");
    let world = World::served("    println!(\"no database\");\n    std::process::exit(7);");
    let told = world.run("try").exits(1).says("bell ended by itself: exit code 7");
    told.says("before it answered").says("its last lines:\nno database\n");
    let world = World::served("    std::process::abort();");
    world.run("try").exits(1).says("bell ended by itself: signal 6");
    let world = World::served("    println!(\"thinking\");\n    loop { std::thread::park(); }");
    let told = world.run("try").exits(1).says("bell does not answer").says("for 10 s nothing came back");
    told.says("thinking");
}
