//! The text of info.toml, format 2, as serde reads it. Every key is documented in CONTRIBUTING.md.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::Problem;

/// The only format this runner writes and reads.
const FORMAT_VERSION: i64 = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Info {
    #[expect(dead_code, reason = "checked before the rest is read, see `Version`")]
    format_version: i64,
    pub(super) name: String,
    #[serde(default)]
    pub(super) welcome_message: String,
    #[serde(default)]
    pub(super) final_message: String,
    #[serde(default)]
    pub(super) chapters: Vec<ChapterInfo>,
    #[serde(default)]
    pub(super) exercises: Vec<ExerciseInfo>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChapterInfo {
    pub(super) dir: Spanned<String>,
    pub(super) title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExerciseInfo {
    pub(super) name: Spanned<String>,
    pub(super) dir: Spanned<String>,
    pub(super) title: String,
    pub(super) difficulty: Spanned<u8>,
    pub(super) minutes: Spanned<u16>,
    #[serde(default)]
    pub(super) topics: Vec<String>,
    #[serde(default)]
    pub(super) security: bool,
    pub(super) hints: Spanned<Vec<String>>,
    #[serde(default)]
    pub(super) hint_for: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) takeaway: String,
    #[serde(default, rename = "try")]
    pub(super) try_lines: Vec<String>,
    #[serde(default = "default_edit")]
    pub(super) edit: Vec<Spanned<PathBuf>>,
    #[serde(default = "default_timeout")]
    pub(super) timeout: Spanned<u64>,
}

fn default_edit() -> Vec<Spanned<PathBuf>> {
    vec![Spanned::new(0..0, PathBuf::from("src/main.rs"))]
}

fn default_timeout() -> Spanned<u64> {
    Spanned::new(0..0, 10)
}

/// Read alone and first: a later format may have keys that this runner does not know.
#[derive(Deserialize)]
struct Version {
    format_version: Option<Spanned<i64>>,
}

impl Info {
    /// Reads the text of an info.toml.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let problem = |error| toml_problem(Path::new(super::INFO_FILE), text, &error);
        let version: Version = toml::from_str(text).map_err(problem)?;
        check_version(text, version.format_version.as_ref())?;
        toml::from_str(text).map_err(problem)
    }
}

fn check_version(text: &str, version: Option<&Spanned<i64>>) -> Result<(), Problem> {
    let (line, message, help) = match version.map(|version| (version, *version.get_ref())) {
        Some((_, FORMAT_VERSION)) => return Ok(()),
        None => {
            (1, "format_version is missing".to_owned(), "write `format_version = 2` at the top".to_owned())
        }
        Some((at, 0 | 1)) => (
            line_of(text, at.span().start),
            "this is a course in rustlings' format, which this version cannot run yet".to_owned(),
            "write `format_version = 2` and the keys of CONTRIBUTING.md".to_owned(),
        ),
        Some((at, other)) => (
            line_of(text, at.span().start),
            format!("format_version {other} is newer than this runner, which knows 2"),
            "install a newer backendlings, or write `format_version = 2`".to_owned(),
        ),
    };
    Err(Problem { file: super::INFO_FILE.into(), line: Some(line), message, help })
}

/// A serde or syntax error of toml in our words, with the nearest known key for an unknown one.
pub(crate) fn toml_problem(file: &Path, text: &str, error: &toml::de::Error) -> Problem {
    let message = error.message().trim_end().to_owned();
    let help = unknown_key(&message)
        .unwrap_or_else(|| "see the keys and an example of this file in CONTRIBUTING.md".to_owned());
    let line = error.span().map(|span| line_of(text, span.start));
    Problem { file: file.to_path_buf(), line, message, help }
}

/// From "unknown field ..., expected one of ...": which of the known keys was probably meant.
fn unknown_key(message: &str) -> Option<String> {
    let mut quoted = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let written = quoted.next()?;
    let known: Vec<_> = quoted.collect();
    let nearest = known
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(written, a).total_cmp(&strsim::jaro_winkler(written, b)))?;
    Some(format!("did you mean `{nearest}`? The keys here are {}", known.join(", ")))
}

/// The line, counted from 1, of a byte offset into `text`.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
