//! Every way in which an info.toml can be wrong: where it is told, and what to write instead.

use std::os::unix::fs::symlink;
use std::path::Path;

use fs_err as fs;
use tempfile::TempDir;

use super::{Course, CourseError, INFO_FILE, Problem, find_root};

const INFO: &str = r#"format_version = 2
name = "Small"

[[chapters]]
dir = "01_a"
title = "A"

[[exercises]]
name = "one"
dir = "01_a"
title = "One"
difficulty = 1
minutes = 5
hints = ["Look.", "Look closer."]

[[exercises]]
name = "two"
dir = "01_a"
title = "Two"
difficulty = 2
minutes = 10
hints = []
timeout = 3
edit = ["src/main.rs", "src/store.rs"]
"#;

fn folder(info: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(INFO_FILE), info).unwrap();
    for name in ["one", "two"] {
        let exercise = folder.path().join("exercises/01_a").join(name);
        fs::create_dir_all(exercise.join("src")).unwrap();
        fs::write(exercise.join("Cargo.toml"), "").unwrap();
        fs::write(exercise.join("src/tests.rs"), "").unwrap();
    }
    let lockfile = "[[package]]\nname = \"one\"\n[[package]]\nname = \"tower-http\"\nsource = \"registry\"\n";
    fs::write(folder.path().join("exercises/Cargo.lock"), lockfile).unwrap();
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
fn a_course_without_problems_is_read_as_it_is_written() {
    let folder = folder(INFO);
    let course = Course::load(folder.path()).unwrap();
    assert_eq!(course.root, folder.path().canonicalize().unwrap());
    assert_eq!(course.chapters[0].dir, "01_a");
    let [one, two] = course.exercises.as_slice() else { panic!("two exercises") };
    assert_eq!((one.name.as_str(), one.timeout.as_secs()), ("one", 10));
    assert_eq!(one.edit, [Path::new("src/main.rs")]);
    assert_eq!((two.name.as_str(), two.timeout.as_secs()), ("two", 3));
    assert_eq!(two.edit, ["src/main.rs", "src/store.rs"].map(Path::new));
    assert_eq!(two.main_file(), Path::new("exercises/01_a/two/src/main.rs"));
}

/// What is written instead of what, the line that is named, a part of the message, a part of the help.
type Row = (&'static str, &'static str, usize, &'static str, &'static str);

