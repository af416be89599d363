//! Which reference a learner is shown, and what stays of it for later reading.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::originals::is_from_init;
use crate::course::{Course, Exercise, Reference, reference_carried, reference_on_disk};

/// The exercise's reference. In a clone that is what its `solutions` hold. A course that `init` wrote came without; what
/// lies there by now was kept for reading, and may have been changed.
pub fn reference(course: &Course, exercise: &Exercise) -> io::Result<Option<Reference>> {
    let (first, second) = if is_from_init(&course.root) { (CARRIED, ON_DISK) } else { (ON_DISK, CARRIED) };
    Ok(match first(course, exercise)? {
        None => second(course, exercise)?,
        found => found,
    })
}

type Find = fn(&Course, &Exercise) -> io::Result<Option<Reference>>;
const ON_DISK: Find = reference_on_disk;
const CARRIED: Find = reference_carried;

/// Writes the reference into `solutions` of a course that `init` wrote, for whoever wants to read it later. Files that
/// are there stay as they are. Returns the folder, relative to the course's root.
pub fn keep_reference(course: &Course, exercise: &Exercise) -> io::Result<Option<PathBuf>> {
    if !is_from_init(&course.root) {
        return Ok(None);
    }
    let Some(files) = reference_carried(course, exercise)? else {
        return Ok(None);
    };
    let folder = exercise.solution_folder();
    write_missing(&course.root.join(&folder), &files)?;
    Ok(Some(folder))
}

fn write_missing(folder: &Path, files: &Reference) -> io::Result<()> {
    for (path, text) in files {
        let file = folder.join(path);
        if !file.exists() {
            fs::create_dir_all(file.parent().unwrap_or(folder))?;
            fs::write(file, text)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_written_and_what_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let files = vec![("src/main.rs".into(), "new".into()), ("src/b.rs".into(), "new".into())];
        let root = folder.path().join("solutions/01_a/one");
        write_missing(&root, &files).unwrap();
        fs::write(root.join("src/b.rs"), "mine").unwrap();
        write_missing(&root, &files).unwrap();
        assert_eq!(fs::read_to_string(root.join("src/main.rs")).unwrap(), "new");
        assert_eq!(fs::read_to_string(root.join("src/b.rs")).unwrap(), "mine");
    }
}
