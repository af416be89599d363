//! The course as its authors shipped it: what every verdict is judged by and what `reset` restores.
//!
//! Kept in `.backendlings/originals`, with where it came from in `.backendlings/originals.toml`:
//! `init` (what `init` wrote), `git` (the files at HEAD, read again when HEAD moves), `first-seen` (elsewhere).

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::git;
use super::mirror::files_below;
use crate::course::{Course, EXERCISES, Exercise, RUNNER_FOLDER};

const FOLDER: &str = "originals";
const FILE: &str = "originals.toml";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Source {
    Init,
    Git,
    FirstSeen,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Origin {
    source: Source,
    /// The course's version for `init`, the commit for `git`, empty for `first-seen`.
    version: String,
}

/// The last look at git's HEAD.
#[derive(Debug, PartialEq, Eq)]
enum Looked {
    NotYet,
    NoClone,
    At(Vec<SystemTime>),
}

/// The originals of one course.
#[derive(Debug)]
pub(super) struct Originals {
    root: PathBuf,
    /// The exercises' folders, or files, relative to the workspace.
    members: BTreeSet<PathBuf>,
    looked: Looked,
    /// The mirror may be out of line with them.
    news: bool,
}

impl Originals {
    /// Not read yet: see [`Originals::refresh`].
    pub(super) fn new(course: &Course) -> Self {
        let members = course.exercises.iter().map(Exercise::own_path).collect();
        Self { root: course.root.clone(), members, looked: Looked::NotYet, news: true }
    }

    /// Makes sure that there are originals, and reads them again where git's HEAD has moved. The build lock is held.
    pub(super) fn refresh(&mut self) -> io::Result<()> {
        let origin = self.origin();
        if origin.as_ref().is_some_and(|origin| origin.source == Source::Init) {
            return Ok(());
        }
        let head = self.look();
        if self.looked == head && origin.is_some() {
            return Ok(());
        }
        match git::commit_of(&self.root) {
            Some(commit) => self.take_from_git(origin.as_ref(), &commit)?,
            None => self.take_from_disk(origin.as_ref())?,
        }
        self.looked = head;
        self.news = true;
        Ok(())
    }

    /// Whether git's HEAD has moved since they were read.
    pub(super) fn have_moved(&self) -> bool {
        self.looked != Looked::NotYet && self.looked != self.look()
    }

    fn look(&self) -> Looked {
        git::head_stamps(&self.root).map_or(Looked::NoClone, Looked::At)
    }

    /// Whether the mirror may be out of line with them.
    pub(super) fn has_news(&self) -> bool {
        self.news
    }

    pub(super) fn set_news(&mut self, news: bool) {
        self.news = news;
    }

    /// The workspace as shipped.
    pub(super) fn workspace(&self) -> PathBuf {
        self.root.join(RUNNER_FOLDER).join(FOLDER).join(EXERCISES)
    }

    /// What was shipped of an exercise, relative to its folder. Never empty.
    pub(super) fn files_of(&self, exercise: &Exercise) -> io::Result<BTreeSet<PathBuf>> {
        let folder = self.workspace().join(exercise.member());
        if exercise.owns_folder() {
            return files_below(&folder);
        }
        let kept = exercise.edit.iter().filter(|file| folder.join(file).is_file());
        let kept: BTreeSet<_> = kept.cloned().collect();
        if kept.is_empty() {
            let file = exercise.main_file();
            return Err(io::Error::other(format!(
                "there is no original of {}: is it committed?",
                file.display()
            )));
        }
        Ok(kept)
    }

    fn origin(&self) -> Option<Origin> {
        origin(&self.root).filter(|_| self.workspace().is_dir())
    }

    fn take_from_git(&self, origin: Option<&Origin>, commit: &str) -> io::Result<()> {
        let fresh = Origin { source: Source::Git, version: commit.to_owned() };
        if origin == Some(&fresh) {
            return Ok(());
        }
        let tar = git::archive(&self.root, commit, EXERCISES)?;
        replace(&self.root, &fresh, |folder| tar::Archive::new(tar.as_slice()).unpack(folder))
    }

    /// What is there the first time; later only exercises that are new.
    fn take_from_disk(&self, origin: Option<&Origin>) -> io::Result<()> {
        let seen = self.root.join(EXERCISES);
        if origin.is_some_and(|origin| origin.source == Source::FirstSeen) {
            return add_new_members(&seen, &self.workspace(), &self.members);
        }
        let first_seen = Origin { source: Source::FirstSeen, version: String::new() };
        replace(&self.root, &first_seen, |folder| {
            copy_tree(&seen, &folder.join(EXERCISES))?;
            remove_strays(&folder.join(EXERCISES), &self.members)
        })
    }
}

fn origin(root: &Path) -> Option<Origin> {
    let text = fs::read_to_string(root.join(RUNNER_FOLDER).join(FILE)).ok()?;
    toml::from_str(&text).ok()
}

/// Whether `init` wrote the course in `root`: then it is a learner's, and came without answers.
pub(super) fn is_from_init(root: &Path) -> bool {
    origin(root).is_some_and(|origin| origin.source == Source::Init)
}

/// Keeps what `init` wrote, so that later edits are told from it. `root` is the new course.
pub(crate) fn keep_as_shipped(root: &Path, version: &str) -> io::Result<()> {
    let origin = Origin { source: Source::Init, version: version.to_owned() };
    replace(root, &origin, |folder| copy_tree(&root.join(EXERCISES), &folder.join(EXERCISES)))
}

/// Fills a new folder and puts it in the place of the old originals.
fn replace(root: &Path, origin: &Origin, fill: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let runner_folder = root.join(RUNNER_FOLDER);
    crate::progress::prepare_folder(&runner_folder)?;
    let new = tempfile::Builder::new().prefix("originals-").tempdir_in(&runner_folder)?;
    fill(new.path())?;
    let folder = runner_folder.join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::rename(new.keep(), &folder)?;
    fs::write(runner_folder.join(FILE), toml::to_string(origin).map_err(io::Error::other)?)
}

/// Copies a folder without build results and links; a learner's `exercises/target` may hold gigabytes.
fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() && !is_build_folder(&source) {
            copy_tree(&source, &target)?;
        } else if kind.is_file() {
            fs::write(target, fs::read(source)?)?;
        }
    }
    Ok(())
}

