//! What happens during a run: the interface between the runner and everyone who shows it.

use std::path::PathBuf;
use std::time::Duration;

use super::{Diagnostic, Verdict};

/// One step of a run. A run sends any number of these, then exactly one `Judged` or `Trouble`, unless it is stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEvent {
    /// Somebody else is at work; this one waits its turn.
    Waiting(Wait),
    /// Cargo builds. `done` of `total` units; sent only while Cargo reports progress (a cold build).
    Building {
        done: u64,
        total: u64,
        unit: String,
    },
    /// The test binary was started.
    Testing,
    Judged(Box<Judged>),
    /// There is no verdict, because the machine or the course is not in order.
    Trouble(Trouble),
}

/// Whose end a run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Another runner that builds in this course.
    Runner,
    /// Another Cargo, such as an editor's, that downloads or unpacks crates.
    PackageCache,
    /// Another Cargo, started by hand, that builds where verdicts are built.
    BuildDirectory,
}

impl Wait {
    /// The reason in a line.
    pub fn words(self) -> &'static str {
        match self {
            Self::Runner => "another backendlings builds here; waiting for it",
            Self::PackageCache => "another cargo is at the package cache; waiting for it",
            Self::BuildDirectory => "another cargo builds in .backendlings/target; waiting for it",
        }
    }
}

/// A verdict and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    /// rustc's warnings about the learner's files.
    pub warnings: Vec<Diagnostic>,
    /// Calm one-liners beside the verdict.
    pub notices: Vec<Notice>,
    /// All the test process printed, capped, as it was printed.
    pub output: String,
    /// From the start of the run to the verdict.
    pub took: Duration,
}

/// Something a learner should know that does not decide the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A specification file differs from the original, which was used.
    SpecificationDiffers(PathBuf),
    /// The tests left processes running, which were ended: their names with process ids.
    LeftBehind(Vec<String>),
}

impl Notice {
    /// The notice in one line.
    pub fn words(&self) -> String {
        match self {
            Self::SpecificationDiffers(file) => {
                format!("your {} differs; the original judged", file.display())
            }
            Self::LeftBehind(processes) => {
                format!("the tests left {} running; ended", processes.join(", "))
            }
        }
    }
}

/// Why there is no verdict. Exit code 4, but 3 for a broken course.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error(
        "cargo was not found ({0})\n  help: install Rust from https://rustup.rs, or set CARGO to the cargo to use"
    )]
    NoCargo(String),
    #[error(
        "there is no C compiler or linker: `{0}` was not found\n  help: install one (Debian: apt install build-essential; macOS: xcode-select --install)"
    )]
    NoLinker(String),
    #[error("clippy was not found, and this course asks for it\n  help: rustup component add clippy")]
    NoClippy,
    #[error(
        "the disk is full\n  help: free some space; `.backendlings/target` can be deleted and is built again"
    )]
    NoSpace,
    #[error(
        "crates are missing and could not be downloaded: {0}\n  help: go online once and run `cargo fetch --locked` in exercises/; everything after that works offline"
    )]
    Offline(String),
    #[error(
        "cargo cannot use the course: {0}\n  help: its manifests or its lockfile are broken; restore it from git, or begin a new one with `init`"
    )]
    Course(String),
    #[error("{0}")]
    Other(String),
}

/// One step of a check of many exercises. Ends with `Done` or `Trouble`, unless it is stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllEvent {
    /// Somebody else is at work; this one waits its turn.
    Waiting(Wait),
    /// Cargo builds, `done` of `total` units.
    Building {
        done: u64,
        total: u64,
        unit: String,
    },
    /// One exercise has its verdict; they come in any order.
    Judged {
        name: String,
        judged: Box<Judged>,
    },
    Done,
    Trouble(Trouble),
}
