//! `list --json`. Keys are only ever added; `version` rises if that should not be possible. What a course does not say,
//! difficulty and minutes, is left out.

use std::path::PathBuf;

use serde::Serialize;

use crate::course::{Course, Exercise};
use crate::progress::Progress;

const VERSION: u32 = 1;

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    course: &'a str,
    current: &'a str,
    exercises: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    dir: &'a str,
    title: &'a str,
    state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    difficulty: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<u16>,
    /// The file to open first, relative to the course's root.
    path: PathBuf,
}

/// The course and how its exercises stand, in the order of the course.
pub fn list<'a>(course: &'a Course, progress: &Progress) -> String {
    let entry = |exercise: &'a Exercise| Entry {
        name: &exercise.name,
        dir: &exercise.dir,
        title: &exercise.title,
        state: progress.state(&exercise.name).words(),
        difficulty: Some(exercise.difficulty).filter(|difficulty| *difficulty > 0),
        minutes: Some(exercise.minutes).filter(|minutes| *minutes > 0),
        path: exercise.main_file(),
    };
    let list = List {
        version: VERSION,
        course: &course.name,
        current: &course.exercises[progress.current(course)].name,
        exercises: course.exercises.iter().map(entry).collect(),
    };
    serde_json::to_string_pretty(&list).expect("names and numbers can be written as JSON")
}
