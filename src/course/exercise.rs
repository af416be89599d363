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

/// An exercise: a Cargo package whose tests the learner makes pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// The package's name, unique in the course.
    pub name: String,
    /// The chapter's folder, such as `10_jwt`.
    pub dir: String,
    pub title: String,
    /// 1 (warm-up) to 5 (capstone).
    pub difficulty: u8,
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
    /// The package's folder relative to the exercises' workspace: `10_jwt/jwt_alg`.
    pub fn member(&self) -> PathBuf {
        Path::new(&self.dir).join(&self.name)
    }

    /// The package's folder relative to the course's root: `exercises/10_jwt/jwt_alg`.
    pub fn folder(&self) -> PathBuf {
        Path::new(EXERCISES).join(self.member())
    }

    /// The reference's folder relative to the course's root: `solutions/10_jwt/jwt_alg`.
    pub fn solution_folder(&self) -> PathBuf {
        Path::new(SOLUTIONS).join(self.member())
    }

    /// The file a learner opens first, relative to the course's root.
    pub fn main_file(&self) -> PathBuf {
        let first = self.edit.first().map_or(Path::new("src/main.rs"), PathBuf::as_path);
        self.folder().join(first)
    }
}
