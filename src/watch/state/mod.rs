//! What the session knows, and its answer to every event. Pure: no clock, no disk, no terminal, no process.

mod changes;
mod failures;
mod hints;
mod keys;
mod list;
mod pages;
mod prefetch;
mod runs;
mod service;
mod shown;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use super::WatchExit;
use super::event::{Change, Effect, Event, Moment, Place, Readme, RunId};
use super::keymap;
use crate::check::{Judged, Trouble};
use crate::course::{Course, Exercise};
use crate::progress::{Progress, State as Standing};
use crate::ui::{self, Compared, KeyHelp, Outline, Service, Size, Step};

/// Whether a pass moves on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterPass {
    MoveOn,
    Stay,
}

/// The whole state of a session.
#[derive(Debug)]
pub(super) struct State {
    course: Arc<Course>,
    after_pass: AfterPass,
    progress: Progress,
    current: Place,
    work: Work,
    outcome: Outcome,
    /// Which of the failures or errors is shown, counted from 0.
    failure: usize,
    above: Above,
    screen: Screen,
    asking: Option<Asking>,
    /// An editor has the terminal; keys are its own.
    is_editing: bool,
    /// Nobody presses keys any more: the verdict under way is the last.
    ends_with_verdict: bool,
    hints: Hints,
    /// What is wrong with the session itself.
    banners: Banners,
    /// About the last key.
    note: Option<String>,
    last_id: RunId,
    changes: Changes,
    /// Built already, as its files were then.
    prefetched: Option<Place>,
    size: Size,
    help: Vec<KeyHelp>,
}

/// What is under way.
#[derive(Debug)]
enum Work {
    Nothing,
    Run { id: RunId, step: Step },
    All { id: RunId, step: Step, tally: Tally },
}

/// The check of all exercises so far.
#[derive(Debug, Default)]
struct Tally {
    done: usize,
    passing: usize,
    now_failing: Vec<Place>,
}

/// What the last run of the exercise at hand led to.
#[derive(Debug)]
enum Outcome {
    Unknown,
    Judged(Box<Judged>),
    Trouble(Trouble),
}

/// What there is to read on the very first start, while the dependencies are built.
#[derive(Debug)]
enum Meanwhile {
    Nothing,
    /// The answer to the next [`Effect::LoadReadme`] is meant for it.
    Asked,
    Readme(String),
}

/// News above the exercise at hand, until the next save or key that goes elsewhere.
#[derive(Debug)]
enum Above {
    Nothing,
    Welcome(Meanwhile),
    Passed { place: Place, judged: Box<Judged>, earlier: usize },
    Checked(Tally),
    Finished,
}

/// What covers the exercise.
#[derive(Debug)]
enum Screen {
    Exercise,
    List(Outline),
    /// It runs while its screen is shown, and no longer.
    Service {
        id: RunId,
        service: Service,
    },
    Page {
        paper: Paper,
        scroll: usize,
    },
}

/// What a page is about.
#[derive(Debug)]
enum Paper {
    Help,
    Solution { place: Place, files: Vec<Compared> },
    Output,
    Warnings,
    Readme(Readme),
}

/// A question that the next key answers.
#[derive(Debug)]
struct Asking {
    /// The exercise that may be reset.
    place: Place,
    question: String,
}

/// The hints of the exercise at hand.
#[derive(Debug, Default)]
struct Hints {
    shown: Option<Shown>,
    /// How many of the numbered ones were shown.
    taken: usize,
    /// The test whose own hint was shown last.
    for_test: Option<String>,
}

#[derive(Debug)]
enum Shown {
    ForTest(String),
    /// Counted from 0.
    Numbered(usize),
}

#[derive(Debug, Default)]
struct Banners {
    /// Gone once progress is saved again.
    progress: Option<String>,
    session: Vec<String>,
}

/// Changes of files, until it is clear whether they belong together.
#[derive(Debug, Default)]
struct Changes {
    elsewhere: BTreeSet<Place>,
    due: Option<Instant>,
    /// When the exercise at hand itself changed last.
    here: Option<Instant>,
}

