//! The table of faults in ARCHITECTURE.md names tests that exist.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::bytes_below;

/// The names of all tests, inline ones included.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["src", "tests"].into_iter().flat_map(|folder| bytes_below(&root.join(folder)));
    let sources = files.filter(|(path, _)| path.extension().is_some_and(|end| end == "rs"));
    let mut names = BTreeSet::new();
    for (_, text) in sources {
        let text = String::from_utf8(text).expect("source is text");
        for after in text.split("#[test]\n").skip(1) {
            let name = after.split_once("fn ").and_then(|(_, rest)| rest.split_once('('));
            names.extend(name.map(|(name, _)| name.to_owned()));
        }
    }
    names
}

#[test]
fn every_fault_in_the_architecture_is_proved_by_a_test_that_exists() {
    let architecture = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let text = fs_err::read_to_string(architecture).expect("a readable file");
    let (_, rest) = text.split_once("\n## Faults\n").expect("a section on faults");
    let section = rest.split("\n## ").next().unwrap_or(rest);
    let rows: Vec<_> = section.lines().filter(|line| line.starts_with('|')).skip(2).collect();
    assert!(rows.len() > 20, "the table is there: {rows:?}");
    let tests = tests();
    let mut wrong = Vec::new();
    for row in rows {
        let proof = row.trim_end_matches(['|', ' ']).rsplit('|').next().unwrap_or_default();
        let named: Vec<_> = proof.split('`').skip(1).step_by(2).collect();
        if named.is_empty() || named.iter().any(|name| !tests.contains(*name)) {
            wrong.push(row);
        }
    }
    assert!(wrong.is_empty(), "without a test that exists:\n{}", wrong.join("\n"));
}
