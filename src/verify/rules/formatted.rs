//! `formatted`: the reference is compared with the learner's own code line by line; what only rustfmt would change must not
//! show up there.

use super::{Fault, Material, Rule};

pub(super) struct Formatted;

impl Rule for Formatted {
    fn id(&self) -> &'static str {
        "formatted"
    }

    fn subject(&self) -> &'static str {
        "the solution is formatted"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let faults = material.evidence?.unformatted.iter().map(|place| {
            let what =
                "rustfmt writes this otherwise\n  help: rustfmt --edition 2024 --config-path exercises FILE";
            Fault::new(material.reference_file(&place.file), place.line, what)
        });
        Some(faults.collect())
    }
}
