//! A package with many programs, built for the author's gate: every starter and every solution is one.
//!
//! It is a copy of the course below `.backendlings/check`, in which only what differs is written, with a manifest that
//! names the programs that are to be built.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use super::binary;
use super::cargo::{self, Call, Compiler, Purpose};
use super::copy::package_files;
use super::format::{self, Style, Unformatted};
use super::layer::mirror_files;
use super::leftovers::{Mark, RunnerId};
use super::limits::Limits;
use super::process::{self, End, Plan};
use super::stop::Stop;
use crate::check::{BuildLog, Ran, Trouble, build_all_tests, build_programs, check_programs};

/// The files of the course in `root` that its package may need, by their path from there.
pub(crate) fn read_package(root: &Path) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let files = package_files(root)?.into_iter();
    files.map(|file| Ok((file.clone(), fs::read(root.join(file))?))).collect()
}

/// What the compiler and clippy of the course in `root` say of themselves. `None` where it was stopped.
pub(crate) fn toolchain(root: &Path, stop: &Stop) -> Result<Option<String>, Trouble> {
    let mut said = String::new();
    for (program, argument) in [("rustc", "-vV"), ("clippy-driver", "-V")] {
        let mut bytes = Vec::new();
        let command = duct::cmd(program, [argument]).dir(root);
        let mark = Mark::new(RunnerId::this(), root);
        let plan = Plan { command, mark, stop, deadline: None, merged: true, limits: Limits::None };
        let finished = process::run(plan, |_, some| bytes.extend_from_slice(some));
        let missing = |why: &str| match program {
            "rustc" => Trouble::Other(format!("could not run `{program}`: {why}")),
            _ => Trouble::NoClippy,
        };
        let finished = finished.map_err(|error| missing(&error.to_string()))?;
        let text = String::from_utf8_lossy(&bytes);
        match finished.end {
            End::Exited(status) if status.success() => said += &text,
            End::Exited(_) => return Err(missing(text.trim())),
            End::Stopped | End::TimedOut => return Ok(None),
        }
    }
    Ok(Some(said))
}

/// The files in which Cargo looks for settings, the course's own and those around it: what they say decides a build, too.
pub(crate) fn cargo_settings(root: &Path) -> Vec<Vec<u8>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo")));
    let folders = root.ancestors().map(|folder| folder.join(".cargo")).chain(home);
    folders
        .flat_map(|folder| {
            ["config", "config.toml"].map(|file| fs::read(folder.join(file)).unwrap_or_default())
        })
        .collect()
}

/// The copy on disk.
#[derive(Debug)]
pub(crate) struct Programs {
    /// The course's root.
    root: PathBuf,
    folder: PathBuf,
    target: PathBuf,
}

impl Programs {
    /// Writes these files below `folder`, with this manifest. Without a lockfile in the course, Cargo's own is kept.
    pub(crate) fn write(
        root: &Path,
        folder: &Path,
        mut files: BTreeMap<PathBuf, Vec<u8>>,
        manifest: String,
    ) -> io::Result<Self> {
        let (copy, lockfile) = (folder.join("course"), Path::new("Cargo.lock"));
        files.insert("Cargo.toml".into(), manifest.into_bytes());
        if let (false, Ok(kept)) = (files.contains_key(lockfile), fs::read(copy.join(lockfile))) {
            files.insert(lockfile.to_path_buf(), kept);
        }
        mirror_files(&copy, &files)?;
        Ok(Self { root: root.to_path_buf(), folder: copy, target: folder.join("target") })
    }

    /// Builds these programs, with clippy's words. `None` where it was stopped.
    pub(crate) fn build(
        &self,
        names: &[&str],
        stop: &Stop,
        progress: impl FnMut(u64, u64),
    ) -> Result<Option<BuildLog>, Trouble> {
        self.cargo(build_programs(names.iter().copied()), (names, Compiler::Clippy), stop, progress)
    }

    /// Builds the tests of those programs whose tests the manifest switches on, `names`.
    pub(crate) fn build_tests(
        &self,
        names: &[&str],
        stop: &Stop,
        progress: impl FnMut(u64, u64),
    ) -> Result<Option<BuildLog>, Trouble> {
        self.cargo(build_all_tests(), (names, Compiler::Rustc), stop, progress)
    }

    /// Asks clippy about these programs, without building them.
    pub(crate) fn lint(
        &self,
        names: &[&str],
        stop: &Stop,
        progress: impl FnMut(u64, u64),
    ) -> Result<Option<BuildLog>, Trouble> {
        self.cargo(check_programs(names.iter().copied()), (names, Compiler::Clippy), stop, progress)
    }

    fn cargo(
        &self,
        argv: Vec<String>,
        (names, compiler): (&[&str], Compiler),
        stop: &Stop,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Option<BuildLog>, Trouble> {
        if names.is_empty() {
            // Cargo without a name would build all of them.
            return Ok(Some(BuildLog::default()));
        }
        let (folder, target, mark) = (&self.folder, &self.target, self.mark());
        let call = Call { argv, folder, target, below: "", purpose: Purpose::Programs, compiler, mark };
        let built = cargo::call(&call, stop, |said| {
            if let Some(step) = cargo::last_step(said) {
                progress(step.done, step.total);
            }
        })?;
        let Some(built) = built else { return Ok(None) };
        match cargo::trouble(&built, |name| names.contains(&name)) {
            Some(trouble) => Err(trouble),
            None => Ok(Some(built.log)),
        }
    }

    /// Runs a program or its tests in the copy of the course. `None` where it was stopped.
    pub(crate) fn run(
        &self,
        binary: &Path,
        arguments: &[&str],
        timeout: Duration,
        stop: &Stop,
    ) -> Result<Option<Ran>, Trouble> {
        let tested = binary::run(binary, arguments, &self.folder, timeout, self.mark(), stop)?;
        Ok(tested.map(|tested| tested.ran))
    }

    fn mark(&self) -> Mark {
        Mark::new(RunnerId::this(), &self.root)
    }
}

/// Those of these files of the course in `root` that rustfmt would write otherwise. `None` where it was stopped.
pub(crate) fn unformatted_in(
    root: &Path,
    files: &[PathBuf],
    edition: &str,
    stop: &Stop,
) -> Result<Option<Vec<Unformatted>>, Trouble> {
    if files.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let roots: Vec<_> = files.iter().map(|file| root.join(file)).collect();
    let style = Style { settings: root, edition };
    let found = format::check(&style, &roots, Mark::new(RunnerId::this(), root), stop)?;
    let relative = |place: Unformatted| {
        let file = place.file.strip_prefix(root).map(Path::to_path_buf);
        Unformatted { file: file.unwrap_or(place.file), ..place }
    };
    Ok(found.map(|found| found.into_iter().map(relative).collect()))
}
