//! What a course in rustlings' format is read as, and every way in which it cannot be run.

use std::path::{Path, PathBuf};

use fs_err as fs;
use tempfile::TempDir;

use crate::course::{
    Course, CourseError, Home, Lints, Problem, Proof, Workspace, find_root, reference_on_disk,
};

const INFO: &str = r#"format_version = 1
welcome_message = """
  Hello.\n
"""
unheard_of = { anywhere = true }

[[exercises]]
name = "intro"
test = false
skip_check_unsolved = true
hint = """
Say \"n\"\\.
"""

[[exercises]]
name = "vars1"
dir = "01_vars"
hint = " "

[[exercises]]
name = "übung_2"
dir = "01_vars"
strict_clippy = true
hint = "Look."
"#;

const MANIFEST: &str = r#"bin = [
  { name = "intro", path = "exercises/intro.rs" },
  { name = "vars1", path = "exercises/01_vars/vars1.rs" },
  { name = "vars1_sol", path = "solutions/01_vars/vars1.rs" },
  { name = "übung_2", path = "./exercises/01_vars/übung_2.rs" },
]

[package]
name = "course"
edition = "2021"
"#;

fn folder(info: &str, manifest: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("info.toml", info);
    write("Cargo.toml", manifest);
    for name in ["intro", "01_vars/vars1", "01_vars/übung_2"] {
        write(&format!("exercises/{name}.rs"), "fn main() {}");
    }
    write("exercises/01_vars/README.md", "# Variables");
    write("solutions/01_vars/vars1.rs", "fn main() {}");
    write("solutions/01_vars/another.rs", "fn main() {}");
    folder
}

fn problems(folder: &Path) -> Vec<Problem> {
    match Course::load(folder) {
        Err(CourseError::Invalid(problems)) => problems,
        Err(other) => panic!("another error: {other}"),
        Ok(_) => Vec::new(),
    }
}

#[test]
fn a_course_is_read_as_rustlings_reads_it() {
    for version in ["0", "1"] {
        for info in [INFO.to_owned(), INFO.replace('\n', "\r\n")] {
            let info = info.replace("format_version = 1", &format!("format_version = {version}"));
            let folder = folder(&info, &MANIFEST.replace('\n', "\r\n"));
            let course = Course::load(folder.path()).unwrap();
            assert_eq!(course.workspace, Workspace::AsItIs);
            assert_eq!(course.name, course.root.file_name().unwrap().to_string_lossy());
            assert_eq!((course.welcome_message.as_str(), course.final_message.as_str()), ("Hello.", ""));
            let [intro, vars1, strict] = course.exercises.as_slice() else { panic!("three exercises") };
            let home = Home::File { package: "course".to_owned() };
            assert_eq!([&intro.home, &vars1.home, &strict.home], [&home; 3]);
            assert_eq!(intro.proof, Proof::Program(Lints::Errors));
            assert_eq!(vars1.proof, Proof::OwnTests(Lints::Errors));
            assert_eq!(strict.proof, Proof::OwnTests(Lints::Warnings));
            assert_eq!(intro.hints, ["Say \"n\"\\."]);
            assert_eq!((vars1.hints.len(), strict.hints.len()), (0, 1));
            assert_eq!(intro.main_file(), Path::new("exercises/intro.rs"));
            assert_eq!(strict.main_file(), Path::new("exercises/01_vars/übung_2.rs"));
        }
    }
}

#[test]
fn the_folders_are_the_chapters() {
    let folder = folder(INFO, MANIFEST);
    let course = Course::load(folder.path()).unwrap();
    let chapters: Vec<_> =
        course.chapters.iter().map(|chapter| (chapter.dir.as_str(), chapter.title.as_str())).collect();
    assert_eq!(chapters, [("", "exercises"), ("01_vars", "01_vars")]);
    assert_eq!(course.chapter_begins(0), None);
    assert_eq!(course.chapter_begins(1), Some(Path::new("exercises/01_vars/README.md")));
    assert_eq!(course.chapter_begins(2), None);
}

#[test]
fn a_solution_is_the_file_of_the_same_name() {
    let folder = folder(INFO, MANIFEST);
    let course = Course::load(folder.path()).unwrap();
    let of = |place: usize| reference_on_disk(&course, &course.exercises[place]).unwrap();
    assert_eq!(of(1), Some(vec![(PathBuf::from("vars1.rs"), "fn main() {}".to_owned())]));
    assert_eq!((of(0), of(2)), (None, None));
    let placeholder = "fn main() {\n    // DON'T EDIT THIS SOLUTION FILE!\n    \
        // It will be automatically filled after you finish the exercise.\n}\n";
    fs::write(folder.path().join("solutions/01_vars/vars1.rs"), placeholder).unwrap();
    assert_eq!(of(1), None);
}

/// What is written instead of what in info.toml, the line that is named, a part of the message, a part of the help.
type Row = (&'static str, &'static str, usize, &'static str, &'static str);

