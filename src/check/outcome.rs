//! From the end of a test process to the verdict.

use std::time::Duration;

use super::libtest::{Results, TestResult, failure};
use super::specification::MODULE;
use super::{Failure, Verdict, Wanted};

/// How many bytes of memory the tests of an exercise may have, where the system can hold them to it.
pub const MEMORY_LIMIT: Option<u64> = if cfg!(target_os = "linux") { Some(2 << 30) } else { None };

/// How the test process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Exited(i32),
    /// By a signal that was not ours.
    Signalled(i32),
    /// The deadline came first, and it was killed.
    TimedOut(Duration),
}

/// A test process that has ended.
#[derive(Debug)]
pub struct Ran {
    pub ending: Ending,
    pub results: Results,
    /// What it printed, head and tail.
    pub output: String,
}

/// The verdict on a test process, given the tests that are wanted in their order.
pub fn judge(wanted: &Wanted, ran: &Ran) -> Verdict {
    let tests = wanted.tests();
    let failures = failures(tests, ran);
    let running = || unfinished(tests, ran);
    match ran.ending {
        Ending::TimedOut(after) => Verdict::TimedOut { after, running: running(), failures },
        Ending::Signalled(signal) => Verdict::Crashed { signal, running: running() },
        Ending::Exited(code) => match ran.results.closing {
            None => Verdict::EndedEarly { code, running: running() },
            Some(_) if !failures.is_empty() => Verdict::Failed { failures, passed: passed(ran).count() },
            // Nothing to be judged by is no pass.
            Some(_) if ran.results.tests.is_empty() || *wanted == Wanted::Each(Vec::new()) => {
                Verdict::NoTestRan
            }
            Some(closing) => match missing(wanted, ran) {
                missing if !missing.is_empty() => Verdict::FewerTests { missing },
                _ if closing.ok && code == 0 => Verdict::Passed {
                    tests: match wanted {
                        Wanted::Each(tests) => tests.len(),
                        Wanted::AsMany(_) => passed(ran).count(),
                    },
                },
                _ => Verdict::EndedEarly { code, running: Vec::new() },
            },
        },
    }
}

/// As it is told.
fn short(test: &str) -> String {
    test.strip_prefix(MODULE).unwrap_or(test).to_owned()
}

fn passed(ran: &Ran) -> impl Iterator<Item = &String> {
    ran.results.tests.keys().filter(|name| ran.results.of(name) == Some(TestResult::Passed))
}

/// The failed tests: those that are wanted in their order, then the learner's own.
fn failures(wanted: &[String], ran: &Ran) -> Vec<Failure> {
    let failed = |name: &String| ran.results.of(name) == Some(TestResult::Failed);
    let own = ran.results.tests.keys().filter(|name| !wanted.contains(name));
    wanted.iter().chain(own).filter(|name| failed(name)).map(|name| failure(&ran.output, name)).collect()
}

/// Wanted tests without a result. (With one thread libtest prints the beginning of a test's line before it runs.)
fn unfinished(wanted: &[String], ran: &Ran) -> Vec<String> {
    let unfinished = |test: &&String| matches!(ran.results.of(test), None | Some(TestResult::Unclear));
    wanted.iter().filter(unfinished).map(|test| short(test)).collect()
}

