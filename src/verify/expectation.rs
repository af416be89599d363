//! What a proof expects of a verdict, and how they differ, in words.

use std::collections::BTreeSet;

use super::facts::{Mistake, Starter};
use crate::check::Verdict;

/// The declared verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expectation {
    Passes,
    /// Exactly these tests fail.
    Fails(BTreeSet<String>),
    /// Exactly these tests pass.
    PassesOnly(BTreeSet<String>),
    /// rustc's code of the first error, or a piece of its message.
    DoesNotCompile(String),
    TimesOut,
    Crashes,
}

impl Expectation {
    /// `None` where the starter does not say exactly one thing.
    pub(super) fn of_starter(starter: &Starter) -> Option<Self> {
        one_of([
            starter.fails.as_ref().map(|tests| Self::Fails(set(tests))),
            starter.does_not_compile.clone().map(Self::DoesNotCompile),
            starter.times_out.then_some(Self::TimesOut),
            starter.crashes.then_some(Self::Crashes),
        ])
    }

    /// `None` where the mistake does not say exactly one thing.
    pub(super) fn of_mistake(mistake: &Mistake) -> Option<Self> {
        one_of([
            mistake.fails.as_ref().map(|tests| Self::Fails(set(tests))),
            mistake.passes.as_ref().map(|tests| Self::PassesOnly(set(tests))),
            mistake.does_not_compile.clone().map(Self::DoesNotCompile),
            mistake.times_out.then_some(Self::TimesOut),
            mistake.crashes.then_some(Self::Crashes),
        ])
    }

    /// The tests it names.
    pub(super) fn tests(&self) -> impl Iterator<Item = &String> {
        match self {
            Self::Fails(tests) | Self::PassesOnly(tests) => Some(tests),
            _ => None,
        }
        .into_iter()
        .flatten()
    }

    /// How the verdict differs from what was declared. `None` where it does not.
    pub(super) fn differs(
        &self,
        verdict: &Verdict,
        specification: &[String],
        may_fail: &[String],
    ) -> Option<String> {
        let specified: BTreeSet<_> = specification.iter().cloned().collect();
        match (self, verdict) {
            (Self::Passes, Verdict::Passed { .. })
            | (Self::TimesOut, Verdict::TimedOut { .. })
            | (Self::Crashes, Verdict::Crashed { .. } | Verdict::EndedEarly { .. }) => None,
            (Self::DoesNotCompile(words), Verdict::DoesNotCompile { errors }) => {
                let first = errors.first()?;
                let found = first.code.as_ref() == Some(words) || first.message.contains(words);
                (!found).then(|| format!("should not compile with {words:?}, but says {:?}", first.message))
            }
            (Self::Fails(tests), Verdict::Failed { .. } | Verdict::Passed { .. }) => {
                sets_differ(tests, &failed(verdict), may_fail)
            }
            (Self::PassesOnly(tests), Verdict::Failed { .. } | Verdict::Passed { .. }) => {
                sets_differ(&(&specified - tests), &failed(verdict), may_fail)
            }
            (expected, verdict) => Some(format!("should {}, but {}", expected.words(), words(verdict))),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Passes => "pass".to_owned(),
            Self::Fails(tests) => format!("fail {}", list(tests)),
            Self::PassesOnly(tests) => format!("pass only {}", list(tests)),
            Self::DoesNotCompile(words) => format!("not compile ({words})"),
            Self::TimesOut => "time out".to_owned(),
            Self::Crashes => "crash".to_owned(),
        }
    }
}

fn one_of<const N: usize>(said: [Option<Expectation>; N]) -> Option<Expectation> {
    let mut said = said.into_iter().flatten();
    said.next().filter(|_| said.next().is_none())
}

fn set(tests: &[String]) -> BTreeSet<String> {
    tests.iter().cloned().collect()
}

fn failed(verdict: &Verdict) -> BTreeSet<String> {
    match verdict {
        Verdict::Failed { failures, .. } => failures.iter().map(|failure| failure.test.clone()).collect(),
        _ => BTreeSet::new(),
    }
}

fn sets_differ(
    expected: &BTreeSet<String>,
    failed: &BTreeSet<String>,
    may_fail: &[String],
) -> Option<String> {
    let excused = set(may_fail);
    let survives = &(expected - failed) - &excused;
    let surprising = &(failed - expected) - &excused;
    let mut parts = Vec::new();
    if failed.is_empty() && !survives.is_empty() {
        parts.push(format!("passes every test; {} should have caught it", list(&survives)));
    } else if !survives.is_empty() {
        parts.push(format!("should fail {}, which passes", list(&survives)));
    }
    if !surprising.is_empty() {
        parts.push(format!("also fails {}", list(&surprising)));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn list(tests: &BTreeSet<String>) -> String {
    tests.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The verdict in half a sentence.
fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed { .. } => "passes".to_owned(),
        Verdict::DoesNotCompile { errors } => {
            let first = errors.first();
            let place = first.and_then(|error| error.place.as_deref()).unwrap_or_default();
            format!("does not compile: {} {place}", first.map_or("", |error| &error.message))
        }
        Verdict::Failed { failures, .. } => {
            let first = failures.first().map(|failure| failure.message.as_str()).unwrap_or_default();
            format!("fails {}\n{first}", list(&failed(verdict))).trim_end().to_owned()
        }
        Verdict::TimedOut { running, .. } => format!("times out in {}", running.join(", ")),
        Verdict::Crashed { signal, running } => {
            format!("crashes (signal {signal}) in {}", running.join(", "))
        }
        Verdict::EndedEarly { code, running } => {
            format!("ends early (exit code {code}) in {}", running.join(", "))
        }
        Verdict::NotAttached(how) => format!("is not attached: {how}"),
        Verdict::NoTestRan => "runs no test".to_owned(),
        Verdict::FileMissing { file, .. } => format!("lacks {}", file.display()),
        Verdict::FewerTests { missing } => format!("does not run {}", missing.join(", ")),
    }
}
