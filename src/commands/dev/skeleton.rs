//! The example that a new exercise begins with: everything in it holds, so that each later red is the author's own.
//!
//! Its files lie in `skeleton/`, in which NAME, CHAPTER and TITLE stand for the new exercise's.

use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::course::{Course, EXERCISES, SOLUTIONS};
use crate::runner::files_below;

const PACKAGE: &str = include_str!("skeleton/package.toml");
const STARTER: &str = include_str!("skeleton/starter.rs");
const SOLUTION: &str = include_str!("skeleton/solution.rs");
/// With `support`'s `any` and `expect`, where the course has them.
const SPECIFICATION: &str = include_str!("skeleton/specification.rs");
const SPECIFICATION_PLAIN: &str = include_str!("skeleton/specification_plain.rs");
const CHECK: &str = include_str!("skeleton/check.toml");
const ENTRY: &str = include_str!("skeleton/entry.toml");
const README: &str = include_str!("skeleton/README.md");

/// What `check.toml` begins with where the course has the schema: editors complete and explain its keys.
const SCHEMA: &str = "schemas/check.schema.json";

pub(super) struct Skeleton<'a> {
    course: &'a Course,
    pub(super) chapter: &'a str,
    pub(super) name: &'a str,
}

impl<'a> Skeleton<'a> {
    pub(super) fn new(course: &'a Course, chapter: &'a str, name: &'a str) -> Self {
        Self { course, chapter, name }
    }

    /// The new package, relative to the course's root.
    pub(super) fn package(&self) -> PathBuf {
        Path::new(EXERCISES).join(self.chapter).join(self.name)
    }

    pub(super) fn solution(&self) -> PathBuf {
        Path::new(SOLUTIONS).join(self.chapter).join(self.name)
    }

    pub(super) fn readme(&self) -> PathBuf {
        Path::new(EXERCISES).join(self.chapter).join("README.md")
    }

    /// The `[[exercises]]` table.
    pub(super) fn entry(&self) -> String {
        ENTRY.replace("CHAPTER", &quoted(self.chapter)).replace("NAME", self.name)
    }

    /// The `[[chapters]]` table, for a chapter that is new.
    pub(super) fn chapter_entry(&self) -> String {
        let (dir, title) = (quoted(self.chapter), quoted(&self.title()));
        format!("[[chapters]]\ndir = {dir}\ntitle = {title}\n")
    }

    /// The new files in the order in which an author opens them, relative to the course's root, each with what it is.
    pub(super) fn files(&self) -> Vec<(PathBuf, String, &'static str)> {
        let (package, solution) = (self.package(), self.solution());
        let with_support = is_support_known(&self.course.root);
        let specification = if with_support { SPECIFICATION } else { SPECIFICATION_PLAIN };
        let mut files = vec![
            (package.join("src/main.rs"), STARTER.to_owned(), "the broken service, and what users say of it"),
            (package.join("src/tests.rs"), specification.to_owned(), "the specification"),
            (package.join("Cargo.toml"), self.manifest(with_support), "the crates it uses"),
            (solution.join("src/main.rs"), SOLUTION.to_owned(), "the reference"),
            (
                solution.join("check.toml"),
                self.check(),
                "how it fails, which mistakes are caught, what passes, too",
            ),
        ];
        if !self.course.root.join(self.readme()).exists() {
            files.push((self.readme(), README.replace("TITLE", &self.title()), "the new chapter"));
        }
        files
    }

    fn manifest(&self, with_support: bool) -> String {
        let mut manifest = PACKAGE.replace("NAME", self.name);
        if self.course.root.join(EXERCISES).join("pins").is_dir() {
            manifest.push_str("[dependencies]\npins.workspace = true\n\n");
        }
        if with_support {
            manifest.push_str("[dev-dependencies]\nsupport.workspace = true\n\n");
        }
        manifest + "[lints]\nworkspace = true\n"
    }

    fn check(&self) -> String {
        if self.course.root.join(SCHEMA).exists() {
            format!("#:schema ../../../{SCHEMA}\n{CHECK}")
        } else {
            CHECK.to_owned()
        }
    }

    /// From the folder's name: `03_errors_as_json` is "Errors as json".
    fn title(&self) -> String {
        let words =
            self.chapter.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_').replace('_', " ");
        let mut letters = words.chars();
        letters
            .next()
            .map_or_else(|| self.chapter.to_owned(), |first| first.to_uppercase().chain(letters).collect())
    }
}

/// Whether the course's `support` has the functions that the example's specification calls.
fn is_support_known(root: &Path) -> bool {
    let folder = root.join(EXERCISES).join("support/src");
    let files = files_below(&folder).unwrap_or_default();
    let texts: Vec<_> = files.iter().filter_map(|file| fs::read_to_string(folder.join(file)).ok()).collect();
    let has = |words: &str| texts.iter().any(|text| text.contains(words));
    has("pub fn any<T") && has("pub fn expect(story:")
}

/// As a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_support_of_our_own_course_is_known() {
        assert!(is_support_known(Path::new(env!("CARGO_MANIFEST_DIR"))));
    }
}
