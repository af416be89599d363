//! Cargo's JSON messages: what rustc said, and which test binary was built.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::course::EXERCISES;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Error,
    Warning,
}

/// One message of rustc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub level: Level,
    /// `E0728`; none for lints and syntax errors.
    pub code: Option<String>,
    pub message: String,
    /// The whole message as rustc draws it, with colours, paths beginning with `exercises/`.
    pub rendered: String,
    /// `exercises/01_http/x/src/main.rs:12`, from the primary span. None where there is none.
    pub place: Option<String>,
}

/// What one Cargo build said, package by package.
#[derive(Debug, Default)]
pub struct BuildLog {
    /// The test binary of each package.
    pub test_binaries: BTreeMap<String, PathBuf>,
    /// What rustc said of each package, errors first, in its order.
    pub diagnostics: BTreeMap<String, Vec<Diagnostic>>,
    /// Units that were compiled now and not taken from an earlier build.
    pub compiled: Vec<String>,
}

impl BuildLog {
    /// Takes one line of `--message-format=json-diagnostic-rendered-ansi`. `layer` is the folder of the members
    /// relative to their workspace, empty for the course itself. Lines that are no messages are ignored.
    pub fn line(&mut self, line: &str) {
        let Ok(message) = serde_json::from_str::<Message>(line) else {
            return;
        };
        match message.reason.as_str() {
            "compiler-artifact" => self.artifact(message),
            "compiler-message" => self.message(message),
            _ => {}
        }
    }

    fn artifact(&mut self, message: Message) {
        let Some(target) = message.target else {
            return;
        };
        if message.fresh == Some(false) {
            self.compiled.push(target.name.clone());
        }
        if message.profile.is_some_and(|profile| profile.test)
            && let Some(executable) = message.executable
        {
            self.test_binaries.insert(target.name, executable);
        }
    }

    fn message(&mut self, message: Message) {
        let (Some(target), Some(said)) = (message.target, message.message) else {
            return;
        };
        let level = match said.level.as_str() {
            "error" => Level::Error,
            "warning" => Level::Warning,
            _ => return,
        };
        // "aborting due to 2 previous errors", "3 warnings emitted": counts, which we give ourselves.
        let is_summary = said.spans.is_empty() && said.code.is_none();
        let primary = said.spans.iter().find(|span| span.is_primary);
        let summary_words = ["aborting due to", "warning emitted", "warnings emitted"];
        if is_summary && summary_words.iter().any(|words| said.message.contains(words)) {
            return;
        }
        let diagnostic = Diagnostic {
            level,
            code: said.code.map(|code| code.code),
            place: primary.map(|span| format!("{EXERCISES}/{}:{}", span.file_name, span.line_start)),
            rendered: with_prefix(&said.rendered.unwrap_or_default()),
            message: said.message,
        };
        let package = self.diagnostics.entry(target.name).or_default();
        if !package.contains(&diagnostic) {
            package.push(diagnostic);
        }
    }

    /// The package's messages of one level.
    pub fn of(&self, package: &str, level: Level) -> Vec<Diagnostic> {
        let all = self.diagnostics.get(package).into_iter().flatten();
        all.filter(|diagnostic| diagnostic.level == level).cloned().collect()
    }
}

/// rustc names files relative to the workspace, `  --> 01_http/x/src/main.rs:1:2`; the learner's terminal is in the
/// folder above.
fn with_prefix(rendered: &str) -> String {
    let mut text = String::with_capacity(rendered.len());
    for line in rendered.split_inclusive('\n') {
        let arrow = ["--> ", "::: "].iter().filter_map(|arrow| Some(line.find(arrow)? + arrow.len())).min();
        match arrow.map(|at| (at, skip_escapes(&line[at..]))) {
            Some((at, skipped)) if line[at + skipped..].starts_with(|c: char| c.is_ascii_digit()) => {
                text.push_str(&line[..at + skipped]);
                text.push_str(EXERCISES);
                text.push('/');
                text.push_str(&line[at + skipped..]);
            }
            _ => text.push_str(line),
        }
    }
    text
}

/// The length of the colour sequences at the start of `text`.
fn skip_escapes(text: &str) -> usize {
    let mut rest = text;
    while let Some(after) = rest.strip_prefix("\u{1b}[") {
        let Some(end) = after.find('m') else { break };
        rest = &after[end + 1..];
    }
    text.len() - rest.len()
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    target: Option<Target>,
    profile: Option<Profile>,
    executable: Option<PathBuf>,
    fresh: Option<bool>,
    message: Option<Said>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Said {
    level: String,
    message: String,
    rendered: Option<String>,
    code: Option<Code>,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    is_primary: bool,
}