/// Wanted tests that are not reported as passed, nor is another one in their place where that may be.
fn missing(wanted: &Wanted, ran: &Ran) -> Vec<String> {
    let tests = wanted.tests();
    let is_missing = |test: &&String| ran.results.of(test) != Some(TestResult::Passed);
    let missing: Vec<_> = tests.iter().filter(is_missing).map(|test| short(test)).collect();
    let others = match wanted {
        Wanted::Each(_) => 0,
        Wanted::AsMany(_) => passed(ran).filter(|test| !tests.contains(test)).count(),
    };
    if missing.len() > others { missing } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specification() -> Wanted {
        Wanted::Each(["tests::second", "tests::first"].map(str::to_owned).to_vec())
    }

    fn ran(ending: Ending, output: &str) -> Ran {
        let mut results = Results::default();
        results.feed(output.as_bytes());
        results.finish();
        Ran { ending, results, output: output.to_owned() }
    }

    fn verdict(ending: Ending, output: &str) -> Verdict {
        judge(&specification(), &ran(ending, output))
    }

    const BOTH_OK: &str = "test tests::first ... ok\ntest tests::second ... ok\n";
    const CLOSING_OK: &str = "test result: ok. 2 passed; 0 failed;\n";

    #[test]
    fn all_tests_ok_and_the_closing_line_and_exit_code_0_are_a_pass() {
        let verdict = verdict(Ending::Exited(0), &format!("{BOTH_OK}{CLOSING_OK}"));
        assert_eq!(verdict, Verdict::Passed { tests: 2 });
    }

    #[test]
    fn nothing_less_is_a_pass() {
        let both = || ["second", "first"].map(str::to_owned).to_vec();
        let second = || vec!["second".to_owned()];
        let first_ok = "test tests::first ... ok\n";
        let elsewhere =
            "test other::tests::second ... ok\ntest second ... ok\ntest tests::own::second ... ok\n";
        let rows = [
            (0, String::new(), Verdict::EndedEarly { code: 0, running: both() }),
            (0, BOTH_OK.to_owned(), Verdict::EndedEarly { code: 0, running: Vec::new() }),
            (0, first_ok.to_owned(), Verdict::EndedEarly { code: 0, running: second() }),
            (1, format!("{BOTH_OK}{CLOSING_OK}"), Verdict::EndedEarly { code: 1, running: Vec::new() }),
            (0, CLOSING_OK.to_owned(), Verdict::NoTestRan),
            (0, format!("{first_ok}{CLOSING_OK}"), Verdict::FewerTests { missing: second() }),
            (0, format!("{first_ok}{elsewhere}{CLOSING_OK}"), Verdict::FewerTests { missing: second() }),
            (
                0,
                format!("{first_ok}test tests::second ... ignored\n{CLOSING_OK}"),
                Verdict::FewerTests { missing: second() },
            ),
            (
                101,
                format!("{BOTH_OK}test result: FAILED. 2 passed; 0 failed;\n"),
                Verdict::EndedEarly { code: 101, running: Vec::new() },
            ),
        ];
        for (code, output, expected) in rows {
            assert_eq!(verdict(Ending::Exited(code), &output), expected, "{code} {output}");
        }
    }

    #[test]
    fn a_specification_without_tests_passes_nothing() {
        let ran = ran(Ending::Exited(0), &format!("{BOTH_OK}{CLOSING_OK}"));
        assert_eq!(judge(&Wanted::Each(Vec::new()), &ran), Verdict::NoTestRan);
    }

    #[test]
    fn of_a_learners_own_tests_as_many_are_wanted_as_were_shipped() {
        let wanted = |names: &[&str]| Wanted::AsMany(names.iter().map(|name| (*name).to_owned()).collect());
        let shipped = wanted(&["tests::old", "tests::kept"]);
        let ok = |names: &[&str]| {
            let lines: Vec<_> = names.iter().map(|name| format!("test {name} ... ok")).collect();
            let (lines, count) = (lines.join("\n"), names.len());
            ran(Ending::Exited(0), &format!("{lines}\ntest result: ok. {count} passed; 0 failed;\n"))
        };
        let passed = |tests| Verdict::Passed { tests };
        let missing = |names: &[&str]| Verdict::FewerTests {
            missing: names.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(judge(&shipped, &ok(&["tests::old", "tests::kept"])), passed(2));
        assert_eq!(judge(&shipped, &ok(&["tests::renamed", "kept"])), passed(2));
        assert_eq!(judge(&shipped, &ok(&["tests::old", "tests::kept", "tests::own"])), passed(3));
        assert_eq!(judge(&shipped, &ok(&["tests::kept"])), missing(&["old"]));
        assert_eq!(judge(&shipped, &ok(&["tests::own"])), missing(&["old", "kept"]));
        assert_eq!(judge(&shipped, &ok(&[])), Verdict::NoTestRan);
        assert_eq!(judge(&wanted(&[]), &ok(&["tests::own"])), passed(1));
    }

    #[test]
    fn failures_come_in_the_order_of_the_specification_and_own_tests_last() {
        let output = "test own::a ... FAILED\ntest tests::first ... FAILED\ntest tests::second ... FAILED\n\
            test tests::third ... ok\ntest result: FAILED. 1 passed; 3 failed;\n";
        let Verdict::Failed { failures, passed } = verdict(Ending::Exited(101), output) else {
            panic!("not failed");
        };
        let tests: Vec<_> = failures.iter().map(|failure| failure.test.as_str()).collect();
        assert_eq!((tests.as_slice(), passed), (["second", "first", "own::a"].as_slice(), 1));
    }

    #[test]
    fn a_process_that_did_not_end_by_itself_names_what_was_running() {
        // With one thread, the line of the running test has begun.
        let output = "test tests::first ... ok\ntest tests::second ... ";
        let running = || vec!["second".to_owned()];
        let after = Duration::from_secs(10);
        let timed_out = Verdict::TimedOut { after, running: running(), failures: Vec::new() };
        assert_eq!(verdict(Ending::TimedOut(after), output), timed_out);
        let crashed = Verdict::Crashed { signal: 11, running: running() };
        assert_eq!(verdict(Ending::Signalled(11), output), crashed);
    }

    #[test]
    fn what_had_failed_before_the_deadline_is_told() {
        let after = Duration::from_secs(10);
        match verdict(Ending::TimedOut(after), "test tests::first ... FAILED\n") {
            Verdict::TimedOut { running, failures, .. } => {
                assert_eq!((running.as_slice(), failures.len()), (["second".to_owned()].as_slice(), 1));
            }
            other => panic!("{other:?}"),
        }
    }
}
