//! What is to be proved: reads check.toml, starter and reference, and lays the variants out in layers.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use fs_err as fs;
use toml::Spanned;

use super::expectation::Expectation;
use super::facts::{Facts, Substitution};
use crate::check::gate::Finding;
use crate::check::{attachment, spec_tests};
use crate::course::{Course, EXERCISES, Exercise, SPECIFICATION, line_of};

/// The files of one package by their path relative to it.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Which variant of an exercise is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Variant {
    Starter,
    Solution,
    Mistake(String),
    Accepted(String),
}

impl Variant {
    /// The id of what is proved of it.
    pub(super) fn rule(&self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Solution => "solution",
            Self::Mistake(_) => "mistake",
            Self::Accepted(_) => "accepts",
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starter => write!(f, "the starter"),
            Self::Solution => write!(f, "the solution"),
            Self::Mistake(name) => write!(f, "the mistake \"{name}\""),
            Self::Accepted(name) => write!(f, "the accepted variant \"{name}\""),
        }
    }
}

/// One thing to be proved.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) variant: Variant,
    pub(super) files: Files,
    /// Which layer it is built in: all starters, all solutions, all first mistakes, and so on.
    pub(super) layer: usize,
    pub(super) expected: Expectation,
    pub(super) may_fail: Vec<String>,
    /// Warnings that the starter is meant to have. None: warnings are not judged.
    pub(super) warnings: Option<Vec<String>>,
    /// Where it is declared, relative to the course's root.
    pub(super) file: PathBuf,
    pub(super) line: Option<usize>,
}

/// One exercise with all its proofs.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) exercise: &'a Exercise,
    pub(super) specification: Vec<String>,
    pub(super) starter: Files,
    /// What the solution's folder holds beside check.toml.
    pub(super) solution: Files,
    /// The starter with the solution over it.
    pub(super) reference: Files,
    /// None where check.toml cannot be read.
    pub(super) facts: Option<Facts>,
    pub(super) proofs: Vec<Proof>,
    /// What cannot be proved because it is not well said.
    pub(super) findings: Vec<Finding>,
}

impl Plan<'_> {
    /// Where tests.rs declares a test.
    pub(super) fn line_of_test(&self, name: &str) -> Option<usize> {
        let source = String::from_utf8_lossy(self.starter.get(Path::new(SPECIFICATION))?);
        let declared = format!("fn {}(", name.rsplit("::").next().unwrap_or(name));
        Some(line_of(&source, source.find(&declared)?))
    }
}

/// The layers of what every exercise has.
pub(super) const STARTERS: usize = 0;
pub(super) const SOLUTIONS: usize = 1;

/// Reads one exercise. What cannot be proved because it is not well said becomes a finding.
pub(super) fn plan<'a>(course: &Course, exercise: &'a Exercise) -> Plan<'a> {
    let starter = read_files(&course.root.join(EXERCISES).join(exercise.member()));
    let specification = starter.get(Path::new(SPECIFICATION));
    let specification = spec_tests(&String::from_utf8_lossy(specification.map_or(&[], Vec::as_slice)));
    let mut solution = read_files(&course.root.join(exercise.solution_folder()));
    solution.remove(Path::new("check.toml"));
    let mut reference = starter.clone();
    reference.extend(solution.clone());
    let mut reader =
        Reader { course, exercise, specification: &specification, findings: Vec::new(), proofs: Vec::new() };
    let facts = reader.read(&starter, &solution, &reference);
    let Reader { proofs, findings, .. } = reader;
    Plan { exercise, specification, starter, solution, reference, facts, proofs, findings }
}

struct Reader<'a> {
    course: &'a Course,
    exercise: &'a Exercise,
    specification: &'a [String],
    findings: Vec<Finding>,
    proofs: Vec<Proof>,
}

