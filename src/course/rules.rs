//! What info.toml must keep to beyond its syntax. All problems are found in one go.

use std::collections::HashSet;
use std::path::{Component, Path};

use super::info::{ChapterInfo, ExerciseInfo, Info, line_of};
use super::{EXERCISES, INFO_FILE, Problem, RUNNER_FOLDER, SPECIFICATION};

const MAX_NAME: usize = 32;
const MAX_TIMEOUT: u64 = 600;

/// Names that Cargo, Rust or the workspace already use.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "build",
    "const",
    "continue",
    "core",
    "crate",
    "debug",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "pins",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "release",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "support",
    "test",
    "tests",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// Everything wrong with `info`, whose text is `text`, in the course at `root`.
pub(super) fn problems(root: &Path, text: &str, info: &Info) -> Vec<Problem> {
    let mut rules = Rules { root, text, problems: Vec::new() };
    rules.chapters(&info.chapters);
    rules.exercises(info);
    rules.problems
}

struct Rules<'a> {
    root: &'a Path,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Rules<'_> {
    fn add(&mut self, offset: usize, message: String, help: impl Into<String>) {
        let line = Some(line_of(self.text, offset));
        self.problems.push(Problem { file: INFO_FILE.into(), line, message, help: help.into() });
    }

    fn chapters(&mut self, chapters: &[ChapterInfo]) {
        let mut seen = HashSet::new();
        for chapter in chapters {
            let (dir, at) = (chapter.dir.get_ref(), chapter.dir.span().start);
            if let Some((message, help)) = wrong_chapter(dir) {
                self.add(at, message, help);
            } else if !seen.insert(dir) {
                self.add(at, format!("chapter {dir:?} is there twice"), "keep one of the two");
            } else {
                self.stays_inside(at, &Path::new(EXERCISES).join(dir));
            }
        }
    }

    fn exercises(&mut self, info: &Info) {
        if info.exercises.is_empty() {
            self.add(0, "there are no exercises".to_owned(), "add an [[exercises]] table");
        }
        let chapters: HashSet<_> = info.chapters.iter().map(|chapter| chapter.dir.get_ref()).collect();
        let crates = locked_crates(self.root);
        let mut seen = HashSet::new();
        for exercise in &info.exercises {
            self.name(exercise, &crates);
            let (name, at) = (exercise.name.get_ref(), exercise.name.span().start);
            if !seen.insert(name) {
                self.add(at, format!("exercise {name:?} is there twice"), "give one of them another name");
            }
            self.folder(exercise, &chapters);
            self.numbers(exercise);
            self.edit(exercise);
        }
    }

    fn name(&mut self, exercise: &ExerciseInfo, crates: &HashSet<String>) {
        if let Some((message, help)) = wrong_name(exercise.name.get_ref(), crates) {
            self.add(exercise.name.span().start, message, help);
        }
    }

    fn folder(&mut self, exercise: &ExerciseInfo, chapters: &HashSet<&String>) {
        let (dir, at) = (exercise.dir.get_ref(), exercise.dir.span().start);
        if !is_one_folder(dir) {
            self.add(
                at,
                format!("dir = {dir:?} leaves the course"),
                "write the `dir` of one of the [[chapters]]",
            );
            return;
        }
        if !chapters.contains(dir) {
            self.add(
                at,
                format!("dir = {dir:?} is not a chapter"),
                format!("add a [[chapters]] table with dir = {dir:?}, or name one that is there"),
            );
        }
        let folder = Path::new(EXERCISES).join(dir).join(exercise.name.get_ref());
        let at = exercise.name.span().start;
        if self.stays_inside(at, &folder) {
            for file in ["Cargo.toml", SPECIFICATION] {
                if !self.exists(&folder.join(file)) {
                    let missing = folder.join(file);
                    self.add(
                        at,
                        format!("{} is missing", missing.display()),
                        "every exercise has a Cargo.toml and a specification in src/tests.rs",
                    );
                }
            }
        }
    }

    fn numbers(&mut self, exercise: &ExerciseInfo) {
        let name = exercise.name.get_ref();
        if !(1..=5).contains(exercise.difficulty.get_ref()) {
            let at = exercise.difficulty.span().start;
            self.add(at, format!("the difficulty of {name} is not 1 to 5"), "write 1, 2, 3, 4 or 5");
        }
        if *exercise.minutes.get_ref() == 0 {
            let at = exercise.minutes.span().start;
            self.add(at, format!("{name} takes 0 minutes"), "write how long a learner needs");
        }
        if !(1..=MAX_TIMEOUT).contains(exercise.timeout.get_ref()) {
            let at = exercise.timeout.span().start;
            self.add(
                at,
                format!("the timeout of {name} is not a number of seconds from 1 to {MAX_TIMEOUT}"),
                "leave it out for 10 seconds",
            );
        }
        if exercise.hints.get_ref().iter().any(|hint| hint.trim().is_empty()) {
            let at = exercise.hints.span().start;
            self.add(at, format!("{name} has an empty hint"), "write it or leave it out");
        }
    }

    fn edit(&mut self, exercise: &ExerciseInfo) {
        if exercise.edit.is_empty() {
            let at = exercise.name.span().start;
            let name = exercise.name.get_ref();
            self.add(at, format!("{name} has nothing to edit"), "leave `edit` out for src/main.rs");
        }
        for path in &exercise.edit {
            let (at, path) = (path.span().start, path.get_ref());
            let shown = path.display();
            if !is_inside(path) {
                self.add(
                    at,
                    format!("edit: {shown} leaves the exercise"),
                    "write a path relative to the exercise's folder, such as \"src/main.rs\"",
                );
            } else if path == Path::new("Cargo.toml") || path == Path::new(SPECIFICATION) {
                self.add(
                    at,
                    format!("edit: {shown} decides the verdict and cannot be the learner's"),
                    "put what learners change into other files",
                );
            }
        }
    }

    /// The folder exists, and no link on the way leads out of the course.
    fn stays_inside(&mut self, at: usize, folder: &Path) -> bool {
        let Ok(real) = self.root.join(folder).canonicalize() else {
            // A learner may have deleted a folder whose original is kept: `reset` brings it back.
            if self.exists(folder) {
                return true;
            }
            self.add(
                at,
                format!("the folder {} is missing", folder.display()),
                "create it, restore it from git, or take its entry out of info.toml",
            );
            return false;
        };
        let inside = real.starts_with(self.root.join(EXERCISES));
        if !inside {
            self.add(
                at,
                format!("{} leaves the course: it is a link to {}", folder.display(), real.display()),
                "put the folder itself there",
            );
        }
        inside
    }

    fn exists(&self, path: &Path) -> bool {
        let kept = self.root.join(RUNNER_FOLDER).join("originals").join(path);
        self.root.join(path).exists() || kept.exists()
    }
}

