//! The course's Cargo.toml: whether its `bin` list is that of info.toml, and the manifest that the check builds with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Spanned, Table, Value};

use super::rules::Fault;
use crate::course::rustlings::{ExerciseInfo, Info};
use crate::course::{line_of, toml_problem};

pub(super) const MANIFEST: &str = "Cargo.toml";

#[derive(Debug, Deserialize)]
struct Bin {
    name: String,
    path: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Bins {
    bin: Option<Spanned<Vec<Spanned<Bin>>>>,
}

/// A manifest that Cargo can read, as far as TOML goes.
#[derive(Debug)]
pub(super) struct Manifest {
    text: String,
    table: Table,
    bins: Bins,
}

impl Manifest {
    pub(super) fn read(root: &Path) -> Result<Self, Fault> {
        let text = fs_err::read_to_string(root.join(MANIFEST)).map_err(|error| {
            let what = format!(
                "it cannot be read: {error}\n  help: a course in rustlings' format is one Cargo package"
            );
            Fault::new(MANIFEST, None, what)
        })?;
        let read = || Ok((toml::from_str(&text)?, toml::from_str(&text)?));
        let (table, bins) = read().map_err(|error| {
            let problem = toml_problem(Path::new(MANIFEST), &text, &error);
            Fault::new(
                MANIFEST,
                problem.line,
                format!("{}\n  help: see the `bin` list of another course", problem.message),
            )
        })?;
        Ok(Self { text, table, bins })
    }

    /// What differs between the `bin` list and info.toml. The order and the blanks of the list are the author's.
    pub(super) fn faults(&self, root: &Path, info: &Info) -> Vec<Fault> {
        let at = |offset| line_of(&self.text, offset);
        let Some(bins) = &self.bins.bin else {
            let what = "there is no `bin` list\n  help: `rustlings dev update` writes it; each exercise and each solution is a program";
            return vec![Fault::new(MANIFEST, None, what)];
        };
        let mut expected = expected(root, info);
        let mut faults = Vec::new();
        for bin in bins.get_ref() {
            let Bin { name, path } = bin.get_ref();
            let line = at(bin.span().start);
            match expected.remove(name) {
                Some(file) if path.as_ref() == Some(&file) => {}
                Some(file) => {
                    let what =
                        format!("{name} is not its file\n  help: write `path = \"{}\"`", file.display());
                    faults.push(Fault::new(MANIFEST, line, what));
                }
                None => {
                    let what = format!(
                        "{name} is no exercise of info.toml, and no solution that exists\n  help: take it out of the `bin` list"
                    );
                    faults.push(Fault::new(MANIFEST, line, what));
                }
            }
        }
        faults.extend(expected.into_iter().map(|(name, file)| {
            let what = format!(
                "{name} is missing in the `bin` list\n  help: write `{{ name = \"{name}\", path = \"{}\" }},` there",
                file.display()
            );
            Fault::new(MANIFEST, at(bins.span().start), what)
        }));
        faults
    }

    /// Everything but the `bin` list, as text: what decides the verdict on every exercise.
    pub(super) fn shared(&self) -> String {
        let mut table = self.table.clone();
        table.remove("bin");
        table.to_string()
    }

    /// The edition that rustc and rustfmt read the course in.
    pub(super) fn edition(&self) -> &str {
        let edition = self.table.get("package").and_then(|package| package.get("edition"));
        // Cargo's own default is older than any rustlings.
        edition.and_then(Value::as_str).unwrap_or("2024")
    }

    /// Whether it names packages by paths that lead out of the course: what they hold cannot be known here.
    pub(super) fn leads_outside(&self) -> bool {
        fn leads(value: &Value) -> bool {
            match value {
                Value::Table(table) => table.iter().any(|(key, value)| {
                    let is_outside = |path: &str| Path::new(path).is_absolute() || path.contains("..");
                    key == "path" && value.as_str().is_some_and(is_outside) || leads(value)
                }),
                Value::Array(array) => array.iter().any(leads),
                _ => false,
            }
        }
        leads(&Value::Table(self.table.clone()))
    }

    /// The manifest to build with: these programs and nothing else, whose tests are built where `test` says so.
    pub(super) fn with_programs(&self, programs: &[Program], has_lib: bool) -> String {
        let mut table = self.table.clone();
        let bins = programs.iter().map(Program::value).collect();
        table.insert("bin".to_owned(), Value::Array(bins));
        if let Some(package) = table.get_mut("package").and_then(Value::as_table_mut) {
            for kind in ["autobins", "autotests", "autoexamples", "autobenches"] {
                package.insert(kind.to_owned(), Value::Boolean(false));
            }
        }
        if has_lib || table.contains_key("lib") {
            set(&mut table, &["lib"], "test", Value::Boolean(false));
        }
        // Nobody debugs what is built here. A folder around the course may be a workspace, which does not know of it.
        set(&mut table, &["profile", "dev"], "debug", Value::Integer(0));
        set(&mut table, &["profile", "test"], "debug", Value::Integer(0));
        table.entry("workspace").or_insert_with(|| Value::Table(Table::new()));
        table.to_string()
    }
}

/// A program of the manifest to build with.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) name: String,
    pub(super) file: PathBuf,
    pub(super) test: bool,
}

impl Program {
    fn value(&self) -> Value {
        let mut bin = Table::new();
        bin.insert("name".to_owned(), Value::String(self.name.clone()));
        bin.insert("path".to_owned(), Value::String(self.file.display().to_string()));
        bin.insert("test".to_owned(), Value::Boolean(self.test));
        Value::Table(bin)
    }
}

fn set(table: &mut Table, path: &[&str], key: &str, value: Value) {
    match path {
        [] => drop(table.insert(key.to_owned(), value)),
        [first, rest @ ..] => {
            let below = table.entry(*first).or_insert_with(|| Value::Table(Table::new()));
            if let Some(below) = below.as_table_mut() {
                set(below, rest, key, value);
            }
        }
    }
}

/// The programs that there should be: every exercise, and every solution that exists.
fn expected(root: &Path, info: &Info) -> BTreeMap<String, PathBuf> {
    let mut expected = BTreeMap::new();
    for exercise in &info.exercises {
        expected.insert(exercise.name.get_ref().to_owned(), exercise.file());
        if has_solution(root, exercise) {
            expected.insert(exercise.solution_program(), exercise.solution());
        }
    }
    expected
}

pub(super) fn has_solution(root: &Path, exercise: &ExerciseInfo) -> bool {
    root.join(exercise.solution()).exists()
}