const ROWS: &[Row] = &[
    // The format.
    ("format_version = 2\n", "", 1, "format_version is missing", "format_version = 2"),
    ("format_version = 2", "\nformat_version = 3", 2, "format_version 3 is newer", "newer backendlings"),
    ("format_version = 2", "format_version = -1", 1, "format_version -1", "format_version = 2"),
    ("format_version = 2", "format_version = 3\nunheard_of = 1", 1, "newer", "newer backendlings"),
    ("format_version = 2", "format_version = \"2\"", 1, "invalid type", "CONTRIBUTING.md"),
    // Keys.
    ("name = \"Small\"", "nmae = \"Small\"", 2, "unknown field `nmae`", "did you mean `name`?"),
    ("title = \"A\"", "titel = \"A\"", 6, "unknown field `titel`", "did you mean `title`?"),
    ("minutes = 5", "minuts = 5", 13, "unknown field `minuts`", "did you mean `minutes`?"),
    ("timeout = 3", "time_out = 3", 23, "unknown field `time_out`", "did you mean `timeout`?"),
    ("minutes = 5\n", "", 8, "missing field `minutes`", "CONTRIBUTING.md"),
    ("minutes = 5", "minutes = \"5\"", 13, "invalid type", "CONTRIBUTING.md"),
    ("minutes = 5", "minutes = ", 13, "", "CONTRIBUTING.md"),
    // Names.
    ("\"two\"", "\"one\"", 17, "\"one\" is there twice", "another name"),
    ("\"one\"", "\"match\"", 9, "\"match\" is a reserved name", "neither Rust, Cargo nor the workspace"),
    ("\"one\"", "\"support\"", 9, "\"support\" is a reserved name", "neither Rust"),
    ("\"one\"", "\"tower_http\"", 9, "\"tower_http\" is also a crate", "no dependency's"),
    ("\"one\"", "\"One\"", 9, "\"One\" is not a name", "a-z, 0-9 and _"),
    ("\"one\"", "\"1one\"", 9, "is not a name", "beginning with a letter"),
    ("\"one\"", "\"\"", 9, "is not a name", "a-z"),
    ("\"one\"", "\"a-b\"", 9, "is not a name", "a-z"),
    ("\"one\"", "\"../one\"", 9, "is not a name", "a-z"),
    ("\"one\"", "\"a23456789_123456789_123456789_123\"", 9, "is not a name", "at most 32"),
    // Folders.
    ("\"one\"", "\"three\"", 9, "the folder exercises/01_a/three is missing", "create it"),
    (
        "dir = \"01_a\"\ntitle = \"A\"",
        "dir = \"..\"\ntitle = \"A\"",
        5,
        "dir = \"..\" leaves the course",
        "one folder",
    ),
    (
        "dir = \"01_a\"\ntitle = \"A\"",
        "dir = \"02_b\"\ntitle = \"A\"",
        5,
        "the folder exercises/02_b is missing",
        "create",
    ),
    (
        "dir = \"01_a\"\ntitle = \"One\"",
        "dir = \"../..\"\ntitle = \"One\"",
        10,
        "\"../..\" leaves the course",
        "[[chapters]]",
    ),
    (
        "dir = \"01_a\"\ntitle = \"One\"",
        "dir = \"/etc\"\ntitle = \"One\"",
        10,
        "\"/etc\" leaves the course",
        "[[chapters]]",
    ),
    (
        "dir = \"01_a\"\ntitle = \"One\"",
        "dir = \"\"\ntitle = \"One\"",
        10,
        "\"\" leaves the course",
        "[[chapters]]",
    ),
    (
        "dir = \"01_a\"\ntitle = \"One\"",
        "dir = \"02_b\"\ntitle = \"One\"",
        10,
        "\"02_b\" is not a chapter",
        "[[chapters]]",
    ),
    (
        "title = \"A\"\n",
        "title = \"A\"\n[[chapters]]\ndir = \"01_a\"\ntitle = \"B\"\n",
        8,
        "there twice",
        "keep one",
    ),
    // Numbers and texts.
    ("difficulty = 1", "difficulty = 0", 12, "the difficulty of one is not 1 to 5", "1, 2, 3, 4 or 5"),
    ("difficulty = 1", "difficulty = 6", 12, "the difficulty of one is not 1 to 5", "1, 2, 3, 4 or 5"),
    ("minutes = 5", "minutes = 0", 13, "one takes 0 minutes", "how long"),
    ("timeout = 3", "timeout = 0", 23, "the timeout of two", "10 seconds"),
    ("timeout = 3", "timeout = 601", 23, "the timeout of two", "10 seconds"),
    ("\"Look.\"", "\" \"", 14, "one has an empty hint", "leave it out"),
    // The learner's files.
    ("\"src/store.rs\"", "\"src/tests.rs\"", 24, "src/tests.rs decides the verdict", "other files"),
    ("\"src/store.rs\"", "\"src//tests.rs\"", 24, "decides the verdict", "other files"),
    ("\"src/store.rs\"", "\"Cargo.toml\"", 24, "Cargo.toml decides the verdict", "other files"),
    ("\"src/store.rs\"", "\"../one/src/main.rs\"", 24, "leaves the exercise", "src/main.rs"),
    ("\"src/store.rs\"", "\"/etc/passwd\"", 24, "leaves the exercise", "src/main.rs"),
    ("\"src/store.rs\"", "\"\"", 24, "leaves the exercise", "src/main.rs"),
    ("[\"src/main.rs\", \"src/store.rs\"]", "[]", 17, "two has nothing to edit", "leave `edit` out"),
];

