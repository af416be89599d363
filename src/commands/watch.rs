//! The live session, which is what `backendlings` without a command is.

use std::env;
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
    // For the benchmark, which compares with and without.
    let prefetch = env::var_os("BACKENDLINGS_PREFETCH").is_none_or(|wanted| wanted != "off");
    Ok(match watch::run(course, Options { stay, prefetch, theme })? {
        WatchExit::Quit => Exit::Done,
        WatchExit::Signalled(signal) => Exit::Interrupted(signal),
    })
}
