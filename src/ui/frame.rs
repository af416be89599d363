//! The frame of the live session, as text.
//!
//! Above: what just passed or other news, then the verdict, then a hint; they share the rows they are given. Below,
//! always at the same place: what is open, the bar, a note on the last key, the keys.

use std::path::Path;

use super::block::share;
use super::list::outline_lines;
use super::outline::Outline;
use super::text::strip_ansi;
use super::verdict::verdict_block;
use super::{
    Block, Compared, KeyHelp, Size, Theme, bar, cut, cut_start, diff_lines, help, plural, trouble_lines,
    width, wrap,
};
use crate::check::{Judged, Trouble, Wait};
use crate::course::{Course, Exercise};
use crate::progress::{Progress, State};

/// Everything that a frame shows.
#[derive(Debug)]
pub struct View<'a> {
    pub course: &'a Course,
    pub progress: &'a Progress,
    /// The place of the exercise the learner is at.
    pub current: usize,
    pub content: Content<'a>,
    /// What is wrong with the session itself and stays so.
    pub banners: Vec<&'a str>,
    /// One line about the last key.
    pub note: Option<&'a str>,
    pub prompt: Prompt<'a>,
}

#[derive(Debug)]
pub enum Content<'a> {
    Exercise {
        above: Above<'a>,
        now: Now<'a>,
        hint: Option<Hint<'a>>,
    },
    List(&'a Outline),
    Help(&'a [KeyHelp]),
    Solution {
        exercise: &'a Exercise,
        files: &'a [Compared],
        /// The first line shown.
        scroll: usize,
    },
}

/// News above the exercise at hand.
#[derive(Debug)]
pub enum Above<'a> {
    Nothing,
    /// The very first start.
    Welcome,
    /// This exercise just passed; the one below is the next. `earlier` ones passed on the way to it.
    Passed {
        exercise: &'a Exercise,
        judged: &'a Judged,
        earlier: usize,
    },
    /// All exercises were checked.
    Checked {
        passing: usize,
        now_failing: Vec<&'a str>,
    },
    /// The last one passed.
    Finished,
}

/// How the exercise at hand stands.
#[derive(Debug)]
pub enum Now<'a> {
    /// A run; `before` is the verdict that it will replace.
    Running {
        step: Step,
        before: Option<&'a Judged>,
    },
    Judged(&'a Judged),
    Trouble(&'a Trouble),
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Starting,
    Waiting(Wait),
    Building { done: u64, total: u64 },
    Testing,
    CheckingAll { done: usize },
}

#[derive(Debug)]
pub enum Hint<'a> {
    /// For the test that fails first.
    ForTest(&'a str),
    Numbered {
        number: usize,
        of: usize,
        text: &'a str,
    },
}

#[derive(Debug)]
pub enum Prompt<'a> {
    /// Keys and the word for each, most needed first.
    Keys(Vec<(&'static str, &'static str)>),
    Question(&'a str),
}

/// The frame: exactly `size.rows` lines, none wider than `size.columns`.
pub fn render(view: &View<'_>, size: Size, theme: Theme) -> String {
    let frame = Frame { view, size, theme };
    let mut footer = frame.footer();
    footer.truncate(size.rows);
    let room = size.rows - footer.len();
    let mut lines = frame.content(room);
    lines.resize(room, String::new());
    lines.extend(footer);
    let lines: Vec<_> = lines.iter().map(|line| cut(line, size.columns)).collect();
    lines.join("\n")
}

/// How many lines of the solution fit at once.
pub fn page(size: Size) -> usize {
    size.rows.saturating_sub(SOLUTION_HEAD + 3).max(1)
}

const SOLUTION_HEAD: usize = 2;
/// Below so many rows the frame leaves out what is open, and what separates.
const COMFORTABLE: usize = 12;
const TIGHT: usize = 7;

struct Frame<'a> {
    view: &'a View<'a>,
    size: Size,
    theme: Theme,
}

