//! Pages: texts that cover the exercise until a key leaves them.

use super::{Above, Meanwhile, Outcome, Paper, Screen, State};
use crate::check::Judged;
use crate::course::Exercise;
use crate::ui::{self, Compared, Page};
use crate::watch::event::{Effect, Key, Place, Readme};
use crate::watch::keymap::Motion;

impl State {
    pub(super) fn open(&mut self, paper: Paper) -> Vec<Effect> {
        self.screen = Screen::Page { paper, scroll: 0 };
        Vec::new()
    }

    /// What a page shows; none if there is nothing any more, as during the run of another exercise.
    pub(super) fn page<'a>(&'a self, paper: &'a Paper) -> Option<Page<'a>> {
        Some(match paper {
            Paper::Help => Page::Help(&self.help),
            Paper::Solution { place, files } => Page::Solution { exercise: self.exercise(*place), files },
            Paper::Output => {
                Page::Output { exercise: self.exercise(self.current), judged: self.judged_at_hand()? }
            }
            Paper::Warnings => Page::Warnings(Some(self.warned()).filter(|warned| !warned.is_empty())?),
            Paper::Readme(Readme { file, text }) => Page::Readme { file, text },
        })
    }

    pub(super) fn judged_at_hand(&self) -> Option<&Judged> {
        match &self.outcome {
            Outcome::Judged(judged) => Some(judged),
            Outcome::Unknown | Outcome::Trouble(_) => None,
        }
    }

    /// The verdicts on the screen that come with warnings: of the exercise that just passed, and of the one at hand.
    pub(super) fn warned(&self) -> Vec<(&Exercise, &Judged)> {
        let passed = match &self.above {
            Above::Passed { place, judged, .. } => Some((*place, &**judged)),
            _ => None,
        };
        let at_hand = self.judged_at_hand().map(|judged| (self.current, judged));
        let warned = passed.into_iter().chain(at_hand).filter(|(_, judged)| !judged.warnings.is_empty());
        warned.map(|(place, judged)| (self.exercise(place), judged)).collect()
    }

    pub(super) fn leave_empty_page(&mut self) {
        if let Screen::Page { paper, .. } = &self.screen
            && self.page(paper).is_none()
        {
            self.screen = Screen::Exercise;
        }
    }

    pub(super) fn key_in_page(&mut self, key: Key) -> Vec<Effect> {
        let extent = ui::extent(&self.view(), self.size);
        match (Motion::of(key), &mut self.screen) {
            (Some(motion), Screen::Page { scroll, .. }) => {
                *scroll = motion.moved((*scroll).min(extent.last), extent.last, extent.rows);
            }
            _ => self.screen = Screen::Exercise,
        }
        Vec::new()
    }

    pub(super) fn show_solution(&mut self, place: Place, files: Option<Vec<Compared>>) -> Vec<Effect> {
        match files {
            Some(files) => return self.open(Paper::Solution { place, files }),
            None => self.note = Some(format!("s: this course has no reference for {}", self.name(place))),
        }
        Vec::new()
    }

    /// On the very first start, which takes its time, the chapter's README stands above the bar.
    pub(super) fn read_meanwhile(&mut self) -> Vec<Effect> {
        match &mut self.above {
            Above::Welcome(meanwhile @ Meanwhile::Nothing) if self.course.readme(self.current).is_some() => {
                *meanwhile = Meanwhile::Asked;
                vec![Effect::LoadReadme(self.current)]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn show_readme(&mut self, readme: Result<Readme, String>) -> Vec<Effect> {
        if let Above::Welcome(meanwhile @ Meanwhile::Asked) = &mut self.above {
            // Without it there is less to read while waiting; key i says why.
            *meanwhile = Meanwhile::Readme(readme.map(|readme| readme.text).unwrap_or_default());
            return Vec::new();
        }
        match readme {
            Ok(readme) => return self.open(Paper::Readme(readme)),
            Err(why) => self.note = Some(format!("i: {why}")),
        }
        Vec::new()
    }
}
