//! What building the next exercise ahead brings, and what it costs: the same course with and without it.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fs_err as fs;

use super::{Bench, EDITED, EXERCISE, MAIN, PROGRESS, Prefetch, READING, report, report_ratio};

/// The exercise that follows the edited one, and what fails first in it.
const NEXT: &str = "route_methods";
const FIRST_FAILURE: &str = "a post that is sent twice is the same as sent once";

/// So long after a verdict a prefetch is in the middle of its work.
const AT_WORK: Duration = Duration::from_millis(200);

/// Measures `pairs` pairs of both kinds.
pub(super) fn run(bench: &Bench, pairs: usize) -> Result<()> {
    let ahead =
        Ahead { bench, course: &bench.watched, progress: fs::read_to_string(bench.watched.join(PROGRESS))? };
    ensure!(ahead.progress.contains(EXERCISE), "the learner is at {EXERCISE}");
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for pair in 0..pairs {
        for prefetch in turn_about(pair) {
            let took = ahead.pass_and_wait(prefetch, pair)?;
            if prefetch == Prefetch::On { with.push(took) } else { without.push(took) }
        }
    }
    report("pass to the next first failure", &with);
    report("the same without prefetch", &without);
    report_ratio("with prefetch / without", &with, &without);
    (with, without) = (Vec::new(), Vec::new());
    for pair in 0..pairs {
        for prefetch in turn_about(pair) {
            let took = ahead.save_again(prefetch, pair)?;
            if prefetch == Prefetch::On { with.push(took) } else { without.push(took) }
        }
    }
    report("save to verdict during a prefetch", &with);
    report("the same without prefetch", &without);
    report_ratio("during a prefetch / without", &with, &without);
    Ok(())
}

fn turn_about(pair: usize) -> [Prefetch; 2] {
    if pair.is_multiple_of(2) { [Prefetch::On, Prefetch::Off] } else { [Prefetch::Off, Prefetch::On] }
}

struct Ahead<'a> {
    bench: &'a Bench,
    course: &'a Path,
    /// Where the learner was before anything passed.
    progress: String,
}

impl Ahead<'_> {
    /// A session at the edited exercise, with this default, which is wrong; the next was never built.
    fn session(&self, prefetch: Prefetch, default: usize) -> Result<super::Session> {
        for folder in [".fingerprint", "deps", "incremental"] {
            for entry in fs::read_dir(self.course.join(".backendlings/target/debug").join(folder))? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                if name.starts_with(&format!("{NEXT}-")) {
                    if path.is_dir() { fs::remove_dir_all(&path)? } else { fs::remove_file(&path)? }
                }
            }
        }
        fs::write(self.course.join(PROGRESS), &self.progress)?;
        fs::write(self.course.join(MAIN), self.bench.edit(default))?;
        let mut session = self.bench.session(prefetch)?;
        session.wait_for(&format!("{default} items"))?;
        Ok(session)
    }

    /// From a right save, some time after a failure, to what fails first in the next exercise.
    fn pass_and_wait(&self, prefetch: Prefetch, pair: usize) -> Result<Duration> {
        let mut session = self.session(prefetch, 21 + pair)?;
        thread::sleep(READING);
        // Never the same text twice: that would be built already.
        fs::write(self.course.join(MAIN), format!("{}// {prefetch:?} {pair}\n", self.bench.reference))?;
        let saved = Instant::now();
        let seen = session.wait_for(FIRST_FAILURE)?;
        Ok(seen.duration_since(saved))
    }

    /// From a save right after a failure, while the next exercise is being built, to its verdict.
    fn save_again(&self, prefetch: Prefetch, pair: usize) -> Result<Duration> {
        let default = 21 + pair;
        let mut session = self.session(prefetch, default)?;
        thread::sleep(AT_WORK);
        let edit = self.bench.reference.replace(EDITED, &format!("DEFAULT_LIMIT: usize = {}", default + 1));
        fs::write(self.course.join(MAIN), format!("{edit}// {prefetch:?} {pair}\n"))?;
        let saved = Instant::now();
        let seen = session.wait_for(&format!("{} items", default + 1))?;
        Ok(seen.duration_since(saved))
    }
}
