//! `hint [NAME]`: one more hint each time, counted together with those of the live session.

use super::Here;
use crate::exit::Exit;
use crate::report::Output;
use crate::ui::wrap;

pub(super) fn hint(here: &Here, name: Option<&str>, output: &mut Output) -> anyhow::Result<Exit> {
    let exercise = here.find_or_current(name)?;
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
    let heading = format!("hint {number} of {all}{again}");
    output.line(&format!("{}  {}", output.theme.hint(&heading), exercise.name))?;
    output.line("")?;
    output.lines(&wrap(exercise.hints[number - 1].trim(), output.columns))?;
    Ok(Exit::Done)
}
