//! `hint [NAME]`: one more hint each time, counted together with those of the live session.

use super::Here;
use crate::course::Exercise;
use crate::exit::Exit;
use crate::progress::Record;
use crate::report::Output;
use crate::ui::wrap;

pub(super) fn hint(here: &Here, name: Option<&str>, output: &mut Output) -> anyhow::Result<Exit> {
    let exercise = here.find_or_current(name)?;
    if let Some((test, text)) = own_hint(exercise, &here.progress.record(&exercise.name)) {
        here.store.update(|progress| progress.hinted_for(&exercise.name, test))?;
        tell(output, "hint for the test that fails first", exercise, text)?;
        return Ok(Exit::Done);
    }
    let all = exercise.hints.len();
    if all == 0 {
        output.line(&format!("{} has no hints", exercise.name))?;
        return Ok(Exit::Done);
    }
    let mut seen_all = false;
    let saved = here.store.update(|progress| {
        let seen = progress.record(&exercise.name).hints;
        seen_all = seen as usize >= all;
        if !seen_all {
            progress.hinted(&exercise.name, seen + 1);
        }
    })?;
    let number = all.min(saved.progress.record(&exercise.name).hints as usize);
    let again = if seen_all { ", the last one again" } else { "" };
    tell(output, &format!("hint {number} of {all}{again}"), exercise, &exercise.hints[number - 1])?;
    Ok(Exit::Done)
}

/// The hint of the test that failed first in the last verdict, once.
fn own_hint<'a>(exercise: &'a Exercise, record: &Record) -> Option<(&'a str, &'a str)> {
    let failing = record.failing_test.as_ref().filter(|test| record.hinted_for.as_ref() != Some(test))?;
    let (test, hint) = exercise.hint_for.get_key_value(failing)?;
    Some((test, hint))
}

fn tell(output: &mut Output, heading: &str, exercise: &Exercise, text: &str) -> anyhow::Result<()> {
    output.line(&format!("{}  {}", output.theme.hint(heading), exercise.name))?;
    output.line("")?;
    output.lines(&wrap(text.trim(), output.columns))?;
    Ok(())
}
