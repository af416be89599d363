//! What every exercise keeps to, beside what its check.toml declares: one file per rule.
//!
//! A rule has a stable id, which is also its heading in CONTRIBUTING.md. It looks at a [`Material`] and answers with what
//! is wrong, where, and what to write instead. Adding one is a file here and a line in [`RULES`].

mod accepts;
mod answers;
mod clippy;
mod clock;
mod fixed_port;
mod formatted;
mod hints;
mod hosts;
mod ignored;
mod links;
mod listed;
mod manifest;
mod material;
mod mistakes;
mod readme;
mod sleep;
mod stray;
mod test_names;
mod texts;
mod unused;

use std::path::PathBuf;
use std::time::Instant;

use self::material::Material;
use super::evidence::Evidence;
use super::plan::Plan;
use crate::check::gate::{Finding, Proved};
use crate::course::Course;

/// All of them, in the order in which they are reported.
const RULES: &[&dyn Rule] = &[
    &manifest::Manifest,
    &texts::Texts,
    &hints::Hints,
    &readme::ChapterReadme,
    &links::Links,
    &stray::StrayFiles,
    &unused::UnusedDependency,
    &hosts::Hosts,
    &test_names::TestNames,
    &listed::ListedTests,
    &ignored::NoIgnore,
    &sleep::NoSleep,
    &fixed_port::NoFixedPort,
    &clock::NoWallClock,
    &mistakes::EnoughMistakes,
    &accepts::AcceptedDesign,
    &formatted::Formatted,
    &clippy::ClippyClean,
    &answers::Try,
];

trait Rule {
    /// Stable: people look for it and tools count it.
    fn id(&self) -> &'static str;

    /// What holds where the rule finds nothing, in words.
    fn subject(&self) -> &'static str;

    /// What is wrong. None where the rule has nothing to judge here, or cannot.
    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>>;
}

/// Something that is wrong.
struct Fault {
    /// Relative to the course's root.
    file: PathBuf,
    line: Option<usize>,
    /// What is wrong, and what to write instead.
    what: String,
}

impl Fault {
    fn new(file: impl Into<PathBuf>, line: impl Into<Option<usize>>, what: impl Into<String>) -> Self {
        Self { file: file.into(), line: line.into(), what: what.into() }
    }
}

/// Judges one exercise by every rule. `evidence` is missing where its solution was not built.
pub(super) fn judge(course: &Course, plan: &Plan<'_>, evidence: Option<&Evidence>) -> Vec<Proved> {
    let material = Material::new(course, plan, evidence);
    let judged = RULES.iter().filter_map(|rule| {
        let start = Instant::now();
        let faults = rule.check(&material)?;
        let exercise = &plan.exercise.name;
        let finding = |Fault { file, line, what }| Finding {
            rule: rule.id(),
            exercise: exercise.clone(),
            file,
            line,
            what,
        };
        Some(Proved {
            exercise: exercise.clone(),
            rule: rule.id(),
            subject: rule.subject().to_owned(),
            took: start.elapsed(),
            findings: faults.into_iter().map(finding).collect(),
        })
    });
    judged.collect()
}

/// Whether Cargo finds a program of the exercise's name in its package.
pub(super) fn has_program(plan: &Plan<'_>) -> bool {
    manifest::has_program(plan)
}
