//! `try`: a learner copies the lines of `try` from the screen. Then `main` has to start on the given PORT, and to answer.

use super::super::evidence::ANSWER_WITHIN;
use super::{Fault, Material, Rule};
use crate::runner::Answer;

pub(super) struct Try;

impl Rule for Try {
    fn id(&self) -> &'static str {
        "try"
    }

    fn subject(&self) -> &'static str {
        "the service starts on PORT and answers"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        if material.exercise.try_lines.is_empty() {
            return None;
        }
        let what = match material.evidence?.answer.as_ref()? {
            Answer::Came => None,
            Answer::Never => {
                Some(format!("the service did not answer on PORT within {} seconds", ANSWER_WITHIN.as_secs()))
            }
            Answer::Ended(said) => {
                let last = said.lines().last().unwrap_or("nothing");
                Some(format!("the service ended before it answered; it said: {last}"))
            }
        };
        let fault = what.map(|what| {
        let file = material.reference_file("src/main.rs".as_ref());
        let help =
            "main listens on 127.0.0.1 and the port in PORT (default 3000); or take `try` out of info.toml";
        Fault::new(file, main_line(material), format!("{what}\n  help: {help}"))
    });
        Some(fault.into_iter().collect())
    }
}

/// The line of `fn main`.
fn main_line(material: &Material<'_>) -> Option<usize> {
    let file = material.reference_file("src/main.rs".as_ref());
    let source = material.sources.iter().find(|source| source.file == file)?;
    source.source.lines().find(|(_, code)| code.contains("fn main(")).map(|(line, _)| line)
}
