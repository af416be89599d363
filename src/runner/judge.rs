//! From the learner's files to a verdict: mirror, build, test, judge.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use fs_err as fs;

use super::binary::{self, Tested};
use super::cargo::{self, Built, Call, Compiler, News, Progress, Purpose};
use super::leftovers::Mark;
use super::mirror::Synced;
use super::run::{Shared, cannot_write};
use super::stop::Stop;
use super::tidy;
use super::turn::Turn;
use crate::check::{
    AllEvent, Judged, Level, NotAttached, Notice, RunEvent, Trouble, Verdict, Wait, attachment, build_tests,
    judge, judge_one, spec_tests,
};
use crate::course::{Exercise, SPECIFICATION};

/// How many test binaries run side by side in a check of many.
const PARALLEL: usize = 2;

/// Judges one exercise and sends what happens. Nothing is sent once it is stopped.
pub(super) fn one(shared: &Shared, exercise: &Exercise, stop: &Stop, events: &impl Fn(RunEvent)) {
    let send = |event| {
        if stop.requested().is_none() {
            events(event);
        }
    };
    let mut verdict = one_verdict(shared, exercise, stop, &send);
    // A checkout moves HEAD after it has written the files: the files of one commit were judged by those of another. Where
    // there was trouble instead, such as with reading the originals, the next try would meet it again.
    while matches!(verdict, Ok(Some(_))) && shared.originals_have_moved() {
        verdict = one_verdict(shared, exercise, stop, &send);
    }
    match verdict {
        Ok(Some(judged)) => send(RunEvent::Judged(Box::new(judged))),
        Ok(None) => {}
        Err(trouble) => send(RunEvent::Trouble(trouble)),
    }
}

fn one_verdict(
    shared: &Shared,
    exercise: &Exercise,
    stop: &Stop,
    send: &impl Fn(RunEvent),
) -> Result<Option<Judged>, Trouble> {
    let start = Instant::now();
    let turn =
        shared.turn(stop, || send(RunEvent::Waiting(Wait::Runner))).map_err(|error| cannot_write(&error))?;
    let Some(mut turn) = turn else { return Ok(None) };
    let prepared = prepare(shared, &mut turn, std::slice::from_ref(exercise))?;
    let [(_, synced)] = <[_; 1]>::try_from(prepared).unwrap_or_else(|_| unreachable!("one in, one out"));
    let synced = match synced {
        Ok(synced) => synced,
        Err(verdict) => return Ok(Some(judged(verdict, start))),
    };
    let news = |news: News<'_>| {
        send(match news {
            News::Waiting(wait) => RunEvent::Waiting(wait),
            News::Step(Progress { done, total, unit }) => {
                RunEvent::Building { done, total, unit: unit.to_owned() }
            }
        });
    };
    let built = build(shared, judge_one(&exercise.name), Purpose::Verdict, stop, news)?;
    let Some(built) = built else { return Ok(None) };
    if let Some(trouble) = cargo::trouble(&built, |name| name == exercise.name) {
        // Perhaps somebody was in the mirror: the next run brings all of it in line.
        turn.originals.set_news(true);
        return Err(trouble);
    }
    let judging = Judging { shared, turn: &turn, built: &built, exercise, synced, start };
    judging.verdict(stop, || send(RunEvent::Testing))
}

/// Judges many exercises, built by one Cargo call.
pub(super) fn all(shared: &Shared, exercises: &[Exercise], stop: &Stop, events: &(impl Fn(AllEvent) + Sync)) {
    let send = |event| {
        if stop.requested().is_none() {
            events(event);
        }
    };
    match all_verdicts(shared, exercises, stop, &send) {
        Ok(()) => send(AllEvent::Done),
        Err(trouble) => send(AllEvent::Trouble(trouble)),
    }
}

