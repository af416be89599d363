//! `JUnit` XML, as GitLab, Jenkins and the actions for GitHub read it: a suite per exercise, a case per proof.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::check::gate::{Outcome, Proved};
use crate::course::Course;

pub(super) fn document(course: &Course, outcome: &Outcome) -> String {
    let mut report = Report::new(&*course.name);
    report.set_time(time(&outcome.proofs));
    report.add_test_suites(outcome.proofs.chunk_by(|a, b| a.exercise == b.exercise).map(suite));
    report.to_string().expect("text can be written as XML")
}

/// The proofs of one exercise; never empty.
fn suite(proofs: &[Proved]) -> TestSuite {
    let mut suite = TestSuite::new(&*proofs[0].exercise);
    suite.set_time(time(proofs)).add_test_cases(proofs.iter().map(case));
    suite
}

fn time(proofs: &[Proved]) -> Duration {
    proofs.iter().map(|proof| proof.took).sum()
}

fn case(proof: &Proved) -> TestCase {
    let mut case = TestCase::new(&*proof.subject, status(proof));
    case.set_classname(&*proof.exercise).set_time(proof.took);
    // Not in the format as nextest writes it; GitLab and most actions show them.
    if let Some(first) = proof.findings.first() {
        case.extra.insert("file".into(), first.file.display().to_string().into());
        if let Some(line) = first.line {
            case.extra.insert("line".into(), line.to_string().into());
        }
    }
    case
}

fn status(proof: &Proved) -> TestCaseStatus {
    let Some(first) = proof.findings.first() else { return TestCaseStatus::success() };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let all = proof.findings.iter().map(|finding| format!("{}\n  at {}", finding.what, finding.place()));
    let all = all.collect::<Vec<_>>().join("\n\n");
    status
        .set_type(first.rule)
        .set_message(first.what.lines().next().unwrap_or_default())
        .set_description(all);
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::gate::samples;

    #[test]
    fn it_is_xml_with_a_suite_for_each_exercise_and_a_case_for_each_proof() {
        let xml = document(&samples::course(), &samples::outcome());
        let report = Report::deserialize_from_str(&xml).unwrap();
        assert_eq!((report.tests, report.failures, report.errors), (3, 1, 0));
        assert_eq!(report.name.as_deref(), Some("Sample"));
        let cases = |suite: &TestSuite| suite.test_cases.iter().map(|case| case.name.to_string()).collect();
        let suites: Vec<(String, Vec<String>)> =
            report.test_suites.iter().map(|suite| (suite.name.to_string(), cases(suite))).collect();
        let one = vec!["the starter".to_owned(), "the mistake \"<a> & b\"".to_owned()];
        let two = vec!["the solution".to_owned()];
        assert_eq!(suites, [("one".to_owned(), one), ("two".to_owned(), two)]);
    }

    #[test]
    fn a_failure_says_its_rule_and_its_place() {
        let xml = document(&samples::course(), &samples::outcome());
        let report = Report::deserialize_from_str(&xml).unwrap();
        let case = &report.test_suites[0].test_cases[1];
        assert_eq!(case.extra["file"].as_str(), "solutions/01_a/one/check.toml");
        assert_eq!(case.extra["line"].as_str(), "5");
        let TestCaseStatus::NonSuccess { message, ty, description, .. } = &case.status else {
            panic!("{case:?}")
        };
        assert_eq!(ty.as_deref(), Some("mistake"));
        assert_eq!(message.as_deref(), Some("the mistake \"<a> & b\" passes every test"));
        let all = "the mistake \"<a> & b\" passes every test\nred\n  at solutions/01_a/one/check.toml:5";
        assert_eq!(description.as_deref(), Some(all));
    }

    #[test]
    fn nothing_proved_is_a_report_too() {
        let xml = document(&samples::course(), &Outcome::default());
        assert_eq!(Report::deserialize_from_str(&xml).unwrap().tests, 0);
    }
}
