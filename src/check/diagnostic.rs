//! Cargo's JSON messages: what rustc said, and which test binary was built.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

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
    /// The whole message as rustc draws it, with colours, paths relative to the course's root.
    pub rendered: String,
    /// `exercises/01_http/x/src/main.rs:12`, from the primary span. None where there is none.
    pub place: Option<String>,
}

impl Diagnostic {
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Whether it is a lint, such as `dead_code`, and no error of the language, `E0308`.
    pub fn is_lint(&self) -> bool {
        self.code.as_ref().is_some_and(|code| code.starts_with(|first: char| first.is_ascii_lowercase()))
    }
}

/// What one Cargo build said, package by package.
#[derive(Debug, Default)]
pub struct BuildLog {
    /// The test binary of each package.
    pub test_binaries: BTreeMap<String, PathBuf>,
    /// The program of each package, where it was asked for.
    pub programs: BTreeMap<String, PathBuf>,
    /// What rustc said of each package, in its order.
    pub diagnostics: BTreeMap<String, Vec<Diagnostic>>,
    /// Units that were compiled now and not taken from an earlier build.
    pub compiled: Vec<String>,
    /// Targets that were made, now or earlier: rustc came to an end and had no errors.
    pub finished: BTreeSet<String>,
    /// The workspace's folder, relative to the course's root.
    below: String,
}

impl BuildLog {
    /// Of a workspace in this folder of the course.
    pub fn below(folder: &str) -> Self {
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        Self { below, ..Self::default() }
    }

