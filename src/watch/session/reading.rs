//! What a learner reads: references and chapters.

use fs_err as fs;

use super::Session;
use crate::runner::{self, reference};
use crate::ui::Compared;
use crate::watch::event::{Event, Place, Readme};

impl Session {
    pub(super) fn solution(&self, place: Place) -> Event {
        let exercise = &self.course.exercises[place];
        let files = reference(&self.course, exercise).ok().flatten().map(|files| {
            let compared = files.into_iter().map(|(path, reference)| {
                let path = exercise.folder().join(path);
                // A file that the learner does not have is all new in the reference.
                let yours = fs::read_to_string(self.course.root.join(&path)).unwrap_or_default();
                Compared { path: path.display().to_string(), yours, reference }
            });
            compared.collect()
        });
        Event::Solution(place, files)
    }

    /// A failure is told: nothing else depends on it.
    pub(super) fn keep_reference(&self, place: Place) -> Option<Event> {
        let kept = runner::keep_reference(&self.course, &self.course.exercises[place]);
        let error = kept.err()?;
        Some(Event::Trouble(format!("the reference could not be written into solutions: {error}")))
    }

    pub(super) fn readme(&self, place: Place) -> Event {
        let file = self.course.readme(place).ok_or_else(|| "this chapter has no README".to_owned());
        let readme = file.and_then(|file| {
            let text = fs::read(self.course.root.join(file)).map_err(|error| error.to_string())?;
            Ok(Readme { file: file.display().to_string(), text: String::from_utf8_lossy(&text).into_owned() })
        });
        Event::Readme(readme)
    }
}
