//! What is to be proved: reads check.toml, starter and reference, and lays the variants out in layers.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use fs_err as fs;
use toml::Spanned;

use super::expectation::Expectation;
use super::facts::{Facts, Substitution};
use super::outcome::Finding;
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
    pub(super) proofs: Vec<Proof>,
    /// What cannot be proved because it is not well said.
    pub(super) findings: Vec<Finding>,
}

/// Reads one exercise. What cannot be proved because it is not well said becomes a finding.
pub(super) fn plan<'a>(course: &Course, exercise: &'a Exercise) -> Plan<'a> {
    let starter = read_files(&course.root.join(EXERCISES).join(exercise.member()));
    let specification = starter.get(Path::new(SPECIFICATION));
    let specification = spec_tests(&String::from_utf8_lossy(specification.map_or(&[], Vec::as_slice)));
    let mut reader =
        Reader { course, exercise, specification: &specification, findings: Vec::new(), proofs: Vec::new() };
    reader.read(&starter);
    let Reader { proofs, findings, .. } = reader;
    Plan { exercise, specification, starter, proofs, findings }
}

struct Reader<'a> {
    course: &'a Course,
    exercise: &'a Exercise,
    specification: &'a [String],
    findings: Vec<Finding>,
    proofs: Vec<Proof>,
}

impl Reader<'_> {
    fn read(&mut self, starter: &Files) {
        let file = self.exercise.solution_folder().join("check.toml");
        if self.specification.is_empty() {
            let tests = self.exercise.folder().join(SPECIFICATION);
            self.find(tests, None, "there is no #[test] in it".to_owned());
        }
        let text = match fs::read_to_string(self.course.root.join(&file)) {
            Ok(text) => text,
            Err(error) => return self.find(file, None, format!("could not be read: {}", error.kind())),
        };
        match Facts::parse(&file, &text) {
            Ok(facts) => self.proofs(&file, &text, starter, &facts),
            Err(problem) => {
                self.find(
                    problem.file,
                    problem.line,
                    format!("{}\n  help: {}", problem.message, problem.help),
                );
            }
        }
    }

    fn proofs(&mut self, file: &Path, text: &str, starter: &Files, facts: &Facts) {
        let mut reference = starter.clone();
        let mut solution = read_files(&self.course.root.join(self.exercise.solution_folder()));
        solution.remove(Path::new("check.toml"));
        if solution.is_empty() {
            self.find(self.exercise.solution_folder(), None, "there is no solution".to_owned());
        }
        reference.extend(solution);

        let warnings = Some(facts.starter.warnings.clone());
        let expected = Expectation::of_starter(&facts.starter);
        let may_fail = facts.starter.may_fail.clone();
        self.proof(Variant::Starter, starter.clone(), expected, may_fail, (file, Some(1)));
        if let Some(proof) = self.proofs.last_mut() {
            proof.warnings = warnings;
        }
        let main = self.exercise.solution_folder().join("src/main.rs");
        let passes = Some(Expectation::Passes);
        self.proof(Variant::Solution, reference.clone(), passes.clone(), Vec::new(), (&main, None));
        let line = |name: &Spanned<String>| Some(line_of(text, name.span().start));
        for mistake in &facts.mistakes {
            let (variant, place) =
                (Variant::Mistake(mistake.name.get_ref().clone()), (file, line(&mistake.name)));
            if let Some(files) = self.substitute(&variant, &reference, &mistake.substitutions(), place) {
                let expected = Expectation::of_mistake(mistake);
                self.proof(variant, files, expected, mistake.may_fail.clone(), place);
            }
        }
        for accepted in &facts.accepts {
            let (variant, place) =
                (Variant::Accepted(accepted.name.get_ref().clone()), (file, line(&accepted.name)));
            if let Some(files) = self.substitute(&variant, &reference, &accepted.substitutions(), place) {
                self.proof(variant, files, passes.clone(), Vec::new(), place);
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
        let file = file.to_path_buf();
        self.proofs.push(Proof { variant, files, expected, may_fail, warnings: None, file, line });
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
