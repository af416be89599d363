//! The course's Cargo.toml: the one package, and the list of its programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;

use super::MANIFEST;
use crate::course::{Problem, toml_problem};

#[derive(Debug)]
pub(crate) struct Manifest {
    /// The package's name.
    pub(crate) package: String,
    /// The programs' files, relative to the course's root, by name.
    pub(crate) programs: BTreeMap<String, PathBuf>,
}

#[derive(Deserialize)]
struct Table {
    package: Option<Package>,
    #[serde(default)]
    bin: Vec<Program>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

#[derive(Deserialize)]
struct Program {
    name: String,
    path: Option<PathBuf>,
}

impl Manifest {
    /// Reads the Cargo.toml of the course in `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, Problem> {
        let problem = |message: String, help: &str| Problem {
            file: MANIFEST.into(),
            line: None,
            message,
            help: help.to_owned(),
        };
        let text = fs::read_to_string(root.join(MANIFEST)).map_err(|error| {
            let help = "a course in rustlings' format has a Cargo.toml beside its info.toml; `rustlings dev new` writes one";
            if error.kind() == std::io::ErrorKind::NotFound {
                problem("there is no Cargo.toml beside info.toml".to_owned(), help)
            } else {
                problem(format!("it cannot be read: {error}"), help)
            }
        })?;
        let table: Table = toml::from_str(&text).map_err(|error| Problem {
            help: "mend it; `cargo metadata` says whether Cargo understands it".to_owned(),
            ..toml_problem(Path::new(MANIFEST), &text, &error)
        })?;
        let Some(package) = table.package else {
            return Err(problem(
                "it names no package".to_owned(),
                "add a [package] table with a name and an edition",
            ));
        };
        if table.bin.is_empty() {
            return Err(problem(
                "it has no `bin` list, so that Cargo knows none of the exercises".to_owned(),
                "`rustlings dev update` writes the list",
            ));
        }
        let path = |program: Program| (program.name, program.path.unwrap_or_default());
        Ok(Self { package: package.name, programs: table.bin.into_iter().map(path).collect() })
    }
}
