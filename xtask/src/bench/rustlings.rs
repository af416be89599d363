//! Side by side with rustlings on the very same course in its format: a save to its verdict, and `dev check`.
//!
//! `rustlings` is the one on PATH. Each has a copy of the course of its own; both are measured turn about.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fs_err as fs;

use super::{report, report_ratio};
use crate::runner::release_build;
use crate::session::Session;

const EXERCISE: &str = "paging";
const FILE: &str = "exercises/paging.rs";

/// What is edited: each round another wrong default, which the failing test reads back from the service.
const EDITED: &str = "DEFAULT_LIMIT: usize = 20";

/// An axum exercise as a course in rustlings' format would have it.
const PAGING: &str = r#"use axum::extract::Query;
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

// TODO: A page has 20 items.
const DEFAULT_LIMIT: usize = 20;

#[derive(Deserialize)]
struct Page {
    limit: Option<usize>,
}

async fn items(Query(page): Query<Page>) -> Json<Vec<usize>> {
    Json((0..page.limit.unwrap_or(DEFAULT_LIMIT)).collect())
}

fn app() -> Router {
    Router::new().route("/items", get(items))
}

fn main() {
    let _app: Router = app();
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    #[tokio::test]
    async fn a_page_has_twenty_items() {
        let request = Request::get("/items").body(Body::empty()).unwrap();
        let answer = super::app().oneshot(request).await.unwrap();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let items: Vec<usize> = serde_json::from_slice(&body).unwrap();
        assert_eq!(items.len(), 20, "{} items", items.len());
    }
}
"#;

const MANIFEST: &str = r#"bin = [
  { name = "paging", path = "exercises/paging.rs" },
]

[package]
name = "rustlings_bench"
edition = "2024"
publish = false

[dependencies]
axum = { version = "0.8", default-features = false, features = ["tokio", "http1", "json", "query"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", features = ["rt-multi-thread", "macros"] }
tower = { version = "0.5", features = ["util"] }

[lints.clippy]
todo = "forbid"
"#;

const INFO: &str = "format_version = 1\n\n[[exercises]]\nname = \"paging\"\nhint = \"How many is a page?\"\n";

/// How often a whole course is checked: its cold check takes half a minute.
const CHECKS: usize = 5;

/// Measures `pairs` saves of each kind, and the checks of `course` where there is one.
pub(crate) fn run(repository: &Path, course: Option<&Path>, pairs: usize) -> Result<()> {
    if Command::new("rustlings").arg("--version").output().is_err() {
        println!("no `rustlings` on PATH: nothing is compared with it");
        return Ok(());
    }
    let runner = release_build(repository)?;
    saves(repository, &runner, pairs)?;
    let Some(course) = course else {
        println!("no course was named: `cargo xtask bench rustlings COURSE` compares `dev check` on it");
        return Ok(());
    };
    checks(&runner, course)
}

/// A course in two copies, one for each.
struct Pair<'a> {
    runner: &'a Path,
    ours: PathBuf,
    theirs: PathBuf,
}

fn saves(repository: &Path, runner: &Path, pairs: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let of = |name: &str| -> Result<PathBuf> {
        let course = folder.path().join(name);
        fs::create_dir_all(course.join("exercises"))?;
        fs::write(course.join("info.toml"), INFO)?;
        fs::write(course.join("Cargo.toml"), MANIFEST)?;
        // The versions of our own course, which are on this machine already.
        fs::copy(repository.join("exercises/Cargo.lock"), course.join("Cargo.lock"))?;
        fs::write(course.join(FILE), edit(20))?;
        let locked = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1"])
            .current_dir(&course)
            .output()?;
        ensure!(locked.status.success(), "{}", String::from_utf8_lossy(&locked.stderr));
        Ok(course)
    };
    let pair = Pair { runner, ours: of("ours")?, theirs: of("theirs")? };
    println!("an axum exercise in rustlings' format: both build its dependencies once");
    pair.our_run(21, false)?;
    pair.our_run(20, true)?;
    pair.their_run(21, false)?;
    pair.their_run(20, true)?;

    let mut session = Session::start(runner, &pair.ours, "never", &[])?;
    session.settle();
    let watched = |default| pair.watched(&mut session, default);
    compare("save to a failing verdict", "rustlings run", pairs, watched, |default| {
        pair.their_run(default, false)
    })?;
    drop(session);
    // A pass is never said of the same text twice: a comment differs.
    compare(
        "backendlings run, a right save",
        "rustlings run",
        pairs,
        |round| pair.our_run(round, true),
        |round| pair.their_run(round, true),
    )
}

/// Turn about, so that neither always finds the machine as the other left it.
fn compare(
    ours: &str,
    theirs: &str,
    pairs: usize,
    mut one: impl FnMut(usize) -> Result<Duration>,
    mut other: impl FnMut(usize) -> Result<Duration>,
) -> Result<()> {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for round in 22..22 + pairs {
        if round % 2 == 0 {
            first.push(one(round)?);
            second.push(other(round)?);
        } else {
            second.push(other(round)?);
            first.push(one(round)?);
        }
    }
    report(ours, &first);
    report(theirs, &second);
    report_ratio(&format!("{ours} / {theirs}"), &first, &second);
    Ok(())
}

fn edit(default: usize) -> String {
    PAGING.replace(EDITED, &format!("DEFAULT_LIMIT: usize = {default}"))
}

impl Pair<'_> {
    /// From the closed file to the moment when its verdict reached the terminal.
    fn watched(&self, session: &mut Session, default: usize) -> Result<Duration> {
        fs::write(self.ours.join(FILE), edit(default))?;
        let saved = Instant::now();
        let seen = session.wait_for(&format!("{default} items"))?;
        Ok(seen.duration_since(saved))
    }

    fn our_run(&self, round: usize, is_right: bool) -> Result<Duration> {
        judged(Command::new(self.runner).args(["run", EXERCISE]), &self.ours, round, is_right)
    }

    fn their_run(&self, round: usize, is_right: bool) -> Result<Duration> {
        judged(Command::new("rustlings").args(["run", EXERCISE]), &self.theirs, round, is_right)
    }
}

