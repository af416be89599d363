//! Keys, and why one may mean nothing now.

use super::{Above, Asking, Paper, Screen, State, Work};
use crate::ui::Outline;
use crate::watch::WatchExit;
use crate::watch::event::{Effect, Key, Place};
use crate::watch::keymap::{self, Action};

impl State {
    pub(super) fn key(&mut self, key: Key) -> Vec<Effect> {
        if self.is_editing {
            return Vec::new();
        }
        self.note = None;
        self.leave_empty_page();
        if let Some(asking) = self.asking.take() {
            return self.answer(key, asking.place);
        }
        match &self.screen {
            Screen::Exercise => self.key_at_exercise(key),
            Screen::List(_) => self.key_in_list(key),
            Screen::Service { .. } => self.key_at_service(key),
            Screen::Page { .. } => self.key_in_page(key),
        }
    }

    fn key_at_exercise(&mut self, key: Key) -> Vec<Effect> {
        if key == Key::Enter {
            // Whoever works line by line, as a screen reader's user may, ends a key with it.
            return Vec::new();
        }
        let Some(binding) = keymap::binding(key) else {
            self.note = Some("no such key; ? shows them all".to_owned());
            return Vec::new();
        };
        if let Some(why) = self.refusal(binding.action) {
            self.note = Some(format!("{}: {why}", binding.label));
            return Vec::new();
        }
        self.act(binding.action)
    }

    /// Why a key means nothing now; none if it does.
    pub(super) fn refusal(&self, action: Action) -> Option<String> {
        let refused = |is_refused: bool, why: &str| is_refused.then(|| why.to_owned());
        match action {
            Action::Next => match self.next_pending() {
                Some(_) => None,
                None if matches!(self.above, Above::Passed { .. }) => None,
                None if self.is_passed(self.current) => {
                    Some("nothing is pending, all exercises passed".to_owned())
                }
                None => Some("nothing else is pending".to_owned()),
            },
            Action::Back => refused(self.current == 0, "this is the first exercise"),
            Action::Hint => {
                let exercise = self.exercise(self.current);
                let has_none = exercise.hints.is_empty() && self.hint_for_test().is_none();
                refused(has_none, "there is no hint for this exercise")
            }
            Action::CheckAll => {
                refused(matches!(self.work, Work::All { .. }), "all exercises are being checked already")
            }
            Action::Solution => {
                refused(self.solution_place().is_none(), "the reference is shown after a pass")
            }
            Action::Failure => self.no_other_failure(),
            Action::Output => refused(self.judged_at_hand().is_none(), "nothing has run yet"),
            Action::Warnings => refused(self.warned().is_empty(), "the compiler warns of nothing"),
            Action::Readme => {
                refused(self.course.readme(self.current).is_none(), "this chapter has no README")
            }
            Action::Try if self.exercise(self.current).try_lines.is_empty() => {
                Some("this exercise has no service to try".to_owned())
            }
            Action::Try => refused(
                matches!(self.work, Work::All { .. }),
                "all exercises are being checked; after that, or after a save",
            ),
            Action::Edit | Action::List | Action::Run | Action::Reset | Action::Quit | Action::Help => None,
        }
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        match action {
            // After a pass the next one is on the screen already: this turns to it.
            Action::Next if matches!(self.above, Above::Passed { .. }) => {
                self.above = Above::Nothing;
                Vec::new()
            }
            Action::Next => self.next_pending().map_or_else(Vec::new, |place| self.go_to(place)),
            Action::Back => self.go_to(self.current.saturating_sub(1)),
            Action::Hint => self.next_hint(),
            Action::Run => self.start(self.current),
            Action::CheckAll => self.check_all(),
            Action::List => self.show(Screen::List(Outline::at(&self.course, self.current))),
            Action::Try => self.try_service(),
            Action::Help => self.open(Paper::Help),
            Action::Output => self.open(Paper::Output),
            Action::Warnings => self.open(Paper::Warnings),
            Action::Readme => vec![Effect::LoadReadme(self.current)],
            Action::Failure => self.next_failure(),
            Action::Edit => vec![Effect::Edit(self.current, self.line_to_mend())],
            Action::Reset => self.ask_for_reset(self.current),
            Action::Solution => {
                let place = self.solution_place();
                place.map_or_else(Vec::new, |place| {
                    vec![Effect::KeepReference(place), Effect::LoadSolution(place)]
                })
            }
            Action::Quit => vec![Effect::Quit(WatchExit::Quit)],
        }
    }

    fn show(&mut self, screen: Screen) -> Vec<Effect> {
        self.screen = screen;
        Vec::new()
    }

    pub(super) fn ask_for_reset(&mut self, place: Place) -> Vec<Effect> {
        let name = self.name(place);
        let question = format!("put {name} back to how it was shipped? your version is kept (y/n)");
        self.asking = Some(Asking { place, question });
        Vec::new()
    }

    fn answer(&mut self, key: Key, place: Place) -> Vec<Effect> {
        if key != Key::Char('y') {
            self.note = Some("nothing was reset".to_owned());
            return Vec::new();
        }
        // A run reads the files that are about to be written.
        let mut effects = self.stop();
        let was_working = !effects.is_empty();
        effects.push(Effect::Reset(place));
        // The answer to the reset starts the run of what was reset, unless that was another one in the list.
        if was_working && place != self.current && matches!(self.screen, Screen::List(_)) {
            effects.extend(self.start(self.current));
        }
        effects
    }

    /// Whose reference may be shown: that of the exercise that just passed, else of the one at hand once it passed.
    fn solution_place(&self) -> Option<Place> {
        match self.above {
            Above::Passed { place, .. } => Some(place),
            _ => Some(self.current).filter(|place| self.is_passed(*place)),
        }
    }
}
