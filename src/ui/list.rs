//! The list of exercises by chapter: how each stands as a sign and in words, how hard it is, how long it takes.

use std::ops::Range;

use super::outline::{Outline, Row, chapter_around, chapter_title};
use super::{Theme, cut, cut_start, plural, width, wrap};
use crate::course::{Course, Exercise};
use crate::progress::{Progress, State};

/// Below so many columns only the name, the difficulty and the minutes stand in a line; the rest is told of the line at
/// the cursor.
const ROOMY: usize = 60;
/// A title of fewer columns says nothing.
const SHORTEST_TITLE: usize = 12;
/// Lines that tell of the line at the cursor.
const DETAIL: usize = 3;
/// With fewer lines there is nothing but the list.
const COMFORTABLE: usize = 9;

/// The whole list, in lines of at most `columns`. `marked` gets an arrow.
pub fn list_lines(
    course: &Course,
    progress: &Progress,
    marked: usize,
    theme: Theme,
    columns: usize,
) -> Vec<String> {
    let list = List::new(course, progress, theme, columns);
    let line = |place: usize| {
        let is_first = chapter_around(course, place).start == place;
        let title =
            is_first.then(|| theme.heading(&cut(chapter_title(course, &course.exercises[place]), columns)));
        let arrow = if place == marked { "> " } else { "  " };
        let line = list.painted(place, &list.exercise(place, arrow), place == marked);
        title.into_iter().chain([line])
    };
    (0..course.exercises.len()).flat_map(line).collect()
}

/// So much of the outline as fits: the lines around the cursor, above them what is shown, below them what is at the cursor.
pub(super) fn outline_lines(
    course: &Course,
    progress: &Progress,
    outline: &Outline,
    current: usize,
    theme: Theme,
    columns: usize,
    height: usize,
) -> Vec<String> {
    let list = List::new(course, progress, theme, columns);
    let is_comfortable = height >= COMFORTABLE;
    let rows = outline.rows(course, progress);
    let mut lines = list.heading(outline);
    if !is_comfortable && !outline.is_typing {
        lines.clear();
    }
    let below = if is_comfortable { DETAIL + 1 } else { 0 };
    let room = height.saturating_sub(lines.len() + below).max(1);
    let at = rows.iter().position(|row| *row == outline.cursor).unwrap_or(0);
    if rows.is_empty() {
        lines.extend(wrap(List::nothing(outline), columns));
    }
    lines.extend(window(&rows, at, room, |row| list.row(row, outline, current)));
    if is_comfortable && !rows.is_empty() {
        lines.resize(height - DETAIL, String::new());
        lines.extend(list.detail(outline.cursor, current));
    }
    lines.truncate(height);
    lines
}

/// Those of the rows around the one at `at` that fit, drawn. No other row is.
fn window(rows: &[Row], at: usize, height: usize, draw: impl FnMut(Row) -> String) -> Vec<String> {
    let latest = rows.len().saturating_sub(height);
    let start = at.saturating_sub(height / 2).min(latest);
    rows.iter().skip(start).take(height).copied().map(draw).collect()
}

struct List<'a> {
    course: &'a Course,
    progress: &'a Progress,
    theme: Theme,
    columns: usize,
    /// The columns of the longest name.
    names: usize,
    /// The columns of the longest chapter's title.
    titles: usize,
}

impl<'a> List<'a> {
    fn new(course: &'a Course, progress: &'a Progress, theme: Theme, columns: usize) -> Self {
        let names = course.exercises.iter().map(|exercise| width(&exercise.name)).max().unwrap_or(0);
        let titles = course.chapters.iter().map(|chapter| width(&chapter.title)).max().unwrap_or(0);
        Self { course, progress, theme, columns, names, titles }
    }

    /// How far the learner is, and in words what the list is limited to.
    fn heading(&self, outline: &Outline) -> Vec<String> {
        let all = self.course.exercises.len();
        let far = format!("{}: {} of {all} passed", self.course.name, self.progress.passed(self.course));
        let mut lines = vec![self.theme.heading(&cut(&far, self.columns))];
        let caret = if outline.is_typing { "_" } else { "" };
        let pending = outline.pending_only.then(|| "pending only".to_owned());
        let search = outline.is_typing || outline.is_searching();
        let search = search.then(|| format!("with \"{}{caret}\"", outline.search));
        let limits: Vec<_> = pending.into_iter().chain(search).collect();
        if !limits.is_empty() {
            let shown = outline.count(self.course, self.progress);
            let words = format!("{shown} of {all}: {}", limits.join(", "));
            // The end of what is typed is what one looks at.
            lines.push(self.theme.hint(&cut_start(&words, self.columns)));
        }
        lines
    }

