//! What the runner asks git: which commit a clone is at, and its files.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::cargo::cleaned;
use crate::course::INFO_FILE;

/// The commit that the clone around `root` is at. None outside a clone, without git, or where the course is not
/// tracked (a course inside somebody's other repository).
pub(super) fn commit_of(root: &Path) -> Option<String> {
    let commit = ask(root, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).ok()?;
    ask(root, &["cat-file", "-e", &format!("HEAD:./{INFO_FILE}")]).ok()?;
    Some(String::from_utf8_lossy(&commit).trim().to_owned())
}

/// The folder `what` at `commit`, as a tar archive with paths relative to `root`.
pub(super) fn archive(root: &Path, commit: &str, what: &str) -> io::Result<Vec<u8>> {
    ask(root, &["archive", "--format=tar", commit, what])
}

/// The times of the files that change when HEAD moves; two looks at a file instead of a process per save.
pub(super) fn head_stamps(root: &Path) -> Option<Vec<SystemTime>> {
    let folder = root.ancestors().map(|folder| folder.join(".git")).find(|git| git.exists())?;
    let folder = if folder.is_dir() { folder } else { linked(&folder)? };
    let stamps =
        ["HEAD", "logs/HEAD"].map(|file| folder.join(file).metadata().and_then(|data| data.modified()));
    Some(stamps.into_iter().flatten().collect())
}

/// A worktree's `.git` is a file: `gitdir: /elsewhere/.git/worktrees/name`.
fn linked(file: &Path) -> Option<PathBuf> {
    let text = fs_err::read_to_string(file).ok()?;
    let target = text.trim().strip_prefix("gitdir: ")?;
    Some(file.parent()?.join(target))
}

fn ask(root: &Path, arguments: &[&str]) -> io::Result<Vec<u8>> {
    let git = duct::cmd("git", arguments).dir(root).stdin_null().stdout_capture().stderr_null().unchecked();
    // A hook's GIT_DIR would answer for another repository.
    let output = cleaned(git, |variable| variable.starts_with("GIT_")).run()?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(io::Error::other(format!("`git {}` failed in {}", arguments.join(" "), root.display())))
    }
}
