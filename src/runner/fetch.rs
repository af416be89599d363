//! Fetching all crates of the lockfile once, so that the rest works offline.

use std::io;
use std::path::Path;

use fs_err as fs;

use super::cargo::{self, Call};
use super::leftovers::{Mark, RunnerId};
use super::stop::Stop;
use crate::check::Trouble;

/// Fetches what the exercises' workspace in `folder` needs. `progress` gets crates downloaded and crates in all; those
/// that the machine has already are never downloaded.
pub fn fetch(folder: &Path, mut progress: impl FnMut(u64, u64)) -> Result<(), Trouble> {
    let failed = |error: io::Error| Trouble::Other(format!("could not fetch the crates: {error}"));
    let lockfile = fs::read_to_string(folder.join("Cargo.lock")).map_err(failed)?;
    let total = lockfile.lines().filter(|line| line.starts_with("source = ")).count() as u64;
    let stop = Stop::new().map_err(failed)?;
    let call = Call {
        argv: ["fetch", "--locked"].map(str::to_owned).to_vec(),
        folder,
        target: &folder.join("target"),
        incremental: true,
        mark: Mark::new(RunnerId::this(), folder),
    };
    let mut done = 0;
    let fetched = cargo::call(&call, &stop, |said| {
        done += said.matches(" Downloaded ").count() as u64;
        progress(done, total);
    })?;
    match fetched {
        Some(fetched) if !fetched.success => {
            Err(cargo::trouble(&fetched, |_| false).unwrap_or(Trouble::Other(fetched.stderr)))
        }
        _ => Ok(()),
    }
}
