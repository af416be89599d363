//! `init [DIR]`: a course of the learner's own, without the answers.

use std::env;
use std::io;
use std::path::{Path, PathBuf, absolute};

use anyhow::Context;
use fs_err as fs;

use super::foreground;
use crate::course::{Course, INFO_FILE, SOLUTIONS, embedded};
use crate::exit::{Exit, Usage};
use crate::report::{Bar, Output};
use crate::runner::{self, FetchEvent, keep_as_shipped};
use crate::ui::plural;

type Files = Vec<(PathBuf, Vec<u8>)>;

const IGNORED: &str = "target/\n.backendlings/\n";

/// rust-analyzer finds the workspace and checks the package at hand, not all of them at each save. The runner's own
/// copies of the exercises stay out of searches and watches.
const EDITOR: &str = r#"{
    "rust-analyzer.linkedProjects": ["exercises/Cargo.toml"],
    "rust-analyzer.check.workspace": false,
    "rust-analyzer.files.exclude": [".backendlings"],
    "files.watcherExclude": { "**/.backendlings/**": true },
    "search.exclude": { "**/.backendlings": true }
}
"#;

pub(super) fn init(
    folder: &Path,
    no_fetch: bool,
    names_course: bool,
    output: &mut Output,
) -> anyhow::Result<Exit> {
    if names_course {
        let help = "`backendlings init DIR` writes the course into DIR";
        return Err(Usage(format!("--course is for a course that is there\n  help: {help}")).into());
    }
    let root = absolute(folder)?;
    refuse_to_overwrite(&root, folder)?;
    let files = shipped(embedded::files()?)?;
    write_course(&root, &files).with_context(|| {
        format!("could not write the course into {}; nothing was left there", folder.display())
    })?;
    let course = Course::load(&root)?;
    let exercises = plural(course.exercises.len(), "exercise");
    output.line(&format!(
        "{}: {exercises} in {}",
        course.name,
        output.theme.path(&folder.display().to_string())
    ))?;
    let fetched = if no_fetch { Ok(()) } else { fetch(&root) };
    output.line("")?;
    output.line("Begin with")?;
    if root != env::current_dir()? {
        output.line(&format!("  cd {}", folder.display()))?;
    }
    output.line("  backendlings")?;
    fetched.context("the course is written, but its crates could not all be fetched")?;
    Ok(Exit::Done)
}

/// What a learner gets of the course: everything but the answers.
fn shipped(mut files: Files) -> Result<Files, Usage> {
    files.retain(|(path, _)| !path.starts_with(SOLUTIONS));
    if files.iter().any(|(path, _)| path == Path::new(INFO_FILE)) {
        return Ok(files);
    }
    Err(Usage(
        "this build carries no course: it was made without git or before the first commit\n  help: build it in a git \
         clone, or work in the clone itself, where `cargo run` watches in place"
            .to_owned(),
    ))
}

fn refuse_to_overwrite(root: &Path, folder: &Path) -> anyhow::Result<()> {
    let is_free = match fs::read_dir(root) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if is_free {
        return Ok(());
    }
    let help = "name a folder that is new or empty: `backendlings init DIR`";
    Err(Usage(format!(
        "{} is there already, and nothing in it was touched\n  help: {help}",
        folder.display()
    ))
    .into())
}

/// Writes the course aside first, so that a failure leaves nothing half done at `root`.
fn write_course(root: &Path, files: &Files) -> io::Result<()> {
    let is_there = root.exists();
    let beside = if is_there { Some(root) } else { root.parent() };
    let beside = beside.ok_or_else(|| io::Error::other("the folder has no name"))?;
    fs::create_dir_all(beside)?;
    let aside = tempfile::Builder::new().prefix(".backendlings-init-").tempdir_in(beside)?;
    // One folder further down: the temporary folder itself is closed to other users, and a course is not.
    let new = aside.path().join("course");
    for (path, bytes) in files {
        write_file(&new.join(path), bytes)?;
    }
    write_file(&new.join(".gitignore"), IGNORED.as_bytes())?;
    write_file(&new.join(".vscode/settings.json"), EDITOR.as_bytes())?;
    keep_as_shipped(&new, env!("CARGO_PKG_VERSION"))?;
    if is_there { move_into(&new, root) } else { fs::rename(&new, root) }
}

/// An empty folder that is there stays the same folder: a shell may be in it. info.toml, which makes it a course, last.
fn move_into(new: &Path, root: &Path) -> io::Result<()> {
    let mut names = fs::read_dir(new)?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort_by_key(|name| name == INFO_FILE);
    names.iter().try_for_each(|name| fs::rename(new.join(name), root.join(name)))
}

fn write_file(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes)
}

fn fetch(root: &Path) -> anyhow::Result<()> {
    let mut bar = Bar::default();
    bar.show("fetching crates", 0, 0, "");
    let mut ended = Ok(());
    foreground::follow(
        |events| {
            runner::fetch(root, move |event| {
                // The command may be on its way out, and then nobody listens.
                let _ = events.send(event);
            })
        },
        |event| match event {
            FetchEvent::Downloaded { done, total } => bar.show("fetching crates", done, total, ""),
            FetchEvent::Done => {}
            FetchEvent::Trouble(trouble) => ended = Err(trouble),
        },
    )?;
    Ok(ended?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> Files {
        paths.iter().map(|path| (PathBuf::from(path), path.as_bytes().to_vec())).collect()
    }

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_answers_stay_out() {
        let all = files(&["info.toml", "exercises/a/b/Cargo.toml", "solutions/a/b/src/main.rs"]);
        assert_eq!(shipped(all).unwrap(), files(&["info.toml", "exercises/a/b/Cargo.toml"]));
    }

    #[test]
    fn a_build_without_a_course_says_so() {
        let error = shipped(Files::new()).unwrap_err();
        assert!(error.to_string().starts_with("this build carries no course"), "{error}");
    }

    #[test]
    fn a_course_is_written_into_new_and_into_empty_folders() {
        let folder = tempfile::tempdir().unwrap();
        let (new, empty) = (folder.path().join("a/new"), folder.path().join("empty"));
        fs::create_dir(&empty).unwrap();
        for root in [new, empty] {
            write_course(&root, &files(&["info.toml", "exercises/Cargo.toml"])).unwrap();
            let expected = [".backendlings", ".gitignore", ".vscode", "exercises", "info.toml"];
            assert_eq!(names_in(&root), expected);
            let original = root.join(".backendlings/originals/exercises/Cargo.toml");
            assert_eq!(fs::read_to_string(original).unwrap(), "exercises/Cargo.toml");
            let origin = fs::read_to_string(root.join(".backendlings/originals.toml")).unwrap();
            assert!(origin.contains("source = \"init\""), "{origin}");
            assert!(origin.contains(concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"")), "{origin}");
        }
        assert_eq!(names_in(folder.path()), ["a", "empty"]);
        assert_eq!(names_in(&folder.path().join("a")), ["new"]);
    }

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        // A file where another file needs a folder.
        let impossible = files(&["exercises", "exercises/Cargo.toml"]);
        write_course(&folder.path().join("new"), &impossible).unwrap_err();
        assert_eq!(names_in(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn the_editors_settings_are_json() {
        serde_json::from_str::<serde_json::Value>(EDITOR).unwrap();
    }
}
