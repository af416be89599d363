//! The only reader of a course: info.toml and the folders it names.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use super::info::{ExerciseInfo, Format, Info};
use super::{Chapter, CourseError, EXERCISES, Exercise, Home, Problem, Proof, rules, rustlings};

/// The file that makes a folder a course.
pub const INFO_FILE: &str = "info.toml";

/// The Cargo workspace that verdicts are built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workspace {
    /// `exercises`, as it was shipped but for the learner's files.
    AsShipped,
    /// The course's own folder, as it is on disk.
    AsItIs,
}

impl Workspace {
    /// Its folder relative to the course's root.
    pub fn folder(self) -> &'static str {
        match self {
            Self::AsShipped => EXERCISES,
            Self::AsItIs => "",
        }
    }
}

/// A valid course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Absolute, without links.
    pub root: PathBuf,
    pub name: String,
    pub workspace: Workspace,
    pub welcome_message: String,
    pub final_message: String,
    pub chapters: Vec<Chapter>,
    /// In the order of the course. Never empty; every `dir` is one of the chapters.
    pub exercises: Vec<Exercise>,
}

impl Course {
    /// Reads and checks the course in `root`.
    pub fn load(root: &Path) -> Result<Self, CourseError> {
        let root = fs::canonicalize(root)?;
        let text = fs::read_to_string(root.join(INFO_FILE))?;
        let invalid = |problem| CourseError::Invalid(vec![problem]);
        if Format::of(&text).map_err(invalid)? == Format::Rustlings {
            return rustlings::load(root, &text);
        }
        let info = Info::parse(&text).map_err(invalid)?;
        let problems = rules::problems(&root, &text, &info);
        if !problems.is_empty() {
            return Err(CourseError::Invalid(problems));
        }
        let chapters = info.chapters.into_iter().map(|chapter| {
            let dir = chapter.dir.into_inner();
            let readme = Path::new(EXERCISES).join(&dir).join("README.md");
            let readme = Some(readme).filter(|readme| root.join(readme).is_file());
            Chapter { dir, title: chapter.title, readme }
        });
        let chapters = chapters.collect();
        Ok(Self {
            root,
            name: info.name,
            workspace: Workspace::AsShipped,
            welcome_message: info.welcome_message,
            final_message: info.final_message,
            chapters,
            exercises: info.exercises.into_iter().map(exercise).collect(),
        })
    }

    /// The exercise of this name.
    pub fn find(&self, name: &str) -> Option<&Exercise> {
        self.exercises.iter().find(|exercise| exercise.name == name)
    }

    /// The exercise's place in the course, counted from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.exercises.iter().position(|exercise| exercise.name == name)
    }

    /// The README of the exercise's chapter.
    pub fn readme(&self, place: usize) -> Option<&Path> {
        let dir = &self.exercises[place].dir;
        self.chapters.iter().find(|chapter| chapter.dir == *dir)?.readme.as_deref()
    }

    /// The README of the chapter that begins with this exercise: to be read before it.
    pub fn chapter_begins(&self, place: usize) -> Option<&Path> {
        let dir = &self.exercises[place].dir;
        let is_first = self.exercises.iter().position(|exercise| exercise.dir == *dir) == Some(place);
        self.readme(place).filter(|_| is_first)
    }

    /// Why a new exercise can have neither this name nor this chapter, in the words of info.toml's rules: what is wrong,
    /// and what to write instead.
    pub(crate) fn refusal(&self, dir: &str, name: &str) -> Option<(String, String)> {
        rules::refusal(&self.root, dir, name)
    }

    /// The known name most like `written`, for "did you mean".
    pub fn nearest(&self, written: &str) -> Option<&str> {
        let likeness = |name: &str| strsim::jaro_winkler(written, name);
        let names = self.exercises.iter().map(|exercise| exercise.name.as_str());
        names.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|name| likeness(name) > 0.7)
    }
}

/// The exercises that another text of info.toml names, such as an earlier one. Their folders are not looked at.
pub(crate) fn exercises_in(info: &str) -> Result<Vec<Exercise>, Problem> {
    Ok(Info::parse(info)?.exercises.into_iter().map(exercise).collect())
}

/// The course that `start` lies in: the nearest folder, from `start` upwards, with an info.toml.
pub fn find_root(start: &Path) -> Result<PathBuf, CourseError> {
    start.ancestors().find(|folder| folder.join(INFO_FILE).is_file()).map(Path::to_path_buf).ok_or_else(
        || match start.ancestors().find(|folder| rustlings::is_own_course(folder)) {
            Some(folder) => CourseError::InsideRustlings(folder.to_path_buf()),
            None => CourseError::NotFound(start.to_path_buf()),
        },
    )
}

fn exercise(info: ExerciseInfo) -> Exercise {
    Exercise {
        name: info.name.into_inner(),
        dir: info.dir.into_inner(),
        home: Home::Package,
        proof: Proof::Specification,
        title: info.title,
        difficulty: info.difficulty.into_inner(),
        minutes: info.minutes.into_inner(),
        topics: info.topics,
        security: info.security,
        hints: info.hints.into_inner(),
        hint_for: info.hint_for,
        takeaway: info.takeaway.trim().to_owned(),
        try_lines: info.try_lines,
        edit: info.edit.into_iter().map(toml::Spanned::into_inner).collect(),
        timeout: Duration::from_secs(info.timeout.into_inner()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapters_readme_belongs_to_its_first_exercise() {
        let folder = tempfile::tempdir().unwrap();
        let chapter = |dir: &str| format!("[[chapters]]\ndir = \"{dir}\"\ntitle = \"\"\n");
        let exercise = |dir: &str, name: &str| {
            let package = folder.path().join("exercises").join(dir).join(name);
            fs::create_dir_all(package.join("src")).unwrap();
            fs::write(package.join("Cargo.toml"), "").unwrap();
            fs::write(package.join("src/tests.rs"), "").unwrap();
            format!(
                "[[exercises]]\nname = \"{name}\"\ndir = \"{dir}\"\ntitle = \"\"\ndifficulty = 1\nminutes = 1\nhints = []\n"
            )
        };
        let info = ["format_version = 2\nname = \"x\"\n", &chapter("01_a"), &chapter("02_b")].concat()
            + &[exercise("01_a", "one"), exercise("01_a", "two"), exercise("02_b", "three")].concat();
        fs::write(folder.path().join(INFO_FILE), info).unwrap();
        fs::write(folder.path().join("exercises/01_a/README.md"), "# A").unwrap();
        let course = Course::load(folder.path()).unwrap();
        assert_eq!(course.chapter_begins(0), Some(Path::new("exercises/01_a/README.md")));
        assert_eq!(course.chapter_begins(1), None, "not the first of its chapter");
        assert_eq!(course.chapter_begins(2), None, "a chapter without a README");
    }
}
