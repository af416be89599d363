//! `hints`: three hints lead to the solution in steps, and none gives it away: no line of the solution can be copied out of
//! them.

use std::collections::BTreeSet;

use super::super::plan::Files;
use super::{Fault, Material, Rule};
use crate::course::INFO_FILE;

/// Shorter lines are such that everybody writes them.
const LONG: usize = 20;

pub(super) struct Hints;

impl Rule for Hints {
    fn id(&self) -> &'static str {
        "hints"
    }

    fn subject(&self) -> &'static str {
        "three hints, none of which is the solution"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let exercise = material.exercise;
        let mut faults = Vec::new();
        let count = exercise.hints.len();
        if count != 3 {
            let what = format!(
                "there are {count} hints, not 3\n  help: write three: a question, a direction, almost there; each says more \
             than the one before"
            );
            faults.push(Fault::new(INFO_FILE, material.info_line(&["hints"]), what));
        }
        let (starter, mut answers) = (lines(material.starter), lines(material.solution));
        answers.retain(|line| line.chars().count() >= LONG && !starter.contains(line));
        let mut look = |hint: &str, keys: &[&str]| {
            if let Some(answer) = answers.iter().find(|answer| hint.contains(answer.as_str())) {
                let what = format!(
                    "this hint gives a line of the solution away: {answer}\n  help: say in words what to look for, or name \
                 the function only"
                );
                faults.push(Fault::new(INFO_FILE, material.info_line(keys), what));
            }
        };
        for (number, hint) in exercise.hints.iter().enumerate() {
            look(hint, &["hints", &number.to_string()]);
        }
        for (test, hint) in &exercise.hint_for {
            look(hint, &["hint_for", test]);
        }
        Some(faults)
    }
}

fn lines(files: &Files) -> BTreeSet<String> {
    let texts = files.values().map(|bytes| String::from_utf8_lossy(bytes));
    texts.flat_map(|text| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()).collect()
}
