//! From the learner's files to verdicts: the mirror first, then [`Batch`] by batch.

use std::mem;
use std::sync::Mutex;
use std::time::Instant;

use super::batch::{Batch, Ready, Step, Told};
use super::cargo::{self, Built, Call, News, Progress, Purpose};
use super::mirror::Synced;
use super::run::{Shared, cannot_write};
use super::stop::Stop;
use super::tidy;
use super::turn::Turn;
use crate::check::{AllEvent, Judged, RunEvent, Trouble, Verdict, Wait, attachment};
use crate::course::{Exercise, Proof, Workspace};

/// Judges one exercise and sends what happens. Nothing is sent once it is stopped.
pub(super) fn one(shared: &Shared, exercise: &Exercise, stop: &Stop, events: &(impl Fn(RunEvent) + Sync)) {
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
    send: &(impl Fn(RunEvent) + Sync),
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
    let verdict = Mutex::new(None);
    let mut told = Told {
        news: |news: News<'_>| {
            send(match news {
                News::Waiting(wait) => RunEvent::Waiting(wait),
                News::Step(Progress { done, total, unit }) => {
                    RunEvent::Building { done, total, unit: unit.to_owned() }
                }
            });
        },
        testing: || send(RunEvent::Testing),
        judged: |_: &Exercise, judged| *verdict.lock().expect("no panic while held") = Some(judged),
    };
    let batch = Batch { shared, turn: &turn, stop };
    if let Err(trouble) = batch.judge(vec![Ready { exercise, synced, start }], &mut told) {
        // Perhaps somebody was in the mirror: the next run brings all of it in line.
        turn.originals.set_news(true);
        return Err(trouble);
    }
    Ok(verdict.into_inner().expect("no panic while held"))
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
    let tell = |exercise: &Exercise, judged| {
        send(AllEvent::Judged { name: exercise.name.clone(), judged: Box::new(judged) });
    };
    let mut ready = Vec::new();
    for (exercise, synced) in prepare(shared, &mut turn, exercises)? {
        match synced {
            Ok(synced) => ready.push(Ready { exercise, synced, start }),
            Err(verdict) => tell(exercise, judged(verdict, start)),
        }
    }
    let mut told = Told {
        news: |news: News<'_>| {
            send(match news {
                News::Waiting(wait) => AllEvent::Waiting(wait),
                News::Step(Progress { done, total, unit }) => {
                    AllEvent::Building { done, total, unit: unit.to_owned() }
                }
            });
        },
        testing: || {},
        judged: tell,
    };
    while !ready.is_empty() && stop.requested().is_none() {
        let kind = mem::discriminant(&ready[0].exercise.proof);
        let (together, others) =
            ready.into_iter().partition(|ready| mem::discriminant(&ready.exercise.proof) == kind);
        ready = others;
        let batch = Batch { shared, turn: &turn, stop };
        if let Err(trouble) = batch.judge(together, &mut told) {
            turn.originals.set_news(true);
            return Err(trouble);
        }
    }
    Ok(())
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
        let synced = lay_over(shared, turn, exercise)?.and_then(|synced| match exercise.proof {
            Proof::Specification => match attachment(&synced.main) {
                Ok(()) => Ok(synced),
                Err(how) => Err(Verdict::NotAttached(how)),
            },
            Proof::OwnTests(_) | Proof::Program(_) => Ok(synced),
        });
        prepared.push((exercise, synced));
    }
    Ok(prepared)
}

/// Brings the mirror in line with what every exercise is built with.
pub(super) fn lay_originals(shared: &Shared, turn: &mut Turn<'_>) -> Result<(), Trouble> {
    let failed = |error| cannot_write(&error);
    turn.originals.refresh().map_err(failed)?;
    let synced = match shared.course.workspace {
        Workspace::AsItIs => shared.mirror.sync_course(&shared.course),
        Workspace::AsShipped if turn.originals.has_news() => {
            shared.mirror.sync_originals(&turn.originals, &shared.course)
        }
        Workspace::AsShipped => shared.mirror.sync_shared(&turn.originals),
    };
    synced.map_err(failed)?;
    turn.originals.set_news(false);
    Ok(())
}

/// Lays the learner's files of one exercise into the mirror. A missing file is a verdict.
pub(super) fn lay_over(
    shared: &Shared,
    turn: &Turn<'_>,
    exercise: &Exercise,
) -> Result<Result<Synced, Verdict>, Trouble> {
    if shared.course.workspace == Workspace::AsItIs {
        return Ok(shared.mirror.look_at(&shared.course, exercise));
    }
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
    Step { argv, compiler, is_aside }: Step,
    purpose: Purpose,
    stop: &Stop,
    mut news: impl FnMut(News<'_>),
) -> Result<Option<Built>, Trouble> {
    let mirror = &shared.mirror;
    let target = if is_aside { &mirror.lints } else { &mirror.target };
    let folder = &mirror.workspace;
    let below = shared.course.workspace.folder();
    let call = Call { argv, folder, target, below, purpose, compiler, mark: shared.mark() };
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
