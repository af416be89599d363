//! Puts the course into the binary: `OUT_DIR/course.tar`, from git in a clone, else the `course.tar` that the published
//! crate carries. Without either the archive is empty, and `init` says so.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

mod pack;

const ARCHIVE: &str = "course.tar";

fn main() -> io::Result<()> {
    let variable = |name| PathBuf::from(env::var_os(name).expect("Cargo sets it for every build script"));
    let (folder, out) = (variable("CARGO_MANIFEST_DIR"), variable("OUT_DIR"));
    println!("cargo::rerun-if-changed=build");
    let from_git = pack::course_at_head(&folder);
    if from_git.is_err() {
        rerun_if_changed(&folder.join(ARCHIVE));
    }
    rerun_when_head_moves(&folder);
    let archive = from_git.or_else(|_| fs::read(folder.join(ARCHIVE))).unwrap_or_default();
    fs::write(out.join(ARCHIVE), archive)
}

/// A commit moves the branch that HEAD names, a checkout HEAD itself; the log hears of both, even where the branch has
/// no file of its own (packed refs).
fn rerun_when_head_moves(folder: &Path) {
    let ask = |arguments: &[&str]| {
        let answer = pack::git(folder, arguments.iter().copied()).ok()?;
        Some(String::from_utf8_lossy(&answer).trim().to_owned())
    };
    let branch = ask(&["symbolic-ref", "--quiet", "HEAD"]);
    for name in ["HEAD", "logs/HEAD", "packed-refs"].into_iter().chain(branch.as_deref()) {
        if let Some(path) = ask(&["rev-parse", "--git-path", name]) {
            rerun_if_changed(&folder.join(path));
        }
    }
}

/// Cargo takes a file that is not there for one that always changes.
fn rerun_if_changed(file: &Path) {
    if file.exists() {
        println!("cargo::rerun-if-changed={}", file.display());
    }
}
