//! Work on the repository that Cargo alone cannot do.

use std::env;
use std::path::Path;

use anyhow::{Context, bail};

mod bench;
#[path = "../../build/pack.rs"]
mod pack;
mod package;
mod pictures;
mod runner;
mod schemas;
mod session;

const USAGE: &str = "\
usage: cargo xtask package          make the crate to publish: the runner and the course at HEAD
       cargo xtask bench [PAIRS]    measure how long a learner waits, against a bare `cargo test` (31 pairs)
       cargo xtask bench rustlings [COURSE]
                                    only the comparison with the `rustlings` on PATH; `dev check` on a course in its format
       cargo xtask pictures         draw the live screen anew for the README, from a real run
       cargo xtask schemas          write the JSON Schemas of info.toml and check.toml
       cargo xtask schemas --check  say whether the written ones are those of this source";

fn main() -> anyhow::Result<()> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is a folder of the repository")?;
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["package"] => package::package(root),
        ["bench"] => bench::run(root, 31),
        ["bench", "rustlings"] => bench::rustlings::run(root, None, 31),
        ["bench", "rustlings", course] => bench::rustlings::run(root, Some(Path::new(course)), 31),
        ["bench", pairs] => bench::run(root, pairs.parse().context("PAIRS is a number")?),
        ["pictures"] => pictures::draw(root),
        ["schemas"] => schemas::write(root),
        ["schemas", "--check"] => schemas::check(root),
        _ => bail!(USAGE),
    }
}
