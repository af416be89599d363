//! The workspace that verdicts are built in: the originals, with the learner's files of one exercise laid over them.
//!
//! Files are written only when their bytes differ. Cargo decides by time whether a file changed, so a package whose
//! bytes changed also loses Cargo's memory of its last build: content with an older time (`cp -p`, a backup, a clock
//! set back) is built all the same.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::originals::Originals;
use crate::check::{Notice, Verdict};
use crate::course::{Course, EXERCISES, Exercise, RUNNER_FOLDER};
use crate::progress::create_below;

#[derive(Debug)]
pub(super) struct Mirror {
    root: PathBuf,
    pub(super) workspace: PathBuf,
    pub(super) target: PathBuf,
    /// Where clippy's looks are kept, so that one can be under way while tests are built.
    pub(super) lints: PathBuf,
}

/// What was found while an exercise was laid over.
pub(super) struct Synced {
    pub(super) notices: Vec<Notice>,
    /// The text of the learner's main.rs.
    pub(super) main: String,
}

impl Mirror {
    pub(super) fn new(course: &Course) -> Self {
        let folder = course.root.join(RUNNER_FOLDER);
        Self {
            root: course.root.clone(),
            workspace: folder.join("mirror"),
            target: folder.join("target"),
            lints: folder.join("lints"),
        }
    }

    /// Whether clippy has looked at anything here.
    pub(super) fn has_linted(&self) -> bool {
        self.lints.join(FINGERPRINTS).is_dir()
    }

    /// Brings everything but the learner's files to the originals' state and drops what they do not have.
    pub(super) fn sync_originals(&self, originals: &Originals, course: &Course) -> io::Result<()> {
        let workspace = originals.workspace();
        let shipped = files_below(&workspace)?;
        let learners: BTreeSet<_> = course
            .exercises
            .iter()
            .flat_map(|exercise| exercise.edit.iter().map(|file| exercise.member().join(file)))
            .collect();
        for file in &shipped {
            if !(learners.contains(file) && self.workspace.join(file).exists()) {
                self.write(file, &fs::read(workspace.join(file))?)?;
            }
        }
        let members: BTreeSet<_> = course.exercises.iter().map(Exercise::member).collect();
        // A checkout of another version may have taken exercises away that this session still knows.
        let in_member = |file: &PathBuf| {
            members.iter().any(|member| file.starts_with(member) && workspace.join(member).is_dir())
        };
        for stray in files_below(&self.workspace)?.difference(&shipped).filter(|file| !in_member(file)) {
            fs::remove_file(self.workspace.join(stray))?;
        }
        remove_empty_folders(&self.workspace)
    }

    /// Brings only what every exercise is built with to the originals' state: on every save, the rest is as it was.
    pub(super) fn sync_shared(&self, originals: &Originals) -> io::Result<()> {
        let workspace = originals.workspace();
        let mut files: Vec<_> = ["Cargo.toml", "Cargo.lock"].map(PathBuf::from).to_vec();
        for package in ["pins", "support"].map(Path::new) {
            let below = files_below(&workspace.join(package)).unwrap_or_default();
            files.extend(below.into_iter().map(|file| package.join(file)));
        }
        files.iter().try_for_each(|file| self.write(file, &fs::read(workspace.join(file))?))
    }

