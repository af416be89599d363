//! What a list of exercises shows: chapters, folded or not, and what a search or "pending only" leaves of them.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::course::{Course, Exercise};
use crate::progress::{Progress, State};

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// A chapter, by the place of its first exercise.
    Chapter(usize),
    /// An exercise, by its place.
    Exercise(usize),
}

impl Row {
    /// Rows in the order of the list: a chapter comes before its first exercise.
    fn order(self) -> (usize, bool) {
        match self {
            Self::Chapter(place) => (place, false),
            Self::Exercise(place) => (place, true),
        }
    }
}

/// A list as the learner has arranged it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub cursor: Row,
    /// Chapters that show their exercises, by the place of the first of them.
    unfolded: BTreeSet<usize>,
    /// Words that an exercise must have; empty for no search.
    pub search: String,
    /// The search is being typed.
    pub is_typing: bool,
    pub pending_only: bool,
}

impl Outline {
    /// All chapters folded but that of the exercise at `place`, which the cursor is on.
    pub fn at(course: &Course, place: usize) -> Self {
        Self {
            cursor: Row::Exercise(place),
            unfolded: [chapter_around(course, place).start].into(),
            search: String::new(),
            is_typing: false,
            pending_only: false,
        }
    }

    /// The rows that there are to see. A search looks into folded chapters, too.
    pub fn rows(&self, course: &Course, progress: &Progress) -> Vec<Row> {
        let words: Vec<_> = self.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let mut rows = Vec::new();
        let mut start = 0;
        while start < course.exercises.len() {
            let chapter = chapter_around(course, start);
            start = chapter.end;
            let mut shown =
                chapter.clone().filter(|place| self.shows(course, progress, &words, *place)).peekable();
            if shown.peek().is_none() {
                continue;
            }
            rows.push(Row::Chapter(chapter.start));
            if self.is_unfolded(chapter.start) {
                rows.extend(shown.map(Row::Exercise));
            }
        }
        rows
    }

    /// How many exercises are left, those in folded chapters included.
    pub(super) fn count(&self, course: &Course, progress: &Progress) -> usize {
        let words: Vec<_> = self.search.to_lowercase().split_whitespace().map(str::to_owned).collect();
        (0..course.exercises.len()).filter(|place| self.shows(course, progress, &words, *place)).count()
    }

    fn shows(&self, course: &Course, progress: &Progress, words: &[String], place: usize) -> bool {
        let exercise = &course.exercises[place];
        let is_wanted = !self.pending_only || progress.state(&exercise.name) == State::Pending;
        is_wanted && (words.is_empty() || has_all(course, exercise, words))
    }

    pub fn is_searching(&self) -> bool {
        !self.search.trim().is_empty()
    }

    /// Whether the chapter that begins with this exercise shows its exercises.
    pub fn is_unfolded(&self, chapter: usize) -> bool {
        self.is_searching() || self.unfolded.contains(&chapter)
    }

    /// Folds or unfolds the cursor's chapter. Folding moves the cursor to the chapter.
    pub fn fold(&mut self, course: &Course, unfold: bool) {
        let (Row::Chapter(place) | Row::Exercise(place)) = self.cursor;
        let chapter = chapter_around(course, place).start;
        if unfold {
            self.unfolded.insert(chapter);
        } else {
            self.unfolded.remove(&chapter);
            self.cursor = Row::Chapter(chapter);
        }
    }

    /// Ends the search. Where it led stays in sight.
    pub fn end_search(&mut self, course: &Course) {
        self.search.clear();
        self.is_typing = false;
        if let Row::Exercise(_) = self.cursor {
            self.fold(course, true);
        }
    }

    /// Puts the cursor on a row that is there: of the first exercises after where it was, of none else the last row.
    pub fn settle(&mut self, rows: &[Row]) {
        if rows.contains(&self.cursor) {
            return;
        }
        let after = || rows.iter().filter(|row| row.order() >= self.cursor.order());
        let exercise = after().find(|row| matches!(row, Row::Exercise(_)));
        if let Some(row) = exercise.or_else(|| after().next()).or(rows.last()) {
            self.cursor = *row;
        }
    }
}

/// The places of the exercises of the chapter that this one lies in.
pub(super) fn chapter_around(course: &Course, place: usize) -> Range<usize> {
    let exercises = &course.exercises;
    let is_other = |exercise: &Exercise| exercise.dir != exercises[place].dir;
    let start = exercises[..place].iter().rposition(is_other).map_or(0, |before| before + 1);
    let end = exercises[place..].iter().position(is_other).map_or(exercises.len(), |after| place + after);
    start..end
}