#[test]
fn every_problem_has_its_line_and_says_what_to_write_instead() {
    for (right, wrong, line, message, help) in ROWS {
        assert!(INFO.contains(right), "{right}");
        let folder = folder(&INFO.replacen(right, wrong, 1));
        let problems = problems(folder.path());
        let found = problems.iter().any(|problem| {
            problem.file == Path::new(INFO_FILE)
                && problem.line == Some(*line)
                && problem.message.contains(message)
                && problem.help.contains(help)
        });
        assert!(found, "{wrong:?} instead of {right:?}, line {line}: {problems:#?}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let info = INFO.replace("difficulty = 1", "difficulty = 9").replace("\"two\"", "\"fn\"");
    let folder = folder(&info);
    let lines: Vec<_> = problems(folder.path()).into_iter().map(|problem| problem.line).collect();
    assert!(lines.contains(&Some(12)) && lines.contains(&Some(17)), "{lines:?}");
}

#[test]
fn no_exercises_are_a_problem() {
    let folder = folder("format_version = 2\nname = \"Small\"\n");
    assert_eq!(problems(folder.path())[0].message, "there are no exercises");
}

#[test]
fn a_problem_is_written_like_a_compilers() {
    let folder = folder(&INFO.replace("minutes = 5", "minuts = 5"));
    let error = Course::load(folder.path()).unwrap_err().to_string();
    assert!(error.starts_with("info.toml:13: unknown field `minuts`"), "{error}");
    assert!(error.contains("\n  help: did you mean `minutes`?"), "{error}");
}

#[test]
fn an_exercise_needs_its_manifest_and_its_specification() {
    for file in ["Cargo.toml", "src/tests.rs"] {
        let folder = folder(INFO);
        fs::remove_file(folder.path().join("exercises/01_a/two").join(file)).unwrap();
        let problems = problems(folder.path());
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].message, format!("exercises/01_a/two/{file} is missing"));
        assert_eq!(problems[0].line, Some(17));
    }
}

#[test]
fn what_a_learner_deleted_is_no_problem_while_its_original_is_kept() {
    let folder = folder(INFO);
    let kept = folder.path().join(".backendlings/originals/exercises/01_a");
    fs::create_dir_all(&kept).unwrap();
    fs::rename(folder.path().join("exercises/01_a/two"), kept.join("two")).unwrap();
    assert_eq!(problems(folder.path()), []);
}

#[test]
fn a_link_out_of_the_course_is_a_problem() {
    let (folder, outside) = (folder(INFO), tempfile::tempdir().unwrap());
    let two = folder.path().join("exercises/01_a/two");
    fs::rename(&two, outside.path().join("two")).unwrap();
    symlink(outside.path().join("two"), &two).unwrap();
    let problems = problems(folder.path());
    assert_eq!(problems.len(), 1);
    assert!(problems[0].message.starts_with("exercises/01_a/two leaves the course: it is a link to"));
}

#[test]
fn a_folder_without_a_course_says_how_to_get_one() {
    let empty = tempfile::tempdir().unwrap();
    let error = find_root(&empty.path().join("deep/down")).unwrap_err();
    assert!(matches!(error, CourseError::NotFound(_)), "{error:?}");
    assert!(error.to_string().contains("backendlings init"), "{error}");
}

#[test]
fn a_course_is_found_from_any_folder_in_it() {
    let folder = folder(INFO);
    let deep = folder.path().join("exercises/01_a/one/src");
    assert_eq!(find_root(&deep).unwrap(), folder.path());
    assert_eq!(find_root(folder.path()).unwrap(), folder.path());
}

#[test]
fn a_file_that_is_no_text_is_unreadable_and_no_panic() {
    let folder = folder(INFO);
    fs::write(folder.path().join(INFO_FILE), b"\xff\xfe").unwrap();
    assert!(matches!(Course::load(folder.path()), Err(CourseError::Unreadable(_))));
    fs::remove_file(folder.path().join(INFO_FILE)).unwrap();
    assert!(matches!(Course::load(folder.path()), Err(CourseError::Unreadable(_))));
}

#[test]
fn the_nearest_name_is_offered_and_nonsense_is_not() {
    let folder = folder(INFO);
    let course = Course::load(folder.path()).unwrap();
    assert_eq!(course.nearest("onne"), Some("one"));
    assert_eq!(course.nearest("qqqqqqq"), None);
}
