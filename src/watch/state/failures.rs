//! Which of several failures is shown, and where it is to be mended.

use super::{Shown, State};
use crate::check::Verdict;
use crate::ui;
use crate::watch::event::Effect;

impl State {
    /// Why there is no other failure to be shown.
    pub(super) fn no_other_failure(&self) -> Option<String> {
        match self.judged_at_hand().map_or(0, |judged| ui::failures(&judged.verdict)) {
            0 => Some("nothing failed that could be shown".to_owned()),
            1 => Some("this is the only failure".to_owned()),
            _ => None,
        }
    }

    /// Round and round.
    pub(super) fn next_failure(&mut self) -> Vec<Effect> {
        let count = self.judged_at_hand().map_or(0, |judged| ui::failures(&judged.verdict));
        self.show_failure((self.failure + 1) % count.max(1));
        Vec::new()
    }

    pub(super) fn show_failure(&mut self, at: usize) {
        self.failure = at;
        // A test's own hint is of no use beside another test.
        if let Some(Shown::ForTest(test)) = &self.hints.shown
            && self.judged_at_hand().and_then(|judged| ui::failing_test(&judged.verdict, at)) != Some(test)
        {
            self.hints.shown = None;
        }
    }

    /// The line of the learner's file that the compiler complains of.
    pub(super) fn line_to_mend(&self) -> Option<usize> {
        let Verdict::DoesNotCompile { errors } = &self.judged_at_hand()?.verdict else {
            return None;
        };
        let (file, line) = errors.get(self.failure)?.place.as_deref()?.rsplit_once(':')?;
        let is_at_hand = self.exercise(self.current).main_file().as_os_str() == file;
        line.parse().ok().filter(|_| is_at_hand)
    }

    /// An editor has ended.
    pub(super) fn edited(&mut self, ended: Result<(), String>) -> Vec<Effect> {
        self.is_editing = false;
        if let Err(why) = ended {
            self.note = Some(format!("e: {why}"));
        }
        Vec::new()
    }
}