fn all_verdicts(
    shared: &Shared,
    exercises: &[Exercise],
    stop: &Stop,
    send: &(impl Fn(AllEvent) + Sync),
) -> Result<(), Trouble> {
    let start = Instant::now();
    let turn =
        shared.turn(stop, || send(AllEvent::Waiting(Wait::Runner))).map_err(|error| cannot_write(&error))?;
    let Some(mut turn) = turn else { return Ok(()) };
    let mut ready = Vec::new();
    for (exercise, synced) in prepare(shared, &mut turn, exercises)? {
        match synced {
            Ok(synced) => ready.push((exercise, synced)),
            Err(verdict) => {
                let (name, judged) = (exercise.name.clone(), Box::new(judged(verdict, start)));
                send(AllEvent::Judged { name, judged });
            }
        }
    }
    let news = |news: News<'_>| {
        send(match news {
            News::Waiting(wait) => AllEvent::Waiting(wait),
            News::Step(Progress { done, total, unit }) => {
                AllEvent::Building { done, total, unit: unit.to_owned() }
            }
        });
    };
    if ready.is_empty() {
        return Ok(());
    }
    let names = ready.iter().map(|(exercise, _)| exercise.name.as_str());
    let built = build(shared, build_tests(names), Purpose::Verdict, stop, news)?;
    let Some(built) = built else { return Ok(()) };
    let known: BTreeSet<_> = exercises.iter().map(|exercise| exercise.name.as_str()).collect();
    if let Some(trouble) = cargo::trouble(&built, |name| known.contains(name)) {
        turn.originals.set_news(true);
        return Err(trouble);
    }
    let (turn, built) = (&turn, &built);
    let waiting = Mutex::new(ready.into_iter());
    let troubles = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..PARALLEL {
            scope.spawn(|| {
                while let Some((exercise, synced)) = waiting.lock().expect("no panic while held").next() {
                    let judging = Judging { shared, turn, built, exercise, synced, start: Instant::now() };
                    match judging.verdict(stop, || {}) {
                        Ok(Some(judged)) => {
                            send(AllEvent::Judged { name: exercise.name.clone(), judged: Box::new(judged) });
                        }
                        Ok(None) => return,
                        Err(trouble) => troubles.lock().expect("no panic while held").push(trouble),
                    }
                }
            });
        }
    });
    troubles.into_inner().expect("no panic while held").into_iter().next().map_or(Ok(()), Err)
}

pub(super) type Prepared<'a> = (&'a Exercise, Result<Synced, Verdict>);

/// Lays the learner's files over the originals. An exercise that needs no build for its verdict has it already.
pub(super) fn prepare<'a>(
    shared: &Shared,
    turn: &mut Turn<'_>,
    exercises: &'a [Exercise],
) -> Result<Vec<Prepared<'a>>, Trouble> {
    lay_originals(shared, turn)?;
    let mut prepared = Vec::new();
    for exercise in exercises {
        let synced = lay_over(shared, turn, exercise)?.and_then(|synced| match attachment(&synced.main) {
            Ok(()) => Ok(synced),
            Err(how) => Err(Verdict::NotAttached(how)),
        });
        prepared.push((exercise, synced));
    }
    Ok(prepared)
}

/// Brings the mirror to the originals' state.
pub(super) fn lay_originals(shared: &Shared, turn: &mut Turn<'_>) -> Result<(), Trouble> {
    let failed = |error| cannot_write(&error);
    turn.originals.refresh().map_err(failed)?;
    let synced = if turn.originals.has_news() {
        shared.mirror.sync_originals(&turn.originals, &shared.course)
    } else {
        shared.mirror.sync_shared(&turn.originals)
    };
    synced.map_err(failed)?;
    turn.originals.set_news(false);
    Ok(())
}

/// Lays the learner's files of one exercise over the originals. A missing file is a verdict.
pub(super) fn lay_over(
    shared: &Shared,
    turn: &Turn<'_>,
    exercise: &Exercise,
) -> Result<Result<Synced, Verdict>, Trouble> {
    if !turn.originals.workspace().join(exercise.member()).is_dir() {
        return Err(Trouble::Course(format!(
            "{} is not in the last commit, so there is no original to judge by; commit it, or use `dev check {}`",
            exercise.name, exercise.name
        )));
    }
    shared.mirror.sync_exercise(&turn.originals, exercise).map_err(|error| cannot_write(&error))
}

