//! What the runner asks git: which commit a clone is at, its files, and which of them changed.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
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

/// What is different on disk since a branch left another, or since a commit.
#[derive(Debug)]
pub struct Changes {
    /// Committed, staged, edited or new; relative to the course's root.
    pub files: Vec<PathBuf>,
    /// info.toml as it was, where it was there.
    pub info: Option<String>,
}

/// Why nobody can say what changed.
#[derive(Debug, thiserror::Error)]
pub enum NoChanges {
    #[error("{} is no git repository\n  help: leave --changed-since out, or check a clone", .0.display())]
    NoRepository(PathBuf),
    #[error("git knows no commit `{0}` here\n  help: fetch it first; CI fetches all with `fetch-depth: 0`")]
    Unknown(String),
    #[error(
        "HEAD and `{0}` have no commit in common\n  help: a clone that is not shallow has all commits; CI makes one \
         with `fetch-depth: 0`"
    )]
    Unrelated(String),
    #[error(transparent)]
    Git(#[from] io::Error),
}

/// What changed in the course since HEAD's branch left `reference`: what git calls `reference...`, and what is not
/// committed yet.
pub fn changes_since(root: &Path, reference: &str) -> Result<Changes, NoChanges> {
    match ask(root, &["rev-parse", "--git-dir"]) {
        Err(no_git) if no_git.kind() == io::ErrorKind::NotFound => return Err(no_git.into()),
        Err(_) => return Err(NoChanges::NoRepository(root.to_path_buf())),
        Ok(_) => {}
    }
    // No name of a commit begins with a dash; git would take it for an option.
    let commit = format!("{reference}^{{commit}}");
    if reference.starts_with('-') || ask(root, &["rev-parse", "--verify", "--quiet", &commit]).is_err() {
        return Err(NoChanges::Unknown(reference.to_owned()));
    }
    let base = ask(root, &["merge-base", reference, "HEAD"])
        .map_err(|_| NoChanges::Unrelated(reference.to_owned()))?;
    let base = String::from_utf8_lossy(&base).trim().to_owned();
    let mut files = ask(root, &["diff", "--name-only", "--no-renames", "--relative", "-z", &base])?;
    files.extend(ask(root, &["ls-files", "--others", "--exclude-standard", "-z"])?);
    let files = files.split(|byte| *byte == 0).filter(|file| !file.is_empty());
    let info = ask(root, &["show", &format!("{base}:./{INFO_FILE}")]).ok();
    Ok(Changes {
        files: files.map(|file| PathBuf::from(OsStr::from_bytes(file))).collect(),
        info: info.and_then(|info| String::from_utf8(info).ok()),
    })
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