/// From the closed file to the end of the program that judges it.
fn judged(command: &mut Command, course: &Path, round: usize, is_right: bool) -> Result<Duration> {
    let text = if is_right { format!("{PAGING}// {round}\n") } else { edit(round) };
    fs::write(course.join(FILE), text)?;
    let saved = Instant::now();
    let output = alone(command, course)?;
    let took = saved.elapsed();
    let said = String::from_utf8_lossy(&output.stdout);
    let is_judged = is_right || said.contains(&format!("{round} items"));
    ensure!(output.status.success() == is_right && is_judged, "{command:?} judged something else:\n{said}");
    Ok(took)
}

/// Runs it in the course, with target folders of its own.
fn alone(command: &mut Command, course: &Path) -> Result<Output> {
    let command =
        command.current_dir(course).env_remove("CARGO_TARGET_DIR").stdin(std::process::Stdio::null());
    command.output().with_context(|| format!("could not run {command:?}"))
}

/// What is done to a course before its check of this round.
type Prepare<'a> = &'a dyn Fn(&Path, usize) -> Result<()>;

/// `dev check` of both on a course: with nothing built, with nothing changed, and after a solution has changed.
fn checks(runner: &Path, course: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let pair = Pair { runner, ours: folder.path().join("ours"), theirs: folder.path().join("theirs") };
    for copy in [&pair.ours, &pair.theirs] {
        copy_below(course, copy)?;
    }
    let solution = first_solution(&pair.ours)?;
    println!("dev check of {}: {CHECKS} pairs of each kind", course.display());
    let ours = |prepare: Prepare<'_>, round| {
        prepare(&pair.ours, round)?;
        checked(Command::new(pair.runner).args(["dev", "check"]), &pair.ours)
    };
    let theirs = |prepare: Prepare<'_>, round| {
        prepare(&pair.theirs, round)?;
        checked(Command::new("rustlings").args(["dev", "check"]), &pair.theirs)
    };
    let cold = |course: &Path, _| {
        for built in ["target", ".backendlings"] {
            if course.join(built).exists() {
                fs::remove_dir_all(course.join(built))?;
            }
        }
        Ok(())
    };
    let changed = |course: &Path, round: usize| {
        let text = fs::read_to_string(course.join(&solution))?;
        Ok(fs::write(course.join(&solution), format!("{text}// {round}\n"))?)
    };
    let kinds: [(&str, Prepare<'_>); 3] =
        [("cold", &cold), ("unchanged", &|_, _| Ok(())), ("one solution changed", &changed)];
    for (kind, prepare) in kinds {
        let what = format!("dev check, {kind}");
        compare(
            &what,
            "rustlings dev check",
            CHECKS,
            |round| ours(prepare, round),
            |round| theirs(prepare, round),
        )?;
    }
    Ok(())
}

fn checked(command: &mut Command, course: &Path) -> Result<Duration> {
    let start = Instant::now();
    let output = alone(command, course)?;
    let took = start.elapsed();
    let said = [output.stdout, output.stderr].concat();
    ensure!(output.status.success(), "{command:?} refuses the course:\n{}", String::from_utf8_lossy(&said));
    Ok(took)
}

/// Relative to the course.
fn first_solution(course: &Path) -> Result<PathBuf> {
    let info: toml::Table = toml::from_str(&fs::read_to_string(course.join("info.toml"))?)?;
    let exercises = info.get("exercises").and_then(toml::Value::as_array).into_iter().flatten();
    let solutions = exercises.filter_map(|exercise| {
        let text = |key| exercise.get(key).and_then(toml::Value::as_str);
        let folder = Path::new("solutions").join(text("dir").unwrap_or_default());
        Some(folder.join(format!("{}.rs", text("name")?)))
    });
    solutions.into_iter().find(|file| course.join(file).exists()).context("the course has no solution")
}

/// The course without what was built in it.
fn copy_below(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let is_built = ["target", ".git", ".backendlings"].iter().any(|name| entry.file_name() == *name);
        if source.is_dir() && !is_built {
            copy_below(&source, &target)?;
        } else if source.is_file() {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
