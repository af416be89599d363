//! From the end of a test process to the verdict.

use std::time::Duration;

use super::libtest::{Results, TestResult, failure};
use super::{Failure, Verdict};

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

/// The verdict on a test process, given the original specification's tests in their order.
pub fn judge(specification: &[String], ran: &Ran) -> Verdict {
    let failures = failures(specification, ran);
    let running = || unfinished(specification, ran);
    match ran.ending {
        Ending::TimedOut(after) => Verdict::TimedOut { after, running: running(), failures },
        Ending::Signalled(signal) => Verdict::Crashed { signal, running: running() },
        Ending::Exited(code) => match ran.results.closing {
            None => Verdict::EndedEarly { code, running: running() },
            Some(_) if !failures.is_empty() => {
                let results = ran.results.tests.keys();
                let passed = results.filter(|name| ran.results.of(name) == Some(TestResult::Passed)).count();
                Verdict::Failed { failures, passed }
            }
            Some(_) if ran.results.tests.is_empty() => Verdict::NoTestRan,
            Some(closing) => match not_passed(specification, ran) {
                missing if !missing.is_empty() => Verdict::FewerTests { missing },
                _ if closing.ok && code == 0 => Verdict::Passed { tests: specification.len() },
                _ => Verdict::EndedEarly { code, running: Vec::new() },
            },
        },
    }
}

fn full_name(test: &str) -> String {
    format!("tests::{test}")
}

/// The failed tests: those of the specification in its order, then the learner's own.
fn failures(specification: &[String], ran: &Ran) -> Vec<Failure> {
    let failed = |name: &String| ran.results.of(name) == Some(TestResult::Failed);
    let specified: Vec<_> = specification.iter().map(|test| full_name(test)).collect();
    let own = ran.results.tests.keys().filter(|name| !specified.contains(name));
    specified.iter().chain(own).filter(|name| failed(name)).map(|name| failure(&ran.output, name)).collect()
}

/// Tests of the specification without a result.
fn unfinished(specification: &[String], ran: &Ran) -> Vec<String> {
    let unfinished = |test: &&String| ran.results.of(&full_name(test)).is_none();
    specification.iter().filter(unfinished).cloned().collect()
}

/// Tests of the specification that are not reported as passed.
fn not_passed(specification: &[String], ran: &Ran) -> Vec<String> {
    let passed = |test: &String| ran.results.of(&full_name(test)) == Some(TestResult::Passed);
    specification.iter().filter(|test| !passed(test)).cloned().collect()
}
