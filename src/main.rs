//! backendlings, the program: what it does is in the library.

use std::process::ExitCode;

use backendlings::cli::Cli;
use backendlings::commands;
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    commands::run(&cli).into()
}