    /// Takes one line of `--message-format=json-diagnostic-rendered-ansi`. Lines that are no messages are ignored.
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
        self.finished.insert(target.name.clone());
        if message.fresh == Some(false) {
            self.compiled.push(target.name.clone());
        }
        let Some(executable) = message.executable else {
            return;
        };
        let is_test = message.profile.is_some_and(|profile| profile.test);
        let kind = if is_test { &mut self.test_binaries } else { &mut self.programs };
        kind.insert(target.name, executable);
    }

    fn message(&mut self, message: Message) {
        let (Some(target), Some(said)) = (message.target, message.said) else {
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
            place: primary.map(|span| format!("{}:{}", self.in_course(&span.file_name), span.line_start)),
            rendered: self.drawn(&said.rendered.unwrap_or_default()),
            message: said.message,
        };
        let package = self.diagnostics.entry(target.name).or_default();
        if !package.contains(&diagnostic) {
            package.push(diagnostic);
        }
    }

    /// rustc names files relative to the workspace, `  --> 01_http/x/src/main.rs:1:2`; the learner's terminal is in the
    /// course's root.
    fn drawn(&self, rendered: &str) -> String {
        let mut text = String::with_capacity(rendered.len());
        for line in rendered.split_inclusive('\n') {
            let arrow =
                ["--> ", "::: "].iter().filter_map(|arrow| Some(line.find(arrow)? + arrow.len())).min();
            match arrow.map(|at| (at, skip_escapes(&line[at..]))) {
                Some((at, skipped)) if line[at + skipped..].starts_with(|c: char| c.is_ascii_digit()) => {
                    text.push_str(&line[..at + skipped]);
                    text.push_str(&self.below);
                    text.push_str(&line[at + skipped..]);
                }
                _ => text.push_str(line),
            }
        }
        text
    }

    /// The same for a path alone; one of the standard library or of a crate is absolute.
    fn in_course(&self, file: &str) -> String {
        if Path::new(file).is_absolute() { file.to_owned() } else { format!("{}{file}", self.below) }
    }

    /// The package's messages of one level.
    pub fn of(&self, package: &str, level: Level) -> Vec<Diagnostic> {
        let all = self.diagnostics.get(package).into_iter().flatten();
        all.filter(|diagnostic| diagnostic.level == level).cloned().collect()
    }
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
    #[serde(rename = "message")]
    said: Option<Said>,
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn log(messages: &[Value]) -> BuildLog {
        let mut log = BuildLog::below("exercises");
        for message in messages {
            log.line(&message.to_string());
        }
        log
    }

    fn said(level: &str, message: &str, spans: &[Value]) -> Value {
        json!({
            "reason": "compiler-message",
            "target": { "name": "shop" },
            "message": { "level": level, "message": message, "rendered": message, "code": null, "spans": spans },
        })
    }

    fn span(file: &str, line: usize, is_primary: bool) -> Value {
        json!({ "file_name": file, "line_start": line, "is_primary": is_primary })
    }

    #[test]
    fn paths_begin_with_the_exercises_folder() {
        let rows = [
            (
                "error: no\n  --> 01_a/x/src/main.rs:1:2\n",
                "error: no\n  --> exercises/01_a/x/src/main.rs:1:2\n",
            ),
            (
                " \u{1b}[1m\u{1b}[94m--> \u{1b}[0m01_a/x:1",
                " \u{1b}[1m\u{1b}[94m--> \u{1b}[0mexercises/01_a/x:1",
            ),
            ("   ::: 01_a/x:1\n", "   ::: exercises/01_a/x:1\n"),
            ("\u{1b}[94m::: \u{1b}[0m01_a/x:1", "\u{1b}[94m::: \u{1b}[0mexercises/01_a/x:1"),
            ("  --> /rustc/1/core.rs:1", "  --> /rustc/1/core.rs:1"),
            ("let arrow = \"-->\";\n", "let arrow = \"-->\";\n"),
            ("no arrow, no path: 01_a/x", "no arrow, no path: 01_a/x"),
            ("--> \u{1b}[no end", "--> \u{1b}[no end"),
        ];
        for (rendered, expected) in rows {
            assert_eq!(log(&[]).drawn(rendered), expected);
            assert_eq!(BuildLog::below("").drawn(rendered), rendered);
        }
    }

    #[test]
    fn the_place_is_the_primary_spans() {
        let spans = [span("01_a/x/src/main.rs", 1, false), span("01_a/x/src/main.rs", 7, true)];
        let log =
            log(&[said("error", "no", &spans), said("error", "std", &[span("/rustc/core.rs", 3, true)])]);
        let places: Vec<_> = log.of("shop", Level::Error).into_iter().map(|error| error.place).collect();
        let expected = ["exercises/01_a/x/src/main.rs:7", "/rustc/core.rs:3"];
        assert_eq!(places, expected.map(|place| Some(place.to_owned())));
    }

    #[test]
    fn counts_repetitions_and_notes_are_left_out() {
        let here = [span("01_a/x/src/main.rs", 7, true)];
        let log = log(&[
            said("warning", "unused", &here),
            said("error", "no", &here),
            said("error", "no", &here),
            said("failure-note", "see E0308", &[]),
            said("error", "aborting due to 1 previous error; 1 warning emitted", &[]),
            said("warning", "1 warning emitted", &[]),
        ]);
        let words = |level| log.of("shop", level).into_iter().map(|said| said.message).collect::<Vec<_>>();
        assert_eq!(words(Level::Error), ["no"]);
        assert_eq!(words(Level::Warning), ["unused"]);
        assert!(log.of("another", Level::Error).is_empty());
    }

    #[test]
    fn the_test_binary_is_the_one_that_was_built_for_tests() {
        let artifact = |test: bool, fresh: bool, executable: Option<&str>| {
            json!({
                "reason": "compiler-artifact",
                "target": { "name": "shop" },
                "profile": { "test": test },
                "executable": executable,
                "fresh": fresh,
            })
        };
        let log = log(&[
            artifact(false, false, Some("/target/shop")),
            artifact(true, true, Some("/target/deps/shop-1")),
            artifact(true, false, None),
        ]);
        assert_eq!(log.test_binaries["shop"], PathBuf::from("/target/deps/shop-1"));
        assert_eq!(log.programs["shop"], PathBuf::from("/target/shop"));
        assert_eq!(log.compiled, ["shop", "shop"]);
    }

    #[test]
    fn lines_that_are_no_messages_are_ignored() {
        let mut log = BuildLog::default();
        for line in ["", "   Compiling shop", "{", "{}", "{\"reason\": \"build-finished\"}", "[1]"] {
            log.line(line);
        }
        assert!(log.diagnostics.is_empty() && log.test_binaries.is_empty() && log.compiled.is_empty());
    }
}
