//! What earlier checks have proved: Cargo forgets what did not compile, and most starters do not.
//!
//! Only what holds is remembered: a starter that is unsolved, a solution that passes, one that is formatted. Each under a
//! hash of all that decided it, so that a changed byte in any of it proves it anew. A finding is never taken from here.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::Files;
use super::manifest::{MANIFEST, Manifest};
use crate::course::INFO_FILE;
use crate::course::rustlings::{ExerciseInfo, Info};
use crate::verify::source::{Source, is_named};

/// Rises when the check judges otherwise than before.
const JUDGE: u32 = 1;

/// The hashes of what held, by what held: `solution halves`.
#[derive(Debug)]
pub(super) struct Memory {
    file: PathBuf,
    held: BTreeMap<String, String>,
    /// How many were asked for and found.
    pub(super) used: usize,
}

impl Memory {
    /// A file that cannot be read is none.
    pub(super) fn open(folder: &Path) -> Self {
        let file = folder.join("proved.toml");
        let held = fs::read_to_string(&file).ok().and_then(|text| toml::from_str(&text).ok());
        Self { file, held: held.unwrap_or_default(), used: 0 }
    }

    /// Whether this held when everything that decides it was as it is now.
    pub(super) fn knows(&mut self, what: &str, hash: Option<u64>) -> bool {
        let knows = hash.is_some_and(|hash| self.held.get(what) == Some(&text(hash)));
        self.used += usize::from(knows);
        knows
    }

    pub(super) fn keep(&mut self, what: String, hash: Option<u64>) {
        match hash {
            Some(hash) => self.held.insert(what, text(hash)),
            None => self.held.remove(&what),
        };
    }

    pub(super) fn save(&self) -> io::Result<()> {
        let text = toml::to_string(&self.held).map_err(io::Error::other)?;
        fs::write(&self.file, text)
    }
}

fn text(hash: u64) -> String {
    format!("{hash:016x}")
}

/// All that decides the verdicts of a course.
pub(super) struct Deciders {
    /// What decides every verdict: toolchain, manifest, the files that are no exercise. None where it cannot be known.
    shared: Option<u64>,
    /// Whether one of those files may read exercises.
    shared_reaches: bool,
    /// All exercises and solutions, for those that may read others.
    all: u64,
}

impl Deciders {
    /// `around` is what decides from outside the course, such as the toolchain.
    pub(super) fn new(info: &Info, manifest: &Manifest, files: &Files, around: &impl Hash) -> Self {
        let own: BTreeSet<_> =
            info.exercises.iter().flat_map(|exercise| [exercise.file(), exercise.solution()]).collect();
        let (exercises, others): (Vec<_>, Vec<_>) = files.iter().partition(|(file, _)| own.contains(*file));
        let ends = |file: &Path, end: &str| file.extension().is_some_and(|of_file| of_file == end);
        let is_rust = |file: &Path| ends(file, "rs");
        let mut code = files.iter().filter(|(file, _)| is_rust(file));
        let prose_is_read = code.any(|(_, bytes)| String::from_utf8_lossy(bytes).contains(".md"));
        // Of these two, only what concerns the exercise counts.
        let is_list = |file: &Path| [MANIFEST, INFO_FILE].iter().any(|list| file == Path::new(list));
        let decides = |file: &Path| !is_list(file) && (prose_is_read || !ends(file, "md"));
        let shared: Vec<_> = others.into_iter().filter(|(file, _)| decides(file)).collect();
        let all = hash(&(JUDGE, this_program(), manifest.shared(), &shared, around));
        Self {
            shared: Some(all).filter(|_| !manifest.leads_outside()),
            shared_reaches: shared.iter().any(|(file, bytes)| is_rust(file) && reaches_others(bytes)),
            all: hash(&exercises),
        }
    }

    /// The hash of all that decides what is proved of one file of an exercise, with what else decides that.
    pub(super) fn of(
        &self,
        files: &Files,
        exercise: &ExerciseInfo,
        file: &Path,
        else_: &impl Hash,
    ) -> Option<u64> {
        let bytes = files.get(file)?;
        let others = (self.shared_reaches || reaches_others(bytes)).then_some(self.all);
        Some(hash(&(self.shared?, others, file, bytes, exercise.test, exercise.strict_clippy, else_)))
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Whether the code may depend on the file of another exercise: by a module of its own, or by a path, at compile time or
/// while it runs. Rather once too often: it only means that more is proved anew.
fn reaches_others(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let paths = [".rs\"", "exercises", "solutions", INFO_FILE, "read_dir", "concat!", "env!"];
    let code = Source::read(&text).code;
    let words: Vec<_> = code.split_whitespace().collect();
    let is_outline = |pair: &[&str]| pair[0] == "mod" && pair[1].ends_with(';');
    let has_module = words.windows(2).any(is_outline)
        || words.windows(3).any(|three| three[0] == "mod" && three[2] == ";");
    has_module || paths.iter().any(|path| text.contains(path)) || is_named(&code, "Command")
}

/// This runner: another one may judge otherwise.
fn this_program() -> (String, u64) {
    let length = env::current_exe().and_then(fs::metadata).map_or(0, |metadata| metadata.len());
    (env!("CARGO_PKG_VERSION").to_owned(), length)
}
