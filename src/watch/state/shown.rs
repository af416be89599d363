//! What is seen of the state.

use super::{Above, Meanwhile, Outcome, Screen, State, Work};
use crate::ui::{self, Content, Now, Prompt, Seen, Step, View};
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
            Screen::Exercise => self.at_hand(),
            Screen::List(outline) => Content::List(outline),
            Screen::Service { service, .. } => Content::Service { service, now: self.now() },
            Screen::Page { paper, scroll } => match self.page(paper) {
                Some(page) => Content::Page { page, scroll: *scroll },
                None => self.at_hand(),
            },
        }
    }

    fn at_hand(&self) -> Content<'_> {
        Content::Exercise { above: self.news(), now: self.now(), hint: self.hint() }
    }

    fn news(&self) -> ui::Above<'_> {
        match &self.above {
            Above::Nothing => ui::Above::Nothing,
            Above::Welcome(Meanwhile::Readme(readme)) => ui::Above::Welcome { readme },
            Above::Welcome(_) => ui::Above::Welcome { readme: "" },
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
        let seen = |judged| Seen { judged, at: self.failure };
        match (&self.work, &self.outcome) {
            (Work::Run { step, .. } | Work::All { step, .. }, Outcome::Judged(judged)) => {
                Now::Running { step: *step, before: Some(seen(judged)) }
            }
            (Work::Run { step, .. } | Work::All { step, .. }, _) => {
                Now::Running { step: *step, before: None }
            }
            (Work::Nothing, Outcome::Judged(judged)) => Now::Judged(seen(judged)),
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
            Screen::Service { .. } => Prompt::Keys(keymap::SERVICE_PROMPT.to_vec()),
            Screen::Page { paper, .. } if self.page(paper).is_some() => {
                Prompt::Keys(keymap::PAGE_PROMPT.to_vec())
            }
            Screen::Page { .. } | Screen::Exercise => Prompt::Keys(self.useful_keys()),
        }
    }

    /// Those that mean something now, most needed first.
    fn useful_keys(&self) -> Vec<(&'static str, &'static str)> {
        let is_pass = matches!(self.above, Above::Passed { .. } | Above::Finished)
            || self.judged_at_hand().is_some_and(|judged| judged.verdict.is_pass());
        let bindings = keymap::BINDINGS.iter();
        let mut useful: Vec<_> = bindings.filter(|binding| self.refusal(binding.action).is_none()).collect();
        useful.sort_by_key(|binding| !(is_pass && keymap::AFTER_PASS.contains(&binding.action)));
        useful.into_iter().map(|binding| (binding.label, binding.word)).collect()
    }
}
