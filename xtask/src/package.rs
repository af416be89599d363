//! `cargo xtask package`: the crate to publish, which carries the course.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use fs_err as fs;

use crate::pack;

const ARCHIVE: &str = "course.tar";

/// `cargo package` leaves out folders with a manifest of their own, whatever `include` says, and so all exercises. They
/// travel as one archive, which the crate's build script takes where there is no git.
pub(crate) fn package(root: &Path) -> anyhow::Result<()> {
    let changed = pack::git(root, ["status", "--porcelain"]).context("could not ask git what has changed")?;
    ensure!(
        changed.is_empty(),
        "there are changes that are not committed:\n{}  help: commit them, since the course is packed from HEAD",
        String::from_utf8_lossy(&changed)
    );
    let archive = pack::course_at_head(root).context("could not pack the course")?;
    let krate = {
        let _packed = Packed::write(root.join(ARCHIVE), &archive)?;
        cargo_package(root)?
    };
    let unpacked = unpack(&krate)?;
    let carried = fs::read(unpacked.path().join(stem(&krate)).join(ARCHIVE))?;
    ensure!(carried == archive, "{} carries another course than HEAD", krate.display());
    println!("{} carries the course at HEAD ({} kB)", krate.display(), archive.len() / 1024);
    Ok(())
}

/// The archive in the repository, for as long as Cargo needs it: later builds take the course from git.
struct Packed(PathBuf);

impl Packed {
    fn write(file: PathBuf, archive: &[u8]) -> anyhow::Result<Self> {
        fs::write(&file, archive)?;
        Ok(Self(file))
    }
}

impl Drop for Packed {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            eprintln!("warning: {error}; delete it by hand");
        }
    }
}

/// Makes and verifies the crate; only [`ARCHIVE`] is not committed.
fn cargo_package(root: &Path) -> anyhow::Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), |target| root.join(target));
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["package", "--locked", "--allow-dirty", "--package", "backendlings", "--target-dir"];
    let status = Command::new(cargo).args(arguments).arg(&target).current_dir(root).status()?;
    ensure!(status.success(), "`cargo package` failed; it says why above");
    let name = format!("backendlings-{}.crate", version(root)?);
    Ok(target.join("package").join(name))
}

fn version(root: &Path) -> anyhow::Result<String> {
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let package = manifest.split_once("\n[package]\n").context("Cargo.toml has a [package]")?.1;
    let line =
        package.lines().find_map(|line| line.strip_prefix("version = ")).context("it has a version")?;
    Ok(line.trim_matches('"').to_owned())
}

/// Unpacks the crate as Cargo does when it installs it: a folder named after it.
fn unpack(krate: &Path) -> anyhow::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let status = Command::new("tar").arg("-xzf").arg(krate).arg("-C").arg(folder.path()).status()?;
    ensure!(status.success(), "{} does not unpack", krate.display());
    Ok(folder)
}

fn stem(krate: &Path) -> PathBuf {
    krate.file_stem().map(PathBuf::from).unwrap_or_default()
}