impl Frame<'_> {
    fn content(&self, rows: usize) -> Vec<String> {
        match &self.view.content {
            Content::Exercise { above, now, hint } => self.exercise(above, now, hint.as_ref(), rows),
            Content::List(outline) => {
                let View { course, progress, current, .. } = self.view;
                outline_lines(course, progress, outline, *current, self.theme, self.size.columns, rows)
            }
            Content::Help(keys) => {
                help::help_block(keys, self.theme, self.size.columns).fit(rows, self.theme)
            }
            Content::Solution { exercise, files, scroll } => {
                let heading = format!("{}: yours against the reference", exercise.name);
                let mut lines = vec![self.theme.heading(&heading), String::new()];
                lines.extend(diff_lines(files, self.theme).into_iter().skip(*scroll));
                lines.truncate(rows);
                lines
            }
        }
    }

    fn exercise(
        &self,
        above: &Above<'_>,
        now: &Now<'_>,
        hint: Option<&Hint<'_>>,
        rows: usize,
    ) -> Vec<String> {
        // Whoever asks for a hint has read the news, and a first verdict is worth more than the welcome: what failed
        // needs their rows.
        let above = match (above, now, hint) {
            (_, _, Some(_)) | (Above::Welcome, Now::Judged(_) | Now::Trouble(_), _) => &Above::Nothing,
            _ => above,
        };
        let mut blocks = [self.above(above), self.now(above, now), self.hint(hint)];
        let last = blocks.iter().rposition(|block| !block.lines.is_empty()).unwrap_or(0);
        for block in blocks.iter_mut().take(last) {
            block.gap();
        }
        // The verdict is what a learner looks for first, but a pass is read as well.
        let weights = if matches!(above, Above::Passed { .. }) { [1, 1, 1] } else { [1, 3, 1] };
        let given = share(rows, [0, 1, 2].map(|at: usize| blocks[at].lines.len()), weights);
        let fitted = blocks.into_iter().zip(given).map(|(block, rows)| block.fit(rows, self.theme));
        fitted.flatten().collect()
    }

    fn above(&self, above: &Above<'_>) -> Block {
        let View { course, .. } = self.view;
        let mut block = Block::default();
        match above {
            Above::Nothing => {}
            Above::Welcome => {
                block.push(self.theme.heading(&course.name));
                block.extend(self.wrapped(&course.welcome_message));
            }
            Above::Passed { exercise, judged, earlier } => {
                block = verdict_block(exercise, judged, self.theme, self.size.columns);
                if *earlier > 0 {
                    block.push(
                        self.theme.faint(&format!("{} before it passed, too", plural(*earlier, "exercise"))),
                    );
                }
            }
            Above::Checked { passing, now_failing } => self.checked(*passing, now_failing, &mut block),
            Above::Finished => block.extend(self.wrapped(&course.final_message)),
        }
        block
    }

    fn checked(&self, passing: usize, now_failing: &[&str], block: &mut Block) {
        let total = self.view.course.exercises.len();
        let line = format!("{passing} of {} pass", plural(total, "exercise"));
        block.push(if passing == total { self.theme.pass(&line) } else { self.theme.heading(&line) });
        if !now_failing.is_empty() {
            block.extend(self.wrapped(&format!("passed before, now failing: {}", now_failing.join(", "))));
        }
        if passing == total {
            block.extend(self.wrapped(&self.view.course.final_message));
        }
    }

    fn now(&self, above: &Above<'_>, now: &Now<'_>) -> Block {
        let exercise = self.exercise_at_hand();
        let mut block = match now {
            Now::Running { step, before } => self.running(*step, *before),
            Now::Judged(judged) => verdict_block(exercise, judged, self.theme, self.size.columns),
            Now::Trouble(trouble) => {
                let mut block = Block::default();
                block.extend(trouble_lines(trouble, self.theme, self.size.columns));
                block
            }
        };
        if matches!(above, Above::Passed { .. }) {
            let next = format!("{} {}", self.theme.faint("next:"), self.theme.heading(&exercise.title));
            block.put_first([next, String::new()]);
        }
        block
    }

    /// The step, and the verdict before this run: faint, and said to be old, so that nobody takes it for the new one.
    fn running(&self, step: Step, before: Option<&Judged>) -> Block {
        let mut block = Block::default();
        block.push(self.theme.heading(&self.step(step)));
        if let Some(judged) = before {
            let old = verdict_block(self.exercise_at_hand(), judged, self.theme, self.size.columns);
            block.gap();
            block.push(self.theme.faint("before this run:"));
            block.foldable(old.lines.iter().map(|line| self.theme.faint(&strip_ansi(line))));
        }
        block
    }

    fn step(&self, step: Step) -> String {
        let exercise = self.exercise_at_hand();
        match step {
            Step::Starting => "checking ...".to_owned(),
            Step::Waiting(wait) => wait.words().to_owned(),
            Step::Building { done, total } => {
                let bar = bar(done, total, self.size.columns.saturating_sub(10), self.theme);
                format!("building  {bar}")
            }
            Step::Testing => format!("checking ... its tests run (at most {} s)", exercise.timeout.as_secs()),
            Step::CheckingAll { done } => {
                let total = self.view.course.exercises.len();
                let bar = bar(done as u64, total as u64, self.size.columns.saturating_sub(14), self.theme);
                format!("checking all  {bar}")
            }
        }
    }

    fn hint(&self, hint: Option<&Hint<'_>>) -> Block {
        let mut block = Block::default();
        let (heading, text) = match hint {
            None => return block,
            Some(Hint::ForTest(text)) => ("hint for this test".to_owned(), text),
            Some(Hint::Numbered { number, of, text }) => (format!("hint {number} of {of}"), text),
        };
        block.push(self.theme.hint(&heading));
        block.extend(
            wrap(text, self.size.columns.saturating_sub(2).max(1)).iter().map(|line| format!("  {line}")),
        );
        block
    }

    fn footer(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let is_exercise = matches!(self.view.content, Content::Exercise { .. });
        if self.size.rows >= COMFORTABLE {
            lines.push(String::new());
        }
        let banners = self.view.banners.iter().flat_map(|banner| self.wrapped(banner));
        lines.extend(banners.take(self.size.rows / 4).map(|line| self.theme.hint(&line)));
        if is_exercise {
            lines.extend(self.open_exercise());
        }
        if let Some(note) = self.view.note {
            let most = if self.size.rows >= TIGHT { 2 } else { 1 };
            lines.extend(self.wrapped(note).into_iter().take(most));
        }
        lines.push(self.prompt());
        lines
    }

    /// What is open, and how far the learner is.
    fn open_exercise(&self) -> Vec<String> {
        let View { course, progress, .. } = self.view;
        let exercise = self.exercise_at_hand();
        let mut lines = Vec::new();
        if self.size.rows >= COMFORTABLE {
            let state = match progress.state(&exercise.name) {
                State::Pending => String::new(),
                state => format!("  ({})", state.words()),
            };
            lines.push(format!("{}{state}", self.theme.heading(&exercise.title)));
        }
        let pending = progress.state(&exercise.name) == State::Pending;
        if let Some(readme) = course.chapter_begins(self.view.current).filter(|_| pending)
            && self.size.rows >= COMFORTABLE
        {
            lines.push(format!("a new chapter: read {}", self.theme.path(&readme.display().to_string())));
        }
        if self.size.rows >= TIGHT {
            lines.push(format!("open {}", self.theme.path(&self.path_that_fits(&exercise.main_file()))));
        }
        let (passed, total) = (progress.passed(course), course.exercises.len());
        lines.push(bar(passed as u64, total as u64, self.size.columns, self.theme));
        lines
    }

    /// The end of a path says more than its beginning.
    fn path_that_fits(&self, path: &Path) -> String {
        cut_start(&path.display().to_string(), self.size.columns.saturating_sub("open ".len()))
    }

    fn prompt(&self) -> String {
        let keys = match &self.view.prompt {
            Prompt::Question(question) => return self.theme.hint(question),
            Prompt::Keys(keys) => keys,
        };
        let with_words: Vec<_> =
            keys.iter().map(|(key, word)| format!("{} {word}", self.theme.key(key))).collect();
        let with_words = with_words.join("  ");
        if width(&with_words) <= self.size.columns {
            return with_words;
        }
        keys.iter().map(|(key, _)| self.theme.key(key)).collect::<Vec<_>>().join(" ")
    }

    fn wrapped(&self, text: &str) -> Vec<String> {
        wrap(text.trim(), self.size.columns)
    }

    fn exercise_at_hand(&self) -> &Exercise {
        &self.view.course.exercises[self.view.current]
    }
}
