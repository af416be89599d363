//! The learner's editor: the terminal is handed over to it and taken back.

use super::{Session, WatchError};
use crate::runner::Editor;
use crate::watch::event::{Event, Place};
use crate::watch::keys::Keys;

impl Session {
    /// Opens the exercise's file. While an editor has the terminal, nothing is shown and no key is read; saves are
    /// judged all the same.
    pub(super) fn edit(&mut self, place: Place, line: Option<usize>) -> Option<Event> {
        let file = self.course.root.join(self.course.exercises[place].main_file());
        let Some(editor) = Editor::find(&file, line) else {
            let words = "set VISUAL or EDITOR to the editor you use, and start again";
            return Some(Event::EditorEnded(Err(words.to_owned())));
        };
        if editor.takes_terminal {
            self.keys = None;
            self.signals.lend();
            self.presenter.lend();
        }
        let mailbox = self.mailbox.clone();
        let started = editor.open(&self.course.root, move |ended| mailbox.send(Event::EditorEnded(ended)));
        match started {
            Err(error) => {
                self.mailbox.send(Event::EditorEnded(Err(format!("it could not be started: {error}"))));
            }
            Ok(()) if editor.takes_terminal => return Some(Event::EditorBegan),
            Ok(()) => {}
        }
        None
    }

    pub(super) fn take_terminal_back(&mut self) -> Result<(), WatchError> {
        if self.keys.is_none() {
            self.signals.take_back();
            self.presenter.take_back().map_err(WatchError::Terminal)?;
            self.keys = Some(Keys::start(self.mailbox.clone()).map_err(WatchError::Start)?);
        }
        Ok(())
    }
}
