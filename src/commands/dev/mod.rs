//! `dev ...`: what authors of exercises need.

mod check;
mod new;
mod skeleton;

use super::Here;
use crate::cli::Dev;
use crate::exit::Exit;
use crate::report::Output;

pub(super) fn dev(here: &Here, command: &Dev, output: &mut Output) -> anyhow::Result<Exit> {
    match command {
        Dev::Check(args) => check::check(here, args, output),
        Dev::New { chapter, name } => new::new(here, chapter, name, output),
    }
}
