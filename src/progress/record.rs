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
    /// The test that its last verdict told of first; none where that was about no test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_test: Option<String>,
    /// The test whose own hint was shown last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hinted_for: Option<String>,
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

    /// Notes the test that the last verdict told of first.
    pub fn failing(&mut self, name: &str, test: Option<&str>) {
        self.exercises.entry(name.to_owned()).or_default().failing_test = test.map(str::to_owned);
    }

    /// Notes that the learner has seen this test's own hint.
    pub fn hinted_for(&mut self, name: &str, test: &str) {
        self.exercises.entry(name.to_owned()).or_default().hinted_for = Some(test.to_owned());
    }

    /// Back to pending; attempts are kept, hints start again.
    pub fn reset(&mut self, name: &str) {
        if let Some(record) = self.exercises.get_mut(name) {
            *record = Record { attempts: record.attempts, ..Record::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::course::{Exercise, Home, Proof, Workspace};

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    /// A course of exercises a, b, c, ...
    fn course(count: usize) -> Course {
        let exercise = |name: char| Exercise {
            name: name.to_string(),
            dir: "01_a".to_owned(),
            home: Home::Package,
            proof: Proof::Specification,
            title: String::new(),
            difficulty: 1,
            minutes: 5,
            topics: Vec::new(),
            security: false,
            hints: Vec::new(),
            hint_for: BTreeMap::new(),
            takeaway: String::new(),
            try_lines: Vec::new(),
            edit: vec!["src/main.rs".into()],
            timeout: Duration::from_secs(10),
        };
        Course {
            root: "/".into(),
            name: String::new(),
            workspace: Workspace::AsShipped,
            welcome_message: String::new(),
            final_message: String::new(),
            chapters: Vec::new(),
            exercises: ('a'..).take(count).map(exercise).collect(),
        }
    }

    fn with_passed(names: &str) -> Progress {
        let mut progress = Progress::default();
        for name in names.chars() {
            progress.attempted(&name.to_string(), true, NOW);
        }
        progress
    }

    #[test]
    fn next_pending_goes_on_then_round() {
        let rows: [(&str, [Option<usize>; 3]); 8] = [
            ("", [Some(1), Some(2), Some(0)]),
            ("a", [Some(1), Some(2), Some(1)]),
            ("b", [Some(2), Some(2), Some(0)]),
            ("c", [Some(1), Some(0), Some(0)]),
            ("ab", [Some(2), Some(2), Some(2)]),
            ("ac", [Some(1), Some(1), Some(1)]),
            ("bc", [Some(0), Some(0), Some(0)]),
            ("abc", [None, None, None]),
        ];
        for (passed, expected) in rows {
            let progress = with_passed(passed);
            let next = [0, 1, 2].map(|place| progress.next_pending(&course(3), place));
            assert_eq!(next, expected, "passed: {passed:?}");
        }
    }

    #[test]
    fn the_current_exercise_is_the_recorded_one_or_the_first_pending() {
        let rows =
            [(None, "", 0), (None, "a", 1), (None, "abc", 2), (Some("b"), "", 1), (Some("gone"), "a", 1)];
        for (recorded, passed, expected) in rows {
            let mut progress = with_passed(passed);
            if let Some(name) = recorded {
                progress.set_current(name);
            }
            assert_eq!(progress.current(&course(3)), expected, "{recorded:?} {passed:?}");
        }
    }

    #[test]
    fn a_pass_is_never_taken_away_by_a_failure() {
        let mut progress = with_passed("a");
        let passed_at = progress.record("a").passed_at;
        assert_eq!(passed_at.as_deref(), Some("1970-01-01T00:00:00Z"));
        progress.attempted("a", false, NOW);
        assert_eq!(progress.state("a"), State::PassedNowFailing);
        assert!(progress.is_passed("a"));
        progress.attempted("a", true, NOW + Duration::from_mins(1));
        assert_eq!(progress.state("a"), State::Passed);
        assert_eq!(progress.record("a"), Record { passed_at, attempts: 3, ..Record::default() });
    }

    #[test]
    fn a_check_of_all_counts_no_attempts_and_notes_no_failures_of_pending_exercises() {
        let mut progress = Progress::default();
        progress.checked("a", false, NOW);
        assert_eq!(progress, Progress::default());
        progress.checked("a", true, NOW);
        assert_eq!((progress.state("a"), progress.record("a").attempts), (State::Passed, 0));
        progress.checked("a", false, NOW);
        assert_eq!(progress.state("a"), State::PassedNowFailing);
    }

    #[test]
    fn a_reset_keeps_the_attempts_and_takes_the_rest() {
        let mut progress = with_passed("a");
        progress.hinted("a", 2);
        progress.reset("a");
        progress.reset("never tried");
        assert_eq!(progress.state("a"), State::Pending);
        assert_eq!(progress.record("a"), Record { attempts: 1, ..Record::default() });
        assert_eq!(progress.record("never tried"), Record::default());
    }

    #[test]
    fn hints_only_grow() {
        let mut progress = Progress::default();
        progress.hinted("a", 2);
        progress.hinted("a", 1);
        assert_eq!(progress.record("a").hints, 2);
    }

    #[test]
    fn only_exercises_of_the_course_are_counted() {
        assert_eq!(with_passed("abz").passed(&course(3)), 2);
    }
}
