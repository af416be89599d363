//! Which exercises are checked: those that a pull request touches, and of them this machine's share. Pure.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::course::{Course, EXERCISES, Exercise, INFO_FILE, SOLUTIONS, Workspace, exercises_in};

/// What else a course lies beside, below its root: the runner, and what Cargo and rustfmt read from the folders above.
const SHARED: [&str; 10] = [
    "src",
    "build",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "rust-toolchain",
    "rust-toolchain.toml",
    "rustfmt.toml",
    ".rustfmt.toml",
    "clippy.toml",
];

/// What changes of files mean for the exercises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    /// This file is part of every exercise, or nobody knows of which.
    All(PathBuf),
    /// Their names.
    These(BTreeSet<String>),
}

impl Touched {
    /// By these changed files, relative to the course's root. `info` is info.toml as it was before.
    pub fn by(course: &Course, files: &[PathBuf], info: Option<&str>) -> Self {
        let mut names = BTreeSet::new();
        for file in files {
            match touched_by(course, file, info) {
                Some(exercises) => names.extend(exercises.into_iter().map(|exercise| exercise.name.clone())),
                None => return Self::All(file.clone()),
            }
        }
        Self::These(names)
    }

    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::All(_) => true,
            Self::These(names) => names.contains(name),
        }
    }
}

/// The exercises that one file can change the result of. None: all of them.
fn touched_by<'a>(course: &'a Course, file: &Path, info: Option<&str>) -> Option<Vec<&'a Exercise>> {
    match course.workspace {
        Workspace::AsShipped => by_folder(course, file, info),
        Workspace::AsItIs => by_file(course, file),
    }
}

/// Where every exercise is a file of one package: any file may be part of it.
fn by_file<'a>(course: &'a Course, file: &Path) -> Option<Vec<&'a Exercise>> {
    let is_of = |exercise: &&Exercise| {
        let solution = exercise.solution_folder().join(exercise.first_file());
        file == exercise.main_file() || file == solution
    };
    let found = course.exercises.iter().find(is_of);
    let is_text = file.extension().is_some_and(|end| end == "md");
    found.map(|exercise| vec![exercise]).or_else(|| is_text.then(Vec::new))
}

/// Where every exercise is a package in a folder of its own.
fn by_folder<'a>(course: &'a Course, file: &Path, info: Option<&str>) -> Option<Vec<&'a Exercise>> {
    let mut parts = file.iter().map(|part| part.to_str().unwrap_or_default());
    match parts.next().unwrap_or_default() {
        INFO_FILE => with_new_entries(course, info?),
        EXERCISES | SOLUTIONS => {
            let (chapter, name) = (parts.next()?, parts.next());
            let of_chapter = || course.exercises.iter().filter(|exercise| exercise.dir == chapter);
            let of_name: Vec<_> =
                of_chapter().filter(|exercise| Some(exercise.name.as_str()) == name).collect();
            // A README, or what an exercise left behind that is no more.
            let nearest = if of_name.is_empty() { of_chapter().collect() } else { of_name };
            Some(nearest).filter(|exercises: &Vec<_>| !exercises.is_empty())
        }
        shared if SHARED.contains(&shared) => None,
        _ => Some(Vec::new()),
    }
}

/// Those whose entry says something else than before. None where that cannot be known, or where an entry is gone: what
/// it left behind concerns others.
fn with_new_entries<'a>(course: &'a Course, info: &str) -> Option<Vec<&'a Exercise>> {
    let before = exercises_in(info).ok()?;
    if before.iter().any(|exercise| course.find(&exercise.name).is_none()) {
        return None;
    }
    Some(course.exercises.iter().filter(|exercise| !before.contains(exercise)).collect())
}

/// One machine's share of the exercises, by a hash of their names: a new exercise moves no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Counted from 1.
    number: u64,
    of: u64,
}

