//! What an exercise's files hold, and whether that has changed: a doorbell only says "look", this decides.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Component, Path, PathBuf};

use fs_err as fs;

use crate::course::{Course, Exercise};

/// A larger file is no source code; its length and time must do.
const LARGEST_READ: u64 = 1 << 20;

/// The files of one exercise, by path relative to its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stamps(BTreeMap<PathBuf, Stamp>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    content: u64,
    is_empty: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    Same,
    Changed,
    /// A file is gone or emptied, as in the middle of being replaced: it will be back at once, or it was meant.
    Incomplete,
}

/// Where to look.
#[derive(Debug)]
pub(super) struct Scope {
    folder: PathBuf,
    /// The learner's files.
    edit: Vec<PathBuf>,
    /// The file without which there is no exercise.
    pub(super) main: PathBuf,
    /// Everything in the folder belongs to the exercise.
    is_whole: bool,
}

impl Scope {
    pub(super) fn of(course: &Course, exercise: &Exercise) -> Self {
        let is_whole = exercise.owns_folder();
        let main = if is_whole { Path::new("src/main.rs") } else { exercise.first_file() };
        Self {
            folder: course.root.join(exercise.folder()),
            edit: exercise.edit.clone(),
            main: main.to_path_buf(),
            is_whole,
        }
    }

    fn is_the_learners(&self, path: &Path) -> bool {
        self.edit.iter().any(|file| file == path)
    }
}

impl Stamps {
    /// A first look: every file that is no editor's or program's dropping.
    pub(super) fn first(scope: &Scope) -> Self {
        Self::of(scope, |path| !is_noise(path))
    }

    /// A later look: the files known so far, the learner's, and new sources. What a started service writes
    /// beside them is none of these.
    pub(super) fn again(&self, scope: &Scope) -> Self {
        Self::of(scope, |path| self.0.contains_key(path) || is_source(path))
    }

    /// All files below a folder that count, and whose folders do.
    pub(super) fn below(folder: &Path, counts: impl Fn(&Path) -> bool) -> Self {
        let mut stamps = Self::default();
        let _ = stamps.add_below(folder, Path::new(""), &counts);
        stamps
    }

    fn of(scope: &Scope, counts: impl Fn(&Path) -> bool) -> Self {
        let folder = &scope.folder;
        let mut stamps = Self::default();
        if !scope.is_whole {
            let looked = scope.edit.iter().map(|file| (file, stamp(&folder.join(file))));
            stamps.0.extend(looked.filter_map(|(file, stamp)| Some((file.clone(), stamp.ok()?))));
            return stamps;
        }
        let counts = |path: &Path| scope.is_the_learners(path) || counts(path);
        // What cannot be read now is missing from the look, which is what a look is to find out.
        let _ = stamps.add_below(folder, Path::new(""), &counts);
        stamps
    }

    fn add_below(&mut self, folder: &Path, below: &Path, counts: &impl Fn(&Path) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(folder.join(below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if !is_noise(&path) {
                    let _ = self.add_below(folder, &path, counts);
                }
            } else if counts(&path)
                && let Ok(stamp) = stamp(&folder.join(&path))
            {
                self.0.insert(path, stamp);
            }
        }
        Ok(())
    }

    /// Whether there is such a file, with something in it.
    pub(super) fn has(&self, file: &Path) -> bool {
        self.0.get(file).is_some_and(|stamp| !stamp.is_empty)
    }

    pub(super) fn difference(&self, new: &Self) -> Difference {
        if self == new {
            Difference::Same
        } else if self.0.iter().any(|(path, stamp)| !stamp.is_empty && !new.has(path)) {
            Difference::Incomplete
        } else {
            Difference::Changed
        }
    }
}