/// The title of the chapter that an exercise lies in.
pub(super) fn chapter_title<'a>(course: &'a Course, exercise: &'a Exercise) -> &'a str {
    let chapter = course.chapters.iter().find(|chapter| chapter.dir == exercise.dir);
    chapter.map_or(exercise.dir.as_str(), |chapter| chapter.title.as_str())
}

fn has_all(course: &Course, exercise: &Exercise, words: &[String]) -> bool {
    let Exercise { name, title, topics, dir, .. } = exercise;
    let text =
        [name, title, dir, chapter_title(course, exercise), &topics.join(" ")].join("\n").to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::course::{Chapter, Home, Proof, Workspace};

    /// Chapters of three exercises each, with a title in Chinese now and then.
    pub(crate) fn course(exercises: usize) -> Course {
        let exercise = |place: usize| Exercise {
            name: format!("exercise_{place}"),
            dir: format!("{:02}_chapter", place / 3 + 1),
            home: Home::Package,
            proof: Proof::Specification,
            title: if place % 5 == 4 {
                "請求的每一行都必須被仔細閱讀".repeat(2)
            } else {
                format!("Title {place}")
            },
            difficulty: u8::try_from(place % 5 + 1).expect("1 to 5"),
            minutes: 5,
            topics: vec![if place == 4 { "RFC 9112".into() } else { "axum".into() }],
            security: false,
            hints: Vec::new(),
            hint_for: [].into(),
            takeaway: String::new(),
            try_lines: Vec::new(),
            edit: Vec::new(),
            timeout: Duration::from_secs(10),
        };
        let chapter = |number: usize| Chapter {
            dir: format!("{number:02}_chapter"),
            title: format!("Chapter {number}"),
            readme: Some(format!("exercises/{number:02}_chapter/README.md").into()),
        };
        Course {
            root: "/course".into(),
            name: "Backend in Rust".into(),
            workspace: Workspace::AsShipped,
            welcome_message: String::new(),
            final_message: String::new(),
            chapters: (1..=exercises.div_ceil(3)).map(chapter).collect(),
            exercises: (0..exercises).map(exercise).collect(),
        }
    }

    pub(crate) fn progress() -> Progress {
        let mut progress = Progress::default();
        progress.attempted("exercise_0", true, UNIX_EPOCH);
        progress.attempted("exercise_1", true, UNIX_EPOCH);
        progress.attempted("exercise_1", false, UNIX_EPOCH);
        progress
    }

    fn rows(outline: &Outline) -> Vec<Row> {
        outline.rows(&course(9), &progress())
    }

    use Row::{Chapter as C, Exercise as E};

    #[test]
    fn the_chapter_at_hand_is_unfolded_and_the_others_folded() {
        let mut outline = Outline::at(&course(9), 4);
        assert_eq!(rows(&outline), [C(0), C(3), E(3), E(4), E(5), C(6)]);
        outline.fold(&course(9), false);
        assert_eq!((rows(&outline), outline.cursor), (vec![C(0), C(3), C(6)], C(3)));
        outline.fold(&course(9), true);
        assert_eq!(rows(&outline), [C(0), C(3), E(3), E(4), E(5), C(6)]);
    }

    #[test]
    fn a_search_looks_into_folded_chapters_at_names_titles_topics_and_chapters() {
        let mut outline = Outline::at(&course(9), 8);
        for (search, found) in [
            ("EXERCISE_2", vec![C(0), E(2)]),
            ("9112", vec![C(3), E(4)]),
            ("閱讀", vec![C(3), E(4)]),
            ("01_ch", vec![C(0), E(0), E(1), E(2)]),
            ("axum title 7", vec![C(6), E(7)]),
            ("nothing of that kind", vec![]),
        ] {
            outline.search = search.into();
            assert_eq!(rows(&outline), found, "{search}");
            assert_eq!(outline.count(&course(9), &progress()), found.len().saturating_sub(1), "{search}");
        }
    }

    #[test]
    fn pending_only_leaves_out_what_passed_even_if_it_fails_now() {
        let mut outline = Outline::at(&course(9), 0);
        outline.pending_only = true;
        assert_eq!(rows(&outline), [C(0), E(2), C(3), C(6)]);
        assert_eq!(outline.count(&course(9), &progress()), 7);
    }

    #[test]
    fn the_cursor_settles_on_what_comes_next_and_stays_in_sight_after_a_search() {
        let mut outline = Outline::at(&course(9), 0);
        outline.search = "9112".into();
        outline.settle(&rows(&outline));
        assert_eq!(outline.cursor, E(4));
        outline.end_search(&course(9));
        assert!(rows(&outline).contains(&E(4)));
        outline.search = "exercise_2".into();
        outline.settle(&rows(&outline));
        assert_eq!(outline.cursor, E(2), "nothing comes after, so it is the last");
    }
}
