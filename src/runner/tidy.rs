//! What builds leave that is not worth its room.
//!
//! A whole course is more than a hundred exercises. Each keeps its test binary, so that going back costs no build; what
//! rustc keeps to build an exercise quickly again is twice as large, and only those that are being worked on need it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use fs_err as fs;

/// So many packages keep their incremental data: the exercise at hand, the one that is prefetched, and some that a learner
/// may go back to.
const KEPT: usize = 6;

/// Drops the incremental data of all but the packages that were built last. Nobody else builds in `target` meanwhile.
pub(super) fn drop_old_data(target: &Path) -> io::Result<()> {
    let mut packages = Vec::new();
    for package in fs::read_dir(target.join("debug/incremental"))? {
        let package = package?;
        // Whatever is built makes a new folder in it.
        packages.push((package.metadata()?.modified()?, package.path()));
    }
    packages.sort_unstable_by_key(|(built, _): &(SystemTime, PathBuf)| std::cmp::Reverse(*built));
    packages.iter().skip(KEPT).try_for_each(|(_, package)| fs::remove_dir_all(package))
}
