//! What must hold before an exercise can be run. What else the format promises, `dev check` proves.

use std::collections::HashSet;
use std::path::{Component, Path};

use toml::Spanned;

use super::{ExerciseInfo, Info, MANIFEST, Manifest};
use crate::course::{INFO_FILE, Problem, RUNNER_FOLDER, line_of};

/// Everything that is wrong with `info`, whose text is `text`, in the course at `root`.
pub(super) fn problems(root: &Path, text: &str, info: &Info, manifest: &Manifest) -> Vec<Problem> {
    let text = text.replace('\r', "");
    let mut rules = Rules { root, text: &text, manifest, problems: Vec::new() };
    if info.exercises.is_empty() {
        rules.add(0, "there are no exercises".to_owned(), "add an [[exercises]] table");
    }
    let mut seen = HashSet::new();
    for exercise in &info.exercises {
        let (name, at) = (exercise.name.get_ref(), exercise.name.span().start);
        if !seen.insert(name) {
            rules.add(at, format!("exercise {name:?} is there twice"), "give one of them another name");
        } else if rules.stays_inside(exercise) {
            rules.file(exercise);
            rules.program(exercise);
        }
    }
    rules.problems
}

struct Rules<'a> {
    root: &'a Path,
    text: &'a str,
    manifest: &'a Manifest,
    problems: Vec<Problem>,
}

impl Rules<'_> {
    fn add(&mut self, offset: usize, message: String, help: impl Into<String>) {
        let line = Some(line_of(self.text, offset));
        self.problems.push(Problem { file: INFO_FILE.into(), line, message, help: help.into() });
    }

    /// Name and folder are each one part of a path.
    fn stays_inside(&mut self, exercise: &ExerciseInfo) -> bool {
        let mut is_inside = true;
        let named = |key, value: &Spanned<String>| (key, value.get_ref().clone(), value.span().start);
        let values =
            [Some(named("name", &exercise.name)), exercise.dir.as_ref().map(|dir| named("dir", dir))];
        for (key, value, at) in values.into_iter().flatten() {
            if !is_one_part(&value) {
                is_inside = false;
                self.add(
                    at,
                    format!(
                        "{key} = {value:?} is no name for a {}",
                        if key == "dir" { "folder" } else { "file" }
                    ),
                    "write letters, digits and _",
                );
            }
        }
        is_inside
    }

    fn file(&mut self, exercise: &ExerciseInfo) {
        let file = exercise.file();
        // A learner may have deleted what is kept as it was shipped: `reset` brings it back.
        let kept = self.root.join(RUNNER_FOLDER).join("originals").join(&file);
        if !self.root.join(&file).exists() && !kept.exists() {
            self.add(
                exercise.name.span().start,
                format!("{} is missing", file.display()),
                "write it, restore it from git, or take its entry out of info.toml",
            );
        }
    }

    fn program(&mut self, exercise: &ExerciseInfo) {
        let (name, at) = (exercise.name.get_ref(), exercise.name.span().start);
        let help = "`rustlings dev update` writes the `bin` list of Cargo.toml anew";
        match self.manifest.programs.get(name) {
            None => self.add(at, format!("{name} is not in the `bin` list of {MANIFEST}"), help),
            Some(path) if normal(path) != exercise.file() => self.add(
                at,
                format!(
                    "in the `bin` list of {MANIFEST}, {name} has the path {:?} instead of {:?}",
                    path.display().to_string(),
                    exercise.file().display().to_string()
                ),
                help,
            ),
            Some(_) => {}
        }
    }
}

fn is_one_part(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) && !name.contains(['/', '\\'])
}

/// Without `./`.
fn normal(path: &Path) -> std::path::PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}
