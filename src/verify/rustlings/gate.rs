//! What can only be known by building, running and formatting; what earlier checks proved is not proved again.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::manifest::{Manifest, has_solution};
use super::memory::{Deciders, Memory};
use super::prove::{self, Made, Side, Subject};
use super::rules::Author;
use super::{Files, formatted, unreadable};
use crate::check::gate::{GateEvent, Outcome};
use crate::check::{Trouble, Wanted};
use crate::course::RUNNER_FOLDER;
use crate::course::rustlings::ExerciseInfo;
use crate::runner::{Programs, Stop, cargo_settings, read_package, toolchain};

/// What can only be known by building, running and formatting.
pub(super) struct Gate<'a> {
    pub(super) root: &'a Path,
    pub(super) manifest: &'a Manifest,
    /// The package's, as they were read once: what is hashed is what is built.
    pub(super) files: Files,
    pub(super) deciders: Deciders,
    folder: PathBuf,
    pub(super) stop: &'a Stop,
}

impl<'a> Gate<'a> {
    /// `None` where it was stopped.
    pub(super) fn open(
        author: &Author<'a>,
        manifest: &'a Manifest,
        stop: &'a Stop,
    ) -> Result<Option<Self>, Trouble> {
        let root = author.root;
        let files = read_package(root).map_err(|error| unreadable(&error))?;
        let Some(toolchain) = toolchain(root, stop)? else { return Ok(None) };
        let deciders = Deciders::new(author.info, manifest, &files, &(toolchain, cargo_settings(root)));
        let folder = root.join(RUNNER_FOLDER).join("check");
        fs::create_dir_all(&folder).map_err(|error| unwritable(&error))?;
        Ok(Some(Self { root, manifest, files, deciders, folder, stop }))
    }

    /// Starters, solutions and their format. `None` where it was stopped.
    pub(super) fn prove(
        &self,
        named: &[&ExerciseInfo],
        flaky: usize,
        events: &(impl Fn(GateEvent) + Sync),
    ) -> Result<Option<Outcome>, Trouble> {
        let mut memory = Memory::open(&self.folder);
        let solved: Vec<_> =
            named.iter().copied().filter(|exercise| has_solution(self.root, exercise)).collect();
        let wanted: Vec<_> = named.iter().map(|exercise| self.wanted(exercise)).collect();
        let of = |side| {
            let all = named.iter().zip(&wanted);
            all.map(move |(exercise, wanted)| Subject { exercise, side, wanted })
        };
        let starters = of(Side::Starter).filter(|subject| !subject.exercise.skip_check_unsolved);
        let solutions = of(Side::Solution).filter(|subject| has_solution(self.root, subject.exercise));
        let (known, unknown): (Vec<_>, Vec<_>) = starters.chain(solutions).partition(|subject| {
            let is_run_anyway = flaky > 0 && subject.side == Side::Solution;
            !is_run_anyway && memory.knows(&subject.to_string(), self.hash(subject))
        });
        let mut outcome = Outcome::default();
        outcome.proofs.extend(known.iter().map(|subject| subject.proved(Vec::new())));
        if !unknown.is_empty() {
            let programs = self.programs(&unknown)?;
            let made = prove::prove(&programs, &unknown, flaky, self.stop, events)?;
            let Some((made, compiled)) = made else { return Ok(None) };
            outcome.compiled += compiled;
            for (subject, Made { proved, is_lasting, again }) in unknown.iter().zip(made) {
                let holds = is_lasting && proved.findings.is_empty();
                memory.keep(subject.to_string(), self.hash(subject).filter(|_| holds));
                outcome.proofs.push(proved);
                outcome.proofs.extend(again);
            }
        }
        let Some(formatted) = formatted::check(self, &solved, &mut memory)? else { return Ok(None) };
        outcome.proofs.extend(formatted);
        memory.save().map_err(|error| unwritable(&error))?;
        outcome.remembered = memory.used;
        Ok(Some(outcome))
    }

    /// The tests that a pass needs: as many as the starter has.
    fn wanted(&self, exercise: &ExerciseInfo) -> Wanted {
        let bytes = self.files.get(&exercise.file()).map_or(&[][..], Vec::as_slice);
        Wanted::own_tests(&String::from_utf8_lossy(bytes))
    }

    fn hash(&self, subject: &Subject<'_>) -> Option<u64> {
        self.deciders.of(&self.files, subject.exercise, &subject.file(), subject.wanted)
    }

    fn programs(&self, subjects: &[Subject<'_>]) -> Result<Programs, Trouble> {
        let programs: Vec<_> = subjects.iter().map(Subject::in_manifest).collect();
        let text = self.manifest.with_programs(&programs, self.files.contains_key(Path::new("src/lib.rs")));
        let written = Programs::write(self.root, &self.folder, self.files.clone(), text);
        written.map_err(|error| unwritable(&error))
    }
}

fn unwritable(error: &io::Error) -> Trouble {
    Trouble::Other(format!("could not write what is checked: {error}\n  help: make the folder writable"))
}