    /// Lays the learner's files of one exercise over the originals. A missing file is a verdict.
    pub(super) fn sync_exercise(
        &self,
        originals: &Originals,
        exercise: &Exercise,
    ) -> io::Result<Result<Synced, Verdict>> {
        let member = exercise.member();
        let (seen, kept) = (self.root.join(exercise.folder()), originals.workspace().join(&member));
        let mut learners = BTreeSet::new();
        for file in exercise.edit.iter().cloned().chain(added_modules(&seen, &kept)) {
            match read_source(&seen.join(&file)) {
                Ok(bytes) => self.write(&member.join(&file), &bytes)?,
                Err(error) if is_gone(&error) && !kept.join(&file).exists() => continue,
                Err(error) => {
                    let file = exercise.folder().join(file);
                    return Ok(Err(Verdict::FileMissing { file, why: why_unreadable(&error) }));
                }
            }
            learners.insert(file);
        }
        let mut notices = Vec::new();
        let specification: Vec<_> = files_below(&kept)?.difference(&learners).cloned().collect();
        for file in specification {
            let original = fs::read(kept.join(&file))?;
            if read_source(&seen.join(&file)).ok().as_ref() != Some(&original) {
                notices.push(Notice::SpecificationDiffers(file.clone()));
            }
            self.write(&member.join(&file), &original)?;
            learners.insert(file);
        }
        for stray in files_below(&self.workspace.join(&member))?.difference(&learners) {
            fs::remove_file(self.workspace.join(&member).join(stray))?;
            self.forget_build(&exercise.name)?;
        }
        let main = fs::read(self.workspace.join(&member).join("src/main.rs"))?;
        Ok(Ok(Synced { notices, main: String::from_utf8_lossy(&main).into_owned() }))
    }

    fn write(&self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        let target = self.workspace.join(file);
        if fs::read(&target).is_ok_and(|present| present == bytes) {
            return Ok(());
        }
        self.create(target.parent().unwrap_or(&target))?;
        fs::write(&target, bytes)?;
        match package_of(file) {
            Some(package) => self.forget_build(&package),
            None => Ok(()),
        }
    }

    /// Makes a folder of the workspace. A course that was deleted meanwhile is not made again with it.
    pub(super) fn create(&self, folder: &Path) -> io::Result<()> {
        let runner_folder = self.root.join(RUNNER_FOLDER);
        create_below(&runner_folder, folder.strip_prefix(&runner_folder).unwrap_or(folder))
    }

    /// Makes Cargo build the package again, whatever the times of its files say.
    pub(super) fn forget_build(&self, package: &str) -> io::Result<()> {
        self.forget(package, |_| true)
    }

    /// The same for those units of a package whose folders `is_meant` picks.
    pub(super) fn forget(&self, package: &str, is_meant: impl Fn(&Path) -> bool) -> io::Result<()> {
        let looked = [&self.target, &self.lints].map(|target| fs::read_dir(target.join(FINGERPRINTS)));
        for entry in looked.into_iter().flatten().flatten() {
            let entry = entry?;
            let name = entry.file_name();
            let is_package =
                name.to_str().and_then(|name| name.rsplit_once('-')).is_some_and(|(p, _)| p == package);
            if is_package && is_meant(&entry.path()) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }
}

/// Where Cargo remembers what it has built, in a target folder.
const FINGERPRINTS: &str = "debug/.fingerprint";

/// A larger file is no source code, and looking at it would take rustc and us minutes.
pub(super) const LARGEST_SOURCE: u64 = 1 << 20;

/// Reads a file of the learner's. Only from a regular file: a read from a pipe never ends.
pub(super) fn read_source(file: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(file)?;
    if metadata.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else if !metadata.is_file() {
        Err(io::Error::other("it is no regular file"))
    } else if metadata.len() > LARGEST_SOURCE {
        Err(io::Error::other(format!("it is larger than {} MiB", LARGEST_SOURCE >> 20)))
    } else {
        fs::read(file)
    }
}

fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

pub(super) fn why_unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        // Our own words.
        io::ErrorKind::Other => error.to_string(),
        other => other.to_string(),
    }
}

/// `01_http/warmup_async/src/main.rs` -> `warmup_async`; of what exercises share, `support/src/lib.rs` -> `support` and
/// `support/sql/src/lib.rs` -> `support_sql`.
fn package_of(file: &Path) -> Option<String> {
    let folders: Vec<_> = file.parent()?.iter().filter_map(OsStr::to_str).collect();
    match folders.as_slice() {
        [] => None,
        [chapter, below @ ..] if chapter.starts_with(|c: char| c.is_ascii_digit()) => {
            below.first().map(|member| (*member).to_owned())
        }
        shared => {
            let named: Vec<_> = shared.iter().take_while(|folder| **folder != "src").copied().collect();
            Some(named.join("_"))
        }
    }
}

