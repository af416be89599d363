//! What can be wrong with a course, said so that its author can mend it.

use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong, where it is, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Relative to the course's root.
    pub file: PathBuf,
    /// Counted from 1; none where the whole file is meant.
    pub line: Option<usize>,
    pub message: String,
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}\n  help: {}", self.message, self.help)
    }
}

/// Why a course cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CourseError {
    /// There is no course in this folder or around it.
    #[error(
        "no course here: neither {} nor a folder above it has an info.toml\n  help: \
         `backendlings init` writes one into a new folder; `--course DIR` names one elsewhere",
        .0.display()
    )]
    NotFound(PathBuf),
    /// There is rustlings' own course, which comes without one.
    #[error(
        "{} has no info.toml: rustlings keeps that of its own course inside its program\n  help: put the file \
         rustlings-macros/info.toml of github.com/rust-lang/rustlings, as it is in your version of rustlings, into this folder",
        .0.display()
    )]
    InsideRustlings(PathBuf),
    /// The file cannot be read at all.
    #[error("could not read the course: {0}\n  help: the course needs a readable info.toml (UTF-8)")]
    Unreadable(#[from] std::io::Error),
    /// It was read, and these things in it are wrong. Never empty.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<Problem>),
}
