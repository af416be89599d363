//! `dev new CHAPTER NAME`: a new exercise, whole and green.
//!
//! It is made and locked aside, in a copy of the workspace; what is ready then moves into the course in one go, info.toml,
//! which makes it an exercise, last.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use fs_err as fs;
use tempfile::TempDir;

use super::skeleton::Skeleton;
use crate::check::Trouble;
use crate::commands::{Here, foreground};
use crate::course::{Course, EXERCISES, INFO_FILE, NewEntry, RUNNER_FOLDER, Workspace, line_of, with_entry};
use crate::exit::{Exit, Usage};
use crate::progress::prepare_folder;
use crate::report::Output;
use crate::runner::{files_below, lock_members};

pub(super) fn new(here: &Here, chapter: &str, name: &str, output: &mut Output) -> anyhow::Result<Exit> {
    let course = &here.course;
    refuse(course, chapter, name)?;
    let skeleton = Skeleton::new(course, chapter, name);
    let new = New::aside(course, &skeleton)?;
    new.lock()?;
    new.is_as_meant(course, &skeleton)?;
    new.move_into(&course.root).context("could not write the new exercise; everything is as it was")?;
    say(course, &skeleton, &new.opened, output)?;
    Ok(Exit::Done)
}

fn refuse(course: &Course, chapter: &str, name: &str) -> Result<(), Usage> {
    if course.workspace == Workspace::AsItIs {
        let help = "write the file and its entry in info.toml, then `rustlings dev update`";
        return Err(Usage(format!(
            "dev new writes packages, and this course is one package\n  help: {help}"
        )));
    }
    if let Some((message, help)) = course.refusal(chapter, name) {
        return Err(Usage(format!("{message}\n  help: {help}")));
    }
    if course.find(name).is_some() {
        let help = "choose another name; `backendlings list` shows all names";
        return Err(Usage(format!("there is an exercise `{name}` already\n  help: {help}")));
    }
    let skeleton = Skeleton::new(course, chapter, name);
    for folder in [skeleton.package(), skeleton.solution()] {
        if course.root.join(&folder).symlink_metadata().is_ok() {
            let help = "choose another name, or move it away";
            return Err(Usage(format!("{} is there already\n  help: {help}", folder.display())));
        }
    }
    Ok(())
}

/// A copy of the course that has the new exercise.
struct New {
    folder: TempDir,
    /// The new files, and what each is.
    opened: Vec<(PathBuf, &'static str)>,
}

impl New {
    fn aside(course: &Course, skeleton: &Skeleton<'_>) -> anyhow::Result<Self> {
        let entry = NewEntry {
            dir: skeleton.chapter,
            exercise: &skeleton.entry(),
            chapter: &skeleton.chapter_entry(),
        };
        let info =
            with_entry(&fs::read_to_string(course.root.join(INFO_FILE))?, &entry).ok_or_else(|| {
                let help = "write them as [[chapters]] and [[exercises]], one table below the other";
                Usage(format!("info.toml writes its tables in one line\n  help: {help}"))
            })?;
        let runner_folder = course.root.join(RUNNER_FOLDER);
        prepare_folder(&runner_folder)?;
        let folder = tempfile::Builder::new().prefix("new-").tempdir_in(runner_folder)?;
        let exercises = course.root.join(EXERCISES);
        for file in files_below(&exercises)? {
            write(&folder.path().join(EXERCISES).join(&file), &fs::read(exercises.join(&file))?)?;
        }
        let mut opened = Vec::new();
        for (file, text, what) in skeleton.files() {
            write(&folder.path().join(&file), text.as_bytes())?;
            opened.push((file, what));
        }
        write(&folder.path().join(INFO_FILE), info.as_bytes())?;
        Ok(Self { folder, opened })
    }

    fn lock(&self) -> anyhow::Result<()> {
        let mut ended = Err(Trouble::Other("the lockfile was left as it is".to_owned()));
        foreground::follow(
            |events| {
                lock_members(self.folder.path(), move |result| {
                    // The command may be on its way out, and then nobody listens.
                    let _ = events.send(result);
                })
            },
            |result| ended = result,
        )?;
        Ok(ended?)
    }

