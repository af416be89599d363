//! The verdict on an exercise.

use std::path::PathBuf;
use std::time::Duration;

use super::{Diagnostic, Ending, NotAttached};

/// What the specification says of the learner's code. Anything but [`Verdict::Passed`] is "not yet".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every test of the original ran and passed.
    Passed {
        /// How many tests that were. None where the program itself was the proof.
        tests: usize,
    },
    /// rustc said no. The first error first; never empty.
    DoesNotCompile { errors: Vec<Diagnostic> },
    /// It compiles, and what there is to run has passed or is yet to come, but clippy says no. Never empty.
    Lints { findings: Vec<Diagnostic> },
    /// The program, which was the proof, did not end well.
    ProgramFailed(Ending),
    /// Tests ran to the end and some failed.
    Failed {
        /// In the order of the specification; never empty.
        failures: Vec<Failure>,
        /// How many tests passed.
        passed: usize,
    },
    /// The deadline came first.
    TimedOut {
        after: Duration,
        /// The tests that were running or waiting to run, in the order of the specification.
        running: Vec<String>,
        /// Those that had failed by then.
        failures: Vec<Failure>,
    },
    /// The test process ended by a signal, before its tests were done.
    Crashed {
        /// The signal's number.
        signal: i32,
        running: Vec<String>,
    },
    /// The test process ended by itself before its tests were done, as `std::process::exit` does.
    EndedEarly { code: i32, running: Vec<String> },
    /// The specification is not part of what was compiled.
    NotAttached(NotAttached),
    /// The test binary had no test at all.
    NoTestRan,
    /// A file that is the learner's to edit is not there, or cannot be read.
    FileMissing {
        /// Relative to the course's root.
        file: PathBuf,
        /// What the system said.
        why: String,
    },
    /// Tests of the specification were not run.
    FewerTests { missing: Vec<String> },
}

impl Verdict {
    pub fn is_pass(&self) -> bool {
        matches!(self, Self::Passed { .. })
    }
}

/// One failed test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// libtest's name without the leading `tests::`.
    pub test: String,
    /// What the test said: the panic's message, without libtest's and the panic handler's own lines.
    pub message: String,
    /// Where, relative to the course's root: `exercises/02_routing/x/src/tests.rs:21`. None where nothing said so.
    pub place: Option<String>,
    /// Everything the test printed, as it was printed.
    pub output: String,
}

impl Failure {
    /// `a_client_gets_twenty` -> `a client gets twenty`.
    pub fn sentence(&self) -> String {
        sentence(&self.test)
    }
}

/// A test's name as the sentence it was written to be.
pub fn sentence(test: &str) -> String {
    test.replace("::", ": ").replace('_', " ")
}
