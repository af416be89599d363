//! Hints: first the failing test's own, then each numbered one, saying more than the one before.

use super::{Outcome, Shown, State};
use crate::ui;
use crate::watch::event::{Change, Effect};

impl State {
    /// The test that is told of, if it has a hint of its own.
    pub(super) fn hint_for_test(&self) -> Option<&str> {
        let Outcome::Judged(judged) = &self.outcome else {
            return None;
        };
        let test = ui::failing_test(&judged.verdict, self.failure)?;
        self.exercise(self.current).hint_for.contains_key(test).then_some(test)
    }

    /// The failing test's own hint once, then the numbered ones, round and round.
    pub(super) fn next_hint(&mut self) -> Vec<Effect> {
        let own =
            self.hint_for_test().map(str::to_owned).filter(|test| self.hints.for_test.as_ref() != Some(test));
        if let Some(test) = own {
            self.hints.for_test = Some(test.clone());
            self.hints.shown = Some(Shown::ForTest(test.clone()));
            return vec![self.record(Change::HintedFor { name: self.name(self.current), test })];
        }
        let count = self.exercise(self.current).hints.len();
        if count == 0 {
            return Vec::new();
        }
        let number = self.hints.taken % count;
        self.hints.taken = number + 1;
        self.hints.shown = Some(Shown::Numbered(number));
        let hints = u32::try_from(number + 1).unwrap_or(u32::MAX);
        vec![self.record(Change::Hinted { name: self.name(self.current), hints })]
    }

    pub(super) fn hint(&self) -> Option<ui::Hint<'_>> {
        let exercise = self.exercise(self.current);
        match self.hints.shown.as_ref()? {
            Shown::ForTest(test) => exercise.hint_for.get(test).map(|text| ui::Hint::ForTest(text)),
            Shown::Numbered(number) => {
                let text = exercise.hints.get(*number)?;
                Some(ui::Hint::Numbered { number: number + 1, of: exercise.hints.len(), text })
            }
        }
    }
}