    /// The course with the exercise is the course as it was, and the exercise; its workspace has it as a member.
    fn is_as_meant(&self, before: &Course, skeleton: &Skeleton<'_>) -> anyhow::Result<()> {
        let after = Course::load(self.folder.path())?;
        let mut others = after.exercises;
        others.retain(|exercise| exercise.name != skeleton.name);
        if others != before.exercises {
            return Err(anyhow!("info.toml has no place for the entry; add the exercise by hand"));
        }
        let lockfile = fs::read_to_string(self.folder.path().join(lockfile()))?;
        if lockfile.contains(&format!("\nname = \"{}\"\n", skeleton.name)) {
            return Ok(());
        }
        let help = "begin its name with a number, such as 03_errors";
        let chapter = skeleton.chapter;
        Err(Usage(format!("`members` in exercises/Cargo.toml do not take in {chapter}/*\n  help: {help}"))
            .into())
    }

    /// Moves what is new, and undoes it where that fails.
    fn move_into(&self, root: &Path) -> io::Result<()> {
        let mut moved = Moved { root, new: Vec::new(), replaced: BTreeMap::new() };
        let result = self.opened.iter().try_for_each(|(file, _)| moved.add(self.folder.path(), file));
        let result = result
            .and_then(|()| moved.replace(self.folder.path(), &lockfile()))
            .and_then(|()| moved.replace(self.folder.path(), Path::new(INFO_FILE)));
        if result.is_err() {
            moved.undo();
        }
        result
    }
}

fn lockfile() -> PathBuf {
    Path::new(EXERCISES).join("Cargo.lock")
}

fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes)
}

/// What has been moved into the course so far.
struct Moved<'a> {
    root: &'a Path,
    /// Files and folders that were not there.
    new: Vec<PathBuf>,
    /// Files that were, with their bytes.
    replaced: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

impl Moved<'_> {
    /// Moves a new file, in one go with the topmost folder that is new, too.
    fn add(&mut self, from: &Path, file: &Path) -> io::Result<()> {
        let mut ways: Vec<_> = file.ancestors().collect();
        ways.retain(|way| self.root.join(way).symlink_metadata().is_err());
        let Some(topmost) = ways.last() else { return Ok(()) };
        fs::rename(from.join(topmost), self.root.join(topmost))?;
        self.new.push(topmost.to_path_buf());
        Ok(())
    }

    /// Puts a file in the place of one that may be there.
    fn replace(&mut self, from: &Path, file: &Path) -> io::Result<()> {
        let before = match fs::read(self.root.join(file)) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        fs::rename(from.join(file), self.root.join(file))?;
        self.replaced.insert(file.to_path_buf(), before);
        Ok(())
    }

    /// As far as it goes: the failure that led here is the one that is told.
    fn undo(&self) {
        for (file, bytes) in &self.replaced {
            let file = self.root.join(file);
            let _ = match bytes {
                Some(bytes) => fs::write(file, bytes),
                None => fs::remove_file(file),
            };
        }
        for path in &self.new {
            let path = self.root.join(path);
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    }
}

/// What to open, in this order, and how to go on.
fn say(
    course: &Course,
    skeleton: &Skeleton<'_>,
    opened: &[(PathBuf, &str)],
    output: &mut Output,
) -> anyhow::Result<()> {
    let name = skeleton.name;
    let info = fs::read_to_string(course.root.join(INFO_FILE))?;
    let line = info.find(&skeleton.entry()).map_or(1, |at| line_of(&info, at));
    let mut rows: Vec<_> = opened.iter().map(|(file, what)| (file.display().to_string(), *what)).collect();
    rows.push((format!("{INFO_FILE}:{line}"), "title, hints, takeaway"));
    let longest = rows.iter().map(|(file, _)| file.len()).max().unwrap_or_default();
    output.line(&format!("{name} is a small example now. Make it yours:"))?;
    for (file, what) in rows {
        let gap = " ".repeat(longest - file.len());
        output.line(&format!("  {}{gap}  {what}", output.theme.path(&file)))?;
    }
    output.line("")?;
    output.line("It is green already; prove it again after each step with")?;
    output.line(&format!("  backendlings dev check {name}"))?;
    Ok(())
}
