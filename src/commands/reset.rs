//! `reset NAME`: back to the starter, with a backup of what it replaces.

use anyhow::Context;

use super::Here;
use crate::exit::Exit;
use crate::report::Output;
use crate::runner::Runner;

pub(super) fn reset(here: &Here, name: &str, output: &mut Output) -> anyhow::Result<Exit> {
    let exercise = here.find(name)?;
    let reset = Runner::open(&here.course)?.reset(exercise).with_context(|| {
        format!("could not put {name} back to its starter in {}", exercise.folder().display())
    })?;
    here.store.update(|progress| {
        progress.reset(name);
        // Whoever starts an exercise anew wants to work on it.
        progress.set_current(name);
    })?;
    if reset.restored.is_empty() {
        output.line(&format!("{name} was at its starter already; it counts as not passed"))?;
    } else {
        output.line(&format!("{name} is back at its starter:"))?;
        for file in &reset.restored {
            output.line(&format!("  {}", output.theme.path(&file.display().to_string())))?;
        }
    }
    if let Some(backup) = &reset.backup {
        output
            .line(&format!("your files are kept in {}", output.theme.path(&backup.display().to_string())))?;
    }
    Ok(Exit::Done)
}
