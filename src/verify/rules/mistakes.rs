//! `enough-mistakes`: tests that no wrong fix was ever tried on catch less than their author believes. Two wrong fixes show
//! that the tests bite; where safety is the lesson there are three: the attack left open, everything denied, only the
//! demonstrated payload blocked.

use super::{Fault, Material, Rule};

pub(super) struct EnoughMistakes;

impl Rule for EnoughMistakes {
    fn id(&self) -> &'static str {
        "enough-mistakes"
    }

    fn subject(&self) -> &'static str {
        "enough wrong fixes are shown to fail"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let (facts, security) = (material.facts?, material.exercise.security);
        let (count, least) = (facts.mistakes.len(), if security { 3 } else { 2 });
        let why = if security { " (security = true: three; else two)" } else { "" };
        let fault = (count < least).then(|| {
        let line = material.check.line(&["mistakes"]).or(Some(1));
        let what = format!(
            "check.toml declares {count} of {least} mistakes{why}\n  help: add a [[mistakes]] table with a wrong fix that \
             a learner would really try: name, replace, with, fails"
        );
        Fault::new(&material.check.file, line, what)
    });
        Some(fault.into_iter().collect())
    }
}
