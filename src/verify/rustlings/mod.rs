//! The author's gate for a course in rustlings' format: what `rustlings dev check` asks, all findings at once, and only
//! what changed is built.
//!
//! The starters are unsolved, the solutions pass with every warning of clippy's, are formatted, and the text keeps
//! rustlings' rules. `memory` knows what earlier checks proved.

mod formatted;
mod manifest;
mod memory;
mod prove;
mod rules;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use self::manifest::{Manifest, has_solution};
use self::memory::{Deciders, Memory};
use self::prove::{Made, Side, Subject};
use self::rules::{Author, Fault};
use super::Request;
use crate::check::Trouble;
use crate::check::gate::{Finding, GateEvent, Outcome, Proved};
use crate::course::rustlings::{ExerciseInfo, Info};
use crate::course::{Course, INFO_FILE, RUNNER_FOLDER};
use crate::runner::{Programs, Stop, cargo_settings, package_files, toolchain};

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
    let mut outcome = Outcome { proofs: author.of_course(), ..Outcome::default() };
    outcome.proofs.extend(named.iter().flat_map(|exercise| author.of_exercise(exercise)));
    let (manifest, faults) = match Manifest::read(root) {
        Ok(manifest) => {
            let faults = manifest.faults(root, &info);
            (Some(manifest), faults)
        }
        Err(fault) => (None, vec![fault]),
    };
    outcome.proofs.push(proved(COURSE, "manifest", "Cargo.toml names every exercise and solution", faults));
    if let Some(manifest) = manifest {
        let Some(gate) = Gate::open(root, &info, &manifest, stop)? else { return Ok(None) };
        if !gate.prove(&named, request.flaky, &mut outcome, events)? {
            return Ok(None);
        }
    }
    // Stable: of each exercise first what its text says, then its starter, its solution.
    outcome.proofs.sort_by_key(|proof| course.position(&proof.exercise));
    Ok(Some(outcome))
}

fn unreadable(error: &io::Error) -> Trouble {
    Trouble::Other(format!("could not read the course: {error}\n  help: make its files readable"))
}

fn unwritable(error: &io::Error) -> Trouble {
    Trouble::Other(format!("could not write what is checked: {error}\n  help: make the folder writable"))
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

/// What can only be known by building, running and formatting.
struct Gate<'a> {
    root: &'a Path,
    manifest: &'a Manifest,
    /// The package's, as they were read once: what is hashed is what is built.
    files: Files,
    deciders: Deciders,
    folder: PathBuf,
    stop: &'a Stop,
}

impl<'a> Gate<'a> {
    /// `None` where it was stopped.
    fn open(
        root: &'a Path,
        info: &Info,
        manifest: &'a Manifest,
        stop: &'a Stop,
    ) -> Result<Option<Self>, Trouble> {
        let files = package_files(root).map_err(|error| unreadable(&error))?;
        let Some(toolchain) = toolchain(root, stop)? else { return Ok(None) };
        let deciders = Deciders::new(info, manifest, &files, &(toolchain, cargo_settings(root)));
        let folder = root.join(RUNNER_FOLDER).join("check");
        fs::create_dir_all(&folder).map_err(|error| unwritable(&error))?;
        Ok(Some(Self { root, manifest, files, deciders, folder, stop }))
    }

    /// False where it was stopped.
    fn prove(
        &self,
        named: &[&ExerciseInfo],
        flaky: usize,
        outcome: &mut Outcome,
        events: &(impl Fn(GateEvent) + Sync),
    ) -> Result<bool, Trouble> {
        let mut memory = Memory::open(&self.folder);
        let solved: Vec<_> =
            named.iter().copied().filter(|exercise| has_solution(self.root, exercise)).collect();
        let starters = named.iter().filter(|exercise| !exercise.skip_check_unsolved);
        let starters = starters.map(|exercise| Subject { exercise, side: Side::Starter });
        let subjects =
            starters.chain(solved.iter().map(|exercise| Subject { exercise, side: Side::Solution }));
        let (known, unknown): (Vec<_>, Vec<_>) = subjects.partition(|subject| {
            let is_run_anyway = flaky > 0 && subject.side == Side::Solution;
            !is_run_anyway && memory.knows(&subject.to_string(), self.hash(subject))
        });
        outcome.proofs.extend(known.iter().map(|subject| subject.proved(Vec::new())));
        if !unknown.is_empty() {
            let programs = self.programs(&unknown)?;
            let made = prove::prove(&programs, &unknown, self.stop, events)?;
            let Some(Made { proofs, compiled }) = made else { return Ok(false) };
            for (subject, proof) in unknown.iter().zip(&proofs) {
                memory.keep(subject.to_string(), self.hash(subject).filter(|_| proof.findings.is_empty()));
            }
            outcome.compiled += compiled;
            outcome.proofs.extend(proofs);
        }
        let Some(formatted) = formatted::check(self, &solved, &mut memory)? else { return Ok(false) };
        outcome.proofs.extend(formatted);
        memory.save().map_err(|error| unwritable(&error))?;
        outcome.remembered = memory.used;
        Ok(true)
    }

    fn hash(&self, subject: &Subject<'_>) -> Option<u64> {
        self.deciders.of(&self.files, subject.exercise, &subject.file())
    }

    fn programs(&self, subjects: &[Subject<'_>]) -> Result<Programs, Trouble> {
        let programs: Vec<_> = subjects.iter().map(Subject::in_manifest).collect();
        let text = self.manifest.with_programs(&programs, self.files.contains_key(Path::new("src/lib.rs")));
        let written = Programs::write(self.root, &self.folder, self.files.clone(), text);
        written.map_err(|error| unwritable(&error))
    }
}
