//! `accepted-design`: tests that only the reference passes check its text, not what a client sees. One other right design
//! that passes is the least that shows it.

use super::{Fault, Material, Rule};

pub(super) struct AcceptedDesign;

impl Rule for AcceptedDesign {
    fn id(&self) -> &'static str {
        "accepted-design"
    }

    fn subject(&self) -> &'static str {
        "another right design is shown to pass"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let fault = material.facts?.accepts.is_empty().then(|| {
        let what = "check.toml declares no other design that passes\n  help: add an [[accepts]] table with another right \
                    way to solve it: name, replace, with";
        Fault::new(&material.check.file, 1, what)
    });
        Some(fault.into_iter().collect())
    }
}