    /// Why there is nothing to see.
    fn nothing(outline: &Outline) -> &'static str {
        match (outline.is_searching(), outline.pending_only) {
            (true, true) => "no pending exercise has this in its name, title, topics or chapter",
            (true, false) => "no exercise has this in its name, title, topics or chapter",
            (false, _) => "nothing is pending, all exercises passed",
        }
    }

    fn row(&self, row: Row, outline: &Outline, current: usize) -> String {
        let is_marked = row == outline.cursor;
        let arrow = if is_marked { "> " } else { "  " };
        let text = match row {
            Row::Exercise(place) => self.exercise(place, &format!("{arrow}  ")),
            Row::Chapter(start) => {
                let fold = if outline.is_unfolded(start) { '-' } else { '+' };
                self.chapter(start, &format!("{arrow}{fold} "))
            }
        };
        match row {
            _ if is_marked => self.theme.marked(&pad(&text, self.columns)),
            Row::Exercise(place) => self.painted(place, &text, place == current),
            Row::Chapter(_) => self.theme.heading(&text),
        }
    }

    fn chapter(&self, start: usize, before: &str) -> String {
        let places = chapter_around(self.course, start);
        let title = chapter_title(self.course, &self.course.exercises[start]);
        let after = if self.columns < ROOMY {
            format!("{}/{}", self.passed(places.clone()), places.len())
        } else {
            self.chapter_words(places)
        };
        // Below each other, and where the words of the exercises stand.
        let title_room = self.columns.saturating_sub(width(before) + 2 + width(&after));
        let column = (self.names + 2).max(self.titles).min(title_room);
        let title = cut(title, title_room);
        let line = format!("{before}{}  {after}", pad(&title, column));
        cut(&line, self.columns)
    }

    fn chapter_words(&self, places: Range<usize>) -> String {
        let exercises = &self.course.exercises[places.clone()];
        let pending = exercises.iter().filter(|exercise| !self.progress.is_passed(&exercise.name));
        let minutes: u32 = pending.map(|exercise| u32::from(exercise.minutes)).sum();
        let passed = format!("{} of {} passed", self.passed(places.clone()), places.len());
        if minutes == 0 { passed } else { format!("{passed}, {minutes} min left") }
    }

    fn passed(&self, places: Range<usize>) -> usize {
        let exercises = &self.course.exercises[places];
        exercises.iter().filter(|exercise| self.progress.is_passed(&exercise.name)).count()
    }

    fn exercise(&self, place: usize, before: &str) -> String {
        let exercise = &self.course.exercises[place];
        let state = self.progress.state(&exercise.name);
        let before = format!("{before}{} ", sign(state));
        let effort = effort(exercise);
        let text = if self.columns < ROOMY {
            let after = effort;
            let room = self.columns.saturating_sub(width(&before) + after.len());
            format!("{before}{}{after}", pad(&cut(&exercise.name, room), self.names.min(room)))
        } else {
            let name = pad(&exercise.name, self.names);
            let facts = format!("{before}{name}  {:11}{effort}", short(state));
            let has_room = self.columns >= width(&facts) + 2 + SHORTEST_TITLE;
            let title = exercise.title_beside_name().filter(|_| has_room);
            title.map_or(facts.trim_end().to_owned(), |title| format!("{facts}  {title}"))
        };
        cut(&text, self.columns)
    }

    fn painted(&self, place: usize, text: &str, is_current: bool) -> String {
        match self.progress.state(&self.course.exercises[place].name) {
            State::Pending if is_current => self.theme.key(text),
            State::Pending => text.to_owned(),
            State::Passed => self.theme.added(text),
            State::PassedNowFailing => self.theme.removed(text),
        }
    }

    /// What a narrow line has no room for.
    fn detail(&self, row: Row, current: usize) -> Vec<String> {
        let (title, facts) = match row {
            Row::Exercise(place) => {
                let exercise = &self.course.exercises[place];
                let here = if place == current { "you are here: " } else { "" };
                (exercise.title.as_str(), format!("{here}{}", self.facts(exercise)))
            }
            Row::Chapter(start) => {
                let exercise = &self.course.exercises[start];
                let chapter = self.course.chapters.iter().find(|chapter| chapter.dir == exercise.dir);
                let readme = chapter.and_then(|chapter| chapter.readme.as_ref());
                let read = readme.map(|readme| format!("\nread {}", readme.display())).unwrap_or_default();
                let words = self.chapter_words(chapter_around(self.course, start));
                (chapter_title(self.course, exercise), words + &read)
            }
        };
        let title = self.theme.heading(&cut(title, self.columns));
        let mut lines: Vec<_> = [title].into_iter().chain(wrap(&facts, self.columns)).take(DETAIL).collect();
        lines.resize(DETAIL, String::new());
        lines
    }

    fn facts(&self, exercise: &Exercise) -> String {
        let state = self.progress.state(&exercise.name).words();
        if exercise.difficulty == 0 {
            return state.to_owned();
        }
        let minutes = plural(exercise.minutes.into(), "minute");
        format!("{state}; difficulty {} of 5, {minutes}", exercise.difficulty)
    }
}

