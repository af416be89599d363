//! One exercise and one chapter, as the rest of the runner sees them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{EXERCISES, SOLUTIONS};

/// A chapter: a folder of exercises with a README.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its folder below `exercises/`, such as `10_jwt`.
    pub dir: String,
    pub title: String,
    /// What it teaches, on one screen, relative to the course's root. None where the course has none.
    pub readme: Option<PathBuf>,
}

/// Where an exercise's code lies, for Cargo and on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// In a package of its own, which is a folder of its own.
    Package,
    /// In one file among others of its chapter, a program of the course's one package, which has this name.
    File { package: String },
}

/// What an exercise is proved by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The specification, a file that is not the learner's.
    Specification,
    /// The tests in the learner's own file, and clippy.
    OwnTests(Lints),
    /// Its program, which ends well, and clippy.
    Program(Lints),
}

/// What clippy must not find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lints {
    /// Errors: what the course's manifest denies or forbids.
    Errors,
    /// Anything.
    Warnings,
}

/// An exercise: code that the learner makes pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// Unique in the course. What Cargo calls its program.
    pub name: String,
    /// The chapter's folder, such as `10_jwt`; empty where there is none.
    pub dir: String,
    pub home: Home,
    pub proof: Proof,
    pub title: String,
    /// 1 (warm-up) to 5 (capstone), 0 where the course does not say.
    pub difficulty: u8,
    /// 0 where the course does not say.
    pub minutes: u16,
    pub topics: Vec<String>,
    /// Security exercises need three known mistakes instead of two.
    pub security: bool,
    /// Each says more than the one before.
    pub hints: Vec<String>,
    /// A hint shown first while the test of this name is the first to fail.
    pub hint_for: BTreeMap<String, String>,
    pub takeaway: String,
    /// Command lines for the running service, with `$PORT` in them.
    pub try_lines: Vec<String>,
    /// The learner's files, relative to the exercise's folder. All others are specification.
    pub edit: Vec<PathBuf>,
    /// For the tests alone; compile time does not count.
    pub timeout: Duration,
}

impl Exercise {
    /// The name of the Cargo package that holds it.
    pub fn package(&self) -> &str {
        match &self.home {
            Home::Package => &self.name,
            Home::File { package } => package,
        }
    }

    /// The title, where it says more than the name.
    pub fn title_beside_name(&self) -> Option<&str> {
        Some(self.title.as_str()).filter(|title| *title != self.name)
    }

    /// Whether everything in its folder belongs to it, and not to its neighbours as well.
    pub fn owns_folder(&self) -> bool {
        self.home == Home::Package
    }

    /// The folder of its files relative to `exercises`: `10_jwt/jwt_alg`, or that of its chapter.
    pub fn member(&self) -> PathBuf {
        let chapter = Path::new(&self.dir);
        if self.owns_folder() { chapter.join(&self.name) } else { chapter.to_path_buf() }
    }

    /// What is its own relative to `exercises`: its folder, or where it shares one, its file.
    pub fn own_path(&self) -> PathBuf {
        let member = self.member();
        if self.owns_folder() { member } else { member.join(self.first_file()) }
    }

    /// The folder of its files relative to the course's root: `exercises/10_jwt/jwt_alg`.
    pub fn folder(&self) -> PathBuf {
        Path::new(EXERCISES).join(self.member())
    }

    /// The folder of the reference's files relative to the course's root: `solutions/10_jwt/jwt_alg`.
    pub fn solution_folder(&self) -> PathBuf {
        Path::new(SOLUTIONS).join(self.member())
    }

    /// The file a learner opens first, relative to the course's root.
    pub fn main_file(&self) -> PathBuf {
        self.folder().join(self.first_file())
    }

    /// The same relative to its folder.
    pub fn first_file(&self) -> &Path {
        self.edit.first().map_or(Path::new("src/main.rs"), PathBuf::as_path)
    }
}
