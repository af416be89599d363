//! The list of exercises by chapter, with how each stands in words and as a sign.

use super::{Theme, cut, width};
use crate::course::{Course, Exercise};
use crate::progress::{Progress, State};

/// The whole list, in lines of at most `columns`. `marked` gets an arrow.
pub fn list_lines(
    course: &Course,
    progress: &Progress,
    marked: usize,
    theme: Theme,
    columns: usize,
) -> Vec<String> {
    rows(course).map(|row| line(course, progress, row, marked, theme, columns)).collect()
}

/// So many of the lines as fit, among them the marked exercise.
pub(super) fn list_window(
    course: &Course,
    progress: &Progress,
    marked: usize,
    theme: Theme,
    columns: usize,
    height: usize,
) -> Vec<String> {
    let lines = list_lines(course, progress, marked, theme, columns);
    let at = rows(course).position(|row| matches!(row, Row::Exercise(place) if place == marked)).unwrap_or(0);
    let latest_start = lines.len().saturating_sub(height);
    let start = at.saturating_sub(height / 2).min(latest_start);
    lines.into_iter().skip(start).take(height).collect()
}

#[derive(Clone, Copy)]
enum Row<'a> {
    Chapter(&'a str),
    /// An exercise by its place.
    Exercise(usize),
}

/// Exercises in their order, with a heading where the chapter changes.
fn rows(course: &Course) -> impl Iterator<Item = Row<'_>> {
    course.exercises.iter().enumerate().flat_map(|(place, exercise)| {
        let before = place.checked_sub(1).map(|place| &course.exercises[place].dir);
        let heading = (before != Some(&exercise.dir)).then(|| Row::Chapter(chapter_title(course, exercise)));
        heading.into_iter().chain([Row::Exercise(place)])
    })
}

fn chapter_title<'a>(course: &'a Course, exercise: &'a Exercise) -> &'a str {
    let chapter = course.chapters.iter().find(|chapter| chapter.dir == exercise.dir);
    chapter.map_or(exercise.dir.as_str(), |chapter| chapter.title.as_str())
}

fn line(
    course: &Course,
    progress: &Progress,
    row: Row<'_>,
    marked: usize,
    theme: Theme,
    columns: usize,
) -> String {
    let place = match row {
        Row::Chapter(title) => return theme.heading(&cut(title, columns)),
        Row::Exercise(place) => place,
    };
    let exercise = &course.exercises[place];
    let state = progress.state(&exercise.name);
    let arrow = if place == marked { "> " } else { "  " };
    let names = course.exercises.iter().map(|exercise| width(&exercise.name)).max().unwrap_or(0);
    let text =
        format!("{arrow}{} {:names$}  {:19}  {}", sign(state), exercise.name, state.words(), exercise.title);
    let text = cut(text.trim_end(), columns);
    match state {
        State::Pending if place == marked => theme.key(&text),
        State::Pending => text,
        State::Passed => theme.added(&text),
        State::PassedNowFailing => theme.removed(&text),
    }
}

fn sign(state: State) -> char {
    match state {
        State::Pending => '·',
        State::Passed => '✓',
        State::PassedNowFailing => '!',
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::course::Chapter;

    fn course() -> Course {
        let exercise = |number: usize| Exercise {
            name: format!("exercise_{number}"),
            dir: if number < 3 { "01_a".into() } else { "02_b".into() },
            title: format!("Title {number}"),
            difficulty: 1,
            minutes: 1,
            topics: Vec::new(),
            security: false,
            hints: Vec::new(),
            hint_for: [].into(),
            takeaway: String::new(),
            try_lines: Vec::new(),
            edit: Vec::new(),
            timeout: Duration::from_secs(10),
        };
        let chapter = |dir: &str, title: &str| Chapter { dir: dir.into(), title: title.into(), readme: None };
        Course {
            root: PathBuf::new(),
            name: String::new(),
            welcome_message: String::new(),
            final_message: String::new(),
            chapters: vec![chapter("01_a", "First"), chapter("02_b", "Second")],
            exercises: (0..6).map(exercise).collect(),
        }
    }

    #[test]
    fn it_has_chapters_states_in_words_and_a_mark() {
        let mut progress = Progress::default();
        progress.attempted("exercise_0", true, UNIX_EPOCH);
        progress.attempted("exercise_1", true, UNIX_EPOCH);
        progress.attempted("exercise_1", false, UNIX_EPOCH);
        insta::assert_snapshot!(list_lines(&course(), &progress, 3, Theme::plain(), 60).join("\n"), @r"
        First
          ✓ exercise_0  passed               Title 0
          ! exercise_1  passed, now failing  Title 1
          · exercise_2  pending              Title 2
        Second
        > · exercise_3  pending              Title 3
          · exercise_4  pending              Title 4
          · exercise_5  pending              Title 5
        ");
    }

    #[test]
    fn a_short_screen_shows_the_lines_around_the_marked_one() {
        let progress = Progress::default();
        for (marked, height) in [(0, 1), (0, 3), (3, 4), (5, 1), (5, 3), (2, 50)] {
            let lines = list_window(&course(), &progress, marked, Theme::plain(), 40, height);
            assert_eq!(lines.len(), height.min(8), "{marked} {height}");
            assert!(lines.iter().any(|line| line.starts_with('>')), "{marked} {height}: {lines:?}");
        }
    }
}