const IN_INFO: &[Row] = &[
    ("name = \"vars1\"", "name = \"intro\"", 16, "\"intro\" is there twice", "another name"),
    ("name = \"vars1\"", "name = \"vars9\"", 16, "exercises/01_vars/vars9.rs is missing", "write it"),
    ("name = \"vars1\"", "name = \"../vars1\"", 16, "is no name for a file", "letters"),
    ("name = \"vars1\"", "name = \"\"", 16, "is no name for a file", "letters"),
    ("name = \"vars1\"\n", "", 15, "missing field `name`", "rustlings' info.toml"),
    ("dir = \"01_vars\"", "dir = \"..\"", 17, "is no name for a folder", "letters"),
    ("dir = \"01_vars\"", "dir = \"a/b\"", 17, "is no name for a folder", "letters"),
    ("hint = \" \"\n", "", 15, "missing field `hint`", "rustlings' info.toml"),
    ("test = false", "test = 0", 9, "invalid type", "rustlings' info.toml"),
    ("test = false", "test = ", 9, "", ""),
];

#[test]
fn every_problem_has_its_line() {
    for info in [INFO.to_owned(), INFO.replace('\n', "\r\n")] {
        for (right, wrong, line, message, help) in IN_INFO {
            let ends =
                |text: &str| if info.contains('\r') { text.replace('\n', "\r\n") } else { text.to_owned() };
            let (right, wrong) = (ends(right), ends(wrong));
            assert!(info.contains(&right), "{right}");
            let folder = folder(&info.replacen(&right, &wrong, 1), MANIFEST);
            let problems = problems(folder.path());
            let found = problems.iter().any(|problem| {
                problem.file == Path::new("info.toml")
                    && problem.line == Some(*line)
                    && problem.message.contains(message)
                    && problem.help.contains(help)
            });
            assert!(found, "{wrong:?} instead of {right:?}, line {line}: {problems:#?}");
        }
    }
}

#[test]
fn a_course_without_exercises_is_none() {
    let folder = folder("format_version = 1\n", MANIFEST);
    assert_eq!(problems(folder.path())[0].message, "there are no exercises");
}

#[test]
fn the_manifest_names_the_package_and_every_program() {
    type Row = (&'static str, &'static str, &'static str, Option<usize>, &'static str, &'static str);
    let rows: &[Row] = &[
        (
            "[package]\nname = \"course\"\nedition = \"2021\"\n",
            "",
            "Cargo.toml",
            None,
            "names no package",
            "[package]",
        ),
        ("name = \"course\"", "name = ", "Cargo.toml", Some(9), "", "cargo metadata"),
        (
            "{ name = \"vars1\",",
            "{ name = \"vars2\",",
            "info.toml",
            Some(16),
            "vars1 is not in the `bin` list",
            "dev update",
        ),
        (
            "exercises/01_vars/vars1.rs",
            "exercises/vars1.rs",
            "info.toml",
            Some(16),
            "has the path \"exercises/vars1.rs\"",
            "dev update",
        ),
    ];
    for (right, wrong, file, line, message, help) in rows {
        assert!(MANIFEST.contains(right), "{right}");
        let folder = folder(INFO, &MANIFEST.replacen(right, wrong, 1));
        let problems = problems(folder.path());
        let [problem] = problems.as_slice() else { panic!("{wrong:?}: {problems:#?}") };
        assert_eq!((problem.file.as_path(), problem.line), (Path::new(file), *line), "{problem}");
        assert!(problem.message.contains(message) && problem.help.contains(help), "{problem}");
    }
    let no_list = MANIFEST.split_once("\n\n").unwrap().1;
    let folder = folder(INFO, no_list);
    assert!(problems(folder.path())[0].message.contains("no `bin` list"));
    fs::remove_file(folder.path().join("Cargo.toml")).unwrap();
    assert!(problems(folder.path())[0].message.contains("there is no Cargo.toml"));
}

#[test]
fn rustlings_own_course_without_its_info_toml_says_where_that_is() {
    let folder = folder(INFO, &MANIFEST.replacen("vars1", "intro1", 1));
    fs::remove_file(folder.path().join("info.toml")).unwrap();
    let error = find_root(&folder.path().join("exercises")).unwrap_err().to_string();
    assert!(error.contains("has no info.toml") && error.contains("rustlings-macros/info.toml"), "{error}");
}

#[test]
fn what_a_learner_deleted_is_no_problem_while_its_original_is_kept() {
    let folder = folder(INFO, MANIFEST);
    let kept = folder.path().join(".backendlings/originals/exercises/01_vars");
    fs::create_dir_all(&kept).unwrap();
    fs::rename(folder.path().join("exercises/01_vars/vars1.rs"), kept.join("vars1.rs")).unwrap();
    assert_eq!(problems(folder.path()), []);
}