impl Reader<'_> {
    fn read(&mut self, starter: &Files, solution: &Files, reference: &Files) -> Option<Facts> {
        let file = self.exercise.solution_folder().join("check.toml");
        if self.specification.is_empty() {
            let tests = self.exercise.folder().join(SPECIFICATION);
            self.find(tests, None, "there is no #[test] in it".to_owned());
        }
        let (text, facts) = self.facts(&file).unzip();
        if let Some((text, facts)) = text.as_deref().zip(facts.as_ref()) {
            let line = line_of(text, facts.starter.span().start);
            let says = facts.starter.get_ref();
            let (expected, may_fail) = (Expectation::of_starter(says), says.may_fail.clone());
            self.proof(Variant::Starter, starter.clone(), expected, may_fail, (&file, Some(line)));
            if let Some(proof) = self.proofs.last_mut() {
                proof.warnings = Some(says.warnings.clone());
            }
        }
        if solution.is_empty() {
            self.find(self.exercise.solution_folder(), None, "there is no solution".to_owned());
        }
        let main = self.exercise.solution_folder().join("src/main.rs");
        let passes = Some(Expectation::Passes);
        self.proof(Variant::Solution, reference.clone(), passes, Vec::new(), (&main, None));
        if let Some((text, facts)) = text.as_deref().zip(facts.as_ref()) {
            self.variants(&file, text, reference, facts);
        }
        facts
    }

    /// The text of check.toml, and what it says.
    fn facts(&mut self, file: &Path) -> Option<(String, Facts)> {
        let text = match fs::read_to_string(self.course.root.join(file)) {
            Ok(text) => text,
            Err(error) => {
                self.find(file.to_path_buf(), None, format!("could not be read: {}", error.kind()));
                return None;
            }
        };
        match Facts::parse(file, &text) {
            Ok(facts) => Some((text, facts)),
            Err(problem) => {
                let what = format!("{}\n  help: {}", problem.message, problem.help);
                self.find(problem.file, problem.line, what);
                None
            }
        }
    }

    fn variants(&mut self, file: &Path, text: &str, reference: &Files, facts: &Facts) {
        let line = |name: &Spanned<String>| Some(line_of(text, name.span().start));
        for mistake in &facts.mistakes {
            let (variant, place) =
                (Variant::Mistake(mistake.name.get_ref().clone()), (file, line(&mistake.name)));
            if let Some(files) = self.substitute(&variant, reference, &mistake.substitutions(), place) {
                let expected = Expectation::of_mistake(mistake);
                self.proof(variant, files, expected, mistake.may_fail.clone(), place);
            }
        }
        for accepted in &facts.accepts {
            let (variant, place) =
                (Variant::Accepted(accepted.name.get_ref().clone()), (file, line(&accepted.name)));
            if let Some(files) = self.substitute(&variant, reference, &accepted.substitutions(), place) {
                self.proof(variant, files, Some(Expectation::Passes), Vec::new(), place);
            }
        }
    }

    fn proof(
        &mut self,
        variant: Variant,
        files: Files,
        expected: Option<Expectation>,
        may_fail: Vec<String>,
        (file, line): (&Path, Option<usize>),
    ) {
        let Some(expected) = expected else {
            let what = "fails, does_not_compile, times_out, crashes (a mistake also: passes)";
            return self.find(file.into(), line, format!("{variant} declares not exactly one of {what}"));
        };
        let specification = self.specification;
        let unknown: Vec<_> =
            expected.tests().chain(&may_fail).filter(|test| !specification.contains(test)).collect();
        for test in &unknown {
            let tests = self.exercise.folder().join(SPECIFICATION);
            let what = format!("{variant} names {test}, which is no test of {}", tests.display());
            self.find(file.into(), line, what);
        }
        if !unknown.is_empty() {
            return;
        }
        let main = files.get(Path::new("src/main.rs")).map(|bytes| String::from_utf8_lossy(bytes));
        if let Some(Err(how)) = main.map(|main| attachment(&main)) {
            self.find(file.into(), line, format!("{variant}: {how}"));
        }
        let layer = match variant {
            Variant::Starter => STARTERS,
            Variant::Solution => SOLUTIONS,
            _ => self.proofs.last().map_or(SOLUTIONS, |last| last.layer).max(SOLUTIONS) + 1,
        };
        let file = file.to_path_buf();
        self.proofs.push(Proof { variant, files, layer, expected, may_fail, warnings: None, file, line });
    }

    /// The reference with the substitutions made.
    fn substitute(
        &mut self,
        variant: &Variant,
        reference: &Files,
        substitutions: &[Substitution],
        (file, line): (&Path, Option<usize>),
    ) -> Option<Files> {
        let mut files = reference.clone();
        for Substitution { file: target, replace, with } in substitutions {
            let text = files.get(target).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            let Some(text) = text else {
                self.find(file.into(), line, format!("{variant}: the solution has no {}", target.display()));
                return None;
            };
            let count = text.matches(replace.as_str()).count();
            if count != 1 {
                let excerpt = replace.lines().next().unwrap_or_default();
                let what = format!("{variant}: `replace` is found {count} times, not once: {excerpt}");
                self.find(file.into(), line, what);
                return None;
            }
            files.insert(target.clone(), text.replacen(replace, with, 1).into_bytes());
        }
        Some(files)
    }

    fn find(&mut self, file: PathBuf, line: Option<usize>, what: String) {
        self.findings.push(Finding {
            rule: "check-toml",
            exercise: self.exercise.name.clone(),
            file,
            line,
            what,
        });
    }
}

fn read_files(folder: &Path) -> Files {
    let read = |path: PathBuf| Some((path.clone(), fs::read(folder.join(&path)).ok()?));
    crate::runner::files_below(folder).unwrap_or_default().into_iter().filter_map(read).collect()
}
