//! The text of a check.toml: the author's facts about one exercise. Every key is documented in CONTRIBUTING.md.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::course::{Problem, toml_problem};

/// The author's facts about one exercise: how its starter fails, which mistakes are caught, which designs pass.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    /// Names and addresses that the exercise cannot do without, beside those that belong to nobody.
    #[serde(default)]
    pub(super) hosts: Vec<String>,
    /// How the starter fails: exactly one of `fails`, `does_not_compile`, `times_out`, `crashes`.
    #[cfg_attr(feature = "schema", schemars(with = "Starter"))]
    pub(super) starter: Spanned<Starter>,
    /// Fixes that learners really try, and how the tests answer. Two; of a security exercise three.
    #[serde(default)]
    pub(super) mistakes: Vec<Mistake>,
    /// Other right designs, which must pass, too. At least one.
    #[serde(default)]
    pub(super) accepts: Vec<Accepted>,
}

/// How the starter fails. Exactly one of the first four.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = one_of(&STARTER))))]
pub(super) struct Starter {
    /// These tests fail, and no others.
    pub(super) fails: Option<Vec<String>>,
    /// The compiler's error: its code, such as `E0308`, or a piece of the first error's message.
    pub(super) does_not_compile: Option<String>,
    /// Whether the tests do not end before their deadline.
    #[serde(default)]
    pub(super) times_out: bool,
    /// Whether the tests end without a result: an abort, a signal, `exit`.
    #[serde(default)]
    pub(super) crashes: bool,
    /// Tests that may or may not fail, where a race decides.
    #[serde(default)]
    pub(super) may_fail: Vec<String>,
    /// Codes or pieces of the compiler's warnings that the starter is meant to have.
    #[serde(default)]
    pub(super) warnings: Vec<String>,
}

/// A wrong fix, and how the tests answer: exactly one of `fails`, `passes`, `does_not_compile`, `times_out`, `crashes`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = one_of(&MISTAKE))))]
pub(super) struct Mistake {
    /// What the learner did, in words: `reads everything, then cuts the reply`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) name: Spanned<String>,
    /// The file of the reference in which something is replaced, relative to the exercise's folder.
    #[serde(default = "main_file")]
    file: PathBuf,
    /// A piece of the reference, found in the file exactly once.
    replace: String,
    /// What stands in its place.
    with: String,
    /// More places.
    #[serde(default)]
    also: Vec<Substitution>,
    /// These tests fail, and no others.
    pub(super) fails: Option<Vec<String>>,
    /// These tests pass, and all others fail.
    pub(super) passes: Option<Vec<String>>,
    /// The compiler's error: its code, such as `E0308`, or a piece of the first error's message.
    pub(super) does_not_compile: Option<String>,
    /// Whether the tests do not end before their deadline.
    #[serde(default)]
    pub(super) times_out: bool,
    /// Whether the tests end without a result: an abort, a signal, `exit`.
    #[serde(default)]
    pub(super) crashes: bool,
    /// Tests that may or may not fail, where a race decides.
    #[serde(default)]
    pub(super) may_fail: Vec<String>,
}

/// Another right design.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Accepted {
    /// What is done otherwise, in words: `checks the header before decoding`.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub(super) name: Spanned<String>,
    /// The file of the reference in which something is replaced, relative to the exercise's folder.
    #[serde(default = "main_file")]
    file: PathBuf,
    /// A piece of the reference, found in the file exactly once.
    replace: String,
    /// What stands in its place.
    with: String,
    /// More places.
    #[serde(default)]
    also: Vec<Substitution>,
}

/// A piece of the reference and what stands in its place.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Substitution {
    /// The file, relative to the exercise's folder.
    #[serde(default = "main_file")]
    pub(super) file: PathBuf,
    /// A piece of the reference, found in the file exactly once.
    pub(super) replace: String,
    /// What stands in its place.
    pub(super) with: String,
}

fn main_file() -> PathBuf {
    PathBuf::from("src/main.rs")
}

/// The ways in which a starter can fail.
#[cfg(feature = "schema")]
const STARTER: [&str; 4] = ["fails", "does_not_compile", "times_out", "crashes"];

/// The ways in which the tests can answer a mistake.
#[cfg(feature = "schema")]
const MISTAKE: [&str; 5] = ["fails", "passes", "does_not_compile", "times_out", "crashes"];

/// The schema of a table that has exactly one of these keys.
#[cfg(feature = "schema")]
fn one_of(keys: &[&str]) -> serde_json::Value {
    keys.iter().map(|key| serde_json::json!({ "required": [key] })).collect()
}

/// The JSON Schema of check.toml, for editors.
#[cfg(feature = "schema")]
pub fn check_schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft07().with(|all| all.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Facts>().to_value()
}

impl Facts {
    /// Reads the text of `file`, which is given relative to the course's root.
    pub(super) fn parse(file: &Path, text: &str) -> Result<Self, Problem> {
        toml::from_str(text).map_err(|error| toml_problem(file, text, &error))
    }
}

impl Mistake {
    pub(super) fn substitutions(&self) -> Vec<Substitution> {
        substitutions(&self.file, &self.replace, &self.with, &self.also)
    }
}

impl Accepted {
    pub(super) fn substitutions(&self) -> Vec<Substitution> {
        substitutions(&self.file, &self.replace, &self.with, &self.also)
    }
}

fn substitutions(file: &Path, replace: &str, with: &str, also: &[Substitution]) -> Vec<Substitution> {
    let first = Substitution { file: file.to_path_buf(), replace: replace.to_owned(), with: with.to_owned() };
    std::iter::once(first).chain(also.iter().cloned()).collect()
}
