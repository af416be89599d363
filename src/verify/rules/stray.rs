//! `stray-files`: a file that belongs to nothing is read by learners, packed into every copy of the course, and kept up to
//! date by nobody. And a solution may change only what learners may change, else nobody can write it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::{Fault, Material, Rule};
use crate::course::{EXERCISES, SOLUTIONS, SPECIFICATION};

/// What the exercises' workspace has beside chapters.
const OF_THE_WORKSPACE: [&str; 11] = [
    "Cargo.toml",
    "Cargo.lock",
    "rustfmt.toml",
    ".rustfmt.toml",
    "clippy.toml",
    "rust-toolchain.toml",
    "README.md",
    ".gitignore",
    ".cargo",
    "pins",
    "support",
];

/// What editors, merges and systems leave behind.
const LEFTOVERS: [&str; 7] = [".orig", ".rej", ".bak", ".swp", "~", ".DS_Store", ".profraw"];

pub(super) struct StrayFiles;

impl Rule for StrayFiles {
    fn id(&self) -> &'static str {
        "stray-files"
    }

    fn subject(&self) -> &'static str {
        "every file belongs to something"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let mut faults = in_exercise(material);
        if material.is_first_of_chapter() {
            faults.extend(in_chapter(material));
        }
        if material.is_first_of_course() {
            faults.extend(in_course(material));
        }
        let fault = |(file, what): (PathBuf, &str)| Fault::new(file, None, what);
        Some(faults.into_iter().map(fault).collect())
    }
}

fn in_exercise(material: &Material<'_>) -> Vec<(PathBuf, &'static str)> {
    let exercise = material.exercise;
    let left = material.starter.keys().filter(|file| is_left_over(file));
    let mut stray: Vec<_> =
        left.map(|file| (exercise.folder().join(file), "this was left over\n  help: delete it")).collect();
    for (file, bytes) in material.solution {
        let place = exercise.solution_folder().join(file);
        if material.starter.get(file) == Some(bytes) {
            let what = "this is the starter's file\n  help: delete it; a solution holds only what differs";
            stray.push((place, what));
        } else if !may_be_changed(material, file) {
            let what = "this is not the learner's to change\n  help: put it into `edit` in info.toml, or solve it \
                        without";
            stray.push((place, what));
        }
    }
    stray
}

fn in_chapter(material: &Material<'_>) -> Vec<(PathBuf, &'static str)> {
    let dir = &material.exercise.dir;
    let exercises = material.course.exercises.iter().filter(|other| other.dir == *dir);
    let known: BTreeSet<_> = exercises.map(|exercise| exercise.name.as_str()).collect();
    let (chapter, solutions) = (Path::new(EXERCISES).join(dir), Path::new(SOLUTIONS).join(dir));
    let readme =
        fs::read_to_string(material.course.root.join(&chapter).join("README.md")).unwrap_or_default();
    // A picture that the README shows.
    let is_linked = |name: &str| readme.contains(&format!("({name}"));
    let in_chapter = entries(material, &chapter).into_iter();
    let in_chapter = in_chapter
        .filter(|name| name != "README.md" && !is_linked(name))
        .map(|name| (chapter.join(&name), name));
    let in_solutions = entries(material, &solutions).into_iter();
    let in_solutions = in_solutions.map(|name| (solutions.join(&name), name));
    let strangers = in_chapter.chain(in_solutions).filter(|(_, name)| !known.contains(name.as_str()));
    strangers.map(|(place, _)| (place, NO_EXERCISE)).collect()
}

fn in_course(material: &Material<'_>) -> Vec<(PathBuf, &'static str)> {
    let chapters = material.course.chapters.iter().map(|chapter| chapter.dir.as_str());
    let known: BTreeSet<_> = chapters.chain(OF_THE_WORKSPACE).collect();
    let names = [EXERCISES, SOLUTIONS]
        .map(Path::new)
        .into_iter()
        .flat_map(|folder| entries(material, folder).into_iter().map(move |name| (folder.join(&name), name)));
    let strangers = names.filter(|(_, name)| !known.contains(name.as_str()));
    let what = "this belongs to no chapter\n  help: name it in info.toml, or delete it";
    strangers.map(|(place, _)| (place, what)).collect()
}

const NO_EXERCISE: &str = "this belongs to no exercise\n  help: name it in info.toml, move it into the exercise it is for, or delete it";

fn is_left_over(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    LEFTOVERS.iter().any(|end| name.ends_with(end))
}

/// The learner's files, and modules that a learner could add.
fn may_be_changed(material: &Material<'_>, file: &Path) -> bool {
    let is_new_module = !material.starter.contains_key(file)
        && file.starts_with("src")
        && file.extension().is_some_and(|end| end == "rs")
        && file != Path::new(SPECIFICATION);
    is_new_module || material.exercise.edit.iter().any(|edit| edit == file)
}

/// The names in a folder of the course, without what Cargo builds.
fn entries(material: &Material<'_>, folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(material.course.root.join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "target");
    names.sort();
    names
}
