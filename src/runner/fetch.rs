//! Fetching all crates of the lockfile once, so that the rest works offline.

use std::io;
use std::path::Path;

use fs_err as fs;

use super::Run;
use super::cargo::{self, Call, Compiler, Purpose};
use super::leftovers::{Mark, RunnerId};
use super::stop::Stop;
use crate::check::Trouble;
use crate::course::EXERCISES;

/// What happens while crates are fetched. Ends with `Done` or `Trouble`, unless it is stopped.
#[derive(Debug)]
pub enum FetchEvent {
    /// `done` crates of `total` in the lockfile; those that the machine has already are never downloaded.
    Downloaded {
        done: u64,
        total: u64,
    },
    Done,
    Trouble(Trouble),
}

/// Fetches on a thread of its own what the exercises of the course at `root` need.
pub fn fetch(root: &Path, events: impl Fn(FetchEvent) + Send + 'static) -> Run {
    let root = root.to_path_buf();
    Run::start(move |stop| match fetch_all(&root, stop, &events) {
        Ok(()) => events(FetchEvent::Done),
        Err(trouble) => events(FetchEvent::Trouble(trouble)),
    })
}

fn fetch_all(root: &Path, stop: &Stop, events: &impl Fn(FetchEvent)) -> Result<(), Trouble> {
    let failed = |error: io::Error| Trouble::Other(format!("could not fetch the crates: {error}"));
    let folder = root.join(EXERCISES);
    let lockfile = fs::read_to_string(folder.join("Cargo.lock")).map_err(failed)?;
    let total = lockfile.lines().filter(|line| line.starts_with("source = ")).count() as u64;
    let call = Call {
        argv: ["fetch", "--locked"].map(str::to_owned).to_vec(),
        folder: &folder,
        target: &folder.join("target"),
        below: EXERCISES,
        purpose: Purpose::Verdict,
        compiler: Compiler::Rustc,
        mark: Mark::new(RunnerId::this(), root),
    };
    let mut done = 0;
    let fetched = cargo::call(&call, stop, |said| {
        done += said.matches(" Downloaded ").count() as u64;
        events(FetchEvent::Downloaded { done, total });
    })?;
    match fetched {
        Some(fetched) if !fetched.success => {
            Err(cargo::trouble(&fetched, |_| false).unwrap_or(Trouble::Other(fetched.stderr)))
        }
        _ => Ok(()),
    }
}