/// Why a new exercise can have neither this name nor this chapter: what is wrong, and what to write instead.
pub(super) fn refusal(root: &Path, dir: &str, name: &str) -> Option<(String, String)> {
    wrong_chapter(dir).or_else(|| wrong_name(name, &locked_crates(root)))
}

fn wrong_chapter(dir: &str) -> Option<(String, String)> {
    let help = "write the name of one folder below exercises/, such as \"01_http\"".to_owned();
    (!is_one_folder(dir)).then(|| (format!("dir = {dir:?} leaves the course"), help))
}

fn wrong_name(name: &str, crates: &HashSet<String>) -> Option<(String, String)> {
    let mut letters = name.chars();
    let legal = letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !legal || name.len() > MAX_NAME {
        return Some((
            format!("{name:?} is not a name for an exercise"),
            format!("write a-z, 0-9 and _, beginning with a letter, at most {MAX_NAME} characters"),
        ));
    }
    if RESERVED.contains(&name) {
        let help = "choose a name that neither Rust, Cargo nor the workspace uses";
        return Some((format!("{name:?} is a reserved name"), help.to_owned()));
    }
    crates.contains(name).then(|| {
        let help = "choose a name that is no dependency's".to_owned();
        (format!("{name:?} is also a crate of exercises/Cargo.lock"), help)
    })
}

fn is_one_folder(dir: &str) -> bool {
    let mut parts = Path::new(dir).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) && !dir.contains(['/', '\\'])
}

fn is_inside(path: &Path) -> bool {
    path.components().next().is_some() && path.components().all(|part| matches!(part, Component::Normal(_)))
}

/// The names of all crates in the lockfile that are not members of the workspace, with `_` for `-`.
fn locked_crates(root: &Path) -> HashSet<String> {
    let Ok(text) = fs_err::read_to_string(root.join(EXERCISES).join("Cargo.lock")) else {
        return HashSet::new();
    };
    let Ok(lock) = text.parse::<toml::Table>() else {
        return HashSet::new();
    };
    let packages = lock.get("package").and_then(toml::Value::as_array);
    packages
        .into_iter()
        .flatten()
        .filter(|package| package.get("source").is_some())
        .filter_map(|package| package.get("name")?.as_str())
        .map(|name| name.replace('-', "_"))
        .collect()
}