impl Shard {
    pub fn contains(self, name: &str) -> bool {
        fnv_1a(name) % self.of == self.number - 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    /// `2/4` is the second of four.
    fn from_str(written: &str) -> Result<Self, String> {
        let read = |number: &str| number.parse::<u64>().ok().filter(|number| *number > 0);
        let shard = written.split_once('/').and_then(|(number, of)| Some((read(number)?, read(of)?)));
        match shard {
            Some((number, of)) if number <= of => Ok(Self { number, of }),
            _ => Err(format!(
                "`{written}` is no shard\n  help: `2/4` is the second of four; they are counted from 1"
            )),
        }
    }
}

/// The same everywhere and in every version, unlike the hashes of std.
fn fnv_1a(text: &str) -> u64 {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    text.bytes().fold(START, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Workspace;

    const INFO: &str = r#"
        format_version = 2
        name = "Sample"
        chapters = [{ dir = "01_a", title = "A" }, { dir = "02_b", title = "B" }]
        exercises = [
            { name = "one", dir = "01_a", title = "One", difficulty = 1, minutes = 5, hints = [] },
            { name = "two", dir = "01_a", title = "Two", difficulty = 1, minutes = 5, hints = ["a", "b"] },
            { name = "three", dir = "02_b", title = "Three", difficulty = 1, minutes = 5, hints = [] },
        ]
    "#;

    fn course() -> Course {
        Course {
            root: "/course".into(),
            name: "Sample".to_owned(),
            workspace: Workspace::AsShipped,
            welcome_message: String::new(),
            final_message: String::new(),
            chapters: Vec::new(),
            exercises: exercises_in(INFO).unwrap(),
        }
    }

    /// The names, or `all (because of this file)`.
    fn touched(files: &str, info: Option<&str>) -> String {
        let files: Vec<_> = files.split_whitespace().map(PathBuf::from).collect();
        match Touched::by(&course(), &files, info) {
            Touched::All(file) => format!("all ({})", file.display()),
            Touched::These(names) => names.into_iter().collect::<Vec<_>>().join(" "),
        }
    }

    #[test]
    fn a_file_touches_the_exercises_that_it_is_part_of() {
        let rows = [
            ("", ""),
            ("exercises/01_a/one/src/main.rs", "one"),
            ("solutions/01_a/two/check.toml exercises/01_a/two/Cargo.toml", "two"),
            ("solutions/02_b/three/src/main.rs exercises/01_a/one/src/tests.rs", "one three"),
            ("exercises/01_a/README.md", "one two"),
            ("exercises/01_a/gone/src/main.rs", "one two"),
            ("README.md CONTRIBUTING.md .github/workflows/ci.yml docs/src/a.md tests/gate.rs", ""),
            ("exercises/02_b/README.md README.md", "three"),
        ];
        for (files, expected) in rows {
            assert_eq!(touched(files, Some(INFO)), expected, "{files}");
        }
    }

    #[test]
    fn what_all_share_touches_all() {
        let files = "exercises/pins/Cargo.toml exercises/support/src/lib.rs exercises/Cargo.lock exercises/Cargo.toml \
                     exercises/rustfmt.toml exercises/.cargo/config.toml exercises/03_gone/old/src/main.rs \
                     solutions/README.md src/main.rs src/verify/gate.rs build/main.rs Cargo.toml Cargo.lock rustfmt.toml \
                     rust-toolchain.toml .cargo/config.toml";
        for file in files.split_whitespace() {
            assert_eq!(touched(file, Some(INFO)), format!("all ({file})"));
            let beside_others = format!("README.md exercises/01_a/one/src/main.rs {file}");
            assert_eq!(touched(&beside_others, Some(INFO)), format!("all ({file})"));
        }
    }

    #[test]
    fn info_toml_touches_the_exercises_whose_entries_are_new() {
        let three = INFO.lines().find(|line| line.contains("Three")).unwrap();
        let four = three.replace("\"three\"", "\"four\"");
        let rows = [
            (Some(INFO.to_owned()), ""),
            (Some(INFO.replace("Sample", "Other").replace("title = \"A\"", "title = \"C\"")), ""),
            (Some(format!("# A comment\n{INFO}")), ""),
            (Some(INFO.replace("title = \"One\"", "title = \"First\"")), "one"),
            (Some(INFO.replace("\"b\"]", "\"c\"]")), "two"),
            (Some(INFO.replace("dir = \"01_a\", title = \"Two\"", "dir = \"02_b\", title = \"Two\"")), "two"),
            (Some(INFO.replace(three, "")), "three"),
            (Some(INFO.replace(three, &format!("{three}{four}"))), "all (info.toml)"),
            (Some(INFO.replace("minutes = 5", "minutes = 6")), "one three two"),
            (Some(INFO.replace("minutes", "hours")), "all (info.toml)"),
            (Some("not toml".to_owned()), "all (info.toml)"),
            (None, "all (info.toml)"),
        ];
        for (info, expected) in rows {
            assert_eq!(touched("info.toml", info.as_deref()), expected, "{info:?}");
        }
    }

    #[test]
    fn the_hash_never_changes() {
        let rows =
            [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)];
        for (text, hash) in rows {
            assert_eq!(fnv_1a(text), hash, "{text:?}");
        }
    }

    #[test]
    fn every_name_is_in_one_shard() {
        for of in 1..9 {
            let shards: Vec<Shard> =
                (1..=of).map(|number| format!("{number}/{of}").parse().unwrap()).collect();
            for number in 0..100 {
                let name = format!("exercise_{number}");
                assert_eq!(shards.iter().filter(|shard| shard.contains(&name)).count(), 1, "{name} of {of}");
            }
            assert!(shards.iter().all(|shard| (0..100).any(|it| shard.contains(&format!("exercise_{it}")))));
        }
    }

    #[test]
    fn a_shard_that_cannot_be_is_refused() {
        for wrong in ["", "1", "0/4", "5/4", "1/0", "-1/4", "a/b", "1/4/2", " 1/4"] {
            let refused = wrong.parse::<Shard>().unwrap_err();
            assert!(refused.contains("help: `2/4` is the second of four"), "{wrong}: {refused}");
        }
    }
}
