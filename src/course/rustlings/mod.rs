//! A course in rustlings' format, `format_version` 0 or 1: one package at the course's root, a program per exercise.

mod info;
mod manifest;
mod rules;
mod state;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use info::{ExerciseInfo, Info};
pub(crate) use manifest::Manifest;
pub(crate) use state::{EarlierProgress, earlier_progress};

use super::{Chapter, Course, CourseError, EXERCISES, Exercise, Home, Lints, Proof, Workspace};

/// The file that names the package and its programs, relative to the course's root.
pub(crate) const MANIFEST: &str = "Cargo.toml";

/// For a program to end, and for tests. rustlings waits without an end.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The course in `root`, whose info.toml has this text.
pub(super) fn load(root: PathBuf, text: &str) -> Result<Course, CourseError> {
    let info = Info::parse(text).map_err(|problem| CourseError::Invalid(vec![problem]))?;
    let manifest = Manifest::read(&root).map_err(|problem| CourseError::Invalid(vec![problem]))?;
    let problems = rules::problems(&root, text, &info, &manifest);
    if !problems.is_empty() {
        return Err(CourseError::Invalid(problems));
    }
    let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let exercises: Vec<_> = info.exercises.iter().map(|exercise| map(exercise, &manifest.package)).collect();
    Ok(Course {
        chapters: chapters(&root, &exercises),
        root,
        name,
        workspace: Workspace::AsItIs,
        welcome_message: info.welcome_message.trim().to_owned(),
        final_message: info.final_message.trim().to_owned(),
        exercises,
    })
}

/// Whether this is the course that `rustlings init` writes, without an info.toml.
pub(super) fn is_own_course(folder: &Path) -> bool {
    let is_package = || Manifest::read(folder).is_ok_and(|manifest| manifest.programs.contains_key("intro1"));
    folder.join(EXERCISES).is_dir() && is_package()
}

/// Whether `rustlings init` wrote this in a solution's place.
pub(super) fn is_placeholder(solution: &[u8]) -> bool {
    const WORDS: &str = "It will be automatically filled after you finish the exercise.";
    String::from_utf8_lossy(solution).contains(WORDS)
}

/// The folders of the exercises, in the order in which they come first.
fn chapters(root: &Path, exercises: &[Exercise]) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for Exercise { dir, .. } in exercises {
        if chapters.iter().any(|chapter| chapter.dir == *dir) {
            continue;
        }
        let readme = Path::new(EXERCISES).join(dir).join("README.md");
        let readme = Some(readme).filter(|readme| root.join(readme).is_file());
        let title = if dir.is_empty() { EXERCISES } else { dir };
        chapters.push(Chapter { dir: dir.clone(), title: title.to_owned(), readme });
    }
    chapters
}

fn map(info: &ExerciseInfo, package: &str) -> Exercise {
    let name = info.name.get_ref().clone();
    let lints = if info.strict_clippy { Lints::Warnings } else { Lints::Errors };
    let hint = info.hint.get_ref().trim();
    Exercise {
        dir: info.dir().to_owned(),
        home: Home::File { package: package.to_owned() },
        proof: if info.test { Proof::OwnTests(lints) } else { Proof::Program(lints) },
        title: name.clone(),
        difficulty: 0,
        minutes: 0,
        topics: Vec::new(),
        security: false,
        hints: Some(hint).filter(|hint| !hint.is_empty()).map(str::to_owned).into_iter().collect(),
        hint_for: [].into(),
        takeaway: String::new(),
        try_lines: Vec::new(),
        edit: vec![PathBuf::from(format!("{name}.rs"))],
        timeout: TIMEOUT,
        name,
    }
}
