//! A test binary that was built, and what running it proves.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use super::binary::{self, Tested};
use super::cargo::Built;
use super::leftovers::Mark;
use super::stop::Stop;
use crate::check::{Level, NotAttached, Trouble, Verdict, Wanted, judge};

/// The tests of an exercise, in a workspace that was built.
pub(super) struct Package<'a> {
    pub(super) name: &'a str,
    /// Where they run.
    pub(super) folder: PathBuf,
    /// The file that they must have been compiled from, relative to the workspace; none where they are the learner's own.
    pub(super) specification: Option<PathBuf>,
    /// What a pass needs.
    pub(super) wanted: &'a Wanted,
    pub(super) timeout: Duration,
    /// For libtest.
    pub(super) arguments: &'a [&'a str],
}

/// What building and running came to.
pub(super) struct Proved {
    pub(super) verdict: Verdict,
    pub(super) output: String,
    pub(super) left_behind: Vec<String>,
}

impl Proved {
    /// Nothing had to be run for it.
    pub(super) fn without_a_run(verdict: Verdict) -> Self {
        Self { verdict, output: String::new(), left_behind: Vec::new() }
    }
}

impl Package<'_> {
    /// Runs the package's tests and judges them. `None` where it was stopped.
    pub(super) fn judge(&self, built: &Built, mark: Mark, stop: &Stop) -> Result<Option<Proved>, Trouble> {
        let Some(binary) = built.log.test_binaries.get(self.name) else {
            let errors = built.log.of(self.name, Level::Error);
            if errors.is_empty() {
                return Err(Trouble::Other(format!(
                    "cargo built no tests for {}: {}",
                    self.name, built.stderr
                )));
            }
            return Ok(Some(Proved::without_a_run(Verdict::DoesNotCompile { errors })));
        };
        if self.specification.as_ref().is_some_and(|specification| !is_compiled_in(binary, specification)) {
            return Ok(Some(Proved::without_a_run(Verdict::NotAttached(NotAttached::NotCompiled))));
        }
        let tested = binary::run(binary, self.arguments, &self.folder, self.timeout, mark, stop)?;
        Ok(tested.map(|Tested { ran, left_behind }| Proved {
            verdict: judge(self.wanted, &ran),
            output: ran.output,
            left_behind,
        }))
    }
}

/// Whether the specification is among the files that the binary was compiled from, by rustc's own list.
fn is_compiled_in(binary: &Path, specification: &Path) -> bool {
    let Ok(list) = fs::read_to_string(binary.with_extension("d")) else {
        return false;
    };
    list.lines()
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(_, files)| files.split(' '))
        .any(|file| Path::new(file).ends_with(specification))
}
