//! The session in lines, one after the other, as a screen reader follows it: nothing is drawn twice, nothing moves, and
//! every state is a word.

use super::news::news_block;
use super::outline::chapter_title;
use super::service::plain_service;
use super::verdict::verdict_block;
use super::{
    Above, Content, Look, Now, Outline, Page, Prompt, Row, Seen, Step, Theme, View, plural, trouble_lines,
};
use crate::check::Judged;
use crate::course::Exercise;

/// A build of so few units is over before a word on it is.
const QUICK: u64 = 3;

/// What has been told. A part is told again only when it reads differently.
#[derive(Debug, Default)]
pub struct Teller {
    has_begun: bool,
    banners: Vec<String>,
    news: Vec<String>,
    now: Vec<String>,
    hint: Vec<String>,
    page: Vec<String>,
    marked: Vec<String>,
    service: Vec<String>,
    /// So many lines of what the service printed.
    log: usize,
    question: Vec<String>,
    note: Vec<String>,
}

impl Teller {
    /// The lines that are new since the last call.
    pub fn news(&mut self, view: &View<'_>, theme: Theme) -> Vec<String> {
        let telling = Telling { view, look: Look { theme, columns: usize::MAX, root: &view.course.root } };
        let mut lines = Vec::new();
        if !std::mem::replace(&mut self.has_begun, true) {
            lines.push(format!("{}. The key h gives a hint, the key ? tells all keys.", view.course.name));
        }
        tell(&mut lines, &mut self.banners, view.banners.iter().map(ToString::to_string).collect());
        // What a page covers has not changed by that.
        if let Content::Exercise { above, now, hint } = &view.content {
            tell(&mut lines, &mut self.news, telling.above(above));
            tell(&mut lines, &mut self.now, telling.now(now));
            let hint = hint.as_ref().map(|hint| vec![hint.heading(), hint.text().trim().to_owned()]);
            tell(&mut lines, &mut self.hint, hint.unwrap_or_default());
        }
        if let Content::Service { service, now } = &view.content {
            tell(&mut lines, &mut self.now, telling.now(now));
            tell(&mut lines, &mut self.service, plain_service(telling.exercise(), service, telling.look));
            let (new, count) = service.log.since(self.log);
            lines.extend(new.map(|line| theme.foreign(line)));
            self.log = count;
        } else {
            self.service.clear();
            self.log = 0;
        }
        let was_page = !self.page.is_empty();
        let (page, marked) = telling.page();
        let is_page = !page.is_empty();
        tell(&mut lines, &mut self.page, page);
        tell(&mut lines, &mut self.marked, marked);
        if was_page && !is_page {
            lines.push(format!("back at {}", telling.exercise().name));
        }
        let question = match &view.prompt {
            Prompt::Question(question) => vec![(*question).to_owned()],
            Prompt::Keys(_) => Vec::new(),
        };
        tell(&mut lines, &mut self.question, question);
        tell(&mut lines, &mut self.note, view.note.map(str::to_owned).into_iter().collect());
        lines
    }
}

fn tell(lines: &mut Vec<String>, told: &mut Vec<String>, part: Vec<String>) {
    if *told != part {
        lines.extend(part.iter().filter(|line| !line.trim().is_empty()).cloned());
        *told = part;
    }
}

struct Telling<'a> {
    view: &'a View<'a>,
    look: Look<'a>,
}

impl Telling<'_> {
    fn exercise(&self) -> &Exercise {
        &self.view.course.exercises[self.view.current]
    }

    fn above(&self, above: &Above<'_>) -> Vec<String> {
        let View { course, .. } = self.view;
        match above {
            Above::Nothing => Vec::new(),
            Above::Welcome { .. } => vec![course.welcome_message.trim().to_owned()],
            Above::Passed { exercise, judged, earlier } => {
                let mut lines = self.verdict(exercise, judged, 0);
                if *earlier > 0 {
                    lines.push(format!("{} before it passed, too", plural(*earlier, "exercise")));
                }
                lines.push(format!("next: {}", self.exercise().title));
                lines
            }
            Above::Checked { .. } | Above::Finished => news_block(above, self.view, self.look).lines,
        }
    }

    fn now(&self, now: &Now<'_>) -> Vec<String> {
        let name = &self.exercise().name;
        match now {
            Now::Running { step, .. } => vec![match step {
                Step::Waiting(wait) => wait.words().to_owned(),
                Step::Building { total, .. } if *total > QUICK => {
                    format!("building {name}; the first time takes a while")
                }
                Step::CheckingAll { .. } => "checking all exercises".to_owned(),
                Step::Starting | Step::Building { .. } | Step::Testing => format!("checking {name}"),
            }],
            Now::Judged(Seen { judged, at }) => self.verdict(self.exercise(), judged, *at),
            Now::Trouble(trouble) => {
                let mut lines = vec![format!("{name} could not be checked")];
                lines.extend(trouble_lines(trouble, self.look));
                lines
            }
        }
    }

    fn verdict(&self, exercise: &Exercise, judged: &Judged, at: usize) -> Vec<String> {
        let View { course, progress, .. } = self.view;
        let mut lines = Vec::new();
        if !judged.verdict.is_pass() {
            lines.push(format!("{} does not pass yet", exercise.name));
        }
        lines.extend(verdict_block(exercise, judged, at, self.look).lines);
        if !judged.verdict.is_pass() {
            lines.push(format!("open {}", exercise.main_file().display()));
        }
        let all = plural(course.exercises.len(), "exercise");
        lines.push(format!("{} of {all} passed", progress.passed(course)));
        lines
    }

    /// A page as a whole, or the list and what the arrow is at.
    fn page(&self) -> (Vec<String>, Vec<String>) {
        let View { course, progress, .. } = self.view;
        match &self.view.content {
            Content::Exercise { .. } | Content::Service { .. } => (Vec::new(), Vec::new()),
            Content::Page { page, .. } => (self.whole(page), Vec::new()),
            Content::List(outline) => {
                let rows = outline.rows(course, progress);
                let mut lines = vec![format!("list of {}", plural(course.exercises.len(), "exercise"))];
                lines.extend(rows.iter().map(|row| self.row(outline, *row)));
                let search = outline.is_typing.then(|| format!("search: {}", outline.search));
                let at = rows
                    .contains(&outline.cursor)
                    .then(|| format!("at {}", self.row(outline, outline.cursor)));
                (lines, search.into_iter().chain(at).collect())
            }
        }
    }

    fn row(&self, outline: &Outline, row: Row) -> String {
        let View { course, progress, .. } = self.view;
        match row {
            Row::Chapter(start) => {
                let title = chapter_title(course, &course.exercises[start]);
                let fold = if outline.is_unfolded(start) { "" } else { ", folded" };
                format!("chapter {title}{fold}")
            }
            Row::Exercise(place) => {
                let exercise = &course.exercises[place];
                let title = exercise.title_beside_name().map(|title| format!(": {title}"));
                let state = progress.state(&exercise.name).words();
                format!("{}, {state}{}", exercise.name, title.unwrap_or_default())
            }
        }
    }

    fn whole(&self, page: &Page<'_>) -> Vec<String> {
        let mut lines = vec![page.heading()];
        lines.extend(page.lines(self.look));
        lines
    }
}
