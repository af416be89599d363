//! The text of a check.toml: the author's facts about one exercise. Every key is documented in CONTRIBUTING.md.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::course::{Problem, toml_problem};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    pub(super) starter: Starter,
    #[serde(default)]
    pub(super) mistakes: Vec<Mistake>,
    #[serde(default)]
    pub(super) accepts: Vec<Accepted>,
}

/// How the starter fails. Exactly one of the first four.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Starter {
    pub(super) fails: Option<Vec<String>>,
    pub(super) does_not_compile: Option<String>,
    #[serde(default)]
    pub(super) times_out: bool,
    #[serde(default)]
    pub(super) crashes: bool,
    #[serde(default)]
    pub(super) may_fail: Vec<String>,
    #[serde(default)]
    pub(super) warnings: Vec<String>,
}

/// A wrong fix, and how the tests answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mistake {
    pub(super) name: Spanned<String>,
    #[serde(default = "main_file")]
    file: PathBuf,
    replace: String,
    with: String,
    #[serde(default)]
    also: Vec<Substitution>,
    pub(super) fails: Option<Vec<String>>,
    pub(super) passes: Option<Vec<String>>,
    pub(super) does_not_compile: Option<String>,
    #[serde(default)]
    pub(super) times_out: bool,
    #[serde(default)]
    pub(super) crashes: bool,
    #[serde(default)]
    pub(super) may_fail: Vec<String>,
}

/// Another right design.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepted {
    pub(super) name: Spanned<String>,
    #[serde(default = "main_file")]
    file: PathBuf,
    replace: String,
    with: String,
    #[serde(default)]
    also: Vec<Substitution>,
}

/// A piece of the reference and what stands in its place.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Substitution {
    /// Relative to the exercise's folder.
    #[serde(default = "main_file")]
    pub(super) file: PathBuf,
    /// Found exactly once in the file.
    pub(super) replace: String,
    pub(super) with: String,
}

fn main_file() -> PathBuf {
    PathBuf::from("src/main.rs")
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
