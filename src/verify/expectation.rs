//! What a proof expects of a verdict, and how they differ, in words.

use std::collections::BTreeSet;

use super::facts::{Mistake, Starter};
use crate::check::{Ending, Verdict};

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
pub(super) fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed { .. } => "passes".to_owned(),
        Verdict::DoesNotCompile { errors } => {
            let first = errors.first();
            let place = first.and_then(|error| error.place.as_deref()).unwrap_or_default();
            format!("does not compile: {} {place}", first.map_or("", |error| &error.message))
        }
        Verdict::Lints { findings } => {
            let first = findings.first();
            let place = first.and_then(|finding| finding.place.as_deref()).unwrap_or_default();
            format!("is refused by clippy: {} {place}", first.map_or("", |finding| &finding.message))
        }
        Verdict::ProgramFailed(Ending::Exited(code)) => format!("ends with exit code {code}"),
        Verdict::ProgramFailed(Ending::Signalled(signal)) => format!("is ended by signal {signal}"),
        Verdict::ProgramFailed(Ending::TimedOut(after)) => format!("does not end in {} s", after.as_secs()),
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::check::{Diagnostic, Failure, Level, NotAttached};

    fn names(names: &str) -> Vec<String> {
        names.chars().map(|name| name.to_string()).collect()
    }

    fn fails(tests: &str) -> Expectation {
        Expectation::Fails(set(&names(tests)))
    }

    fn passes_only(tests: &str) -> Expectation {
        Expectation::PassesOnly(set(&names(tests)))
    }

    fn does_not_compile(words: &str) -> Expectation {
        Expectation::DoesNotCompile(words.to_owned())
    }

    fn failed(tests: &str) -> Verdict {
        let failure = |test| Failure { test, message: "no".to_owned(), place: None, output: String::new() };
        Verdict::Failed { failures: names(tests).into_iter().map(failure).collect(), passed: 0 }
    }

    fn error(code: Option<&str>, message: &str) -> Diagnostic {
        let (level, code) = (Level::Error, code.map(str::to_owned));
        Diagnostic { level, code, message: message.to_owned(), rendered: String::new(), place: None }
    }

    fn compile_errors() -> Verdict {
        Verdict::DoesNotCompile {
            errors: vec![error(Some("E0308"), "mismatched types"), error(None, "second")],
        }
    }

    fn timed_out() -> Verdict {
        Verdict::TimedOut { after: Duration::from_secs(1), running: names("a"), failures: Vec::new() }
    }

    /// The specification has the tests a, b and c.
    fn difference(expected: &Expectation, verdict: &Verdict, may_fail: &str) -> Option<String> {
        expected.differs(verdict, &names("abc"), &names(may_fail))
    }

    #[test]
    fn what_was_declared_differs_in_nothing() {
        let passed = Verdict::Passed { tests: 3 };
        let crashed = Verdict::Crashed { signal: 6, running: names("a") };
        let ended = Verdict::EndedEarly { code: 3, running: names("a") };
        let rows = [
            (Expectation::Passes, passed.clone(), ""),
            (fails("ab"), failed("ab"), ""),
            (fails("ab"), failed("ba"), ""),
            (fails("a"), failed("ab"), "b"),
            (fails("ab"), failed("a"), "b"),
            (fails("a"), passed, "a"),
            (passes_only("a"), failed("bc"), ""),
            (passes_only("a"), failed("b"), "c"),
            (passes_only(""), failed("abc"), ""),
            (does_not_compile("E0308"), compile_errors(), ""),
            (does_not_compile("mismatched"), compile_errors(), ""),
            (Expectation::TimesOut, timed_out(), ""),
            (Expectation::Crashes, crashed, ""),
            (Expectation::Crashes, ended, ""),
        ];
        for (expected, verdict, may_fail) in rows {
            let difference = difference(&expected, &verdict, may_fail);
            assert_eq!(difference, None, "{expected:?} {verdict:?} may fail: {may_fail:?}");
        }
    }

    #[test]
    fn anything_else_differs_in_words() {
        let passed = Verdict::Passed { tests: 3 };
        let rows = [
            (Expectation::Passes, failed("b"), "should pass, but fails b\nno"),
            (Expectation::Passes, timed_out(), "should pass, but times out in a"),
            (Expectation::Passes, Verdict::NoTestRan, "should pass, but runs no test"),
            (
                Expectation::Passes,
                Verdict::NotAttached(NotAttached::Missing),
                "should pass, but is not attached: main.rs does not attach the tests",
            ),
            (
                Expectation::Passes,
                Verdict::FewerTests { missing: names("c") },
                "should pass, but does not run c",
            ),
            (fails("a"), passed.clone(), "passes every test; a should have caught it"),
            (fails("a"), failed("ab"), "also fails b"),
            (fails("ab"), failed("a"), "should fail b, which passes"),
            (fails("a"), failed("b"), "should fail a, which passes; also fails b"),
            (fails("a"), timed_out(), "should fail a, but times out in a"),
            (fails("a"), Verdict::FewerTests { missing: names("a") }, "should fail a, but does not run a"),
            (passes_only("a"), failed("abc"), "also fails a"),
            (passes_only("a"), failed("b"), "should fail c, which passes"),
            (passes_only("a"), passed.clone(), "passes every test; b, c should have caught it"),
            (does_not_compile("E0308"), passed.clone(), "should not compile (E0308), but passes"),
            (
                does_not_compile("second"),
                compile_errors(),
                "should not compile with \"second\", but says \"mismatched types\"",
            ),
            (Expectation::TimesOut, passed.clone(), "should time out, but passes"),
            (Expectation::Crashes, passed, "should crash, but passes"),
            (Expectation::Crashes, timed_out(), "should crash, but times out in a"),
        ];
        for (expected, verdict, words) in rows {
            let difference = difference(&expected, &verdict, "");
            assert_eq!(difference.as_deref(), Some(words), "{expected:?} {verdict:?}");
        }
    }

    #[test]
    fn exactly_one_thing_is_declared() {
        let starter = |text: &str| Expectation::of_starter(&toml::from_str(text).unwrap());
        assert_eq!(starter("fails = [\"a\"]"), Some(fails("a")));
        assert_eq!(starter("does_not_compile = \"E1\""), Some(does_not_compile("E1")));
        assert_eq!(starter("times_out = true"), Some(Expectation::TimesOut));
        assert_eq!(starter("crashes = true\nmay_fail = [\"a\"]"), Some(Expectation::Crashes));
        for undecided in
            ["", "times_out = false", "fails = []\ntimes_out = true", "crashes = true\ntimes_out = true"]
        {
            assert_eq!(starter(undecided), None, "{undecided}");
        }
        let mistake = |text: &str| {
            let text = format!("name = \"n\"\nreplace = \"a\"\nwith = \"b\"\n{text}");
            Expectation::of_mistake(&toml::from_str(&text).unwrap())
        };
        assert_eq!(mistake("passes = [\"a\"]"), Some(passes_only("a")));
        assert_eq!(mistake("passes = [\"a\"]\nfails = [\"b\"]"), None);
    }
}
