//! The author's gate for a course in rustlings' format: what `rustlings dev check` asks, all findings at once, and only
//! what changed is built.
//!
//! The starters are unsolved, the solutions pass with every warning of clippy's, are formatted, and the text keeps
//! rustlings' rules. `memory` knows what earlier checks proved.

mod flaky;
mod formatted;
mod gate;
mod manifest;
mod memory;
mod prove;
mod rules;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use fs_err as fs;

use self::gate::Gate;
use self::manifest::{MANIFEST, Manifest};
use self::rules::{Author, Fault};
use super::Request;
use crate::check::Trouble;
use crate::check::gate::{Finding, GateEvent, Outcome, Proved};
use crate::course::rustlings::{ExerciseInfo, Info};
use crate::course::{Course, INFO_FILE};
use crate::runner::Stop;

/// The files of the course's package by their path relative to it.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Whose findings those are that belong to no exercise. No exercise can have this name.
const COURSE: &str = "(course)";

/// `None` where it was stopped.
pub(super) fn check(
    course: &Course,
    request: &Request,
    stop: &Stop,
    events: &(impl Fn(GateEvent) + Sync),
) -> Result<Option<Outcome>, Trouble> {
    let root = &course.root;
    let text = fs::read_to_string(root.join(INFO_FILE)).map_err(|error| unreadable(&error))?;
    let text = text.replace('\r', "");
    let info = Info::parse(&text).map_err(|problem| Trouble::Course(problem.to_string()))?;
    let is_named =
        |exercise: &&ExerciseInfo| request.names.iter().any(|name| name == exercise.name.get_ref());
    let named: Vec<_> = info.exercises.iter().filter(is_named).collect();
    let author = Author { root, text: &text, info: &info };
    let mut proofs = author.of_course();
    proofs.extend(named.iter().flat_map(|exercise| author.of_exercise(exercise)));
    let (mut outcome, faults) = match Manifest::read(root) {
        Ok(manifest) => {
            let mut faults = manifest.faults(root, &info);
            let built = Gate::open(&author, &manifest, stop)
                .and_then(|gate| gate.map_or(Ok(None), |gate| gate.prove(&named, request.flaky, events)));
            let outcome = match built {
                Ok(Some(outcome)) => outcome,
                Ok(None) => return Ok(None),
                Err(Trouble::Course(words)) => {
                    faults.push(Fault::new(MANIFEST, None, format!("Cargo refuses it: {words}")));
                    Outcome::default()
                }
                Err(trouble) => return Err(trouble),
            };
            (outcome, faults)
        }
        Err(fault) => (Outcome::default(), vec![fault]),
    };
    proofs.push(proved(COURSE, "manifest", "Cargo.toml names every exercise and solution", faults));
    outcome.proofs.splice(..0, proofs);
    // Stable: of each exercise first what its text says, then its starter, its solution.
    outcome.proofs.sort_by_key(|proof| course.position(&proof.exercise));
    Ok(Some(outcome))
}

fn unreadable(error: &io::Error) -> Trouble {
    Trouble::Other(format!("could not read the course: {error}\n  help: make its files readable"))
}

fn proved(exercise: &str, rule: &'static str, subject: &str, faults: Vec<Fault>) -> Proved {
    let finding =
        |Fault { file, line, what }| Finding { rule, exercise: exercise.to_owned(), file, line, what };
    Proved {
        exercise: exercise.to_owned(),
        rule,
        subject: subject.to_owned(),
        took: Duration::ZERO,
        findings: faults.into_iter().map(finding).collect(),
    }
}
