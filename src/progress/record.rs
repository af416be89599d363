//! What is known of a learner's way through a course. Pure: no clock, no disk.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::course::Course;

/// The format of progress.toml.
pub(super) const VERSION: u32 = 1;

/// The whole of progress.toml. Exercises that the course does not have (any more) are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    version: u32,
    /// The exercise the learner is at; none before the first start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    exercises: BTreeMap<String, Record>,
}

/// What is known of one exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it passed first, as RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_at: Option<String>,
    /// Verdicts so far, the passing one included.
    #[serde(default)]
    pub attempts: u32,
    /// Hints taken so far.
    #[serde(default)]
    pub hints: u32,
    /// It passed once, and its last verdict was none.
    #[serde(default)]
    pub failing_now: bool,
}

/// How an exercise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Pending,
    Passed,
    /// A pass is never taken away; this says that the code has changed since.
    PassedNowFailing,
}

impl State {
    /// The words of `list` and `list --json`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Passed => "passed",
            Self::PassedNowFailing => "passed, now failing",
        }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self { version: VERSION, current: None, exercises: BTreeMap::new() }
    }
}

impl Progress {
    pub(super) fn version(&self) -> u32 {
        self.version
    }

    /// What is known of the exercise; all zero where nothing is.
    pub fn record(&self, name: &str) -> Record {
        self.exercises.get(name).cloned().unwrap_or_default()
    }

    pub fn state(&self, name: &str) -> State {
        match self.exercises.get(name) {
            Some(Record { passed_at: Some(_), failing_now: false, .. }) => State::Passed,
            Some(Record { passed_at: Some(_), failing_now: true, .. }) => State::PassedNowFailing,
            _ => State::Pending,
        }
    }

    pub fn is_passed(&self, name: &str) -> bool {
        self.state(name) != State::Pending
    }

    /// How many exercises of the course have passed.
    pub fn passed(&self, course: &Course) -> usize {
        course.exercises.iter().filter(|exercise| self.is_passed(&exercise.name)).count()
    }

    /// The place in the course of the exercise the learner is at: the recorded one, else the first pending, else
    /// the last.
    pub fn current(&self, course: &Course) -> usize {
        let recorded = self.current.as_deref().and_then(|name| course.position(name));
        recorded
            .or_else(|| self.next_pending(course, course.exercises.len() - 1))
            .unwrap_or(course.exercises.len() - 1)
    }

    /// The first pending exercise after `place`, going round at the end. None if all passed.
    pub fn next_pending(&self, course: &Course, place: usize) -> Option<usize> {
        let count = course.exercises.len();
        (1..=count)
            .map(|step| (place + step) % count)
            .find(|place| !self.is_passed(&course.exercises[*place].name))
    }

    pub fn set_current(&mut self, name: &str) {
        self.current = Some(name.to_owned());
    }

    /// Notes a verdict that the learner asked for.
    pub fn attempted(&mut self, name: &str, passed: bool, now: SystemTime) {
        let record = self.exercises.entry(name.to_owned()).or_default();
        record.attempts = record.attempts.saturating_add(1);
        self.checked(name, passed, now);
    }

    /// Notes a verdict of a check of all exercises, which is nobody's attempt at this one.
    pub fn checked(&mut self, name: &str, passed: bool, now: SystemTime) {
        if !passed && !self.is_passed(name) {
            return;
        }
        let record = self.exercises.entry(name.to_owned()).or_default();
        if passed && record.passed_at.is_none() {
            record.passed_at = Some(humantime::format_rfc3339_seconds(now).to_string());
        }
        record.failing_now = record.passed_at.is_some() && !passed;
    }

    /// Notes that the learner has seen this many hints of the exercise.
    pub fn hinted(&mut self, name: &str, hints: u32) {
        let record = self.exercises.entry(name.to_owned()).or_default();
        record.hints = record.hints.max(hints);
    }

    /// Back to pending; attempts are kept, hints start again.
    pub fn reset(&mut self, name: &str) {
        if let Some(record) = self.exercises.get_mut(name) {
            record.passed_at = None;
            record.failing_now = false;
            record.hints = 0;
        }
    }
}
