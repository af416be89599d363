//! How the program ends, as a number for scripts and CI.

use std::process::ExitCode;

use crate::check::Trouble;
use crate::course::CourseError;

/// The end of a command. A bug ends with 101, as every panic does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: what was asked for is done.
    Done,
    /// 1: an exercise has not passed yet.
    NotYet,
    /// 2: asked for in a way that cannot be done; nothing was touched.
    Usage,
    /// 3: the course is broken.
    Course,
    /// 4: the machine is: no cargo, no space, a file that cannot be written, ...
    Machine,
    /// 128 and the signal's number: 130 for Ctrl-C, 143 for TERM.
    Interrupted(i32),
}

/// Somebody asked for what cannot be done. Says what to write instead.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// A signal ended the work.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted(pub i32);

impl Exit {
    /// What an error of any room means for the caller.
    pub fn of(error: &anyhow::Error) -> Self {
        if let Some(Interrupted(signal)) = error.downcast_ref() {
            return Self::Interrupted(*signal);
        }
        if error.is::<Usage>() {
            return Self::Usage;
        }
        match (error.downcast_ref(), error.downcast_ref()) {
            (Some(CourseError::NotFound(_)), _) => Self::Usage,
            (Some(_), _) | (_, Some(Trouble::Course(_))) => Self::Course,
            _ => Self::Machine,
        }
    }

    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotYet => 1,
            Self::Usage => 2,
            Self::Course => 3,
            Self::Machine => 4,
            Self::Interrupted(signal) => u8::try_from(signal).unwrap_or(127).saturating_add(128),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn every_kind_of_error_has_its_number() {
        let not_found = CourseError::NotFound("here".into());
        let broken = CourseError::Invalid(Vec::new());
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let rows: [(anyhow::Error, u8); 8] = [
            (Usage("no such exercise".to_owned()).into(), 2),
            (not_found.into(), 2),
            (broken.into(), 3),
            (Trouble::Course("no lockfile".to_owned()).into(), 3),
            (Trouble::NoSpace.into(), 4),
            (anyhow::Error::from(full).context("could not write"), 4),
            (Interrupted(2).into(), 130),
            (Interrupted(15).into(), 143),
        ];
        for (error, code) in rows {
            assert_eq!(Exit::of(&error).code(), code, "{error:?}");
        }
    }
}
