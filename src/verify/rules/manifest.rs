//! `manifest`: the verdict is about `src/main.rs` and its tests. A build script, a second target or a library would run or
//! replace something else; without `pins` the learner waits while shared crates are built again; without the workspace's
//! lints `unsafe` would be allowed.

use std::path::Path;

use fs_err as fs;
use toml::Value;

use super::super::plan::Plan;
use super::{Fault, Material, Rule};
use crate::course::EXERCISES;

const SWITCHES: [&str; 6] = ["build", "autolib", "autobins", "autotests", "autoexamples", "autobenches"];

pub(super) struct Manifest;

impl Rule for Manifest {
    fn id(&self) -> &'static str {
        "manifest"
    }

    fn subject(&self) -> &'static str {
        "Cargo.toml declares one program and nothing else"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let Ok(manifest) = material.manifest.text.parse::<toml::Table>() else {
            let what = "Cargo.toml cannot be read\n  help: copy the one of another exercise, and change its two names";
            return Some(vec![Fault::new(&material.manifest.file, 1, what)]);
        };
        let name = &material.exercise.name;
        let mut faults = Vec::new();
        let mut find = |keys: &[&str], what: String| {
            let line =
                material.manifest.line(keys).or_else(|| material.manifest.line(&keys[..1])).unwrap_or(1);
            faults.push(Fault::new(&material.manifest.file, line, what));
        };
        let package = manifest.get("package");
        for switch in SWITCHES {
            if package.and_then(|package| package.get(switch)) != Some(&Value::Boolean(false)) {
                find(
                    &["package", switch],
                    format!("{switch} is not switched off\n  help: write `{switch} = false` in [package]"),
                );
            }
        }
        if text(package, "name") != Some(name) {
            find(
                &["package", "name"],
                format!("the package has another name\n  help: write `name = {name:?}`"),
            );
        }
        if !is_one_program(&manifest, name) {
            let what = format!(
                "there is not exactly one program\n  help: write one [[bin]] with name = {name:?} and path = \"src/main.rs\""
            );
            find(&["bin"], what);
        }
        for target in ["lib", "test", "example", "bench"] {
            if manifest.contains_key(target) {
                find(
                    &[target],
                    format!("there is a [{target}]\n  help: take it out; tests are in src/tests.rs"),
                );
            }
        }
        let shared = material.course.root.join(EXERCISES);
        let has_pins = manifest.get("dependencies").is_some_and(|all| all.get("pins").is_some());
        if shared.join("pins").is_dir() && !has_pins {
            let what = "pins is no dependency\n  help: write `pins.workspace = true` in [dependencies]";
            find(&["dependencies"], what.to_owned());
        }
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        if has_lints(&shared) && lints != Some(&Value::Boolean(true)) {
            let what = "the workspace's lints do not hold here\n  help: write `workspace = true` in [lints]";
            find(&["lints"], what.to_owned());
        }
        Some(faults)
    }
}

fn text<'a>(table: Option<&'a Value>, key: &str) -> Option<&'a str> {
    table?.get(key)?.as_str()
}

fn is_one_program(manifest: &toml::Table, name: &str) -> bool {
    let programs = manifest.get("bin").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let [program] = programs else { return false };
    let path = text(Some(program), "path").unwrap_or("src/main.rs");
    text(Some(program), "name") == Some(name) && Path::new(path) == Path::new("src/main.rs")
}

fn has_lints(exercises: &Path) -> bool {
    let manifest = fs::read_to_string(exercises.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = manifest.parse().unwrap_or_default();
    manifest.get("workspace").is_some_and(|workspace| workspace.get("lints").is_some())
}

/// Whether Cargo finds a program of the exercise's name.
pub(super) fn has_program(plan: &Plan<'_>) -> bool {
    let manifest = plan.reference.get(Path::new("Cargo.toml")).map(|bytes| String::from_utf8_lossy(bytes));
    let manifest = manifest.and_then(|text| text.parse::<toml::Table>().ok());
    manifest.is_some_and(|manifest| is_one_program(&manifest, &plan.exercise.name))
}
