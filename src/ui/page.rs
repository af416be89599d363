//! Texts that cover the exercise and can be scrolled.

use super::help::help_lines;
use super::readme::readme_lines;
use super::verdict::diagnostic_lines;
use super::{Compared, KeyHelp, Look, diff_lines, plural, wrap};
use crate::check::{Judged, Verdict};
use crate::course::Exercise;

#[derive(Debug)]
pub enum Page<'a> {
    Help(&'a [KeyHelp]),
    /// The learner's code against the reference.
    Solution {
        exercise: &'a Exercise,
        files: &'a [Compared],
    },
    /// All that the last run of the exercise has printed: its tests, or the compiler.
    Output {
        exercise: &'a Exercise,
        judged: &'a Judged,
    },
    /// Of each exercise that is on the screen and has any.
    Warnings(Vec<(&'a Exercise, &'a Judged)>),
    /// A chapter's README.
    Readme {
        file: &'a str,
        text: &'a str,
    },
}

impl Page<'_> {
    pub(super) fn heading(&self) -> String {
        match self {
            Self::Help(_) => "keys".to_owned(),
            Self::Solution { exercise, .. } => format!("{}: yours against the reference", exercise.name),
            Self::Output { exercise, judged } => match &judged.verdict {
                Verdict::DoesNotCompile { errors } => {
                    format!("{}: {}", exercise.name, plural(errors.len(), "error"))
                }
                _ => format!("{}: all output", exercise.name),
            },
            Self::Warnings(_) => "warnings".to_owned(),
            Self::Readme { file, .. } => (*file).to_owned(),
        }
    }

    /// All lines of it. Their number depends on the columns, and not on colours.
    pub(super) fn lines(&self, look: Look<'_>) -> Vec<String> {
        match self {
            Self::Help(keys) => help_lines(keys, look),
            Self::Solution { files, .. } => diff_lines(files, look.theme),
            Self::Output { judged, .. } => output_lines(judged, look),
            Self::Warnings(warned) => {
                let one = |(exercise, judged): &(&Exercise, &Judged)| warning_lines(exercise, judged, look);
                warned.iter().map(one).collect::<Vec<_>>().join(&String::new())
            }
            Self::Readme { text, .. } => readme_lines(text, look),
        }
    }
}

fn output_lines(judged: &Judged, look: Look<'_>) -> Vec<String> {
    if let Verdict::DoesNotCompile { errors } = &judged.verdict {
        let errors: Vec<_> = errors.iter().map(|error| diagnostic_lines(error, look)).collect();
        return errors.join(&String::new());
    }
    let output = look.theme.foreign(judged.output.trim_matches('\n'));
    wrap(&output, look.columns)
}

fn warning_lines(exercise: &Exercise, judged: &Judged, look: Look<'_>) -> Vec<String> {
    let count = plural(judged.warnings.len(), "warning");
    let mut lines = vec![look.theme.heading(&format!("{}: {count}", exercise.name))];
    for warning in &judged.warnings {
        lines.push(String::new());
        lines.extend(diagnostic_lines(warning, look));
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::ui::{Theme, strip_ansi};

    /// Everything that a program could try: clear, title, clipboard, cursor and device reports, modes, a reset.
    const NASTY: &str = "before\u{1b}[2J\u{1b}[H\u{1b}]0;title\u{7}\u{1b}]52;c;aGVsbG8=\u{7}\u{1b}[6n\u{1b}[c\u{1b}[5n\
        \u{1b}[?1049l\u{1b}[?25h\u{1b}[?2004l\u{1b}]8;;https://evil.example\u{1b}\\x\u{1b}]8;;\u{1b}\\\u{1b}c\u{1b}P1$r\u{1b}\\\
        \u{9b}2J\u{8}\u{1b}[31mred\u{1b}[0m\rafter\n";

    #[test]
    fn what_a_program_prints_changes_nothing_but_its_own_lines() {
        let judged = Judged {
            verdict: Verdict::Passed { tests: 1 },
            warnings: Vec::new(),
            notices: Vec::new(),
            output: NASTY.repeat(2),
            took: Duration::ZERO,
        };
        let look = |colour| Look { theme: Theme::new(colour), columns: 80, root: Path::new("/") };
        let lines = output_lines(&judged, look(false));
        assert_eq!(lines, ["beforex\u{fffd}2J␈redafter"; 2]);
        let coloured = output_lines(&judged, look(true));
        assert_eq!(coloured[0].replace("\u{1b}[31m", "").replace("\u{1b}[0m", ""), lines[0]);
        assert_eq!(strip_ansi(&coloured[1]), lines[1]);
    }
}
