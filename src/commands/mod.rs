//! One file per subcommand. The top of the house: uses every room, and none uses it but `main`.
//!
//! A command returns how it ended, or the error of the room it failed in; [`run`] says the error and turns it into
//! the exit code.

mod check_all;
mod completions;
mod dev;
mod foreground;
mod here;
mod hint;
mod init;
mod list;
mod reset;
mod run;
mod solution;
mod try_;
mod watch;

use crate::cli::{Cli, Command};
use crate::exit::{Exit, Usage};
use crate::report::{Output, note};
use crate::ui::Theme;
use here::Here;

/// Does what the command line asks for.
pub fn run(cli: &Cli) -> Exit {
    let mut output = Output::stdout(Theme::new(cli.color.is_wanted()).with_links(cli.has_links()));
    dispatch(cli, &mut output).unwrap_or_else(|error| {
        let exit = Exit::of(&error);
        if !matches!(exit, Exit::Interrupted(_)) {
            note(&format!("error: {}", words(&error)));
        }
        exit
    })
}

fn dispatch(cli: &Cli, output: &mut Output) -> anyhow::Result<Exit> {
    let here = || Here::open(cli.course.as_deref());
    let Some(command) = &cli.command else {
        return watch::watch(cli, output.theme);
    };
    if let Some(flag) = [(cli.stay, "--stay"), (cli.plain, "--plain")].iter().find(|(is_set, _)| *is_set) {
        let flag = flag.1;
        let help = format!("leave the command out, or {flag}");
        return Err(Usage(format!("{flag} is for watching\n  help: {help}")).into());
    }
    match command {
        Command::Init { folder, no_fetch } => init::init(folder, *no_fetch, cli.course.is_some(), output),
        Command::Run { name } => run::run(&here()?, name.as_deref(), output),
        Command::CheckAll => check_all::check_all(&here()?, output),
        Command::List { json } => list::list(&here()?, *json, output),
        Command::Hint { name } => hint::hint(&here()?, name.as_deref(), output),
        Command::Reset { name } => reset::reset(&here()?, name, output),
        Command::Solution { name } => solution::solution(&here()?, name.as_deref(), output),
        Command::Try { name } => try_::try_(&here()?, name.as_deref(), output),
        Command::Completions { shell } => completions::completions(*shell, output),
        Command::Dev(command) => dev::dev(&here()?, command, output),
    }
}

/// The error and its causes, without those that it quotes already.
fn words(error: &anyhow::Error) -> String {
    let mut words = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !words.contains(&cause) {
            words = format!("{words}: {cause}");
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::progress::StoreError;

    #[test]
    fn causes_are_told_once() {
        let denied = || io::Error::other("permission denied");
        let quoted = words(&StoreError::Read(denied()).into());
        assert_eq!(quoted.matches("permission denied").count(), 1, "{quoted}");
        let added = words(&anyhow::Error::from(denied()).context("could not write a/b"));
        assert_eq!(added, "could not write a/b: permission denied");
    }
}
