//! The text of info.toml, format 2, as serde reads it. Every key is documented in CONTRIBUTING.md.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::Problem;

/// The format that this runner writes. It reads that of rustlings, too.
const FORMAT_VERSION: i64 = 2;

/// A course for backendlings: its order, its texts, its exercises.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Info {
    /// 2, the format of this file.
    #[expect(dead_code, reason = "read before the rest, see `Format`")]
    #[cfg_attr(feature = "schema", schemars(extend("const" = FORMAT_VERSION)))]
    format_version: i64,
    /// The course's name.
    pub(super) name: String,
    /// Shown before the first exercise.
    #[serde(default)]
    pub(super) welcome_message: String,
    /// Shown when all exercises have passed.
    #[serde(default)]
    pub(super) final_message: String,
    /// The chapters, in the order of the course.
    #[serde(default)]
    pub(super) chapters: Vec<ChapterInfo>,
    /// The exercises, in the order of the course.
    #[serde(default)]
    pub(super) exercises: Vec<ExerciseInfo>,
}

/// A folder of exercises with a README.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ChapterInfo {
    /// The folder's name below `exercises/`, such as `10_jwt`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) dir: Spanned<String>,
    /// What the list of exercises calls it.
    pub(super) title: String,
}

/// A Cargo package whose tests the learner makes pass.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ExerciseInfo {
    /// The package's name: unique in the course, no crate of the lockfile, no keyword.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", length(max = 32), regex(pattern = "^[a-z][a-z0-9_]*$"))
    )]
    pub(super) name: Spanned<String>,
    /// The `dir` of its chapter.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) dir: Spanned<String>,
    /// One sentence: what the learner will know.
    pub(super) title: String,
    /// From 1, a warm-up, to 5, a capstone.
    #[cfg_attr(feature = "schema", schemars(with = "u8", range(min = 1, max = 5)))]
    pub(super) difficulty: Spanned<u8>,
    /// How long a learner needs.
    #[cfg_attr(feature = "schema", schemars(with = "u16", range(min = 1)))]
    pub(super) minutes: Spanned<u16>,
    /// Words and ids, such as `RFC 9110 9.2` and `OWASP API4`.
    #[serde(default)]
    pub(super) topics: Vec<String>,
    /// Whether it is about an attack: then it needs three known mistakes instead of two.
    #[serde(default)]
    pub(super) security: bool,
    /// Three: a question, a direction, almost there. None is the solution.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub(super) hints: Spanned<Vec<String>>,
    /// By the name of a test: the hint that is shown first while that test is the first to fail.
    #[serde(default)]
    pub(super) hint_for: BTreeMap<String, String>,
    /// Shown after the pass: why it works, what it prevents. At most four lines of 76 characters.
    #[serde(default)]
    pub(super) takeaway: String,
    /// Command lines to try on the running service, with `$PORT` in them.
    #[serde(default, rename = "try")]
    pub(super) try_lines: Vec<String>,
    /// The learner's files, relative to the exercise's folder. All others are specification.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>", length(min = 1)))]
    #[serde(default = "default_edit")]
    pub(super) edit: Vec<Spanned<PathBuf>>,
    /// Seconds for the tests; compile time does not count.
    #[cfg_attr(feature = "schema", schemars(with = "u64", range(min = 1, max = 600)))]
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

/// The JSON Schema of info.toml, for editors.
#[cfg(feature = "schema")]
pub fn info_schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft07().with(|all| all.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Info>().to_value()
}

/// Whose format an info.toml is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Ours, see [`Info`].
    Own,
    /// See `rustlings`.
    Rustlings,
}

impl Format {
    /// The format of this text.
    pub(super) fn of(text: &str) -> Result<Self, Problem> {
        // Windows' line breaks, wherever they are: rustlings drops them before it reads.
        let text = text.replace('\r', "");
        let version: Version = toml::from_str(&text)
            .map_err(|error| toml_problem(Path::new(super::INFO_FILE), &text, &error))?;
        format(&text, version.format_version.as_ref())
    }
}

impl Info {
    /// Reads the text of an info.toml in our own format.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        toml::from_str(text).map_err(|error| toml_problem(Path::new(super::INFO_FILE), text, &error))
    }
}

fn format(text: &str, version: Option<&Spanned<i64>>) -> Result<Format, Problem> {
    let (line, message, help) = match version.map(|version| (version, *version.get_ref())) {
        Some((_, FORMAT_VERSION)) => return Ok(Format::Own),
        Some((_, 0 | 1)) => return Ok(Format::Rustlings),
        None => {
            (1, "format_version is missing".to_owned(), "write `format_version = 2` at the top".to_owned())
        }
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
