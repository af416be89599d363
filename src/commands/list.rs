//! `list [--json]`. Reads two files and starts nothing.

use super::Here;
use crate::exit::Exit;
use crate::report::{self, Output};

pub(super) fn list(here: &Here, json: bool, output: &mut Output) -> anyhow::Result<Exit> {
    if json {
        output.line(&report::list_json(&here.course, &here.progress))?;
    } else {
        output.lines(&report::list(&here.course, &here.progress, output.theme, output.columns))?;
    }
    Ok(Exit::Done)
}
