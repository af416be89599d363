//! `unused-dependency`: every crate costs every learner time, and one that is named but not used says that it is needed.

use super::{Fault, Material, Rule};

/// They are there for their features only: `pins`, `pins_crypto`.
fn is_pins(dependency: &str) -> bool {
    dependency.split('_').next() == Some("pins")
}

pub(super) struct UnusedDependency;

impl Rule for UnusedDependency {
    fn id(&self) -> &'static str {
        "unused-dependency"
    }

    fn subject(&self) -> &'static str {
        "every dependency is used"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let manifest: toml::Table = material.manifest.text.parse().ok()?;
        let mut faults = Vec::new();
        for table in ["dependencies", "dev-dependencies"] {
            let named =
                manifest.get(table).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
            for dependency in named.filter(|dependency| !is_pins(dependency)) {
                let used = dependency.replace('-', "_");
                if !material.sources.iter().any(|file| file.source.names(&used)) {
                    let what = format!("{dependency} is used nowhere\n  help: take it out of [{table}]");
                    let line = material.manifest.line(&[table, dependency]);
                    faults.push(Fault::new(&material.manifest.file, line, what));
                }
            }
        }
        Some(faults)
    }
}
