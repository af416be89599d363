//! The command line: every command and flag with its help.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::{env, io};

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 not passed yet, 2 wrong usage, 3 the course is broken, 4 the machine is (no cargo, no space, ...), \
101 a bug, 130 interrupted";

/// Learn backend development in Rust by fixing small, broken services.
///
/// Without a command it watches the course in this folder or the one around it: save a file, see the verdict.
#[derive(Debug, Parser)]
#[command(name = "backendlings", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// The course's folder, or any folder in it, if it is not this one
    #[arg(long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub course: Option<PathBuf>,
    /// Whether to use colours; `auto` looks at the terminal, `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// While watching, stay at an exercise that passes until `n` is pressed
    #[arg(long)]
    pub stay: bool,
    /// While watching, tell everything in lines, one after the other, as a screen reader needs it; so it is where
    /// `ACCESSIBLE` is set, where `TERM` is `dumb`, and outside a terminal
    #[arg(long)]
    pub plain: bool,
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Cli {
    /// Whether places are links: only where colours are, and only for a terminal that knows them. VS Code's finds places
    /// in the text itself, and goes to their lines.
    pub fn has_links(&self) -> bool {
        let is_code = env::var("TERM_PROGRAM").is_ok_and(|program| program == "vscode");
        let is_asked = env::var_os("FORCE_HYPERLINK").is_some();
        self.color.is_wanted()
            && io::stdout().is_terminal()
            && (is_asked || !is_code)
            && supports_hyperlinks::supports_hyperlinks()
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the course into a new folder, ready to open
    Init {
        /// The folder, which must be new or empty
        #[arg(value_name = "DIR", default_value = "backendlings", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
        /// Do not download the crates now; the first run does
        #[arg(long)]
        no_fetch: bool,
    },
    /// Judge one exercise once; a pass is recorded and moves on
    Run {
        /// The exercise; the current one if left out
        name: Option<String>,
    },
    /// Judge every exercise again
    CheckAll,
    /// Show the chapters, the exercises and how they stand
    List {
        /// As JSON, for scripts
        #[arg(long)]
        json: bool,
    },
    /// Show the next hint
    Hint {
        /// The exercise; the current one if left out
        name: Option<String>,
    },
    /// Put an exercise back to its starter, keeping a backup of your files
    Reset {
        /// The exercise
        name: String,
    },
    /// Compare your code with the reference, once it has passed
    Solution {
        /// The exercise; the one passed last if left out
        name: Option<String>,
    },
    /// Start an exercise's service as it is now and print how to ask it; a save starts it again, Ctrl-C ends it
    Try {
        /// The exercise; the current one if left out
        name: Option<String>,
    },
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// For authors of exercises
    #[command(subcommand)]
    Dev(Dev),
}

#[derive(Debug, Subcommand)]
pub enum Dev {
    /// Prove what every check.toml declares: starter, solution, mistakes, accepted variants
    Check(CheckArgs),
    /// Begin a new exercise: a small example that is green, to be rewritten step by step
    New {
        /// The chapter's folder, such as `02_routing`; a new one gets its place by its name
        chapter: String,
        /// The exercise, such as `route_fallback`
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The exercises; all of them if left out
    pub names: Vec<String>,
    /// How to report: human, json, junit or github, each to standard output or `:FILE`; may be given several times
    #[arg(long, value_name = "FORMAT[:FILE]")]
    pub report: Vec<String>,
    /// Only what changed since this branch or commit was left; all if that is something all exercises share
    #[arg(long, value_name = "REF")]
    pub changed_since: Option<String>,
    /// Only the Kth of N shares, by a hash of the names; `CI_NODE_INDEX` and `CI_NODE_TOTAL` say it, too
    #[arg(long, value_name = "K/N")]
    pub shard: Option<String>,
    /// Run every solution's tests N times more, side by side and one at a time, to catch those that do not always pass
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub flaky: usize,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// The decision for this process.
    pub fn is_wanted(self) -> bool {
        let terminal = io::stdout().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb");
        self.decide(|name| env::var(name).ok(), terminal)
    }

    /// <https://no-color.org>, <https://bixense.com/clicolors>: a flag beats the environment, the environment the terminal.
    fn decide(self, variable: impl Fn(&str) -> Option<String>, terminal: bool) -> bool {
        let says_yes = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
            Self::Auto => says_yes("CLICOLOR_FORCE") || terminal,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_flag_beats_the_environment_and_the_environment_the_terminal() {
        type Environment = &'static [(&'static str, &'static str)];
        let rows: [(Color, Environment, bool, bool); 9] = [
            (Color::Auto, &[], true, true),
            (Color::Auto, &[], false, false),
            (Color::Auto, &[("NO_COLOR", "1")], true, false),
            (Color::Auto, &[("NO_COLOR", "")], true, true),
            (Color::Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (Color::Auto, &[("CLICOLOR_FORCE", "0")], false, false),
            (Color::Auto, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, false),
            (Color::Always, &[("NO_COLOR", "1")], false, true),
            (Color::Never, &[("CLICOLOR_FORCE", "1")], true, false),
        ];
        for (color, environment, terminal, expected) in rows {
            let variable = |name: &str| {
                let found = environment.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(
                color.decide(variable, terminal),
                expected,
                "{color:?} {environment:?} terminal: {terminal}"
            );
        }
    }
}
