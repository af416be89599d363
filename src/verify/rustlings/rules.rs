//! What rustlings asks of a course's text, each rule with a stable id, which is also a heading in CONTRIBUTING.md.
//!
//! Where rustlings looks for letters, these look at the code: `#[tokio::test]` is a test, and so is one before CRLF.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use toml::Spanned;

use super::{COURSE, proved};
use crate::check::gate::Proved;
use crate::course::rustlings::{ExerciseInfo, Info};
use crate::course::{EXERCISES, INFO_FILE, SOLUTIONS, line_of};
use crate::verify::source::Source;

const MOST_EXERCISES: usize = 999;
const LONGEST_NAME: usize = 32;

/// What is wrong at a place.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) file: PathBuf,
    pub(super) line: Option<usize>,
    pub(super) what: String,
}

impl Fault {
    pub(super) fn new(
        file: impl Into<PathBuf>,
        line: impl Into<Option<usize>>,
        what: impl Into<String>,
    ) -> Self {
        Self { file: file.into(), line: line.into(), what: what.into() }
    }
}

/// What info.toml says, and where.
pub(super) struct Author<'a> {
    pub(super) root: &'a Path,
    pub(super) text: &'a str,
    pub(super) info: &'a Info,
}

impl Author<'_> {
    /// The rules about the course as a whole.
    pub(super) fn of_course(&self) -> Vec<Proved> {
        let files = self.info.exercises.iter().map(ExerciseInfo::file).collect();
        let solutions = self.info.exercises.iter().map(ExerciseInfo::solution).collect();
        let stray = unexpected(self.root, EXERCISES, &files).into_iter();
        let stray = stray.chain(unexpected(self.root, SOLUTIONS, &solutions)).collect();
        vec![
            proved(COURSE, "format-version", "the format and the number of exercises", self.format()),
            proved(COURSE, "stray-files", "every file belongs to an exercise", stray),
        ]
    }

    /// The rules about one exercise.
    pub(super) fn of_exercise(&self, exercise: &ExerciseInfo) -> Vec<Proved> {
        let name = exercise.name.get_ref();
        let rule = |id, subject, faults| proved(name, id, subject, faults);
        let mut all = vec![
            rule("names", "its name and folder", self.names(exercise)),
            rule("hints", "the hint", self.hint(exercise)),
        ];
        let file = exercise.file();
        let text = fs::read(self.root.join(&file));
        match text.and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other)) {
            Ok(text) => {
                let source = Source::read(&text);
                all.push(rule("main-function", "there is a `main`", main(&file, &text, &source)));
                all.push(rule("todo-comment", "a comment says what to do", todo(&file, &text)));
                all.push(rule(
                    "test-flag",
                    "`test` says whether there are tests",
                    tests(exercise, &text, &source),
                ));
            }
            Err(error) => {
                let what =
                    format!("the exercise cannot be read: {error}\n  help: make it a readable file in UTF-8");
                all.push(rule("main-function", "there is a `main`", vec![Fault::new(file, None, what)]));
            }
        }
        all
    }

    fn line<T>(&self, of: &Spanned<T>) -> usize {
        line_of(self.text, of.span().start)
    }

    fn format(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let version = &self.info.format_version;
        if *version.get_ref() != 1 {
            let what = format!(
                "format_version is {}\n  help: write `format_version = 1`, which rustlings asks for",
                version.get_ref()
            );
            faults.push(Fault::new(INFO_FILE, self.line(version), what));
        }
        let count = self.info.exercises.len();
        if count > MOST_EXERCISES {
            let what = format!(
                "there are {count} exercises; rustlings takes {MOST_EXERCISES}\n  help: make two courses of it"
            );
            faults.push(Fault::new(INFO_FILE, None, what));
        }
        faults
    }

    fn names(&self, exercise: &ExerciseInfo) -> Vec<Fault> {
        let name = exercise.name.get_ref();
        let mut faults = Vec::new();
        let mut fault = |at, what: String| faults.push(Fault::new(INFO_FILE, self.line(at), what));
        if name.len() > LONGEST_NAME {
            let help = format!("rustlings takes {LONGEST_NAME}");
            fault(&exercise.name, format!("the name has {} bytes\n  help: {help}", name.len()));
        }
        if let Some(char) = forbidden(name) {
            fault(&exercise.name, format!("{char:?} is not allowed in a name\n  help: {LETTERS}"));
        }
        if let Some(other) = self.info.exercises.iter().find(|other| other.solution_program() == *name) {
            let other = other.name.get_ref();
            fault(
                &exercise.name,
                format!("Cargo knows the solution of {other} as {name}\n  help: choose another name"),
            );
        }
        if let Some((dir, char)) =
            exercise.dir.as_ref().and_then(|dir| Some((dir, forbidden(dir.get_ref())?)))
        {
            fault(dir, format!("{char:?} is not allowed in a dir\n  help: {LETTERS}"));
        }
        faults
    }

    fn hint(&self, exercise: &ExerciseInfo) -> Vec<Fault> {
        let what = "the hint is empty\n  help: give one, or say why there is none";
        let is_empty = exercise.hint.get_ref().trim_ascii().is_empty();
        is_empty.then(|| Fault::new(INFO_FILE, self.line(&exercise.hint), what)).into_iter().collect()
    }
}

