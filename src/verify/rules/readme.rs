//! `chapter-readme`: every chapter teaches its idea and its trap in one place, offline, and in about one screen: what is
//! longer is not read.

use std::path::Path;

use fs_err as fs;

use super::{Fault, Material, Rule};
use crate::course::EXERCISES;

const LINES: usize = 60;

pub(super) struct ChapterReadme;

impl Rule for ChapterReadme {
    fn id(&self) -> &'static str {
        "chapter-readme"
    }

    fn subject(&self) -> &'static str {
        "the chapter has a README of at most 60 lines"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        if !material.is_first_of_chapter() {
            return None;
        }
        let file = Path::new(EXERCISES).join(&material.exercise.dir).join("README.md");
        let text = fs::read_to_string(material.course.root.join(&file)).unwrap_or_default();
        let count = text.lines().count();
        let fault = if text.trim().is_empty() {
            let what = "the chapter has no README\n  help: write one screen: the idea, the trap, what is out of scope, where \
                    to read on";
            Some(Fault::new(file, None, what))
        } else if count > LINES {
            let what = format!(
                "the README has {count} lines, at most {LINES} fit\n  help: keep the idea and the trap"
            );
            Some(Fault::new(file, LINES + 1, what))
        } else {
            None
        };
        Some(fault.into_iter().collect())
    }
}
