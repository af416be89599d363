//! A new member of the exercises' workspace in its lockfile.

use std::path::Path;

use super::Run;
use super::cargo::{self, Call, Compiler, Purpose};
use super::leftovers::{Mark, RunnerId};
use super::stop::Stop;
use crate::check::Trouble;
use crate::course::EXERCISES;

/// Brings the lockfile of the course at `root` up to date with its members, on a thread of its own and without the
/// network; no dependency moves to another version. `ended` hears nothing where it was stopped.
pub(crate) fn lock_members(root: &Path, ended: impl Fn(Result<(), Trouble>) + Send + 'static) -> Run {
    let root = root.to_path_buf();
    Run::start(move |stop| {
        if let Some(result) = lock(&root, stop).transpose() {
            ended(result);
        }
    })
}

/// `None` where it was stopped.
fn lock(root: &Path, stop: &Stop) -> Result<Option<()>, Trouble> {
    let folder = root.join(EXERCISES);
    let call = Call {
        argv: ["update", "--workspace", "--offline"].map(str::to_owned).to_vec(),
        folder: &folder,
        target: &folder.join("target"),
        below: EXERCISES,
        purpose: Purpose::Verdict,
        compiler: Compiler::Rustc,
        mark: Mark::new(RunnerId::this(), root),
    };
    match cargo::call(&call, stop, |_| {})? {
        Some(locked) if !locked.success => {
            Err(cargo::trouble(&locked, |_| false).unwrap_or(Trouble::Other(locked.stderr)))
        }
        locked => Ok(locked.map(|_| ())),
    }
}
