//! Runs and what they lead to.

use super::{Above, AfterPass, Hints, Outcome, Screen, Standing, State, Tally, Work};
use crate::check::{AllEvent, Judged, RunEvent};
use crate::ui::Step;
use crate::watch::event::{Change, Effect, Moment, Place, RunId};

impl State {
    pub(super) fn next_id(&mut self) -> RunId {
        self.last_id = RunId(self.last_id.0 + 1);
        self.last_id
    }

    /// Ends what is under way. What it still sends is late: the next work has another id.
    pub(super) fn stop(&mut self) -> Vec<Effect> {
        match std::mem::replace(&mut self.work, Work::Nothing) {
            Work::Nothing => Vec::new(),
            Work::Run { .. } | Work::All { .. } => vec![Effect::Stop],
        }
    }

    /// What is under way ends, or it would hold the build directory against others while nobody can stop it. It begins
    /// again afterwards.
    pub(super) fn suspend(&mut self) -> Vec<Effect> {
        let again = match std::mem::replace(&mut self.work, Work::Nothing) {
            Work::Nothing => Vec::new(),
            Work::Run { .. } => self.start(self.current),
            Work::All { .. } => self.check_all(),
        };
        [vec![Effect::Suspend], again].concat()
    }

    /// Runs an exercise, which becomes the one at hand.
    pub(super) fn start(&mut self, place: Place) -> Vec<Effect> {
        let mut effects = self.stop();
        let id = self.next_id();
        self.work = Work::Run { id, step: Step::Starting };
        effects.push(Effect::Start(id, place));
        if place != self.current {
            self.current = place;
            self.outcome = Outcome::Unknown;
            self.hints = Hints::default();
            effects.push(self.record(Change::Current(self.name(place))));
        }
        effects
    }

    /// Runs an exercise because the learner turned to it, which ends the news.
    pub(super) fn go_to(&mut self, place: Place) -> Vec<Effect> {
        self.above = Above::Nothing;
        let mut effects = self.leave_service();
        self.screen = Screen::Exercise;
        self.asking = None;
        self.note = None;
        effects.extend(self.start(place));
        effects
    }

    pub(super) fn run_event(&mut self, id: RunId, event: RunEvent, now: Moment) -> Vec<Effect> {
        let step = match &mut self.work {
            Work::Run { id: awaited, step } if *awaited == id => step,
            // A late message of a run that was stopped.
            _ => return Vec::new(),
        };
        match event {
            RunEvent::Waiting(wait) => *step = Step::Waiting(wait),
            RunEvent::Building { done, total, .. } => {
                *step = Step::Building { done, total };
                return self.read_meanwhile();
            }
            RunEvent::Testing => *step = Step::Testing,
            RunEvent::Judged(judged) => {
                self.work = Work::Nothing;
                return self.judged(judged, now);
            }
            RunEvent::Trouble(trouble) => {
                self.work = Work::Nothing;
                self.outcome = Outcome::Trouble(trouble);
                return self.serve_after_verdict();
            }
        }
        Vec::new()
    }

    fn judged(&mut self, judged: Box<Judged>, now: Moment) -> Vec<Effect> {
        let place = self.current;
        let is_first_pass = judged.verdict.is_pass() && !self.is_passed(place);
        let mut effects = vec![self.attempted(place, &judged, now)];
        if !is_first_pass {
            self.show_verdict(judged);
            effects.extend(self.serve_or_prefetch());
            return effects;
        }
        effects.extend(self.leave_service());
        self.hints = Hints::default();
        match self.next_pending() {
            Some(next) if self.after_pass == AfterPass::MoveOn => {
                // Nothing was saved since the last pass: this one was right already.
                let earlier = if let Above::Passed { earlier, .. } = self.above { earlier + 1 } else { 0 };
                self.above = Above::Passed { place, judged, earlier };
                effects.extend(self.start(next));
            }
            next => {
                self.above = if next.is_none() { Above::Finished } else { Above::Nothing };
                self.show_verdict(judged);
                effects.extend(self.prefetch());
            }
        }
        effects.push(Effect::KeepReference(place));
        effects
    }

    fn show_verdict(&mut self, judged: Box<Judged>) {
        self.outcome = Outcome::Judged(judged);
        self.show_failure(0);
    }

    pub(super) fn check_all(&mut self) -> Vec<Effect> {
        let mut effects = self.stop();
        let id = self.next_id();
        self.work = Work::All { id, step: Step::CheckingAll { done: 0 }, tally: Tally::default() };
        effects.push(Effect::CheckAll(id));
        effects
    }

    pub(super) fn all_event(&mut self, id: RunId, event: AllEvent, now: Moment) -> Vec<Effect> {
        let (step, tally) = match &mut self.work {
            Work::All { id: awaited, step, tally } if *awaited == id => (step, tally),
            _ => return Vec::new(),
        };
        match event {
            AllEvent::Waiting(wait) => *step = Step::Waiting(wait),
            AllEvent::Building { done, total, .. } => *step = Step::Building { done, total },
            AllEvent::Judged { name, judged } => return self.one_of_all(&name, judged, now),
            AllEvent::Done => {
                let tally = std::mem::take(tally);
                self.work = Work::Nothing;
                return self.all_checked(tally);
            }
            AllEvent::Trouble(trouble) => {
                self.work = Work::Nothing;
                self.outcome = Outcome::Trouble(trouble);
            }
        }
        Vec::new()
    }

    fn one_of_all(&mut self, name: &str, judged: Box<Judged>, now: Moment) -> Vec<Effect> {
        let Some(place) = self.course.position(name) else {
            return Vec::new();
        };
        let effect = self.attempted(place, &judged, now);
        let is_failing_now = self.progress.state(name) == Standing::PassedNowFailing;
        if let Work::All { step, tally, .. } = &mut self.work {
            tally.done += 1;
            tally.passing += usize::from(judged.verdict.is_pass());
            tally.now_failing.extend(is_failing_now.then_some(place));
            *step = Step::CheckingAll { done: tally.done };
        }
        if place == self.current {
            self.show_verdict(judged);
        }
        vec![effect]
    }

    fn all_checked(&mut self, mut tally: Tally) -> Vec<Effect> {
        tally.now_failing.sort_unstable();
        let all_pass = tally.passing == self.course.exercises.len();
        self.above = if all_pass { Above::Finished } else { Above::Checked(tally) };
        match self.outcome {
            Outcome::Judged(_) => self.prefetch().into_iter().collect(),
            Outcome::Unknown | Outcome::Trouble(_) => self.start(self.current),
        }
    }
}
