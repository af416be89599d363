//! The live session, which is what `backendlings` without a command is.

use std::io::{self, IsTerminal};
use std::path::Path;

use super::here::course_around;
use crate::exit::{Exit, Usage};
use crate::ui::Theme;
use crate::watch::{self, Options, WatchExit};

pub(super) fn watch(folder: Option<&Path>, stay: bool, theme: Theme) -> anyhow::Result<Exit> {
    // First, since outside a course a terminal would not help.
    let course = course_around(folder)?;
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let help =
            "without one, `backendlings run` judges the current exercise, `backendlings list` shows them all";
        return Err(
            Usage(format!("watching needs a terminal for its input and output\n  help: {help}")).into()
        );
    }
    Ok(match watch::run(course, Options { stay, theme })? {
        WatchExit::Quit => Exit::Done,
        WatchExit::Signalled(signal) => Exit::Interrupted(signal),
    })
}
