//! `clippy-clean`: the reference is what a careful senior would merge. A learner whose editor runs clippy must not be told
//! that the solution is wrong.

use std::path::Path;

use super::{Fault, Material, Rule};
use crate::check::Level;

pub(super) struct ClippyClean;

impl Rule for ClippyClean {
    fn id(&self) -> &'static str {
        "clippy-clean"
    }

    fn subject(&self) -> &'static str {
        "clippy says nothing of the solution"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let evidence = material.evidence?;
        // rustc's own errors are reported by the solution's proof.
        let is_lint = |code: Option<&str>| code.is_some_and(|code| code.starts_with("clippy::"));
        let lints = evidence
            .lints
            .iter()
            .filter(|lint| lint.level == Level::Warning || is_lint(lint.code.as_deref()));
        let faults = lints.map(|lint| {
            let (file, line) =
                lint.place.as_deref().and_then(|place| place.rsplit_once(':')).unwrap_or(("src/main.rs", ""));
            let code = lint.code.as_deref().unwrap_or("rustc");
            let what =
                format!("{code}: {}\n  help: cargo clippy in exercises/ shows what to write", lint.message);
            Fault::new(material.reference_file(Path::new(file)), line.parse().ok(), what)
        });
        Some(faults.collect())
    }
}
