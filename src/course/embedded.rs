//! The course that this binary carries: one tar archive, packed by the build script from what git tracks at HEAD.

use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use tar::{Archive, EntryType};

/// Empty where the binary was built without git and without a packed course.
static ARCHIVE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/course.tar"));

/// The course's files with their bytes, paths relative to its root: info.toml, exercises, solutions. Empty where this
/// build carries no course.
pub fn files() -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    unpack(ARCHIVE)
}

fn unpack(archive: &[u8]) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in Archive::new(archive).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        match entry.header().entry_type() {
            EntryType::Regular => {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                files.push((checked(path)?, bytes));
            }
            // Folders come with their files; git notes the commit in a global header.
            EntryType::Directory | EntryType::XGlobalHeader => {}
            other => return Err(unfit(&path, &format!("is neither a file nor a folder ({other:?})"))),
        }
    }
    Ok(files)
}

/// The path, if it leads nowhere but down.
fn checked(path: PathBuf) -> io::Result<PathBuf> {
    if path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(path);
    }
    Err(unfit(&path, "leaves the course"))
}

fn unfit(path: &Path, why: &str) -> io::Error {
    io::Error::other(format!("the course in this binary is damaged: {} {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of one entry, written byte by byte: the tar crate refuses to write bad paths.
    fn archive_of(path: &str, kind: EntryType, bytes: &[u8]) -> Vec<u8> {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        let mut archive = header.as_bytes().to_vec();
        archive.extend_from_slice(bytes);
        archive.resize(archive.len().next_multiple_of(512) + 1024, 0);
        archive
    }

    #[test]
    fn files_come_with_their_bytes() {
        let archive = archive_of("exercises/01_http/a/src/main.rs", EntryType::Regular, b"fn main() {}\n");
        let files = unpack(&archive).unwrap();
        assert_eq!(files, [(PathBuf::from("exercises/01_http/a/src/main.rs"), b"fn main() {}\n".to_vec())]);
    }

    #[test]
    fn no_archive_is_no_files() {
        assert_eq!(unpack(&[]).unwrap(), []);
    }

    #[test]
    fn paths_out_of_the_course_are_refused() {
        for path in ["../evil", "/etc/evil", "exercises/../../evil"] {
            let error = unpack(&archive_of(path, EntryType::Regular, b"x")).unwrap_err();
            assert!(error.to_string().contains("leaves the course"), "{path}: {error}");
        }
    }

    #[test]
    fn links_are_refused() {
        let error = unpack(&archive_of("exercises/link", EntryType::Symlink, b"")).unwrap_err();
        assert!(error.to_string().contains("neither a file nor a folder"), "{error}");
    }
}
