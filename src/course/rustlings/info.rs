//! The text of info.toml as rustlings reads it: keys that it does not know are ignored.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::course::{EXERCISES, INFO_FILE, Problem, SOLUTIONS, toml_problem};

/// An info.toml in rustlings' format.
#[derive(Debug, Deserialize)]
pub(crate) struct Info {
    pub(crate) format_version: Spanned<i64>,
    #[serde(default)]
    pub(crate) welcome_message: String,
    #[serde(default)]
    pub(crate) final_message: String,
    #[serde(default)]
    pub(crate) exercises: Vec<ExerciseInfo>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ExerciseInfo {
    pub(crate) name: Spanned<String>,
    pub(crate) dir: Option<Spanned<String>>,
    #[serde(default = "default_test")]
    pub(crate) test: bool,
    #[serde(default)]
    pub(crate) strict_clippy: bool,
    pub(crate) hint: Spanned<String>,
    /// For `dev check` alone: whether the starter may be solved.
    #[serde(default)]
    pub(crate) skip_check_unsolved: bool,
}

fn default_test() -> bool {
    true
}

impl Info {
    /// Reads the text of an info.toml, whose lines may end as those of Windows do.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        // As many line breaks are left, so that the lines of problems are those of the file.
        let text = text.replace('\r', "");
        toml::from_str(&text).map_err(|error| Problem {
            help: "see the keys of rustlings' info.toml in its documentation for community exercises"
                .to_owned(),
            ..toml_problem(Path::new(INFO_FILE), &text, &error)
        })
    }
}

impl ExerciseInfo {
    /// Its folder's name; empty where it lies in `exercises` itself.
    pub(crate) fn dir(&self) -> &str {
        self.dir.as_ref().map_or("", |dir| dir.get_ref())
    }

    /// Relative to the course's root: `exercises/01_variables/variables1.rs`.
    pub(crate) fn file(&self) -> PathBuf {
        self.below(EXERCISES)
    }

    /// Relative to the course's root; many courses do not have it.
    pub(crate) fn solution(&self) -> PathBuf {
        self.below(SOLUTIONS)
    }

    /// What Cargo calls the solution's program.
    pub(crate) fn solution_program(&self) -> String {
        format!("{}_sol", self.name.get_ref())
    }

    fn below(&self, folder: &str) -> PathBuf {
        Path::new(folder).join(self.dir()).join(format!("{}.rs", self.name.get_ref()))
    }
}
