//! Text for people, without a live screen.

use crate::check::Judged;
use crate::course::{Course, Exercise};
use crate::progress::Progress;
use crate::ui::{Look, Theme, list_lines, verdict_lines, width};

/// The course, how far the learner is, and how each exercise stands, in lines of at most `columns`.
pub fn list(course: &Course, progress: &Progress, theme: Theme, columns: usize) -> Vec<String> {
    let (passed, all) = (progress.passed(course), course.exercises.len());
    let heading = format!("{}: {passed} of {all} passed", course.name);
    let mut lines = vec![theme.heading(&heading), String::new()];
    lines.extend(list_lines(course, progress, progress.current(course), theme, columns));
    lines
}

/// Why the exercises have not passed, one line each: the name and the first words of the verdict.
pub fn not_passed(
    course: &Course,
    judged: &[(&Exercise, Judged)],
    theme: Theme,
    columns: usize,
) -> Vec<String> {
    let names = judged.iter().map(|(exercise, _)| width(&exercise.name)).max().unwrap_or(0);
    let look = Look { theme, columns: columns.saturating_sub(names + 2), root: &course.root };
    let line = |(exercise, judged): &(&Exercise, Judged)| {
        let verdict = verdict_lines(exercise, judged, 0, look);
        let first = verdict.iter().find(|line| !line.is_empty()).map_or("", String::as_str);
        format!("{:names$}  {first}", exercise.name)
    };
    judged.iter().map(line).collect()
}