pub(super) fn build(
    shared: &Shared,
    argv: Vec<String>,
    purpose: Purpose,
    stop: &Stop,
    mut news: impl FnMut(News<'_>),
) -> Result<Option<Built>, Trouble> {
    let (folder, target) = (&shared.mirror.workspace, &shared.mirror.target);
    let call = Call { argv, folder, target, purpose, compiler: Compiler::Rustc, mark: shared.mark() };
    let built = cargo::call(&call, stop, |said| {
        if let Some(said) = cargo::news(said) {
            news(said);
        }
    });
    // What is left is only room that is not used well; it is tried again with the next build.
    let _ = tidy::drop_old_data(target);
    built
}

pub(super) fn judged(verdict: Verdict, start: Instant) -> Judged {
    Judged {
        verdict,
        warnings: Vec::new(),
        notices: Vec::new(),
        output: String::new(),
        took: start.elapsed(),
    }
}

/// An exercise whose build has ended.
struct Judging<'a> {
    shared: &'a Shared,
    turn: &'a Turn<'a>,
    built: &'a Built,
    exercise: &'a Exercise,
    synced: Synced,
    start: Instant,
}

impl Judging<'_> {
    /// Runs the tests and judges them. `None` where it was stopped.
    fn verdict(self, stop: &Stop, testing: impl FnOnce()) -> Result<Option<Judged>, Trouble> {
        let (workspace, member) = (&self.shared.mirror.workspace, self.exercise.member());
        let specification = self.turn.originals.workspace().join(&member).join(SPECIFICATION);
        let specification = fs::read_to_string(specification).map_err(|error| cannot_write(&error))?;
        let package = Package {
            name: &self.exercise.name,
            member: &member,
            workspace,
            specification: &spec_tests(&specification),
            timeout: self.exercise.timeout,
            arguments: &[],
        };
        testing();
        let proved = package.judge(self.built, self.shared.mark(), stop)?;
        let Some(Proved { verdict, output, left_behind }) = proved else { return Ok(None) };
        let mut notices = self.synced.notices;
        if !left_behind.is_empty() {
            notices.push(Notice::LeftBehind(left_behind));
        }
        let warnings = self.built.log.of(&self.exercise.name, Level::Warning);
        Ok(Some(Judged { verdict, warnings, notices, output, took: self.start.elapsed() }))
    }
}

/// A package in a workspace that was built.
pub(super) struct Package<'a> {
    pub(super) name: &'a str,
    /// Its folder relative to the workspace.
    pub(super) member: &'a Path,
    pub(super) workspace: &'a Path,
    /// The tests that a pass needs.
    pub(super) specification: &'a [String],
    pub(super) timeout: Duration,
    /// For libtest.
    pub(super) arguments: &'a [&'a str],
}

/// What building and testing a package came to.
pub(super) struct Proved {
    pub(super) verdict: Verdict,
    pub(super) output: String,
    pub(super) left_behind: Vec<String>,
}

impl Package<'_> {
    /// Runs the package's tests and judges them. `None` where it was stopped.
    pub(super) fn judge(&self, built: &Built, mark: Mark, stop: &Stop) -> Result<Option<Proved>, Trouble> {
        let without_a_test = |verdict| Proved { verdict, output: String::new(), left_behind: Vec::new() };
        let Some(binary) = built.log.test_binaries.get(self.name) else {
            let errors = built.log.of(self.name, Level::Error);
            if errors.is_empty() {
                return Err(Trouble::Other(format!(
                    "cargo built no tests for {}: {}",
                    self.name, built.stderr
                )));
            }
            return Ok(Some(without_a_test(Verdict::DoesNotCompile { errors })));
        };
        if !is_compiled_in(binary, self.member) {
            return Ok(Some(without_a_test(Verdict::NotAttached(NotAttached::NotCompiled))));
        }
        let folder = self.workspace.join(self.member);
        let tested = binary::run(binary, self.arguments, &folder, self.timeout, mark, stop)?;
        Ok(tested.map(|Tested { ran, left_behind }| Proved {
            verdict: judge(self.specification, &ran),
            output: ran.output,
            left_behind,
        }))
    }
}

/// Whether the specification is among the files that the binary was compiled from, by rustc's own list.
fn is_compiled_in(binary: &Path, member: &Path) -> bool {
    let Ok(list) = fs::read_to_string(binary.with_extension("d")) else {
        return false;
    };
    let specification = member.join(SPECIFICATION);
    list.lines()
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(_, files)| files.split(' '))
        .any(|file| Path::new(file).ends_with(&specification))
}