/// How difficult it is and how long it takes, where the course says.
fn effort(exercise: &Exercise) -> String {
    if exercise.difficulty == 0 {
        return String::new();
    }
    format!("  {:5}  {:>3} min", "*".repeat(exercise.difficulty.into()), exercise.minutes)
}

/// In as many columns, with blanks after it.
fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

fn sign(state: State) -> char {
    match state {
        State::Pending => '·',
        State::Passed => '✓',
        State::PassedNowFailing => '!',
    }
}

fn short(state: State) -> &'static str {
    match state {
        State::PassedNowFailing => "now failing",
        state => state.words(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::outline::tests::{course, progress};
    use super::*;

    #[test]
    fn the_printed_list_has_every_exercise() {
        let lines = list_lines(&course(6), &progress(), 3, Theme::plain(), 80);
        insta::assert_snapshot!(lines.join("\n"), @r"
        Chapter 1
          ✓ exercise_0  passed       *        5 min  Title 0
          ! exercise_1  now failing  **       5 min  Title 1
          · exercise_2  pending      ***      5 min  Title 2
        Chapter 2
        > · exercise_3  pending      ****     5 min  Title 3
          · exercise_4  pending      *****    5 min  請求的每一行都必須被仔細閱讀請求的…
          · exercise_5  pending      *        5 min  Title 5
        ");
        let unlimited = list_lines(&course(6), &progress(), 3, Theme::plain(), usize::MAX);
        assert!(unlimited.iter().any(|line| line.ends_with(&course(6).exercises[4].title)));
    }

    #[test]
    fn of_a_thousand_exercises_only_the_lines_in_sight_are_drawn() {
        let mut outline = Outline::at(&course(1000), 500);
        outline.search = "exercise".into();
        let rows = outline.rows(&course(1000), &progress());
        assert_eq!(rows.len(), 1000 + 334);
        for at in [0, 700, rows.len() - 1] {
            let mut drawn = Vec::new();
            let lines = window(&rows, at, 20, |row| {
                drawn.push(row);
                String::new()
            });
            assert_eq!((drawn.len(), lines.len()), (20, 20));
            assert!(drawn.contains(&rows[at]));
        }
    }

    #[test]
    fn the_cursor_is_in_sight_on_any_screen_and_no_line_is_too_wide() {
        let course = course(30);
        for (columns, height) in [(80, 1), (40, 2), (20, 5), (10, 3), (61, 9), (120, 40), (1, 1)] {
            for place in [0, 4, 29] {
                let outline = Outline::at(&course, place);
                let lines = outline_lines(&course, &progress(), &outline, 1, Theme::plain(), columns, height);
                assert!(lines.len() <= height, "{columns}x{height}: {lines:?}");
                assert!(lines.iter().all(|line| width(line) <= columns), "{columns}x{height}: {lines:?}");
                assert!(
                    columns < 2 || lines.iter().any(|line| line.starts_with('>')),
                    "{columns}x{height}: {lines:?}"
                );
            }
        }
    }
}
