//! What is seen of the state.

use super::{Above, Outcome, Screen, State, Work};
use crate::ui::{self, Content, Now, Prompt, Step, View};
use crate::watch::keymap;

impl State {
    pub(in crate::watch) fn view(&self) -> View<'_> {
        View {
            course: &self.course,
            progress: &self.progress,
            current: self.current,
            content: self.content(),
            banners: self.banners.session.iter().chain(&self.banners.progress).map(String::as_str).collect(),
            note: self.note.as_deref(),
            prompt: self.prompt(),
        }
    }

    fn content(&self) -> Content<'_> {
        match &self.screen {
            Screen::Exercise => Content::Exercise { above: self.news(), now: self.now(), hint: self.hint() },
            Screen::List(outline) => Content::List(outline),
            Screen::Help => Content::Help(&self.help),
            Screen::Solution { place, files, scroll } => {
                Content::Solution { exercise: self.exercise(*place), files, scroll: *scroll }
            }
        }
    }

    fn news(&self) -> ui::Above<'_> {
        match &self.above {
            Above::Nothing => ui::Above::Nothing,
            Above::Welcome => ui::Above::Welcome,
            Above::Passed { place, judged, earlier } => {
                ui::Above::Passed { exercise: self.exercise(*place), judged, earlier: *earlier }
            }
            Above::Checked(tally) => {
                let names = tally.now_failing.iter().map(|place| self.exercise(*place).name.as_str());
                ui::Above::Checked { passing: tally.passing, now_failing: names.collect() }
            }
            Above::Finished => ui::Above::Finished,
        }
    }

    fn now(&self) -> Now<'_> {
        match (&self.work, &self.outcome) {
            (Work::Run { step, .. } | Work::All { step, .. }, Outcome::Judged(judged)) => {
                Now::Running { step: *step, before: Some(judged) }
            }
            (Work::Run { step, .. } | Work::All { step, .. }, _) => {
                Now::Running { step: *step, before: None }
            }
            (Work::Nothing, Outcome::Judged(judged)) => Now::Judged(judged),
            (Work::Nothing, Outcome::Trouble(trouble)) => Now::Trouble(trouble),
            (Work::Nothing, Outcome::Unknown) => Now::Running { step: Step::Starting, before: None },
        }
    }

    fn prompt(&self) -> Prompt<'_> {
        if let Some(asking) = &self.asking {
            return Prompt::Question(&asking.question);
        }
        match &self.screen {
            Screen::List(outline) => Prompt::Keys(keymap::list_prompt(outline).to_vec()),
            Screen::Solution { .. } => Prompt::Keys(keymap::SOLUTION_PROMPT.to_vec()),
            Screen::Help => Prompt::Keys(keymap::HELP_PROMPT.to_vec()),
            Screen::Exercise => {
                let useful = keymap::BINDINGS.iter().filter(|binding| self.refusal(binding.action).is_none());
                Prompt::Keys(useful.map(|binding| (binding.label, binding.word)).collect())
            }
        }
    }
}
