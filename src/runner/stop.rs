//! How a run is told to stop, in a form that `poll` can wait for.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Mutex, PoisonError};

/// How hard a run stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Force {
    /// KILL at once: the next run is waiting.
    AtOnce,
    /// TERM first, KILL after a short grace: the runner ends.
    Gently,
}

/// A flag that wakes whoever polls it. Closing the pipe's only writer is what wakes them.
#[derive(Debug)]
pub(crate) struct Stop {
    reader: PipeReader,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    writer: Option<PipeWriter>,
    force: Option<Force>,
}

impl Stop {
    pub(super) fn new() -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        Ok(Self { reader, state: Mutex::new(State { writer: Some(writer), force: None }) })
    }

    /// The first request counts.
    pub(super) fn request(&self, force: Force) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.force.get_or_insert(force);
        state.writer = None;
    }

    pub(crate) fn requested(&self) -> Option<Force> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).force
    }
}

impl AsFd for Stop {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}
