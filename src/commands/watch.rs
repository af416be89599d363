//! The live session, which is what `backendlings` without a command is.

use std::env;
use std::io::{self, IsTerminal};

use super::here::course_around;
use crate::cli::Cli;
use crate::exit::Exit;
use crate::ui::{Mode, Theme, wants_lines};
use crate::watch::{self, Options, WatchExit};

pub(super) fn watch(cli: &Cli, theme: Theme) -> anyhow::Result<Exit> {
    let course = course_around(cli.course.as_deref())?;
    let is_plain = cli.plain || wants_lines() || !io::stdin().is_terminal() || !io::stdout().is_terminal();
    let (mode, theme) = if is_plain { (Mode::Lines, theme.with_links(false)) } else { (Mode::Frames, theme) };
    // For the benchmark, which compares with and without.
    let prefetch = env::var_os("BACKENDLINGS_PREFETCH").is_none_or(|wanted| wanted != "off");
    Ok(match watch::run(course, Options { stay: cli.stay, prefetch, theme, mode })? {
        WatchExit::Quit => Exit::Done,
        WatchExit::Signalled(signal) => Exit::Interrupted(signal),
    })
}
