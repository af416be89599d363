//! What all exercises of a course are built with and what is on disk decides: its manifest, shared sources, data files.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::stamps::{Stamps, is_noise};
use crate::course::{Course, EXERCISES, SOLUTIONS, Workspace};

#[derive(Debug)]
pub(super) struct Common {
    /// The course's root; none where nothing but the exercises' own files is looked at.
    root: Option<PathBuf>,
    look: Stamps,
}

impl Common {
    pub(super) fn open(course: &Course) -> Self {
        let root = Some(course.root.clone()).filter(|_| course.workspace == Workspace::AsItIs);
        let look = root.as_deref().map(stamps).unwrap_or_default();
        Self { root, look }
    }

    pub(super) fn has(&self, path: &Path) -> bool {
        let below = self.root.as_ref().and_then(|root| path.strip_prefix(root).ok());
        below.is_some_and(counts)
    }

    /// Whether it is another than at the last look.
    pub(super) fn has_changed(&mut self) -> bool {
        let look = self.root.as_deref().map(stamps).unwrap_or_default();
        let has_changed = look != self.look;
        self.look = look;
        has_changed
    }
}

/// The folders that hold some of it, each with what is below.
pub(super) fn folders(course: &Course) -> Vec<PathBuf> {
    let entries = fs::read_dir(&course.root).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir() && counts(Path::new(&entry.file_name())));
    let wanted = folders.filter(|_| course.workspace == Workspace::AsItIs);
    wanted.map(|entry| entry.path()).collect()
}

fn stamps(root: &Path) -> Stamps {
    Stamps::below(root, counts)
}

/// By the path from the course's root. Cargo writes the lockfile for whoever builds first, an editor or a learner.
fn counts(path: &Path) -> bool {
    let elsewhere = [EXERCISES, SOLUTIONS, "Cargo.lock"];
    !path.as_os_str().is_empty()
        && !elsewhere.iter().any(|elsewhere| path.starts_with(elsewhere))
        && !is_noise(path)
        && path.extension().is_none_or(|end| end != "md")
}
