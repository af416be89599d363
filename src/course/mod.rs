//! What the course says: `info.toml` read, checked and given names. Knows no other room.
//!
//! [`Course::load`] is the only reader; a [`Course`] that exists is a valid one.

pub mod embedded;
mod entry;
mod error;
mod exercise;
mod info;
mod load;
mod reference;
mod rules;
pub(crate) mod rustlings;
#[cfg(test)]
mod tests;

pub(crate) use entry::{NewEntry, with_entry};
pub use error::{CourseError, Problem};
pub use exercise::{Chapter, Exercise, Home, Lints, Proof};
#[cfg(feature = "schema")]
pub use info::info_schema;
pub(crate) use info::{line_of, toml_problem};
pub(crate) use load::exercises_in;
pub use load::{Course, INFO_FILE, Workspace, find_root};
pub use reference::{Reference, reference_carried, reference_on_disk};

/// The folder that holds the exercises, relative to the course's root.
pub const EXERCISES: &str = "exercises";

/// The folder of the reference solutions, relative to the course's root.
pub const SOLUTIONS: &str = "solutions";

/// The runner's own folder in a course: progress, originals, mirror, target.
pub const RUNNER_FOLDER: &str = ".backendlings";

/// Where every exercise keeps its specification, relative to its folder.
pub const SPECIFICATION: &str = "src/tests.rs";
