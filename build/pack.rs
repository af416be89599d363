//! The course as one tar archive, made from what git tracks at HEAD and never from the working tree: a learner's own
//! edits in a clone must not end up in what `init` writes.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a course is made of. The author's facts stay out: they would tell a learner which mistakes are known.
const COURSE: [&str; 4] = ["info.toml", "exercises", "solutions", ":(exclude,glob)solutions/**/check.toml"];

/// The course in `folder` at HEAD. The same commit gives the same bytes on every machine.
pub(crate) fn course_at_head(folder: &Path) -> io::Result<Vec<u8>> {
    // Settings of the machine that would change the archive's bytes.
    let settings = ["-c", "tar.umask=0022", "-c", "core.autocrlf=false", "-c", "core.eol=lf"];
    let archive = ["archive", "--format=tar", "HEAD", "--"];
    git(folder, settings.into_iter().chain(archive).chain(COURSE))
}

/// What git prints when called with `arguments` in `folder`.
pub(crate) fn git<'a>(folder: &Path, arguments: impl IntoIterator<Item = &'a str>) -> io::Result<Vec<u8>> {
    let output = Command::new("git").args(arguments).current_dir(folder).stdin(Stdio::null()).output()?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}
