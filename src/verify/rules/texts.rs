//! `texts`: the title says what a learner will know, the topics let them find it again, and the takeaway is what they keep:
//! it is shown with the pass on a small terminal, so it is short.

use super::{Fault, Material, Rule};
use crate::course::INFO_FILE;

/// The pass shows the takeaway without wrapping or cutting it.
const LINES: usize = 4;
const COLUMNS: usize = 76;

pub(super) struct Texts;

impl Rule for Texts {
    fn id(&self) -> &'static str {
        "texts"
    }

    fn subject(&self) -> &'static str {
        "title, topics and a takeaway of at most four lines of 76"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let exercise = material.exercise;
        let mut faults = Vec::new();
        let mut find = |key: &str, what: String| {
            faults.push(Fault::new(INFO_FILE, material.info_line(&[key]), what));
        };
        if exercise.title.trim().is_empty() {
            find(
                "title",
                "the title is empty\n  help: write one sentence: what the learner will know".to_owned(),
            );
        }
        if exercise.topics.is_empty() {
            let what = "there are no topics\n  help: topics = [\"RFC 9110 9.2\", \"OWASP API4\"]: words and ids to look up";
            find("topics", what.to_owned());
        }
        let takeaway: Vec<_> = exercise.takeaway.lines().collect();
        let widest = takeaway.iter().map(|line| line.chars().count()).max().unwrap_or_default();
        if takeaway.is_empty() {
            let what = "there is no takeaway\n  help: write why it works and what it prevents; it is shown after the pass";
            find("takeaway", what.to_owned());
        }
        if takeaway.len() > LINES {
            let what =
                format!("the takeaway has {} lines, at most {LINES} fit\n  help: shorten it", takeaway.len());
            find("takeaway", what);
        }
        if widest > COLUMNS {
            let what = format!(
                "a line of the takeaway has {widest} characters, at most {COLUMNS} fit\n  help: break it, or shorten it"
            );
            find("takeaway", what);
        }
        Some(faults)
    }
}
