//! `listed-tests`: a pass needs every test that reading tests.rs finds. One that a macro makes or a `cfg` takes out would
//! be demanded and never run, or run and never be demanded.

use std::collections::BTreeSet;

use super::super::source::is_named;
use super::{Fault, Material, Rule};
use crate::course::SPECIFICATION;

pub(super) struct ListedTests;

impl Rule for ListedTests {
    fn id(&self) -> &'static str {
        "listed-tests"
    }

    fn subject(&self) -> &'static str {
        "the binary's tests are those that tests.rs shows"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let listed = material.evidence?.listed.as_ref()?;
        let listed: BTreeSet<_> = listed.iter().filter_map(|name| name.strip_prefix("tests::")).collect();
        let read: BTreeSet<_> = material.specification.iter().map(String::as_str).collect();
        let file = material.exercise.folder().join(SPECIFICATION);
        let tests = material.sources.iter().find(|source| source.file == file);
        let line_of = |name: &str| {
            let name = name.rsplit("::").next().unwrap_or(name);
            tests?.source.lines().find(|(_, code)| is_named(code, name)).map(|(line, _)| line)
        };
        let fault = |names: Vec<&str>, what: &str, help: &str| {
            let line = line_of(names.first()?);
            Some(Fault::new(&file, line, format!("{what}: {}\n  help: {help}", names.join(", "))))
        };
        let hidden = fault(
            listed.difference(&read).copied().collect(),
            "the binary has tests that cannot be read in tests.rs",
            "write them out as #[test] functions; a macro may help inside a test, not make it",
        );
        let gone = fault(
            read.difference(&listed).copied().collect(),
            "tests.rs has tests that the binary does not",
            "take the #[cfg] away, so that they are always compiled",
        );
        Some(hidden.into_iter().chain(gone).collect())
    }
}
