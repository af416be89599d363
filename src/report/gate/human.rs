//! For people: every finding with its place, then how many proofs hold.

use crate::check::gate::{Finding, Outcome};
use crate::ui::{Theme, plural};

/// Ends with the line `N passed, N failed`.
pub(super) fn text(outcome: &Outcome, theme: Theme) -> String {
    let mut parts: Vec<_> = outcome.findings().map(|found| finding(found, theme) + "\n").collect();
    if outcome.remembered > 0 {
        let proofs = plural(outcome.remembered, "proof");
        parts.push(format!("{proofs} taken from an earlier check: nothing that decides them has changed"));
    }
    parts.push(format!("{} compiled", plural(outcome.compiled, "unit")));
    let counted = format!("{} passed, {} failed", outcome.passed(), outcome.failed());
    parts.push(if outcome.failed() == 0 { theme.pass(&counted) } else { theme.fail(&counted) });
    parts.join("\n") + "\n"
}

fn finding(finding: &Finding, theme: Theme) -> String {
    let name = theme.fail(&finding.exercise);
    let what = theme.foreign(&finding.what);
    format!("{name} [{}]: {what}\n  at {}", finding.rule, theme.path(&theme.foreign(&finding.place())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::gate::samples;

    #[test]
    fn it_says_what_is_wrong_where_and_ends_with_the_count() {
        insta::assert_snapshot!(text(&samples::outcome(), Theme::plain()), @r#"
        one [mistake]: the mistake "<a> & b" passes every test
        red
          at solutions/01_a/one/check.toml:5

        4 units compiled
        2 passed, 1 failed
        "#);
    }
}
