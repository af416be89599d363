//! `cargo xtask bench`: how long a learner waits.
//!
//! Side by side in one run: a save of a warm axum exercise until its verdict stands on the terminal, against a bare
//! `cargo test -p` of the same edit in a copy with a target folder of its own. Then the same beside a `cargo check`
//! loop, the start of `list`, what the prefetch of the next exercise brings and costs, and the same work done by
//! rustlings. Medians of pairs with their 95 % interval; no figure decides a test.

mod prefetch;
pub(crate) mod rustlings;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fs_err as fs;

use crate::runner::{init, release_build};
use crate::session::Session;

/// The exercise that is edited: an axum service, its tests in process.
const EXERCISE: &str = "route_query_limits";
const MAIN: &str = "exercises/02_routing/route_query_limits/src/main.rs";
const REFERENCE: &str = "solutions/02_routing/route_query_limits/src/main.rs";

/// What is edited: each round another wrong default, which the first failing test reads back from the service.
const EDITED: &str = "DEFAULT_LIMIT: usize = 20";

/// The wrong defaults: more than the right one, less than the greatest limit, so that no other test notices.
const DEFAULTS: std::ops::RangeInclusive<usize> = 21..=99;

const PROGRESS: &str = ".backendlings/progress.toml";

/// So long a learner looks at a failure before the next save.
const READING: Duration = Duration::from_secs(10);

/// Measures `pairs` pairs of every kind.
pub(crate) fn run(repository: &Path, pairs: usize) -> Result<()> {
    ensure!((5..=39).contains(&pairs), "between 5 and 39 pairs: every edit is another one");
    let runner = release_build(repository)?;
    let folder = tempfile::tempdir()?;
    let watched = init(&runner, &folder.path().join("watched"))?;
    let bare = init(&runner, &folder.path().join("bare"))?;
    let reference = fs::read_to_string(repository.join(REFERENCE))?;
    ensure!(reference.contains(EDITED), "{REFERENCE} no longer says {EDITED}");
    let bench = Bench { runner, watched, bare, reference };

    let mut session = bench.session(Prefetch::On)?;
    let mut defaults = DEFAULTS;
    let mut next = || defaults.next().context("no edit is left");
    println!("warming up: both build their dependencies once");
    let warm = next()?;
    bench.save_and_wait(&mut session, warm)?;
    // Neither is measured beside the prefetch of the next exercise.
    thread::sleep(READING);
    bench.cargo_test(warm)?;
    let mut save = Vec::new();
    let mut cargo = Vec::new();
    for pair in 0..pairs {
        let default = next()?;
        // Turn about, so that neither always finds the machine as the other left it.
        if pair % 2 == 0 {
            save.push(bench.save_and_wait(&mut session, default)?);
            cargo.push(bench.cargo_test(default)?);
        } else {
            cargo.push(bench.cargo_test(default)?);
            save.push(bench.save_and_wait(&mut session, default)?);
        }
    }
    report("save to verdict", &save);
    report("cargo test -p", &cargo);
    report_ratio("save to verdict / cargo test", &save, &cargo);

    let mut busy = Vec::new();
    {
        let _loop = CheckLoop::start(&bench.watched)?;
        for _ in 0..pairs {
            busy.push(bench.save_and_wait(&mut session, next()?)?);
        }
    }
    report("save to verdict beside `cargo check` in a loop", &busy);
    report_ratio("beside the loop / alone", &busy, &save);
    report("list", &bench.list(pairs)?);
    drop(session);
    println!("the next exercise: {pairs} pairs, {} s to read in each half", READING.as_secs());
    prefetch::run(&bench, pairs)?;
    rustlings::run(repository, None, pairs)
}

/// Whether the session builds the next exercise while a verdict is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefetch {
    On,
    Off,
}

struct Bench {
    runner: PathBuf,
    watched: PathBuf,
    bare: PathBuf,
    reference: String,
}

impl Bench {
    fn session(&self, prefetch: Prefetch) -> Result<Session> {
        let settings: &[_] =
            if prefetch == Prefetch::Off { &[("BACKENDLINGS_PREFETCH", "off")] } else { &[] };
        Session::start(&self.runner, &self.watched, "never", settings)
    }

    fn edit(&self, default: usize) -> String {
        self.reference.replace(EDITED, &format!("DEFAULT_LIMIT: usize = {default}"))
    }

    /// From the closed file to the moment when its verdict reached the terminal.
    fn save_and_wait(&self, session: &mut Session, default: usize) -> Result<Duration> {
        fs::write(self.watched.join(MAIN), self.edit(default))?;
        let saved = Instant::now();
        let seen = session.wait_for(&format!("{default} items"))?;
        Ok(seen.duration_since(saved))
    }

    fn cargo_test(&self, default: usize) -> Result<Duration> {
        fs::write(self.bare.join(MAIN), self.edit(default))?;
        let saved = Instant::now();
        let output = Command::new(env!("CARGO"))
            .args(["test", "-p", EXERCISE])
            .current_dir(self.bare.join("exercises"))
            .env("CARGO_TARGET_DIR", self.bare.join("target"))
            .output()?;
        let took = saved.elapsed();
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(said.contains(&format!("{default} items")), "cargo test judged something else:\n{said}");
        Ok(took)
    }

    fn list(&self, times: usize) -> Result<Vec<Duration>> {
        let mut took = Vec::new();
        for _ in 0..times {
            let start = Instant::now();
            let output = Command::new(&self.runner).arg("list").current_dir(&self.watched).output()?;
            took.push(start.elapsed());
            ensure!(output.status.success(), "`backendlings list` failed");
        }
        Ok(took)
    }
}

/// What an editor does beside the runner: `cargo check` of the same package, again and again.
struct CheckLoop {
    child: std::process::Child,
}

impl CheckLoop {
    fn start(course: &Path) -> Result<Self> {
        let body =
            format!("while :; do touch {EXERCISE_MAIN}; {} check -q -p {EXERCISE}; done", env!("CARGO"));
        let child = Command::new("sh")
            .args(["-c", &body])
            .current_dir(course.join("exercises"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self { child })
    }
}

/// Relative to the exercises' workspace.
const EXERCISE_MAIN: &str = "02_routing/route_query_limits/src/catalogue.rs";

impl Drop for CheckLoop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn report(what: &str, took: &[Duration]) {
    let (low, median, high) = median_with_interval(took.iter().map(Duration::as_secs_f64).collect());
    println!("{what:48} {median:.3} s  ({low:.3} to {high:.3}, {} runs)", took.len());
}

/// The median of the pairs' ratios.
fn report_ratio(what: &str, one: &[Duration], other: &[Duration]) {
    let ratios = one.iter().zip(other).map(|(one, other)| one.as_secs_f64() / other.as_secs_f64()).collect();
    let (low, median, high) = median_with_interval(ratios);
    println!("{what:48} {median:.3}    ({low:.3} to {high:.3})");
}

/// The median and its 95 % interval by order statistics: it assumes nothing of how the times are spread.
fn median_with_interval(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let count = values.len();
    // The ranks that the median lies between with 95 %: n/2 -+ 0.98 sqrt(n), from the normal limit of the binomial.
    let spread = count.isqrt() + 1;
    let middle = count / 2;
    (values[middle.saturating_sub(spread)], values[middle], values[(middle + spread).min(count - 1)])
}
