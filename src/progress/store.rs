//! The only code that reads and writes progress.toml.
//!
//! Every change is "lock, read, change, write a temporary file, rename": a crash leaves the old or the new file, never
//! half of one, and two runners on one course cannot lose each other's passes.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::Progress;
use super::record::VERSION;
use crate::course::{Course, RUNNER_FOLDER};

const FILE: &str = "progress.toml";
const LOCK: &str = "progress.lock";

/// Why progress could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "could not save progress: {0}\n  help: free some space, or make .backendlings writable; nothing that was saved before is lost"
    )]
    Write(#[source] io::Error),
    #[error("could not read progress: {0}\n  help: make .backendlings readable")]
    Read(#[source] io::Error),
    #[error(
        "{} was written by a newer backendlings (version {version})\n  help: install a newer backendlings, or move \
         the file away to begin anew",
        .file.display()
    )]
    Newer { file: PathBuf, version: u32 },
}

/// Progress as found on disk.
#[derive(Debug)]
pub struct Loaded {
    pub progress: Progress,
    /// Where an unreadable file was put aside, to be told to the learner.
    pub kept_aside: Option<PathBuf>,
}

/// The progress file of one course.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    pub fn new(course: &Course) -> Self {
        Self { folder: course.root.join(RUNNER_FOLDER) }
    }

    /// Reads the file. A missing one is empty progress; an unreadable one is moved aside, never overwritten.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        let file = self.folder.join(FILE);
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Loaded { progress: Progress::default(), kept_aside: None });
            }
            Err(error) => return Err(StoreError::Read(error)),
        };
        match parse(&bytes) {
            Some(progress) if progress.version() > VERSION => {
                Err(StoreError::Newer { file, version: progress.version() })
            }
            Some(progress) => Ok(Loaded { progress, kept_aside: None }),
            None => {
                let aside = free_name(&file);
                fs::rename(&file, &aside).map_err(StoreError::Write)?;
                Ok(Loaded { progress: Progress::default(), kept_aside: Some(aside) })
            }
        }
    }

    /// Applies `change` to what is on disk now and writes the result. Returns it.
    pub fn update(&self, change: impl FnOnce(&mut Progress)) -> Result<Progress, StoreError> {
        prepare_folder(&self.folder).map_err(StoreError::Write)?;
        let lock = File::create(self.folder.join(LOCK)).map_err(StoreError::Write)?;
        lock.lock().map_err(StoreError::Write)?;
        let mut progress = self.load()?.progress;
        change(&mut progress);
        write(&self.folder, &progress).map_err(StoreError::Write)?;
        Ok(progress)
    }
}

/// Creates the runner's folder, which ignores itself in git.
pub(crate) fn prepare_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    Ok(())
}

fn parse(bytes: &[u8]) -> Option<Progress> {
    toml::from_str(std::str::from_utf8(bytes).ok()?).ok()
}

fn write(folder: &Path, progress: &Progress) -> io::Result<()> {
    let text = toml::to_string(progress).map_err(io::Error::other)?;
    let mut file = tempfile::Builder::new().prefix(".progress").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    // Without it, a power cut after the rename can leave an empty file.
    file.as_file().sync_all()?;
    file.persist(folder.join(FILE))?;
    Ok(())
}

/// `progress.toml.unreadable`, or with a number where that is taken.
fn free_name(file: &Path) -> PathBuf {
    let named = |suffix: String| file.with_file_name(format!("{FILE}.unreadable{suffix}"));
    let numbered = (1..).map(|number| named(format!(".{number}")));
    std::iter::once(named(String::new()))
        .chain(numbered)
        .find(|name| !name.exists())
        .expect("numbers do not end")
}
