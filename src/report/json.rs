//! `list --json`. Keys are only ever added; `version` rises if that should not be possible.

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
    difficulty: u8,
    minutes: u16,
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
        difficulty: exercise.difficulty,
        minutes: exercise.minutes,
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
