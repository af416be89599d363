//! What the rules look at.

use std::path::{Path, PathBuf};

use super::super::evidence::Evidence;
use super::super::facts::Facts;
use super::super::plan::{Files, Plan};
use super::super::source::Source;
use super::super::toml_text::TomlText;
use crate::course::{Course, Exercise, INFO_FILE};

/// One exercise with everything that is known of it.
pub(super) struct Material<'a> {
    pub(super) course: &'a Course,
    pub(super) exercise: &'a Exercise,
    pub(super) starter: &'a Files,
    /// What the solution's folder holds beside check.toml.
    pub(super) solution: &'a Files,
    /// None where check.toml cannot be read, which is reported already.
    pub(super) facts: Option<&'a Facts>,
    /// The names that reading tests.rs finds.
    pub(super) specification: &'a [String],
    /// None where the solution was not built.
    pub(super) evidence: Option<&'a Evidence>,
    pub(super) manifest: TomlText,
    pub(super) check: TomlText,
    info: TomlText,
    /// The starter's and the solution's Rust files, and where they lie.
    pub(super) sources: Vec<SourceFile>,
}

/// One Rust file.
pub(super) struct SourceFile {
    /// Relative to the course's root.
    pub(super) file: PathBuf,
    pub(super) source: Source,
    /// Whether tests are in it.
    pub(super) is_tests: bool,
}

impl<'a> Material<'a> {
    pub(super) fn new(course: &'a Course, plan: &'a Plan<'_>, evidence: Option<&'a Evidence>) -> Self {
        let exercise = plan.exercise;
        let read = |file: PathBuf| TomlText::read(&course.root, file);
        let mut sources = sources(&exercise.folder(), &plan.starter);
        sources.extend(sources_of_solution(exercise, &plan.solution));
        Self {
            course,
            exercise,
            starter: &plan.starter,
            solution: &plan.solution,
            facts: plan.facts.as_ref(),
            specification: &plan.specification,
            evidence,
            manifest: read(exercise.folder().join("Cargo.toml")),
            check: read(exercise.solution_folder().join("check.toml")),
            info: read(INFO_FILE.into()),
            sources,
        }
    }

    /// The files with tests in them.
    pub(super) fn tests(&self) -> impl Iterator<Item = &SourceFile> {
        self.sources.iter().filter(|source| source.is_tests)
    }

    /// The line of a key of this exercise in info.toml.
    pub(super) fn info_line(&self, keys: &[&str]) -> Option<usize> {
        self.info.entry_line("exercises", &self.exercise.name, keys)
    }

    /// Where a file of the reference lies, relative to the course's root.
    pub(super) fn reference_file(&self, file: &Path) -> PathBuf {
        let is_solution = self.solution.contains_key(file);
        let folder = if is_solution { self.exercise.solution_folder() } else { self.exercise.folder() };
        folder.join(file)
    }

    /// What belongs to a chapter is judged once, with its first exercise; in every part of a run that is split the same.
    pub(super) fn is_first_of_chapter(&self) -> bool {
        let first = self.course.exercises.iter().find(|exercise| exercise.dir == self.exercise.dir);
        first.is_some_and(|first| first.name == self.exercise.name)
    }

    /// The same for what belongs to the course.
    pub(super) fn is_first_of_course(&self) -> bool {
        self.course.exercises.first().is_some_and(|first| first.name == self.exercise.name)
    }
}

fn sources_of_solution(exercise: &Exercise, solution: &Files) -> Vec<SourceFile> {
    sources(&exercise.solution_folder(), solution)
}

fn sources(folder: &Path, files: &Files) -> Vec<SourceFile> {
    let rust = files.iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "rs"));
    let sources = rust.map(|(path, bytes)| SourceFile {
        file: folder.join(path),
        source: Source::read(&String::from_utf8_lossy(bytes)),
        is_tests: is_tests(path),
    });
    sources.collect()
}

fn is_tests(path: &Path) -> bool {
    let named = path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.ends_with("tests"));
    named || path.starts_with("src/tests")
}
