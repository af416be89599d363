//! The only code that reads and writes progress.toml.
//!
//! Every change is "lock, read, change, write a temporary file, rename": a crash leaves the old or the new file, never
//! half of one, and two runners on one course cannot lose each other's passes.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Progress;
use super::record::VERSION;
use crate::course::rustlings::{EarlierProgress, earlier_progress};
use crate::course::{Course, RUNNER_FOLDER};

const FILE: &str = "progress.toml";
const LOCK: &str = "progress.lock";
const NEW: &str = ".progress.new";

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
    /// What was recorded before this runner came, to begin with.
    earlier: Progress,
}

impl Store {
    pub fn new(course: &Course) -> Self {
        Self { folder: course.root.join(RUNNER_FOLDER), earlier: earlier(course) }
    }

    /// Reads the file. A missing one is what was recorded by rustlings, or else empty progress; an unreadable one is moved aside, never overwritten.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        let file = self.folder.join(FILE);
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Loaded { progress: self.earlier.clone(), kept_aside: None });
            }
            Err(error) => return Err(StoreError::Read(error)),
        };
        if let Some(Version { version }) = parse(&bytes)
            && version > VERSION
        {
            return Err(StoreError::Newer { file, version });
        }
        if let Some(progress) = parse(&bytes) {
            return Ok(Loaded { progress, kept_aside: None });
        }
        let aside = free_name(&file);
        fs::rename(&file, &aside).map_err(StoreError::Write)?;
        Ok(Loaded { progress: Progress::default(), kept_aside: Some(aside) })
    }

    /// Applies `change` to what is on disk now and writes the result. Returns that, and whether a file was put aside.
    pub fn update(&self, change: impl FnOnce(&mut Progress)) -> Result<Loaded, StoreError> {
        prepare_folder(&self.folder).map_err(StoreError::Write)?;
        let lock = File::create(self.folder.join(LOCK)).map_err(StoreError::Write)?;
        lock.lock().map_err(StoreError::Write)?;
        let mut loaded = self.load()?;
        change(&mut loaded.progress);
        write(&self.folder, &loaded.progress).map_err(StoreError::Write)?;
        Ok(loaded)
    }
}

/// Progress that rustlings has recorded, of the exercises that the course has.
fn earlier(course: &Course) -> Progress {
    let mut progress = Progress::default();
    if let Some(EarlierProgress { current, done, at }) = earlier_progress(&course.root) {
        for name in done.iter().filter(|name| course.find(name).is_some()) {
            progress.checked(name, true, at);
        }
        if course.find(&current).is_some() {
            progress.set_current(&current);
        }
    }
    progress
}

/// Creates the runner's folder, which ignores itself in git.
pub(crate) fn prepare_folder(folder: &Path) -> io::Result<()> {
    // Not the folders above it: a course that was deleted or moved is not made again.
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let course = folder.parent().unwrap_or(folder).display();
            return Err(io::Error::new(error.kind(), format!("the course's folder is gone: {course}")));
        }
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        fs::write(ignore, "*\n")?;
    }
    Ok(())
}

