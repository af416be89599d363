//! `check-all`: every exercise again.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::{Here, foreground};
use crate::check::{AllEvent, Judged, Trouble};
use crate::exit::Exit;
use crate::report::{self, Bar, Output};
use crate::runner::Runner;

pub(super) fn check_all(here: &Here, output: &mut Output) -> anyhow::Result<Exit> {
    let mut judged = judge_all(here)?;
    let now = SystemTime::now();
    here.store.update(|progress| {
        for (name, judged) in &judged {
            progress.checked(name, judged.verdict.is_pass(), now);
        }
    })?;
    let all = judged.len();
    judged.retain(|_, judged| !judged.verdict.is_pass());
    let passed = all - judged.len();
    let exercises = here.course.exercises.iter();
    let not_passed: Vec<_> =
        exercises.filter_map(|exercise| Some((exercise, judged.remove(&exercise.name)?))).collect();
    output.lines(&report::not_passed(&here.course, &not_passed, output.theme, output.columns))?;
    if !not_passed.is_empty() {
        output.line("")?;
    }
    output.line(&format!("{passed} of {all} pass now"))?;
    Ok(if not_passed.is_empty() { Exit::Done } else { Exit::NotYet })
}

/// The verdict on every exercise, by its name.
fn judge_all(here: &Here) -> anyhow::Result<BTreeMap<String, Judged>> {
    let runner = Runner::open(&here.course)?;
    let exercises = here.course.exercises.clone();
    let total = exercises.len() as u64;
    let mut bar = Bar::default();
    let mut judged = BTreeMap::new();
    let mut trouble = None;
    foreground::follow(
        |events| {
            runner.start_all(exercises, move |event| {
                // The command may be on its way out, and then nobody listens.
                let _ = events.send(event);
            })
        },
        |event| match event {
            AllEvent::Waiting(wait) => bar.show(wait.words(), 0, 0, ""),
            AllEvent::Building { done, total, unit } => bar.show("building", done, total, &unit),
            AllEvent::Judged { name, judged: verdict } => {
                bar.show("testing", judged.len() as u64 + 1, total, &name);
                judged.insert(name, *verdict);
            }
            AllEvent::Done => {}
            AllEvent::Trouble(why) => trouble = Some(why),
        },
    )?;
    match trouble {
        Some(trouble) => Err(trouble.into()),
        None if judged.len() as u64 == total => Ok(judged),
        None => Err(Trouble::Other(format!(
            "only {} of {total} exercises were judged\n  help: this is a bug of the runner; `backendlings run NAME` \
             judges one",
            judged.len()
        ))
        .into()),
    }
}