/// Modules that the learner added: a right fix may well be split into files. Whatever Cargo would take for a target of
/// its own, or rustc for the specification, stays outside.
fn added_modules(seen: &Path, kept: &Path) -> Vec<PathBuf> {
    let below = files_below(&seen.join("src")).unwrap_or_default();
    let files = below.into_iter().map(|file| Path::new("src").join(file));
    files
        .filter(|file| file.extension() == Some(OsStr::new("rs")) && !kept.join(file).exists())
        .filter(|file| !["src/lib.rs", "src/build.rs"].iter().any(|target| file == Path::new(target)))
        .filter(|file| !["src/bin", "src/tests"].iter().any(|folder| file.starts_with(folder)))
        .collect()
}

/// All files below a folder, relative to it. Links are not followed.
pub(crate) fn files_below(folder: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            let kind = entry.file_type()?;
            if kind.is_dir() && entry.file_name() != "target" {
                folders.push(path);
            } else if kind.is_file() {
                files.insert(path);
            }
        }
    }
    Ok(files)
}

/// A folder without a manifest below a chapter would break the workspace.
pub(super) fn remove_empty_folders(workspace: &Path) -> io::Result<()> {
    for chapter in fs::read_dir(workspace)? {
        let chapter = chapter?;
        if !chapter.file_type()?.is_dir() {
            continue;
        }
        for member in fs::read_dir(chapter.path())? {
            let member = member?.path();
            if member.is_dir() && files_below(&member)?.is_empty() {
                fs::remove_dir_all(member)?;
            }
        }
    }
    Ok(())
}

/// Puts the learner's files back to the originals and keeps what they replaced in `backup`, a folder that does not
/// exist yet. Returns the files that differed, relative to the course's root.
pub(super) fn restore(
    root: &Path,
    originals: &Originals,
    exercise: &Exercise,
    backup: &Path,
) -> io::Result<Vec<PathBuf>> {
    let (seen, kept) = (root.join(exercise.folder()), originals.workspace().join(exercise.member()));
    let mut restored = Vec::new();
    for file in originals.files_of(exercise)? {
        let original = fs::read(kept.join(&file))?;
        let (yours, backup) = (seen.join(&file), backup.join(&file));
        if yours.is_file() {
            let present = fs::read(&yours)?;
            if present == original {
                continue;
            }
            write_below(&backup, &present)?;
        } else if yours.symlink_metadata().is_ok() {
            // A folder, a pipe, a link to nowhere: nothing can be written there before it is out of the way.
            fs::create_dir_all(backup.parent().expect("a file is in a folder"))?;
            fs::rename(&yours, &backup)?;
        }
        write_below(&yours, &original)?;
        restored.push(Path::new(EXERCISES).join(exercise.member()).join(file));
    }
    Ok(restored)
}

fn write_below(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes)
}

#[cfg(test)]
mod tests {
    use super::{Path, package_of};

    #[test]
    fn a_file_tells_its_package() {
        for (file, package) in [
            ("01_http/warmup_async/src/main.rs", Some("warmup_async")),
            ("01_http/warmup_async/Cargo.toml", Some("warmup_async")),
            ("01_http/README.md", None),
            ("Cargo.lock", None),
            ("support/src/lib.rs", Some("support")),
            ("support/Cargo.toml", Some("support")),
            ("support/sql/src/lib.rs", Some("support_sql")),
            ("support/sql/Cargo.toml", Some("support_sql")),
        ] {
            assert_eq!(package_of(Path::new(file)).as_deref(), package, "{file}");
        }
    }
}
