//! For programs: one JSON object per line, as CONTRIBUTING.md documents it. Keys are only ever added; `version` rises if
//! that should not be possible.

use std::path::Path;

use serde::Serialize;

use crate::check::gate::{Finding, Outcome, Proved};
use crate::course::Course;

const VERSION: u32 = 1;

/// A line.
#[derive(Serialize)]
struct Line<'a> {
    version: u32,
    #[serde(flatten)]
    event: Event<'a>,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Begin {
        course: &'a str,
    },
    Proof {
        exercise: &'a str,
        rule: &'a str,
        subject: &'a str,
        passed: bool,
        seconds: f64,
        findings: Vec<Found<'a>>,
    },
    End {
        passed: usize,
        failed: usize,
        compiled: usize,
        remembered: usize,
    },
}

#[derive(Serialize)]
struct Found<'a> {
    rule: &'a str,
    file: &'a Path,
    line: Option<usize>,
    what: &'a str,
}

/// One line for the beginning, one for each proof, one for the end.
pub(super) fn lines(course: &Course, outcome: &Outcome) -> String {
    let begin = Event::Begin { course: &course.name };
    let (passed, failed) = (outcome.passed(), outcome.failed());
    let Outcome { compiled, remembered, .. } = *outcome;
    let end = Event::End { passed, failed, compiled, remembered };
    let events = [begin].into_iter().chain(outcome.proofs.iter().map(proof)).chain([end]);
    let line = |event| {
        let line = Line { version: VERSION, event };
        serde_json::to_string(&line).expect("names and numbers can be written as JSON") + "\n"
    };
    events.map(line).collect()
}

fn proof(proved: &Proved) -> Event<'_> {
    Event::Proof {
        exercise: &proved.exercise,
        rule: proved.rule,
        subject: &proved.subject,
        passed: proved.findings.is_empty(),
        seconds: proved.took.as_secs_f64(),
        findings: proved.findings.iter().map(found).collect(),
    }
}

fn found(finding: &Finding) -> Found<'_> {
    let Finding { rule, file, line, what, .. } = finding;
    Found { rule, file, line: *line, what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::gate::samples;

    #[test]
    fn every_line_is_an_object_with_its_version() {
        insta::assert_snapshot!(lines(&samples::course(), &samples::outcome()), @r#"
        {"version":1,"event":"begin","course":"Sample"}
        {"version":1,"event":"proof","exercise":"one","rule":"starter","subject":"the starter","passed":true,"seconds":0.25,"findings":[]}
        {"version":1,"event":"proof","exercise":"one","rule":"mistake","subject":"the mistake \"<a> & b\"","passed":false,"seconds":0.25,"findings":[{"rule":"mistake","file":"solutions/01_a/one/check.toml","line":5,"what":"the mistake \"<a> & b\" passes every test\n\u001b[31mred\u001b[0m"}]}
        {"version":1,"event":"proof","exercise":"two","rule":"solution","subject":"the solution","passed":true,"seconds":0.25,"findings":[]}
        {"version":1,"event":"end","passed":2,"failed":1,"compiled":4,"remembered":0}
        "#);
    }
}
