//! Keys, and why one may mean nothing now.

use super::{Above, Asking, Screen, State, Work};
use crate::ui::{self, Compared, Outline, Theme};
use crate::watch::WatchExit;
use crate::watch::event::{Effect, Key, Place};
use crate::watch::keymap::{self, Action, Motion};

impl State {
    pub(super) fn key(&mut self, key: Key) -> Vec<Effect> {
        self.note = None;
        if let Some(asking) = self.asking.take() {
            return self.answer(key, asking.place);
        }
        match &self.screen {
            Screen::Exercise => self.key_at_exercise(key),
            Screen::List(_) => self.key_in_list(key),
            Screen::Solution { .. } => self.key_in_solution(key),
            Screen::Help => self.show(Screen::Exercise),
        }
    }

    fn key_at_exercise(&mut self, key: Key) -> Vec<Effect> {
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

    fn key_in_solution(&mut self, key: Key) -> Vec<Effect> {
        let Screen::Solution { files, scroll, .. } = &mut self.screen else {
            return Vec::new();
        };
        let page = ui::page(self.size);
        let last = ui::diff_lines(files, Theme::plain()).len().saturating_sub(page);
        match Motion::of(key) {
            Some(motion) => *scroll = motion.moved(*scroll, last, page),
            None => self.screen = Screen::Exercise,
        }
        Vec::new()
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
            Action::List | Action::Run | Action::Reset | Action::Quit | Action::Help => None,
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
            Action::Help => self.show(Screen::Help),
            Action::Reset => self.ask_for_reset(self.current),
            Action::Solution => self.solution_place().map(Effect::LoadSolution).into_iter().collect(),
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
        // The answer to the reset starts the run of what was reset.
        if was_working && place != self.current {
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

    pub(super) fn show_solution(&mut self, place: Place, files: Option<Vec<Compared>>) -> Vec<Effect> {
        match files {
            Some(files) => self.screen = Screen::Solution { place, files, scroll: 0 },
            None => self.note = Some(format!("s: this course has no reference for {}", self.name(place))),
        }
        Vec::new()
    }
}