const LETTERS: &str = "write letters, digits and `_`";

fn forbidden(name: &str) -> Option<char> {
    name.chars().find(|c| !c.is_alphanumeric() && *c != '_')
}

fn main(file: &Path, text: &str, source: &Source) -> Vec<Fault> {
    let code = source.code.split_whitespace().collect::<Vec<_>>().join(" ");
    let has_main = text.contains("fn main()") || code.contains("fn main(") || code.contains("fn main (");
    let what = "there is no `main`\n  help: write at least `fn main() {}`; without one editors show an error";
    (!has_main).then(|| Fault::new(file, None, what)).into_iter().collect()
}

fn todo(file: &Path, text: &str) -> Vec<Fault> {
    let what = "there is no `// TODO` comment\n  help: say with one what the learner is to do";
    (!text.contains("// TODO")).then(|| Fault::new(file, None, what)).into_iter().collect()
}

fn tests(exercise: &ExerciseInfo, text: &str, source: &Source) -> Vec<Fault> {
    let tests = test_attributes(source);
    let fault = match (exercise.test, tests.iter().find(|(_, is_libtest)| *is_libtest)) {
        (true, _) if tests.is_empty() && !text.contains("#[test]") => {
            let what = "there are no tests\n  help: write one, or `test = false` in info.toml";
            Some(Fault::new(exercise.file(), None, what))
        }
        (false, Some((line, _))) => {
            let what = "here is a test, and info.toml says `test = false`\n  help: take `test = false` out";
            Some(Fault::new(exercise.file(), *line, what))
        }
        _ => None,
    };
    fault.into_iter().collect()
}

/// The lines of attributes that make tests, and whether the last part of their path is `test`, as in `#[tokio::test]`,
/// or only like it, as in `#[rstest]` and `#[test_case(1)]`.
fn test_attributes(source: &Source) -> Vec<(usize, bool)> {
    let of_line = |(number, line): (usize, &str)| {
        let attributes = line.split("#[").skip(1).filter_map(|rest| {
            let path = rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).next()?;
            let last = path.rsplit("::").next()?;
            last.contains("test").then_some(last == "test")
        });
        attributes.map(|is_libtest| (number, is_libtest)).collect::<Vec<_>>()
    };
    source.lines().flat_map(of_line).collect()
}

/// The files of `top` that belong to no exercise; only READMEs may lie beside them, and only one folder deep.
fn unexpected(root: &Path, top: &str, known: &BTreeSet<PathBuf>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, is_file) in entries_of(root, Path::new(top)) {
        if is_file {
            faults.extend(stranger(&place, known));
            continue;
        }
        for (place, is_file) in entries_of(root, &place) {
            if is_file {
                faults.extend(stranger(&place, known));
            } else {
                let what = "this is no file\n  help: exercises lie in one folder at most";
                faults.push(Fault::new(place, None, what));
            }
        }
    }
    faults
}

fn stranger(place: &Path, known: &BTreeSet<PathBuf>) -> Option<Fault> {
    let belongs = place.file_name().is_some_and(|name| name == "README.md") || known.contains(place);
    let what =
        "this belongs to no exercise\n  help: name it in info.toml, delete it, or move it out of this folder";
    (!belongs).then(|| Fault::new(place, None, what))
}

/// What lies in a folder of the course, by its path from the root, and whether it is a file. A folder that is missing
/// holds nothing: solutions are optional.
fn entries_of(root: &Path, folder: &Path) -> BTreeSet<(PathBuf, bool)> {
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let entry = |entry: fs::DirEntry| {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        (folder.join(entry.file_name()), is_file)
    };
    entries.map(entry).collect()
}
