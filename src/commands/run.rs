//! `run [NAME]`: one verdict, no terminal needed.

use std::time::SystemTime;

use anyhow::Context;

use super::{Here, foreground};
use crate::check::{Judged, RunEvent, Trouble, Verdict};
use crate::course::Exercise;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::report::{Bar, Output};
use crate::runner::{Runner, keep_reference};
use crate::ui::{Look, failing_test, plural, verdict_lines};

pub(super) fn run(here: &Here, name: Option<&str>, output: &mut Output) -> anyhow::Result<Exit> {
    let exercises = here.course.exercises.len();
    if name.is_none() && here.progress.passed(&here.course) == exercises {
        let all = plural(exercises, "exercise");
        output.line(&format!("all done: {all} passed; `backendlings run NAME` judges one again"))?;
        return Ok(Exit::Done);
    }
    let exercise = here.find_or_current(name)?;
    let judged = judge(here, exercise)?;
    // Recorded before it is shown: a reader that closes the pipe takes no pass away, and a full disk no verdict.
    let recorded = record(here, exercise, &judged.verdict);
    let look = Look { theme: output.theme, columns: output.columns, root: &here.course.root };
    output.lines(&verdict_lines(exercise, &judged, 0, look))?;
    let progress = recorded?;
    if !judged.verdict.is_pass() {
        return Ok(Exit::NotYet);
    }
    keep_reference(&here.course, exercise).context("could not write the reference into solutions")?;
    output.line("")?;
    output.line(&what_is_next(here, &progress))?;
    Ok(Exit::Done)
}

fn judge(here: &Here, exercise: &Exercise) -> anyhow::Result<Judged> {
    let runner = Runner::open(&here.course)?;
    let mut bar = Bar::default();
    let mut outcome = Err(Trouble::Other(format!("the run of {} ended without a verdict", exercise.name)));
    foreground::follow(
        |events| {
            runner.start(exercise, move |event| {
                // The command may be on its way out, and then nobody listens.
                let _ = events.send(event);
            })
        },
        |event| match event {
            RunEvent::Waiting(wait) => bar.show(wait.words(), 0, 0, ""),
            RunEvent::Building { done, total, unit } => bar.show("building", done, total, &unit),
            RunEvent::Testing => {}
            RunEvent::Judged(judged) => outcome = Ok(*judged),
            RunEvent::Trouble(trouble) => outcome = Err(trouble),
        },
    )?;
    Ok(outcome?)
}

/// Notes the verdict and where the learner is now: at the exercise that was judged, or, once that has passed, at the
/// next one. Going over an earlier exercise again moves nobody.
fn record(here: &Here, exercise: &Exercise, verdict: &Verdict) -> anyhow::Result<Progress> {
    let name = &exercise.name;
    let passed = verdict.is_pass();
    let saved = here.store.update(|progress| {
        let was_current = here.course.exercises[progress.current(&here.course)].name == *name;
        let is_first_pass = passed && !progress.is_passed(name);
        progress.attempted(name, passed, SystemTime::now());
        progress.failing(name, failing_test(verdict, 0));
        if !passed {
            progress.set_current(name);
        } else if is_first_pass || was_current {
            let place = here.course.position(name).unwrap_or_default();
            let next = progress.next_pending(&here.course, place).unwrap_or(place);
            progress.set_current(&here.course.exercises[next].name);
        }
    })?;
    Ok(saved.progress)
}

fn what_is_next(here: &Here, progress: &Progress) -> String {
    let next = &here.course.exercises[progress.current(&here.course)];
    let (passed, all) = (progress.passed(&here.course), here.course.exercises.len());
    if passed == all {
        return format!(
            "{passed} of {all} passed: that was the last one\n\n{}",
            here.course.final_message.trim()
        )
        .trim_end()
        .to_owned();
    }
    let chapter = here.course.chapter_begins(progress.current(&here.course));
    let read = chapter.map(|readme| format!("\na new chapter begins: read {}", readme.display()));
    let next = format!("{}, in {}", next.name, next.main_file().display());
    format!("{passed} of {all} passed; next: {next}{}", read.unwrap_or_default())
}
