//! rustfmt over many packages in one call.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

use super::cargo::cleaned;
use super::leftovers::Mark;
use super::limits::Limits;
use super::process::{self, End, Plan, Stream};
use super::stop::Stop;
use crate::check::Trouble;

/// A file that rustfmt would write otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unformatted {
    /// As rustfmt names it.
    pub(crate) file: PathBuf,
    /// Of the first difference.
    pub(crate) line: usize,
}

/// Where rustfmt takes its settings from, and which Rust it reads.
pub(super) struct Style<'a> {
    /// The folder of a rustfmt.toml; the files' own folders decide where it has none.
    pub(super) settings: &'a Path,
    pub(super) edition: &'a str,
}

/// The places that differ, in `roots` and in the modules that they name. Files that are no Rust are left to the compiler.
/// `None` where it was stopped.
pub(super) fn check(
    style: &Style<'_>,
    roots: &[PathBuf],
    mark: Mark,
    stop: &Stop,
) -> Result<Option<Vec<Unformatted>>, Trouble> {
    let program = env::var("RUSTFMT").ok().filter(|path| !path.is_empty());
    let program = program.unwrap_or_else(|| "rustfmt".to_owned());
    let mut arguments = ["--check", "--color", "never", "--edition", style.edition].map(Into::into).to_vec();
    if ["rustfmt.toml", ".rustfmt.toml"].iter().any(|file| style.settings.join(file).is_file()) {
        arguments.extend(["--config-path".into(), style.settings.as_os_str().to_owned()]);
    }
    arguments.extend(roots.iter().map(|root| root.as_os_str().to_owned()));
    let command = cleaned(duct::cmd(&program, arguments), |name| name == "RUST_LOG");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let plan = Plan { command, mark, stop, deadline: None, merged: false, limits: Limits::None };
    let finished = process::run(plan, |stream, bytes| match stream {
        Stream::Out => out.extend_from_slice(bytes),
        Stream::Err => err.extend_from_slice(bytes),
    });
    let finished = finished.map_err(|error| not_started(&program, &error))?;
    if matches!(finished.end, End::Stopped | End::TimedOut) {
        return Ok(None);
    }
    let err = String::from_utf8_lossy(&err);
    if err.contains("is not installed") || err.contains("Unable to find config file") {
        return Err(Trouble::Other(err.trim().to_owned()));
    }
    Ok(Some(differences(&String::from_utf8_lossy(&out))))
}

fn not_started(program: &str, error: &io::Error) -> Trouble {
    Trouble::Other(format!(
        "could not run `{program}`: {error}\n  help: rustup component add rustfmt, or set RUSTFMT"
    ))
}

/// `Diff in /course/src/main.rs:12:`, the first of each file.
fn differences(said: &str) -> Vec<Unformatted> {
    let mut found: Vec<Unformatted> = Vec::new();
    for line in said.lines() {
        let place =
            line.strip_prefix("Diff in ").and_then(|rest| rest.trim_end_matches(':').rsplit_once(':'));
        let Some((file, line)) = place else { continue };
        let (file, Ok(line)) = (PathBuf::from(file), line.parse()) else { continue };
        if !found.iter().any(|known| known.file == file) {
            found.push(Unformatted { file, line });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_of_every_file_is_named() {
        let said =
            "Diff in /c/a.rs:3:\n-a\n+b\nDiff in /c/a.rs:9:\n-Diff in /c/x.rs:1:\nDiff in /c/b.rs:1:\n";
        let place = |file: &str, line| Unformatted { file: file.into(), line };
        assert_eq!(differences(said), [place("/c/a.rs", 3), place("/c/b.rs", 1)]);
    }
}
