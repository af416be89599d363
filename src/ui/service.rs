//! The screen of a learner's service: whether it answers, how to ask it, what it prints.

use std::collections::VecDeque;
use std::time::Duration;

use super::block::share;
use super::{Block, Look, Now, Seen, Theme, bar, cut, trouble_lines, verdict_lines, width, wrap};
use crate::check::{Judged, ServiceEnd, Trouble, Wait};
use crate::course::Exercise;

/// So many lines of what a service printed are kept, and of each so many characters.
const LINES: usize = 1000;
const CHARS: usize = 2000;

/// A service as it is known to its screen.
#[derive(Debug)]
pub struct Service {
    pub stage: Stage,
    /// Once it was started.
    pub port: Option<u16>,
    pub log: Log,
}

/// How far a service is.
#[derive(Debug)]
pub enum Stage {
    /// The verdict comes first.
    AfterVerdict,
    Waiting(Wait),
    Building {
        done: u64,
        total: u64,
    },
    Started,
    Answers,
    Silent {
        after: Duration,
    },
    NotBuilt(Box<Judged>),
    Ended {
        end: ServiceEnd,
        answered: bool,
    },
    Trouble(Trouble),
}

impl Stage {
    /// There is nothing that could be asked.
    fn is_over(&self) -> bool {
        matches!(self, Self::NotBuilt(_) | Self::Ended { .. } | Self::Trouble(_))
    }
}

/// The last lines that a service printed, as it printed them.
#[derive(Debug, Default)]
pub struct Log {
    lines: VecDeque<String>,
    /// How many lines there ever were.
    count: usize,
    /// The last line may go on.
    is_open: bool,
    /// So many lines at the end are not shown, since the learner reads earlier ones.
    back: usize,
}

impl Log {
    pub fn push(&mut self, text: &str) {
        for piece in text.split_inclusive('\n') {
            if !self.is_open {
                self.lines.push_back(String::new());
                self.count += 1;
                self.back += usize::from(self.back > 0);
            }
            self.is_open = !piece.ends_with('\n');
            if let Some(line) = self.lines.back_mut() {
                let room = CHARS.saturating_sub(line.len());
                line.extend(piece.trim_end_matches(['\n', '\r']).chars().take(room));
            }
        }
        let excess = self.lines.len().saturating_sub(LINES);
        self.lines.drain(..excess);
        self.scroll(self.back);
    }

    /// The lines that are whole, of those after the first `told`; and how many that makes.
    pub(super) fn since(&self, told: usize) -> (impl Iterator<Item = &str>, usize) {
        let whole = self.count - usize::from(self.is_open);
        let first = self.count - self.lines.len();
        // A count that has fallen is that of another service.
        let told = if told > whole { 0 } else { told };
        let lines = self.lines.iter().take(whole - first).skip(told.saturating_sub(first));
        (lines.map(String::as_str), whole)
    }

    /// How many lines from the end the learner reads; 0 follows what comes.
    pub fn back(&self) -> usize {
        self.back
    }

    pub fn scroll(&mut self, back: usize) {
        self.back = back.min(self.last());
    }

    /// The furthest back that there is something to read.
    pub fn last(&self) -> usize {
        self.lines.len().saturating_sub(1)
    }

    /// The end of it in at most so many lines. Only what is shown is wrapped.
    fn shown(&self, rows: usize, theme: Theme, columns: usize) -> Vec<String> {
        let end = self.lines.len() - self.back;
        let mut shown = VecDeque::new();
        for line in self.lines.iter().take(end).rev() {
            if shown.len() >= rows {
                break;
            }
            for part in wrap(&theme.foreign(line), columns).into_iter().rev() {
                shown.push_front(part);
            }
        }
        let excess = shown.len().saturating_sub(rows);
        shown.drain(..excess);
        shown.into()
    }
}

/// The command lines to try, ready to copy: with the port filled in. Long ones are continued with `\` as a shell does.
pub fn try_lines(exercise: &Exercise, port: u16, columns: usize) -> Vec<String> {
    let port = port.to_string();
    let filled = exercise.try_lines.iter().map(|line| line.replace("${PORT}", &port).replace("$PORT", &port));
    filled.flat_map(|line| continued(&line, columns)).collect()
}

