//! One layer of the author's gate: a workspace that holds one variant of every exercise.
//!
//! All layers share one target folder. Cargo tells members apart by their path relative to the workspace, so each layer
//! keeps its members below a folder of its own name; `pins` and `support` lie at the same path in all of them and are
//! links to one copy, so that they are built once.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;

use super::cargo::{self, Built, Call};
use super::judge::{Package, Proved};
use super::leftovers::{Mark, RunnerId};
use super::mirror::files_below;
use super::stop::Stop;
use crate::check::{Diagnostic, Level, Trouble, Verdict, build_tests};
use crate::course::EXERCISES;

/// The packages that all layers share.
const SHARED: [&str; 2] = ["pins", "support"];

/// A layer on disk.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The course's root.
    root: PathBuf,
    name: String,
    workspace: PathBuf,
    target: PathBuf,
    built: Option<Built>,
}

/// A package of a layer, to be tested.
#[derive(Debug)]
pub(crate) struct LayerMember<'a> {
    pub(crate) name: &'a str,
    /// `10_jwt/jwt_alg`.
    pub(crate) member: &'a Path,
    pub(crate) specification: &'a [String],
    pub(crate) timeout: Duration,
}

impl Layer {
    /// Writes the layer below `folder`: the shared files of the workspace of the course at `root`, and `members`, whose
    /// files are given relative to the workspace. Only what differs is written, so that an unchanged layer is not rebuilt.
    pub(crate) fn write(
        root: &Path,
        folder: &Path,
        name: &str,
        members: &BTreeMap<PathBuf, Vec<u8>>,
    ) -> io::Result<Self> {
        let (workspace, exercises) = (folder.join(name), root.join(EXERCISES));
        fs::create_dir_all(workspace.join(name))?;
        for shared in SHARED.iter().filter(|shared| exercises.join(shared).is_dir()) {
            let link = workspace.join(shared);
            if !link.exists() {
                symlink(Path::new("..").join(EXERCISES).join(shared), link)?;
            }
        }
        let manifest = fs::read_to_string(exercises.join("Cargo.toml"))?;
        write_if_different(&workspace.join("Cargo.toml"), with_members_below(&manifest, name)?.as_bytes())?;
        write_if_different(&workspace.join("Cargo.lock"), &fs::read(exercises.join("Cargo.lock"))?)?;
        mirror_files(&workspace.join(name), members)?;
        Ok(Self {
            root: root.to_path_buf(),
            name: name.to_owned(),
            workspace,
            target: folder.join("target"),
            built: None,
        })
    }

    /// Builds the tests of these members with one Cargo call. Returns how many units were compiled, or `None` where it
    /// was stopped.
    pub(crate) fn build(
        &mut self,
        names: &[&str],
        stop: &Stop,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Option<usize>, Trouble> {
        let call = Call {
            argv: build_tests(names.iter().copied()),
            folder: &self.workspace,
            target: &self.target,
            incremental: false,
            mark: Mark::new(RunnerId::this(), &self.root),
        };
        let built = cargo::call(&call, stop, |said| {
            if let Some(step) = cargo::last_step(said) {
                progress(step.done, step.total);
            }
        })?;
        let Some(built) = built else { return Ok(None) };
        if let Some(trouble) = cargo::trouble(&built, |name| names.contains(&name)) {
            return Err(trouble);
        }
        let compiled = built.log.compiled.len();
        self.built = Some(built);
        Ok(Some(compiled))
    }

    /// Runs the tests of a member that was built, and judges them. `None` where it was stopped.
    pub(crate) fn test(&self, member: &LayerMember<'_>, stop: &Stop) -> Result<Option<Verdict>, Trouble> {
        let package = Package {
            name: member.name,
            member: &Path::new(&self.name).join(member.member),
            workspace: &self.workspace,
            specification: member.specification,
            timeout: member.timeout,
        };
        let built = self.built.as_ref().expect("tested after it was built");
        let proved = package.judge(built, Mark::new(RunnerId::this(), &self.root), stop)?;
        Ok(proved.map(|Proved { verdict, .. }| verdict))
    }

    /// rustc's warnings about a member that was built.
    pub(crate) fn warnings(&self, name: &str) -> Vec<Diagnostic> {
        let log = self.built.as_ref().map(|built| built.log.of(name, Level::Warning));
        log.unwrap_or_default()
    }
}

/// Brings `folder` to exactly these files.
pub(crate) fn mirror_files(folder: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for present in files_below(folder)? {
        if !files.contains_key(&present) {
            fs::remove_file(folder.join(present))?;
        }
    }
    for (path, bytes) in files {
        write_if_different(&folder.join(path), bytes)?;
    }
    super::mirror::remove_empty_folders(folder)
}

fn write_if_different(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(file).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes)
}

/// The workspace's manifest with `"[0-9]*/*"` as `"NAME/[0-9]*/*"`.
fn with_members_below(manifest: &str, name: &str) -> io::Result<String> {
    let mut table: toml::Table = toml::from_str(manifest).map_err(io::Error::other)?;
    let members = table.get_mut("workspace").and_then(|workspace| workspace.get_mut("members"));
    for member in members.and_then(toml::Value::as_array_mut).into_iter().flatten() {
        if let Some(path) = member.as_str().filter(|path| !SHARED.contains(path)) {
            *member = toml::Value::String(format!("{name}/{path}"));
        }
    }
    toml::to_string(&table).map_err(io::Error::other)
}
