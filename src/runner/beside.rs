//! Clippy, asked about an exercise while its tests are still being built: two builds at a time, each with a folder of its
//! own, so that none waits for the other's lock. The tests come first: clippy gets what they leave of the processor.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::Scope;
use std::time::Duration;

use super::batch::lint_step;
use super::cargo::{Built, Purpose};
use super::judge::build;
use super::run::Shared;
use super::stop::{Force, Stop};
use crate::check::Trouble;
use crate::course::{Exercise, Proof};

/// How often a wait for clippy looks whether it is to be stopped.
const LOOK: Duration = Duration::from_millis(10);

type Answer = Result<Option<Built>, Trouble>;

/// Clippy at work. Whoever drops it stops it.
pub(super) struct Beside {
    stop: Arc<Stop>,
    answer: Receiver<Answer>,
}

impl Beside {
    /// Begins to ask. None where clippy has never been asked in this course: its first look at the dependencies takes as
    /// long as their build, and would be in the way of a verdict that may not need it.
    pub(super) fn begin<'s>(
        scope: &'s Scope<'s, '_>,
        shared: &'s Shared,
        exercises: &[&'s Exercise],
    ) -> Option<Self> {
        let [exercise] = *exercises else { return None };
        let is_wanted = matches!(exercise.proof, Proof::OwnTests(_)) && shared.mirror.has_linted();
        let stop = Arc::new(Stop::new().ok().filter(|_| is_wanted)?);
        let (sender, answer) = channel();
        let seen = Arc::clone(&stop);
        scope.spawn(move || {
            let built = build(shared, lint_step(&[exercise]), Purpose::Ahead, &seen, |_| {});
            // Where the tests fail, nobody waits for it.
            let _ = sender.send(built);
        });
        Some(Self { stop, answer })
    }

    /// Waits for what clippy says. `None` where either was stopped.
    pub(super) fn answer(self, stop: &Stop) -> Answer {
        loop {
            match self.answer.recv_timeout(LOOK) {
                Ok(answer) => return answer,
                Err(RecvTimeoutError::Timeout) if stop.requested().is_none() => {}
                Err(_) => return Ok(None),
            }
        }
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.stop.request(Force::AtOnce);
    }
}
