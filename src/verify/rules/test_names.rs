//! `test-names`: the name of a failing test is the first thing a learner reads, so it is a sentence about what a client
//! sees; a hint for a test that does not exist is never shown.

use super::{Fault, Material, Rule};
use crate::course::{INFO_FILE, SPECIFICATION};

/// `it_works` says nothing.
const WORDS: usize = 3;

pub(super) struct TestNames;

impl Rule for TestNames {
    fn id(&self) -> &'static str {
        "test-names"
    }

    fn subject(&self) -> &'static str {
        "the tests' names are sentences, and those named elsewhere exist"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let file = material.exercise.folder().join(SPECIFICATION);
        let source = material.sources.iter().find(|source| source.file == file);
        let line_of = |name: &str| {
            let declared = format!("fn {name}");
            source?
                .source
                .lines()
                .find(|(_, line)| super::super::source::is_named(line, &declared))
                .map(|(at, _)| at)
        };
        let mut faults = Vec::new();
        for test in material.specification {
            let name = test.rsplit("::").next().unwrap_or(test);
            if !is_sentence(name) {
                let what = format!(
                    "{name} does not read as a sentence\n  help: say in at least {WORDS} words what a client sees, such as \
                 an_expired_token_is_rejected"
                );
                faults.push(Fault::new(&file, line_of(name), what));
            }
        }
        for test in material.exercise.hint_for.keys().filter(|test| !material.specification.contains(test)) {
            let what = format!(
                "hint_for names {test}, which is no test of {}\n  help: {}",
                file.display(),
                nearest(test, material.specification)
            );
            faults.push(Fault::new(INFO_FILE, material.info_line(&["hint_for", test]), what));
        }
        Some(faults)
    }
}

fn is_sentence(name: &str) -> bool {
    let words: Vec<_> = name.split('_').collect();
    let is_word =
        |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_lowercase() || c.is_ascii_digit());
    words.len() >= WORDS && words.iter().all(is_word)
}

fn nearest(test: &str, specification: &[String]) -> String {
    let likeness = |name: &String| strsim::jaro_winkler(test, name);
    let nearest = specification.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.map_or_else(|| "take it out".to_owned(), |nearest| format!("did you mean {nearest}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_words_in_snake_case_are_a_sentence() {
        for name in ["an_expired_token_is_rejected", "one_two_3"] {
            assert!(is_sentence(name), "{name}");
        }
        for name in ["it_works", "test", "one__two_three", "One_two_three", "_one_two"] {
            assert!(!is_sentence(name), "{name}");
        }
    }
}