/// A command line in lines of at most `columns`, broken between its words.
fn continued(line: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words(line) {
        let current = lines.last_mut().expect("it begins with one");
        // Room for ` \` behind it.
        if !current.trim().is_empty() && width(current) + 1 + width(word) + 2 > columns {
            current.push_str(" \\");
            lines.push(format!("  {word}"));
        } else {
            current.push_str(if current.is_empty() { "" } else { " " });
            current.push_str(word);
        }
    }
    lines
}

/// Split at blanks that are not in quotes.
fn words(line: &str) -> Vec<&str> {
    let (mut words, mut start, mut quote) = (Vec::new(), 0, None);
    let mut is_escaped = false;
    for (at, char) in line.char_indices() {
        match (quote, char) {
            _ if is_escaped => is_escaped = false,
            (None | Some('"'), '\\') => is_escaped = true,
            (None, ' ') => {
                words.push(&line[start..at]);
                start = at + 1;
            }
            (None, '\'' | '"') => quote = Some(char),
            (Some(open), char) if open == char => quote = None,
            _ => {}
        }
    }
    words.push(&line[start..]);
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

/// What became of a service that did not come up or did not stay, and what helps; for its screen and for the command.
pub fn failure_lines(exercise: &Exercise, stage: &Stage, port: u16, look: Look<'_>) -> Vec<String> {
    let Look { theme, columns, .. } = look;
    let told = |headline: String, words: &str| -> Vec<String> {
        let headline = wrap(&theme.fail(&headline), columns);
        headline.into_iter().chain(wrap(words, columns)).collect()
    };
    match stage {
        Stage::NotBuilt(judged) => {
            let mut lines = told(format!("{} never started: it does not build", exercise.name), "");
            lines.extend(verdict_lines(exercise, judged, 0, look));
            lines
        }
        Stage::Ended { end, answered } => {
            let before = if *answered { "after it had answered" } else { "before it answered" };
            let headline = format!("{} ended by itself: {}", exercise.name, end.words());
            told(headline, &format!("It was started, and ended {before}."))
        }
        Stage::Silent { after } => told(
            format!("{} does not answer", exercise.name),
            &format!(
                "It runs, but for {} s nothing came back from 127.0.0.1:{port}. Does it listen on the port in PORT?",
                after.as_secs()
            ),
        ),
        Stage::Trouble(trouble) => trouble_lines(trouble, look),
        Stage::AfterVerdict
        | Stage::Waiting(_)
        | Stage::Building { .. }
        | Stage::Started
        | Stage::Answers => Vec::new(),
    }
}

/// How far it is and how to ask it, told rather than drawn.
pub(super) fn plain_service(exercise: &Exercise, service: &Service, look: Look<'_>) -> Vec<String> {
    let port = service.port.unwrap_or_default();
    match &service.stage {
        Stage::Building { .. } => vec![format!("building {}", exercise.name)],
        Stage::Answers => {
            let mut lines = vec![format!("{} answers on port {port}; the key t stops it", exercise.name)];
            lines.extend(try_lines(exercise, port, usize::MAX));
            lines
        }
        Stage::AfterVerdict | Stage::Waiting(_) | Stage::Started => Vec::new(),
        Stage::Silent { .. } | Stage::NotBuilt(_) | Stage::Ended { .. } | Stage::Trouble(_) => {
            failure_lines(exercise, &service.stage, port, look)
        }
    }
}

/// The screen, in at most `rows` lines: the service and how to ask it above, what it prints below.
pub(super) fn service_lines(
    exercise: &Exercise,
    service: &Service,
    now: &Now<'_>,
    look: Look<'_>,
    rows: usize,
) -> Vec<String> {
    let Look { theme, columns, .. } = look;
    let mut head = head(exercise, service, now, look);
    let log = &service.log;
    if log.lines.is_empty() {
        return head.fit(rows, theme);
    }
    head.gap();
    let words = match (&service.stage, log.back) {
        (Stage::Ended { .. }, 0) => "its last lines:".to_owned(),
        (_, 0) => "its output:".to_owned(),
        (_, back) => format!("its output, {back} lines before the end:"),
    };
    let printed = log.shown(rows, theme, columns);
    // How to ask it matters more than what it printed before it was asked.
    let [above, below] = share(rows, [head.lines.len(), 1 + printed.len()], [4, 1]);
    let mut lines = head.fit(above, theme);
    let has_heading = below > 1;
    if has_heading {
        lines.push(theme.faint(&words));
    }
    let hidden = printed.len().saturating_sub(below - usize::from(has_heading));
    lines.extend(printed.into_iter().skip(hidden));
    lines
}

/// How far it is, how the exercise stands, and how to ask it.
fn head(exercise: &Exercise, service: &Service, now: &Now<'_>, look: Look<'_>) -> Block {
    let Look { theme, columns, .. } = look;
    let mut head = Block::default();
    let port = service.port.unwrap_or_default();
    match state(exercise, service, theme, columns) {
        Some(line) => head.extend(wrap(&line, columns)),
        None => head.extend(failure_lines(exercise, &service.stage, port, look)),
    }
    // The tests say the same of what does not build.
    if !matches!(service.stage, Stage::NotBuilt(_)) {
        head.push(cut(&tests(exercise, now, look), columns));
    }
    if service.port.is_some() && !service.stage.is_over() {
        head.gap();
        let lines = try_lines(exercise, port, columns.saturating_sub(2));
        head.extend(lines.iter().map(|line| format!("  {line}")));
    }
    head
}

/// How far it is, in one sentence. None where it failed.
fn state(exercise: &Exercise, service: &Service, theme: Theme, columns: usize) -> Option<String> {
    let Exercise { name, .. } = exercise;
    let port = service.port.unwrap_or_default();
    Some(match &service.stage {
        Stage::AfterVerdict => theme.heading(&format!("{name} starts after the tests ...")),
        Stage::Waiting(wait) => theme.heading(wait.words()),
        Stage::Building { total: 0, .. } => theme.heading(&format!("building {name} ...")),
        Stage::Building { done, total } => {
            let words = format!("building {name}  ");
            theme.heading(&words) + &bar(*done, *total, columns.saturating_sub(words.len()), theme)
        }
        Stage::Started => {
            theme.heading(&format!("{name} was started on port {port}; waiting for an answer ..."))
        }
        Stage::Answers => theme.pass(&format!("{name} answers on port {port}")),
        Stage::Silent { .. } | Stage::NotBuilt(_) | Stage::Ended { .. } | Stage::Trouble(_) => return None,
    })
}

/// How the exercise stands, in one line: the verdict on the last save comes before its service starts.
fn tests(exercise: &Exercise, now: &Now<'_>, look: Look<'_>) -> String {
    let look = Look { columns: usize::MAX, ..look };
    let first = |lines: Vec<String>| lines.into_iter().find(|line| !line.is_empty()).unwrap_or_default();
    let words = match now {
        Now::Running { .. } => "checking ...".to_owned(),
        Now::Judged(Seen { judged, .. }) => first(verdict_lines(exercise, judged, 0, look)),
        Now::Trouble(trouble) => first(trouble_lines(trouble, look)),
    };
    format!("{} {words}", look.theme.faint("tests:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURL: &str =
        r#"curl -i localhost:1/letters -d 'two words' -H "a: \"b c\"" x\ y -H 'Content-Length: 5'"#;

    #[test]
    fn a_long_command_is_continued_between_its_words_and_stays_the_same_command() {
        assert_eq!(continued(CURL, 200), [CURL]);
        insta::assert_snapshot!(continued(CURL, 36).join("\n"), @r#"
        curl -i localhost:1/letters -d \
          'two words' -H "a: \"b c\"" x\ y \
          -H 'Content-Length: 5'
        "#);
        for columns in 1..100 {
            let lines = continued(CURL, columns);
            assert_eq!(lines.join("\n").replace(" \\\n  ", " "), CURL, "{columns}");
            assert!(columns < 30 || lines.iter().all(|line| width(line) <= columns), "{lines:?}");
        }
    }

    #[test]
    fn a_log_keeps_its_end_and_reads_lines_that_come_in_pieces() {
        let mut log = Log::default();
        for piece in ["on", "e\ntwo\r\n", "\nthr", "ee"] {
            log.push(piece);
        }
        assert_eq!(log.lines, ["one", "two", "", "three"]);
        log.scroll(2);
        log.push("\nfour\n");
        assert_eq!(
            (log.back(), log.shown(2, Theme::plain(), 80)),
            (3, vec!["one".to_owned(), "two".to_owned()])
        );
        log.push(&"x".repeat(10 * CHARS));
        assert_eq!(log.lines.back().map(String::len), Some(CHARS));
        for _ in 0..2 * LINES {
            log.push("more\n");
        }
        assert_eq!((log.lines.len(), log.back()), (LINES, LINES - 1));
    }
}
