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

use super::cargo::{self, Built, Call, Compiler, Purpose};
use super::format::{self, Style, Unformatted};
use super::leftovers::{Mark, RunnerId};
use super::limits::Limits;
use super::mirror::files_below;
use super::package::{Package, Proved};
use super::process::{self, End, Plan, Stream};
use super::service::{self, Answer};
use super::stop::Stop;
use crate::check::{Diagnostic, Level, Trouble, Verdict, Wanted, build_tests, lint, with_each};
use crate::course::{EXERCISES, SPECIFICATION};

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

/// What clippy says of a layer.
#[derive(Debug)]
pub(crate) struct Linted {
    /// Units that were compiled for it.
    pub(crate) compiled: usize,
    built: Built,
}

impl Linted {
    /// Warnings first, then errors.
    pub(crate) fn of(&self, name: &str) -> Vec<Diagnostic> {
        let levels = [Level::Warning, Level::Error];
        levels.into_iter().flat_map(|level| self.built.log.of(name, level)).collect()
    }
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

    /// Builds the tests of these members, and the programs of some, with one Cargo call. Returns how many units were
    /// compiled, or `None` where it was stopped.
    pub(crate) fn build(
        &mut self,
        names: &[&str],
        programs: &[&str],
        stop: &Stop,
        progress: impl FnMut(u64, u64),
    ) -> Result<Option<usize>, Trouble> {
        let argv = with_each(&build_tests(names.iter().copied()), "--bin", programs.iter().copied());
        let Some(built) = self.cargo(argv, names, stop, progress)? else { return Ok(None) };
        let compiled = built.log.compiled.len();
        self.built = Some(built);
        Ok(Some(compiled))
    }

    /// Asks clippy about these members with one Cargo call. `None` where it was stopped.
    pub(crate) fn lint(
        &self,
        names: &[&str],
        stop: &Stop,
        progress: impl FnMut(u64, u64),
    ) -> Result<Option<Linted>, Trouble> {
        let built = self.cargo(lint(names.iter().copied()), names, stop, progress)?;
        Ok(built.map(|built| Linted { compiled: built.log.compiled.len(), built }))
    }

    fn cargo(
        &self,
        argv: Vec<String>,
        names: &[&str],
        stop: &Stop,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<Option<Built>, Trouble> {
        let (folder, target) = (&self.workspace, &self.target);
        let call = Call {
            argv,
            folder,
            target,
            below: EXERCISES,
            purpose: Purpose::Layer,
            compiler: Compiler::Rustc,
            mark: self.mark(),
        };
        let built = cargo::call(&call, stop, |said| {
            if let Some(step) = cargo::last_step(said) {
                progress(step.done, step.total);
            }
        })?;
        let trouble = built.as_ref().and_then(|built| cargo::trouble(built, |name| names.contains(&name)));
        trouble.map_or(Ok(built), Err)
    }

    fn mark(&self) -> Mark {
        Mark::new(RunnerId::this(), &self.root)
    }

    /// A member's folder relative to the workspace.
    fn below(&self, member: &Path) -> PathBuf {
        Path::new(&self.name).join(member)
    }

    /// The files of these members, `10_jwt/jwt_alg`, that rustfmt would write otherwise; named relative to the exercises'
    /// workspace. `None` where it was stopped.
    pub(crate) fn unformatted(
        &self,
        members: &[PathBuf],
        stop: &Stop,
    ) -> Result<Option<Vec<Unformatted>>, Trouble> {
        let below = self.workspace.join(&self.name);
        let roots = members.iter().map(|member| below.join(member).join("src/main.rs"));
        let roots: Vec<_> = roots.filter(|root| root.is_file()).collect();
        if roots.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let manifest = fs::read_to_string(self.workspace.join("Cargo.toml")).unwrap_or_default();
        let manifest: toml::Table = toml::from_str(&manifest).unwrap_or_default();
        let edition =
            manifest.get("workspace").and_then(|table| table.get("package")?.get("edition")?.as_str());
        let style = Style { settings: &self.root.join(EXERCISES), edition: edition.unwrap_or("2024") };
        let found = format::check(&style, &roots, self.mark(), stop)?;
        Ok(found.map(|found| {
            let relative = |place: Unformatted| {
                let file = place.file.strip_prefix(&below).map(Path::to_path_buf);
                Unformatted { file: file.unwrap_or(place.file), ..place }
            };
            found.into_iter().map(relative).collect()
        }))
    }

    /// The tests that a member's binary names itself, in its order. `None` where there is no binary, or it was stopped.
    pub(crate) fn listed(&self, name: &str, stop: &Stop) -> Result<Option<Vec<String>>, Trouble> {
        let binaries = self.built.as_ref().map(|built| &built.log.test_binaries);
        let Some(binary) = binaries.and_then(|binaries| binaries.get(name)) else { return Ok(None) };
        let mut said = Vec::new();
        let command = duct::cmd(binary, ["--list", "--format", "terse"]);
        let deadline = Some(Duration::from_secs(10));
        let limits = Limits::None;
        let plan = Plan { command, mark: self.mark(), stop, deadline, merged: false, limits };
        let finished = process::run(plan, |stream, bytes| {
            if stream == Stream::Out {
                said.extend_from_slice(bytes);
            }
        });
        let finished = finished
            .map_err(|error| Trouble::Other(format!("could not run {}: {error}", binary.display())))?;
        let said = String::from_utf8_lossy(&said);
        let names = said.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned);
        Ok(matches!(finished.end, End::Exited(_)).then(|| names.collect()))
    }

    /// Starts a member's program, and asks it until it answers. `None` where it was not built, or it was stopped.
    pub(crate) fn ask(
        &self,
        member: &LayerMember<'_>,
        deadline: Duration,
        stop: &Stop,
    ) -> Result<Option<Answer>, Trouble> {
        let programs = self.built.as_ref().map(|built| &built.log.programs);
        let Some(program) = programs.and_then(|programs| programs.get(member.name)) else { return Ok(None) };
        let folder = self.workspace.join(self.below(member.member));
        service::ask(program, &folder, deadline, &self.mark(), stop)
    }

    /// Runs the tests of a member that was built, and judges them. `None` where it was stopped.
    /// `arguments` are for libtest.
    pub(crate) fn test(
        &self,
        member: &LayerMember<'_>,
        arguments: &[&str],
        stop: &Stop,
    ) -> Result<Option<Verdict>, Trouble> {
        let below = self.below(member.member);
        let package = Package {
            name: member.name,
            folder: self.workspace.join(&below),
            specification: Some(below.join(SPECIFICATION)),
            wanted: &Wanted::named(member.specification),
            timeout: member.timeout,
            arguments,
        };
        let built = self.built.as_ref().expect("tested after it was built");
        let log = &built.log;
        if !log.test_binaries.contains_key(member.name) && log.of(member.name, Level::Error).is_empty() {
            return Ok(Some(Verdict::NoTestRan));
        }
        let proved = package.judge(built, self.mark(), stop)?;
        Ok(proved.map(|Proved { verdict, .. }| self.as_in_the_course(verdict)))
    }

    /// The verdict with the places of its errors as an author knows them, without the layer's folder.
    fn as_in_the_course(&self, mut verdict: Verdict) -> Verdict {
        if let Verdict::DoesNotCompile { errors } = &mut verdict {
            for place in errors.iter_mut().filter_map(|error| error.place.as_mut()) {
                *place = place.replacen(&format!("{}/", self.name), "", 1);
            }
        }
        verdict
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