/// Creates a folder below the runner's, and the runner's own where it is missing.
pub(crate) fn create_below(runner_folder: &Path, below: &Path) -> io::Result<()> {
    if runner_folder.join(below).is_dir() {
        return Ok(());
    }
    prepare_folder(runner_folder)?;
    let mut folder = runner_folder.to_path_buf();
    for part in below {
        folder.push(part);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Read alone and first: of a newer format nothing else may be understood.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    toml::from_str(str::from_utf8(bytes).ok()?).ok()
}

fn write(folder: &Path, progress: &Progress) -> io::Result<()> {
    let text = toml::to_string(progress).map_err(io::Error::other)?;
    // One name under the lock: what a killed runner left is overwritten and does not pile up.
    let new = folder.join(NEW);
    if new.exists() {
        fs::remove_file(&new)?;
    }
    let mut file = tempfile::Builder::new().prefix(NEW).rand_bytes(0).tempfile_in(folder)?;
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

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::{Duration, SystemTime};

    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::progress::State;

    fn store() -> (TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store { folder: folder.path().join(RUNNER_FOLDER), earlier: Progress::default() };
        (folder, store)
    }

    fn store_with(text: &[u8]) -> (TempDir, Store) {
        let (folder, store) = store();
        fs::create_dir_all(&store.folder).unwrap();
        fs::write(store.folder.join(FILE), text).unwrap();
        (folder, store)
    }

    #[test]
    fn folders_are_made_below_the_runners_and_never_above_it() {
        let (course, store) = store();
        create_below(&store.folder, Path::new("mirror/a/b")).unwrap();
        create_below(&store.folder, Path::new("mirror/a/c")).unwrap();
        assert!(store.folder.join("mirror/a/b").is_dir() && store.folder.join("mirror/a/c").is_dir());
        let gone = course.path().join("gone");
        let error = create_below(&gone.join(RUNNER_FOLDER), Path::new("mirror")).unwrap_err();
        assert!(error.to_string().contains("the course's folder is gone"), "{error}");
        assert!(!gone.exists());
    }

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Anything that happens to a learner's progress.
    #[derive(Debug, Clone)]
    enum Step {
        Current,
        Attempted(bool),
        Checked(bool),
        Hinted(u32),
        HintedFor,
        Reset,
    }

    fn steps() -> impl Strategy<Value = Vec<(String, Step, u32)>> {
        let step = prop_oneof![
            Just(Step::Current),
            any::<bool>().prop_map(Step::Attempted),
            any::<bool>().prop_map(Step::Checked),
            any::<u32>().prop_map(Step::Hinted),
            Just(Step::HintedFor),
            Just(Step::Reset),
        ];
        // Names that no course has, too: they must survive.
        let name = prop_oneof!["[a-d]", any::<String>()];
        prop::collection::vec((name, step, any::<u32>()), 0..20)
    }

    fn apply(progress: &mut Progress, steps: &[(String, Step, u32)]) {
        for (name, step, seconds) in steps {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs((*seconds).into());
            match step {
                Step::Current => progress.set_current(name),
                Step::Attempted(passed) => {
                    progress.attempted(name, *passed, now);
                    progress.failing(name, (!passed).then_some(name));
                }
                Step::HintedFor => progress.hinted_for(name, name),
                Step::Checked(passed) => progress.checked(name, *passed, now),
                Step::Hinted(hints) => progress.hinted(name, *hints),
                Step::Reset => progress.reset(name),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_saved_is_what_is_loaded(steps in steps()) {
            let (_folder, store) = store();
            let mut expected = Progress::default();
            apply(&mut expected, &steps);
            let saved = store.update(|progress| apply(progress, &steps)).unwrap();
            prop_assert_eq!(&saved.progress, &expected);
            prop_assert_eq!(store.load().unwrap().progress, expected);
        }
    }

    #[test]
    fn a_missing_file_is_empty_progress_and_reading_creates_nothing() {
        let (folder, store) = store();
        let loaded = store.load().unwrap();
        assert_eq!(loaded.progress, Progress::default());
        assert_eq!(loaded.kept_aside, None);
        assert!(names_in(folder.path()).is_empty());
    }

    #[test]
    fn exercises_that_the_course_does_not_have_survive() {
        let (_folder, store) = store_with(
            b"version = 1\ncurrent = \"gone\"\n[exercises.gone]\npassed_at = \"2026-11-20T10:00:00Z\"\nhints = 2\n",
        );
        store.update(|progress| progress.attempted("here", true, SystemTime::now())).unwrap();
        let progress = store.load().unwrap().progress;
        assert_eq!(progress.state("gone"), State::Passed);
        assert_eq!(progress.record("gone").hints, 2);
        assert_eq!(progress.state("here"), State::Passed);
    }

    #[test]
    fn an_unreadable_file_is_kept_aside_and_told() {
        for text in
            [b"version = 1\ncurrent = " as &[u8], b"", b"\xff\xfe", b"version = \"one\"", b"<<<<<<< HEAD"]
        {
            let (_folder, store) = store_with(text);
            let loaded = store.load().unwrap();
            assert_eq!(loaded.progress, Progress::default());
            let aside = loaded.kept_aside.expect("told");
            assert_eq!(fs::read(&aside).unwrap(), text);
            // The next one does not take its name.
            fs::write(store.folder.join(FILE), b"again").unwrap();
            let second = store.load().unwrap().kept_aside.expect("told");
            assert_ne!(second, aside);
            assert_eq!(fs::read(&aside).unwrap(), text);
            assert_eq!(fs::read(&second).unwrap(), b"again");
        }
    }

    #[test]
    fn a_newer_file_is_refused_and_stays_as_it_is() {
        for text in ["version = 2\n", "version = 2\ncurrent = 7\nexercises = []\n"] {
            let (_folder, store) = store_with(text.as_bytes());
            assert!(matches!(store.load(), Err(StoreError::Newer { version: 2, .. })), "{text}");
            let updated = store.update(|progress| progress.set_current("one"));
            assert!(matches!(updated, Err(StoreError::Newer { version: 2, .. })), "{text}");
            assert_eq!(fs::read_to_string(store.folder.join(FILE)).unwrap(), text);
        }
    }

    #[test]
    fn two_stores_lose_nothing_of_each_other() {
        const UPDATES: usize = 25;
        let (_folder, store) = store();
        thread::scope(|scope| {
            for writer in ["a", "b"] {
                let store = store.clone();
                scope.spawn(move || {
                    for number in 0..UPDATES {
                        let name = format!("{writer}{number}");
                        let pass = |progress: &mut Progress| {
                            progress.attempted("both", false, SystemTime::now());
                            progress.attempted(&name, true, SystemTime::now());
                        };
                        store.update(pass).unwrap();
                    }
                });
            }
        });
        let progress = store.load().unwrap().progress;
        assert_eq!(progress.record("both").attempts as usize, 2 * UPDATES);
        for writer in ["a", "b"] {
            for number in 0..UPDATES {
                assert!(progress.is_passed(&format!("{writer}{number}")), "{writer}{number}");
            }
        }
    }

    #[test]
    fn the_folder_ignores_itself_in_git_and_holds_no_temporary_files() {
        let (_folder, store) = store();
        store.update(|progress| progress.set_current("one")).unwrap();
        assert_eq!(fs::read_to_string(store.folder.join(".gitignore")).unwrap(), "*\n");
        assert_eq!(names_in(&store.folder), [".gitignore", LOCK, FILE]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_with_help() {
        let (folder, store) = store();
        // A file stands where the folder should.
        fs::write(folder.path().join(RUNNER_FOLDER), "").unwrap();
        let error = store.update(|progress| progress.set_current("one")).unwrap_err();
        assert!(matches!(error, StoreError::Write(_)), "{error:?}");
        assert!(error.to_string().contains("help:"), "{error}");
    }
}
