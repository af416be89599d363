//! A writer of progress that is killed at any moment: what was saved is there, and can be read.

use std::env;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use backendlings::course::Course;
use backendlings::progress::{Progress, Store};

use crate::support::World;

/// How often the writer is killed; `BACKENDLINGS_KILLS` overrides it.
const KILLS: u64 = 40;

/// Set for the writer alone: the course's folder, and what its entries begin with.
const COURSE: &str = "BACKENDLINGS_TEST_COURSE";
const ROUND: &str = "BACKENDLINGS_TEST_ROUND";

fn store(course: &Path) -> Store {
    Store::new(&Course::load(course).expect("a valid course"))
}

/// Not a test but the program that is killed: this binary, started once more.
#[test]
#[ignore = "started by the test below"]
fn the_writer() {
    let (Some(course), Ok(round)) = (env::var_os(COURSE), env::var(ROUND)) else { return };
    let store = store(course.as_ref());
    for number in 0.. {
        let name = format!("{round}_{number}");
        let pass = |progress: &mut Progress| progress.attempted(&name, true, SystemTime::now());
        store.update(pass).expect("progress can be saved");
        // Past libtest's capture: what is said here has been saved.
        writeln!(std::io::stdout(), "saved {name}").expect("somebody listens");
    }
}

#[test]
fn no_kill_loses_what_was_saved() {
    let world = World::with("tiny");
    let kills = env::var("BACKENDLINGS_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let store = store(&world.path(""));
    let mut saved = Vec::new();
    for round in 0..kills {
        let before = saved.len();
        let mut writer = Command::new(env::current_exe().expect("this binary"));
        writer.args(["--exact", "progress_kill::the_writer", "--ignored", "--nocapture"]);
        writer.env(COURSE, world.path("")).env(ROUND, round.to_string());
        let mut writer = writer.stdout(Stdio::piped()).spawn().expect("the writer starts");
        let mut lines = BufReader::new(writer.stdout.take().expect("its output")).lines();
        // The harness speaks first; two saves say that the writer is at work.
        for line in (&mut lines).map(|line| line.expect("a readable line")) {
            saved.extend(saved_in(&line));
            if saved.len() == before + 2 {
                break;
            }
        }
        thread::sleep(Duration::from_micros(RandomState::new().hash_one(round) % 20_000));
        writer.kill().expect("it can be killed");
        saved.extend(lines.filter_map(|line| saved_in(&line.expect("a readable line"))));
        let ended = writer.wait().expect("its end");
        assert_eq!(ended.signal(), Some(9), "it writes until it is killed");

        let loaded = store.load().expect("progress can be read");
        assert_eq!(loaded.kept_aside, None, "after kill {round}");
        let lost: Vec<_> = saved.iter().filter(|name| !loaded.progress.is_passed(name)).collect();
        assert!(lost.is_empty(), "after kill {round}: {lost:?} of {}", saved.len());
    }
}

fn saved_in(line: &str) -> Option<String> {
    line.split_once("saved ").map(|(_, name)| name.to_owned())
}
