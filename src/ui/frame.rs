//! The frame of the live session, as text.
//!
//! Above: what just passed or other news, then the verdict, then a hint; they share the rows they are given. Below,
//! always at the same place: what is open, the bar, a note on the last key, the keys.

use super::block::share;
use super::list::outline_lines;
use super::news::news_block;
use super::service::service_lines;
use super::text::{cut_start, strip_ansi};
use super::verdict::verdict_block;
use super::{
    Above, Block, Content, Hint, Look, Now, Page, Prompt, Seen, Size, Step, Theme, View, bar, cut,
    trouble_lines, width, wrap,
};
use crate::course::Exercise;
use crate::progress::State;

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

/// How far the page that is shown can be scrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// So many lines are seen at once.
    pub rows: usize,
    /// The last line that can be the first.
    pub last: usize,
}

/// All zero where no page is shown.
pub fn extent(view: &View<'_>, size: Size) -> Extent {
    let frame = Frame { view, size, theme: Theme::plain() };
    match &view.content {
        Content::Page { page, .. } => {
            let rows = size.rows.saturating_sub(frame.footer().len() + PAGE_HEAD).max(1);
            Extent { rows, last: page.lines(frame.look()).len().saturating_sub(rows) }
        }
        Content::Exercise { .. } | Content::List { .. } | Content::Service { .. } => {
            Extent { rows: 0, last: 0 }
        }
    }
}

/// A heading and an empty line.
const PAGE_HEAD: usize = 2;
/// Below so many rows the frame leaves out what the exercise is called, then what separates, then what is open.
const ROOMY: usize = 18;
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
            Content::Service { service, now } => {
                service_lines(self.exercise_at_hand(), service, now, self.look(), rows)
            }
            Content::Page { page, scroll } => self.page(page, *scroll, rows),
        }
    }

    fn page(&self, page: &Page<'_>, scroll: usize, rows: usize) -> Vec<String> {
        let all = page.lines(self.look());
        let room = rows.saturating_sub(PAGE_HEAD).max(1);
        let first = scroll.min(all.len().saturating_sub(room));
        let mut heading = self.theme.heading(&page.heading());
        if all.len() > room {
            let last = (first + room).min(all.len());
            let where_ = format!("  lines {} to {last} of {}", first + 1, all.len());
            heading.push_str(&self.theme.faint(&where_));
        }
        let mut lines = vec![heading, String::new()];
        lines.extend(all.into_iter().skip(first).take(room));
        lines.truncate(rows);
        lines
    }

    fn look(&self) -> Look<'_> {
        Look { theme: self.theme, columns: self.size.columns, root: &self.view.course.root }
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
            (_, _, Some(_)) | (Above::Welcome { .. }, Now::Judged(_) | Now::Trouble(_), _) => &Above::Nothing,
            _ => above,
        };
        let mut blocks = [news_block(above, self.view, self.look()), self.now(above, now), self.hint(hint)];
        let last = blocks.iter().rposition(|block| !block.lines.is_empty()).unwrap_or(0);
        for block in blocks.iter_mut().take(last) {
            block.gap();
        }
        // The verdict is what a learner looks for first, but a pass is read as well.
        let weights = if matches!(above, Above::Passed { .. }) { [1, 2, 1] } else { [1, 3, 1] };
        let given = share(rows, [0, 1, 2].map(|at: usize| blocks[at].lines.len()), weights);
        let fitted = blocks.into_iter().zip(given).map(|(block, rows)| block.fit(rows, self.theme));
        fitted.flatten().collect()
    }

    fn now(&self, above: &Above<'_>, now: &Now<'_>) -> Block {
        let exercise = self.exercise_at_hand();
        let mut block = match now {
            Now::Running { step, before } => self.running(*step, *before),
            Now::Judged(Seen { judged, at }) => verdict_block(exercise, judged, *at, self.look()),
            Now::Trouble(trouble) => {
                let mut block = Block::default();
                block.extend(trouble_lines(trouble, self.look()));
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
    fn running(&self, step: Step, before: Option<Seen<'_>>) -> Block {
        let mut block = Block::default();
        block.push(self.theme.heading(&self.step(step)));
        if let Some(Seen { judged, at }) = before {
            let old = verdict_block(self.exercise_at_hand(), judged, at, self.look());
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
            Step::Waiting(wait) => format!("{} ...", wait.words()),
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
        if let Some(hint) = hint {
            block.push(self.theme.hint(&hint.heading()));
            let room = self.size.columns.saturating_sub(2).max(1);
            block.extend(wrap(hint.text().trim(), room).iter().map(|line| format!("  {line}")));
        }
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
        if self.size.rows >= ROOMY {
            let state = match progress.state(&exercise.name) {
                State::Pending => String::new(),
                state => format!("  ({})", state.words()),
            };
            lines.push(format!("{}{state}", self.theme.heading(&exercise.title)));
        }
        let pending = progress.state(&exercise.name) == State::Pending;
        if let Some(readme) = course.chapter_begins(self.view.current).filter(|_| pending)
            && self.size.rows >= ROOMY
        {
            lines.push(self.file("a new chapter (key i): ", &readme.display().to_string()));
        }
        if self.size.rows >= TIGHT {
            lines.push(self.file("open ", &exercise.main_file().display().to_string()));
        }
        let (passed, total) = (progress.passed(course), course.exercises.len());
        lines.push(bar(passed as u64, total as u64, self.size.columns, self.theme));
        lines
    }

    /// The end of a path says more than its beginning.
    fn file(&self, before: &str, path: &str) -> String {
        let shown = cut_start(path, self.size.columns.saturating_sub(before.len()));
        format!("{before}{}", self.theme.place(&self.view.course.root, path, &shown))
    }

    fn prompt(&self) -> String {
        let keys = match &self.view.prompt {
            Prompt::Question(question) => return self.theme.hint(question),
            Prompt::Keys(keys) => keys,
        };
        let with_word = |(key, word): &(&str, &str)| format!("{} {word}", self.theme.key(key));
        let alone = |(key, _): &(&str, &str)| self.theme.key(key);
        let (words, is_enough) = self.keys_that_fit(keys, "  ", with_word);
        if is_enough { words } else { self.keys_that_fit(keys, " ", alone).0 }
    }

    /// As many keys as there is room for, and always the last two. Tells whether there was room for others.
    fn keys_that_fit(
        &self,
        keys: &[(&'static str, &'static str)],
        between: &str,
        drawn: impl Fn(&(&'static str, &'static str)) -> String,
    ) -> (String, bool) {
        let (first, last) = keys.split_at(keys.len().saturating_sub(2));
        let last: Vec<_> = last.iter().map(&drawn).collect();
        let mut room = self.size.columns.checked_sub(width(&last.join(between)));
        let mut shown = Vec::new();
        for key in first.iter().map(drawn) {
            if let Some(rest) = room.and_then(|room| room.checked_sub(width(&key) + between.len())) {
                room = Some(rest);
                shown.push(key);
            }
        }
        let is_enough = first.is_empty() || !shown.is_empty();
        shown.extend(last);
        (shown.join(between), is_enough)
    }

    fn wrapped(&self, text: &str) -> Vec<String> {
        wrap(text.trim(), self.size.columns)
    }

    fn exercise_at_hand(&self) -> &Exercise {
        &self.view.course.exercises[self.view.current]
    }
}
