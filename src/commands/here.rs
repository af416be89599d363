//! The course that a command is about, and where the learner is in it.

use std::path::{Path, absolute};

use crate::course::{Course, Exercise, find_root};
use crate::exit::Usage;
use crate::progress::{Progress, Store};
use crate::report::note;

/// The course around `folder`, or around the current one.
pub(super) fn course_around(folder: Option<&Path>) -> anyhow::Result<Course> {
    let start = absolute(folder.unwrap_or(Path::new(".")))?;
    Ok(Course::load(&find_root(&start)?)?)
}

pub(super) struct Here {
    pub(super) course: Course,
    pub(super) store: Store,
    /// As found when the command began.
    pub(super) progress: Progress,
}

impl Here {
    /// The course around `folder`, and what is recorded of it.
    pub(super) fn open(folder: Option<&Path>) -> anyhow::Result<Self> {
        let course = course_around(folder)?;
        let store = Store::new(&course);
        let loaded = store.load()?;
        if let Some(aside) = loaded.kept_aside {
            note(&format!("progress.toml could not be read; it is kept as {}", aside.display()));
        }
        Ok(Self { course, store, progress: loaded.progress })
    }

    /// The exercise of this name.
    pub(super) fn find(&self, name: &str) -> Result<&Exercise, Usage> {
        self.course.find(name).ok_or_else(|| {
            let list = "`backendlings list` shows all names";
            let help = match self.course.nearest(name) {
                Some(nearest) => format!("did you mean `{nearest}`? {list}"),
                None => list.to_owned(),
            };
            Usage(format!("there is no exercise `{name}`\n  help: {help}"))
        })
    }

    /// The exercise of this name, or the current one.
    pub(super) fn find_or_current(&self, name: Option<&str>) -> Result<&Exercise, Usage> {
        name.map_or_else(|| Ok(self.current()), |name| self.find(name))
    }

    pub(super) fn current(&self) -> &Exercise {
        &self.course.exercises[self.progress.current(&self.course)]
    }
}
