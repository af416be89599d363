//! The runner as learners have it: a release build, and a course that it wrote.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};

/// Builds it and returns where it is.
pub(crate) fn release_build(repository: &Path) -> Result<PathBuf> {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or(repository.join("target"), |target| repository.join(target));
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--release", "--package", "backendlings", "--target-dir"]).arg(&target);
    ensure!(build.current_dir(repository).status()?.success(), "the runner does not build");
    Ok(target.join("release/backendlings"))
}

/// Writes a course and returns its folder.
pub(crate) fn init(runner: &Path, folder: &Path) -> Result<PathBuf> {
    let status = Command::new(runner).arg("init").arg(folder).stdout(Stdio::null()).status()?;
    ensure!(status.success(), "`backendlings init` failed");
    Ok(folder.to_path_buf())
}
