//! The author's solution of an exercise: in the course's folder, or carried by the binary.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::info::Info;
use super::{Course, Exercise, INFO_FILE, embedded, rustlings};

/// The author's facts about an exercise lie beside the solution and are no part of it.
const FACTS: &str = "check.toml";

/// A reference's files, paths relative to the exercise's folder; only those that differ from the starter are kept in a
/// course. Never empty.
pub type Reference = Vec<(PathBuf, String)>;

/// The reference in the course's `solutions`. None where there is none.
pub fn reference_on_disk(course: &Course, exercise: &Exercise) -> io::Result<Option<Reference>> {
    let folder = course.root.join(exercise.solution_folder());
    let mut files = Vec::new();
    if exercise.owns_folder() && folder.is_dir() {
        read_below(&folder, Path::new(""), &mut files)?;
    } else if !exercise.owns_folder() {
        for file in exercise.edit.iter().filter(|file| folder.join(file).is_file()) {
            files.push((file.clone(), fs::read(folder.join(file))?));
        }
        files.retain(|(_, text)| !rustlings::is_placeholder(text));
    }
    Ok(texts(files))
}

/// The reference that this binary carries. None if it carries none, or another course.
pub fn reference_carried(course: &Course, exercise: &Exercise) -> io::Result<Option<Reference>> {
    Ok(texts(carried(course, exercise, embedded::files()?)))
}

fn texts(files: Vec<(PathBuf, Vec<u8>)>) -> Option<Reference> {
    let answers = files.into_iter().filter(|(path, _)| path != Path::new(FACTS));
    let texts = answers.filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)));
    Some(texts.collect()).filter(|texts: &Reference| !texts.is_empty())
}

/// The files below `root`, in the order of their names.
fn read_below(root: &Path, below: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> io::Result<()> {
    let mut entries = fs::read_dir(root.join(below))?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            read_below(root, &path, files)?;
        } else {
            files.push((path, fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// The exercise's solution among the files of another copy of the course.
fn carried(course: &Course, exercise: &Exercise, files: Vec<(PathBuf, Vec<u8>)>) -> Vec<(PathBuf, Vec<u8>)> {
    let info = files.iter().find(|(path, _)| path == Path::new(INFO_FILE));
    let info = info.and_then(|(_, bytes)| Info::parse(str::from_utf8(bytes).ok()?).ok());
    if info.is_none_or(|info| info.name != course.name) {
        return Vec::new();
    }
    let folder = exercise.solution_folder();
    files
        .into_iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(&folder).ok()?.to_path_buf(), bytes)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO: &str = "format_version = 2\nname = \"Small\"\n[[chapters]]\ndir = \"01_a\"\ntitle = \"A\"\n\
        [[exercises]]\nname = \"one\"\ndir = \"01_a\"\ntitle = \"One\"\ndifficulty = 1\nminutes = 5\nhints = []\n";

    fn write(root: &Path, file: &str, text: &str) {
        let file = root.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn course_in(root: &Path) -> Course {
        write(root, INFO_FILE, INFO);
        write(root, "exercises/01_a/one/Cargo.toml", "");
        write(root, "exercises/01_a/one/src/tests.rs", "");
        Course::load(root).unwrap()
    }

    #[test]
    fn a_solution_on_disk_comes_without_the_authors_facts() {
        let folder = tempfile::tempdir().unwrap();
        let course = course_in(folder.path());
        write(folder.path(), "solutions/01_a/one/check.toml", "[starter]");
        write(folder.path(), "solutions/01_a/one/src/main.rs", "fn main() {}");
        write(folder.path(), "solutions/01_a/one/migrations/1.sql", "select 1");
        let files = reference_on_disk(&course, &course.exercises[0]).unwrap().unwrap();
        let expected = [("migrations/1.sql", "select 1"), ("src/main.rs", "fn main() {}")];
        assert_eq!(files, expected.map(|(path, text)| (PathBuf::from(path), text.to_owned())));
    }

    #[test]
    fn a_carried_solution_is_taken_from_the_same_course_only() {
        let folder = tempfile::tempdir().unwrap();
        let mut course = course_in(folder.path());
        let carried_files = || {
            vec![
                (PathBuf::from(INFO_FILE), INFO.as_bytes().to_vec()),
                (PathBuf::from("solutions/01_a/one/src/main.rs"), b"carried".to_vec()),
                (PathBuf::from("solutions/01_a/other/src/main.rs"), b"another".to_vec()),
            ]
        };
        let found = carried(&course, &course.exercises[0], carried_files());
        assert_eq!(found, [(PathBuf::from("src/main.rs"), b"carried".to_vec())]);
        course.name = "Another course".to_owned();
        assert_eq!(carried(&course, &course.exercises[0], carried_files()), []);
    }

    #[test]
    fn no_solution_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let course = course_in(folder.path());
        assert_eq!(reference_on_disk(&course, &course.exercises[0]).unwrap(), None);
        assert_eq!(reference_carried(&course, &course.exercises[0]).unwrap(), None);
    }
}