fn is_build_folder(folder: &Path) -> bool {
    folder.ends_with("target") || folder.join("CACHEDIR.TAG").exists() || folder.ends_with(".git")
}

/// Exercises that a course elsewhere got after it was first seen, and what the workspace needs to hold them.
fn add_new_members(seen: &Path, kept: &Path, members: &BTreeSet<PathBuf>) -> io::Result<()> {
    let is_file = |member: &Path| seen.join(member).is_file();
    let is_new = |member: &&PathBuf| {
        (is_file(member) || seen.join(member).join("Cargo.toml").is_file()) && !kept.join(member).exists()
    };
    let new: Vec<_> = members.iter().filter(is_new).collect();
    for member in &new {
        if is_file(member) {
            fs::create_dir_all(kept.join(member).parent().unwrap_or(kept))?;
            fs::write(kept.join(member), fs::read(seen.join(member))?)?;
        } else {
            copy_tree(&seen.join(member), &kept.join(member))?;
        }
    }
    if new.iter().any(|member| !is_file(member)) {
        for file in ["Cargo.toml", "Cargo.lock"] {
            fs::write(kept.join(file), fs::read(seen.join(file))?)?;
        }
    }
    Ok(())
}

/// Cargo takes every folder in a chapter for a member. A learner's backup of an exercise, of a whole chapter, or a
/// `.vscode` among them would break the workspace.
fn remove_strays(workspace: &Path, members: &BTreeSet<PathBuf>) -> io::Result<()> {
    let is_chapter = |folder: &OsString| {
        folder.to_str().is_some_and(|name| name.starts_with(|c: char| c.is_ascii_digit()))
    };
    for chapter in subfolders(workspace)?.iter().filter(|folder| is_chapter(folder)) {
        for folder in subfolders(&workspace.join(chapter))? {
            let path = Path::new(chapter).join(folder);
            if !members.contains(&path) {
                fs::remove_dir_all(workspace.join(path))?;
            }
        }
    }
    Ok(())
}

fn subfolders(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && !is_build_folder(&entry.path()) {
            names.push(entry.file_name());
        }
    }
    Ok(names)
}
