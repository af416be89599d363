//! The mirror of a course whose files all count as they are on disk: a copy of its folder.
//!
//! Whatever the package may need is there at its path: shared sources, data files, settings. Nothing is written that did
//! not change, and what did is built again whatever the times of the files say.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::mirror::{LARGEST_SOURCE, Mirror, Synced, files_below, read_source, why_unreadable};
use crate::check::Verdict;
use crate::course::{Course, Exercise, Proof, RUNNER_FOLDER};

const MANIFEST: &str = "Cargo.toml";
const LOCKFILE: &str = "Cargo.lock";

impl Mirror {
    /// Brings the mirror in line with the course's folder.
    pub(super) fn sync_course(&self, course: &Course) -> io::Result<()> {
        self.create(&self.workspace)?;
        let files = package_files(&course.root)?;
        let programs: BTreeMap<_, _> =
            course.exercises.iter().map(|exercise| (exercise.main_file(), exercise)).collect();
        let mut has_changed = false;
        for file in &files {
            let copied = match self.copy(course, file) {
                // An editor replaces it just now, and its return will be heard.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                copied => copied?,
            };
            if copied {
                match programs.get(file) {
                    Some(exercise) => self.forget_program(exercise)?,
                    None => has_changed = true,
                }
            }
        }
        // Where the course has no lockfile, Cargo's own stays.
        let strays = files_below(&self.workspace)?.into_iter();
        for stray in strays.filter(|file| !files.contains(file) && file != Path::new(LOCKFILE)) {
            fs::remove_file(self.workspace.join(&stray))?;
            has_changed |= !programs.contains_key(&stray);
        }
        if let (true, Some(exercise)) = (has_changed, course.exercises.first()) {
            self.forget_build(exercise.package())?;
        }
        Ok(())
    }

    /// Looks at one exercise in a mirror that is in line. A file that cannot be read is a verdict.
    pub(super) fn look_at(&self, course: &Course, exercise: &Exercise) -> Result<Synced, Verdict> {
        let file = exercise.main_file();
        // Where it was saved just now, what will be judged is what lies in the mirror.
        let text = read_source(&course.root.join(&file)).and_then(|_| fs::read(self.workspace.join(&file)));
        match text {
            Ok(bytes) => {
                Ok(Synced { notices: Vec::new(), main: String::from_utf8_lossy(&bytes).into_owned() })
            }
            Err(error) => Err(Verdict::FileMissing { file, why: why_unreadable(&error) }),
        }
    }

    /// Whether the file in the mirror was another one.
    fn copy(&self, course: &Course, file: &Path) -> io::Result<bool> {
        let (source, target) = (course.root.join(file), self.workspace.join(file));
        if fs::metadata(&source)?.len() > LARGEST_SOURCE {
            return self.link(&source, &target);
        }
        let mut bytes = fs::read(&source)?;
        if file == Path::new(MANIFEST) {
            bytes = manifest(course, &String::from_utf8_lossy(&bytes))?.into_bytes();
        }
        let is_link = target.is_symlink();
        if !is_link && fs::read(&target).is_ok_and(|present| present == bytes) {
            return Ok(false);
        }
        self.clear(&target)?;
        fs::write(&target, bytes)?;
        Ok(true)
    }

    /// Makes Cargo build an exercise again, program and tests.
    fn forget_program(&self, exercise: &Exercise) -> io::Result<()> {
        let name = &exercise.name;
        let units = [format!("bin-{name}"), format!("test-bin-{name}")];
        self.forget(exercise.package(), |folder| units.iter().any(|unit| folder.join(unit).exists()))
    }

    /// Makes room for a file.
    fn clear(&self, target: &Path) -> io::Result<()> {
        if target.is_dir() && !target.is_symlink() {
            fs::remove_dir_all(target)?;
        } else if target.is_symlink() {
            fs::remove_file(target)?;
        }
        let folder = target.parent().unwrap_or(target);
        if folder.is_file() {
            fs::remove_file(folder)?;
        }
        self.create(folder)
    }

    /// A file that is larger than any source is not copied.
    fn link(&self, source: &Path, target: &Path) -> io::Result<bool> {
        if fs::read_link(target).is_ok_and(|present| present == source) {
            return Ok(false);
        }
        self.clear(target)?;
        if target.exists() {
            fs::remove_file(target)?;
        }
        symlink(source, target)?;
        Ok(true)
    }
}

/// Of the course's folder, what is no part of its package. Other hidden files are: `.cargo`, `.sqlx`, `.clippy.toml`.
const OUTSIDE: [&str; 9] =
    [RUNNER_FOLDER, ".git", ".github", ".hg", ".idea", ".jj", ".svn", ".vscode", ".rustlings-state.txt"];

/// The files below the course's root that its package may need, relative to it: all but what editors, git and builds
/// have there, and what is no file. Links to files are followed, since rustc follows them.
pub(super) fn package_files(root: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(root.join(&below))? {
            let entry = entry?;
            let (name, path) = (entry.file_name(), below.join(entry.file_name()));
            let Ok(metadata) = fs::metadata(entry.path()) else { continue };
            if OUTSIDE.iter().any(|outside| path == Path::new(outside)) {
                continue;
            }
            if metadata.is_dir() && !entry.file_type()?.is_symlink() && !is_built(&entry.path()) {
                folders.push(path);
            } else if metadata.is_file() && !is_dropping(&name) {
                files.insert(path);
            }
        }
    }
    Ok(files)
}

fn is_built(folder: &Path) -> bool {
    folder.ends_with("target") || folder.join("CACHEDIR.TAG").exists()
}

/// What an editor leaves for a moment.
fn is_dropping(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let ends = ["~", ".swp", ".swx"].iter().any(|end| name.ends_with(end));
    ends || name.starts_with('#') || name.starts_with(".#") || name.contains("___jb_")
}

/// The course's manifest as a workspace of its own, whatever lies in the folders above. `--tests` builds the tests of
/// the exercises that have some, and nothing else.
fn manifest(course: &Course, text: &str) -> io::Result<String> {
    let mut table: toml::Table = toml::from_str(text).map_err(io::Error::other)?;
    table.entry("workspace").or_insert_with(|| toml::Table::new().into());
    let has_tests =
        |name: &str| course.find(name).is_some_and(|exercise| matches!(exercise.proof, Proof::OwnTests(_)));
    let programs = table.get_mut("bin").and_then(toml::Value::as_array_mut);
    for program in programs.into_iter().flatten().filter_map(toml::Value::as_table_mut) {
        let name = program.get("name").and_then(toml::Value::as_str).unwrap_or_default();
        if !has_tests(name) {
            program.insert("test".to_owned(), false.into());
        }
    }
    if table.contains_key("lib") || course.root.join("src/lib.rs").is_file() {
        let lib = table.entry("lib").or_insert_with(|| toml::Table::new().into());
        if let Some(lib) = lib.as_table_mut() {
            lib.insert("test".to_owned(), false.into());
        }
    }
    if let Some(package) = table.get_mut("package").and_then(toml::Value::as_table_mut) {
        package.insert("autotests".to_owned(), false.into());
    }
    toml::to_string(&table).map_err(io::Error::other)
}
