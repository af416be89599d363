//! `no-ignore`: an ignored test is a promise nobody keeps, and the verdict would wait for it for ever.

use super::{Fault, Material, Rule};

pub(super) struct NoIgnore;

impl Rule for NoIgnore {
    fn id(&self) -> &'static str {
        "no-ignore"
    }

    fn subject(&self) -> &'static str {
        "no test is ignored"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let mut faults = Vec::new();
        for tests in material.tests() {
            for (line, code) in tests.source.lines() {
                let code: String = code.split_whitespace().collect();
                if ["#[ignore]", "#[ignore="].iter().any(|start| code.contains(start)) {
                    let what = "this test is ignored\n  help: take #[ignore] away, or take the test out";
                    faults.push(Fault::new(&tests.file, line, what));
                }
            }
        }
        Some(faults)
    }
}