fn stamp(file: &Path) -> io::Result<Stamp> {
    let metadata = fs::metadata(file)?;
    if !metadata.is_file() {
        // A read from a pipe never ends.
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut hasher = DefaultHasher::new();
    if metadata.len() > LARGEST_READ {
        (metadata.len(), metadata.modified()?).hash(&mut hasher);
    } else {
        fs::read(file)?.hash(&mut hasher);
    }
    Ok(Stamp { content: hasher.finish(), is_empty: metadata.len() == 0 })
}

fn is_source(path: &Path) -> bool {
    path.starts_with("src") && path.extension().is_some_and(|extension| extension == "rs") && !is_noise(path)
}

/// What editors and programs leave beside the files: `.main.rs.swp`, `4913` (vim), `main.rs~`, `#main.rs#` (Emacs),
/// `main.rs___jb_tmp___` (Jetbrains), backups, databases, logs, target folders.
pub(super) fn is_noise(path: &Path) -> bool {
    const ENDS: [&str; 7] = ["~", "#", ".tmp", ".bak", ".orig", ".rej", ".log"];
    const INSIDE: [&str; 3] = ["___jb_", ".db", ".sqlite"];
    path.components().any(|component| {
        let Component::Normal(name) = component else {
            return true;
        };
        let name = name.to_string_lossy();
        let is_number = name.chars().all(|char| char.is_ascii_digit());
        is_number
            || name.starts_with('.')
            || name == "target"
            || ENDS.iter().any(|end| name.ends_with(end))
            || INSIDE.iter().any(|inside| name.contains(inside))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Exercise {
        folder: tempfile::TempDir,
        scope: Scope,
        before: Stamps,
    }

    impl Exercise {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let scope = Scope {
                folder: folder.path().into(),
                edit: vec!["src/main.rs".into(), ".env".into()],
                main: "src/main.rs".into(),
                is_whole: true,
            };
            let mut exercise = Self { folder, scope, before: Stamps::default() };
            exercise
                .write("src/main.rs", "fn main() {}")
                .write("src/tests.rs", "")
                .write("Cargo.toml", "[package]");
            exercise.before = Stamps::first(&exercise.scope);
            exercise
        }

        fn write(&self, path: &str, text: &str) -> &Self {
            let path = self.folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
            self
        }

        fn remove(&self, path: &str) -> &Self {
            fs::remove_file(self.folder.path().join(path)).expect("the file");
            self
        }

        fn difference(&self) -> Difference {
            self.before.difference(&self.before.again(&self.scope))
        }
    }

    #[test]
    fn a_steady_folder_is_the_same() {
        assert_eq!(Exercise::new().difference(), Difference::Same);
    }

    #[test]
    fn a_touch_without_another_content_is_the_same() {
        assert_eq!(Exercise::new().write("src/main.rs", "fn main() {}").difference(), Difference::Same);
    }

    #[test]
    fn other_content_of_any_file_is_a_change() {
        for file in ["src/main.rs", "src/tests.rs", "Cargo.toml", "src/db.rs", "src/db/pool.rs", ".env"] {
            assert_eq!(Exercise::new().write(file, "other").difference(), Difference::Changed, "{file}");
        }
    }

    #[test]
    fn equal_length_hides_nothing() {
        assert_eq!(Exercise::new().write("src/main.rs", "fn niam() {}").difference(), Difference::Changed);
    }

    #[test]
    fn a_file_that_is_gone_or_emptied_may_be_back_at_once() {
        let exercise = Exercise::new();
        assert_eq!(exercise.remove("src/main.rs").difference(), Difference::Incomplete);
        assert_eq!(exercise.write("src/main.rs", "").difference(), Difference::Incomplete);
        assert_eq!(exercise.write("src/main.rs", "fn main() {}").difference(), Difference::Same);
        assert_eq!(exercise.write("src/main.rs", "fn other() {}").difference(), Difference::Changed);
    }

    #[test]
    fn droppings_are_nothing() {
        let droppings = [
            "src/.main.rs.swp",
            "src/4913",
            "src/main.rs~",
            "src/#main.rs#",
            "src/.#main.rs",
            "src/main.rs___jb_tmp___",
            "src/main.rs___jb_old___",
            "shop.db-wal",
            "target/debug/x.rs",
            "notes.txt",
            "src/.git/x.rs",
        ];
        for file in droppings {
            assert_eq!(Exercise::new().write(file, "x").difference(), Difference::Same, "{file}");
        }
    }

    #[test]
    fn of_a_folder_that_is_shared_only_the_exercises_own_files_count() {
        let mut exercise = Exercise::new();
        exercise.scope.is_whole = false;
        exercise.before = Stamps::first(&exercise.scope);
        assert_eq!(exercise.write("src/neighbour.rs", "fn main() {}").difference(), Difference::Same);
        assert_eq!(exercise.write("src/main.rs", "other").difference(), Difference::Changed);
        assert_eq!(exercise.remove("src/main.rs").difference(), Difference::Incomplete);
    }

    #[test]
    fn a_folder_that_is_gone_is_incomplete() {
        let exercise = Exercise::new();
        fs::remove_dir_all(exercise.folder.path()).expect("the folder");
        assert_eq!(exercise.difference(), Difference::Incomplete);
    }
}
