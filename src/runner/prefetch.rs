//! The next exercise, built while a verdict is read: its dependencies and its test binary, at the lowest priority.
//!
//! It only begins where nobody builds, and gives way to whoever wants to: a save of this session stops it, another runner
//! is looked out for. What it had finished by then is not lost, since Cargo goes on from there; of what it was at, Cargo
//! forgets the fingerprint before it begins, and builds it again.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use super::batch::{first_step, lint_step};
use super::cargo::Purpose;
use super::judge;
use super::run::{Run, Runner, Shared};
use super::stop::{Force, Stop};
use super::turn::{LOOK, Turn};
use crate::course::{Exercise, Proof};

impl Runner {
    /// Builds an exercise that may be run next. `ready` is called once it has, and not if it was stopped or gave way.
    pub fn prefetch(&self, exercise: &Exercise, ready: impl FnOnce() + Send + 'static) -> Run {
        let (shared, exercise) = (self.shared(), exercise.clone());
        Run::start(move |stop| {
            let built = shared.turn_if_free().is_some_and(|turn| build(&shared, turn, &exercise, stop));
            if built && stop.requested().is_none() {
                ready();
            }
        })
    }
}

/// Whether it was built, with or without an error of the learner's. What stands in its way is told when it is run.
fn build(shared: &Shared, mut turn: Turn<'_>, exercise: &Exercise, stop: &Stop) -> bool {
    let prepared = judge::prepare(shared, &mut turn, std::slice::from_ref(exercise));
    if !prepared.is_ok_and(|prepared| prepared.iter().all(|(_, synced)| synced.is_ok())) {
        return false;
    }
    let (ended, until) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            // Dropping the sender ends the wait at once.
            while until.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                if shared.is_awaited() {
                    stop.request(Force::AtOnce);
                }
            }
        });
        // Clippy looks at the dependencies, too.
        let lints = matches!(exercise.proof, Proof::OwnTests(_)).then(|| lint_step(&[exercise]));
        let steps = [first_step(&[exercise])].into_iter().chain(lints);
        let is_built = |step| {
            let built = judge::build(shared, step, Purpose::Ahead, stop, |_| {});
            built.is_ok_and(|built| built.is_some())
        };
        let built = steps.into_iter().all(is_built);
        drop(ended);
        built
    })
}