impl State {
    /// The state before anything happened, and what to begin with.
    pub(super) fn new(
        course: Arc<Course>,
        progress: Progress,
        after_pass: AfterPass,
        size: Size,
    ) -> (Self, Vec<Effect>) {
        let current = progress.current(&course);
        let above = match progress.passed(&course) {
            _ if progress == Progress::default() => Above::Welcome(Meanwhile::Nothing),
            passed if passed == course.exercises.len() => Above::Finished,
            _ => Above::Nothing,
        };
        let id = RunId(1);
        let mut state = Self {
            after_pass,
            progress,
            current,
            work: Work::Run { id, step: Step::Starting },
            outcome: Outcome::Unknown,
            failure: 0,
            is_editing: false,
            ends_with_verdict: false,
            above,
            screen: Screen::Exercise,
            asking: None,
            hints: Hints::default(),
            banners: Banners::default(),
            note: None,
            last_id: id,
            changes: Changes::default(),
            prefetched: None,
            size,
            help: keymap::help(),
            course,
        };
        let record = state.record(Change::Current(state.name(current)));
        (state, vec![Effect::Start(id, current), record])
    }

    /// Takes one event in. The effects are to be performed in their order.
    pub(super) fn update(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        let mut effects = self.take_in(event, now);
        self.settle_list();
        if self.ends_with_verdict && matches!(self.work, Work::Nothing) {
            self.ends_with_verdict = false;
            effects.push(Effect::Quit(WatchExit::Quit));
        }
        effects
    }

    fn take_in(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        match event {
            Event::Key(key) => self.key(key),
            Event::FilesChanged(places) => self.files_changed(&places, now),
            Event::FilesGone(places) => self.files_gone(&places),
            Event::Due => self.settle(now),
            Event::Run(id, event) => self.run_event(id, event, now),
            Event::All(id, event) => self.all_event(id, event, now),
            Event::Prefetched(place) => {
                self.prefetched = Some(place);
                Vec::new()
            }
            Event::Service(id, event) => self.service_event(id, event),
            Event::Reset(place, done) => self.was_reset(place, done),
            Event::Solution(place, files) => self.show_solution(place, files),
            Event::Readme(readme) => self.show_readme(readme),
            Event::EditorBegan => {
                self.is_editing = true;
                Vec::new()
            }
            Event::EditorEnded(ended) => self.edited(ended),
            Event::Saved(progress) => {
                self.progress = progress;
                self.banners.progress = None;
                Vec::new()
            }
            Event::NotSaved(words) => {
                self.banners.progress = Some(words);
                Vec::new()
            }
            Event::Trouble(words) => {
                if !self.banners.session.contains(&words) {
                    self.banners.session.push(words);
                }
                Vec::new()
            }
            Event::Resized(size) => {
                self.size = size;
                Vec::new()
            }
            Event::NoMoreKeys => {
                self.ends_with_verdict = true;
                Vec::new()
            }
            Event::Suspend => self.suspend(),
            Event::Signal(signal) => vec![Effect::Quit(WatchExit::Signalled(signal))],
            // The session ends itself with that thread's panic.
            Event::Panicked => Vec::new(),
        }
    }

    /// When to send [`Event::Due`].
    pub(super) fn due(&self) -> Option<Instant> {
        self.changes.due
    }

    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    fn exercise(&self, place: Place) -> &Exercise {
        &self.course.exercises[place]
    }

    fn name(&self, place: Place) -> String {
        self.exercise(place).name.clone()
    }

    fn is_passed(&self, place: Place) -> bool {
        self.progress.is_passed(&self.exercise(place).name)
    }

    fn next_pending(&self) -> Option<Place> {
        self.progress.next_pending(&self.course, self.current).filter(|place| *place != self.current)
    }

    fn record(&mut self, change: Change) -> Effect {
        change.apply(&mut self.progress);
        Effect::Record(change)
    }

    fn attempted(&mut self, place: Place, judged: &Judged, now: Moment) -> Effect {
        let passed = judged.verdict.is_pass();
        let failing = ui::failing_test(&judged.verdict, 0).map(str::to_owned);
        self.record(Change::Attempted { name: self.name(place), passed, failing, at: now.clock })
    }
}
