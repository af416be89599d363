//! What clippy says of an exercise, and whether that decides its verdict.

use super::{BuildLog, Diagnostic, Level, Verdict};
use crate::course::Lints;

/// The verdict of the compiler and of clippy on a program that was built or checked with lints. None where they let it
/// pass.
pub(crate) fn refused(log: &BuildLog, name: &str, lints: Lints) -> Option<Verdict> {
    let errors = log.of(name, Level::Error);
    if !errors.iter().all(Diagnostic::is_lint) {
        return Some(Verdict::DoesNotCompile { errors });
    }
    let findings = match lints {
        Lints::Warnings if errors.is_empty() => log.of(name, Level::Warning),
        Lints::Warnings | Lints::Errors => errors,
    };
    Some(findings).filter(|findings| !findings.is_empty()).map(|findings| Verdict::Lints { findings })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn log(said: &[(&str, Option<&str>)]) -> BuildLog {
        let mut log = BuildLog::below("");
        for (level, code) in said {
            let code = code.map(|code| json!({ "code": code }));
            let spans = [json!({ "file_name": "exercises/a.rs", "line_start": 1, "is_primary": true })];
            let message =
                json!({ "level": level, "message": level, "rendered": "", "code": code, "spans": spans });
            let target = json!({ "name": "a" });
            log.line(
                &json!({ "reason": "compiler-message", "target": target, "message": message }).to_string(),
            );
        }
        log
    }

    #[test]
    fn errors_decide_always_and_warnings_where_the_course_says_so() {
        let (todo, len) = (("error", Some("clippy::todo")), ("warning", Some("clippy::len_zero")));
        let of = |said: &[_], lints| refused(&log(said), "a", lints);
        let findings = |verdict: Option<Verdict>| match verdict {
            Some(Verdict::Lints { findings }) => findings.len(),
            None => 0,
            other => panic!("{other:?}"),
        };
        assert_eq!(findings(of(&[], Lints::Warnings)), 0);
        assert_eq!(findings(of(&[len], Lints::Errors)), 0);
        assert_eq!(findings(of(&[len], Lints::Warnings)), 1);
        assert_eq!(findings(of(&[len, todo], Lints::Errors)), 1);
        assert_eq!(findings(of(&[len, todo], Lints::Warnings)), 1);
        for error in [("error", Some("E0308")), ("error", None)] {
            assert!(matches!(of(&[todo, error], Lints::Errors), Some(Verdict::DoesNotCompile { .. })));
        }
    }
}
