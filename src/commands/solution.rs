//! `solution [NAME]`: from the learner's code to the reference, once it has passed.

use std::io::ErrorKind;

use anyhow::Context;
use fs_err as fs;

use super::Here;
use crate::course::Exercise;
use crate::exit::Exit;
use crate::report::Output;
use crate::runner::{keep_reference, reference};
use crate::ui::{Compared, diff_lines};

pub(super) fn solution(here: &Here, name: Option<&str>, output: &mut Output) -> anyhow::Result<Exit> {
    let exercise = match name {
        Some(name) => here.find(name)?,
        None => passed_last(here).unwrap_or(here.current()),
    };
    if !here.progress.is_passed(&exercise.name) {
        output.line(&format!(
            "{0} has not passed yet; the reference is shown after that\n  help: `backendlings hint {0}` gives the next hint",
            exercise.name
        ))?;
        return Ok(Exit::NotYet);
    }
    let files = compared(here, exercise)?;
    if files.is_empty() {
        output.line(&format!("this course has no reference for {}", exercise.name))?;
    } else {
        output.lines(&diff_lines(&files, output.theme))?;
    }
    let kept =
        keep_reference(&here.course, exercise).context("could not write the reference into solutions")?;
    if let Some(folder) = kept {
        output.line("")?;
        let folder = output.theme.path(&folder.display().to_string());
        output.line(&format!("the reference is in {folder}, for later reading"))?;
    }
    Ok(Exit::Done)
}

/// A pass has moved on to the next exercise by now, and it is the one before that is meant.
fn passed_last(here: &Here) -> Option<&Exercise> {
    let exercises = here.course.exercises.iter();
    exercises
        .filter_map(|exercise| Some((here.progress.record(&exercise.name).passed_at?, exercise)))
        .max_by(|(one, _), (other, _)| one.cmp(other))
        .map(|(_, exercise)| exercise)
}

fn compared(here: &Here, exercise: &Exercise) -> anyhow::Result<Vec<Compared>> {
    let mut files = Vec::new();
    for (path, reference) in reference(&here.course, exercise)?.unwrap_or_default() {
        let path = exercise.folder().join(path);
        let yours = match fs::read_to_string(here.course.root.join(&path)) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            yours => yours?,
        };
        files.push(Compared { path: path.display().to_string(), yours, reference });
    }
    Ok(files)
}
