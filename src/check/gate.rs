//! What the author's gate found: one [`Proved`] per proof, passing or with its findings. The one model of all its reports.

use std::path::PathBuf;
use std::time::Duration;

use super::Trouble;

/// Something wrong with an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's stable id, which is also a heading in CONTRIBUTING.md.
    pub rule: &'static str,
    pub exercise: String,
    /// Where it is to be mended, relative to the course's root.
    pub file: PathBuf,
    pub line: Option<usize>,
    pub what: String,
}

impl Finding {
    /// `file:line`.
    pub fn place(&self) -> String {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line}", self.file.display())
    }
}

/// One thing that was to be proved of an exercise: its starter, its solution, a mistake, a variant, a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    pub exercise: String,
    pub rule: &'static str,
    /// In words: `the mistake "denies everything"`.
    pub subject: String,
    pub took: Duration,
    /// Empty where it holds.
    pub findings: Vec<Finding>,
}

/// What a run of the gate came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// In the order of the course.
    pub proofs: Vec<Proved>,
    /// Units that Cargo compiled in this run.
    pub compiled: usize,
    /// Proofs taken from an earlier check, since nothing that decides them has changed.
    pub remembered: usize,
}

impl Outcome {
    pub fn passed(&self) -> usize {
        self.proofs.iter().filter(|proof| proof.findings.is_empty()).count()
    }

    pub fn failed(&self) -> usize {
        self.proofs.len() - self.passed()
    }

    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.proofs.iter().flat_map(|proof| &proof.findings)
    }
}

/// What happens while the gate is at work. Ends with `Done` or `Trouble`, unless it is stopped.
#[derive(Debug)]
pub enum GateEvent {
    /// Cargo builds a layer, such as `solution` or `variant-2`: `done` of `total` units.
    Building {
        layer: String,
        done: u64,
        total: u64,
    },
    /// `done` of `total` proofs have been run.
    Proving {
        done: usize,
        total: usize,
    },
    Done(Outcome),
    Trouble(Trouble),
}
