//! `dev ...`: what authors of exercises need.

mod check;

use super::Here;
use crate::cli::Dev;
use crate::exit::Exit;
use crate::report::Output;

pub(super) fn dev(here: &Here, command: &Dev, output: &mut Output) -> anyhow::Result<Exit> {
    match command {
        Dev::Check { names } => check::check(here, names, output),
    }
}
