//! Who may build: one run of one runner at a time, and a prefetch only where nobody else wants to.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::originals::Originals;
use super::run::Shared;
use super::stop::Stop;
use crate::course::RUNNER_FOLDER;
use crate::progress::prepare_folder;

/// How often a runner looks whether another one has let go of the build directory, or wants it.
pub(super) const LOOK: Duration = Duration::from_millis(50);

/// The build directory, held against other runs and other runners until it is dropped.
pub(super) struct Turn<'a> {
    // First, so that it is free when the next run of this runner, which waits for the originals, asks for it.
    _lock: File,
    pub(super) originals: MutexGuard<'a, Originals>,
}

impl Shared {
    /// Waits until no other run and no other runner builds. `None` where it was stopped meanwhile.
    pub(super) fn turn(&self, stop: &Stop, waiting: impl FnOnce()) -> io::Result<Option<Turn<'_>>> {
        let originals = self.originals.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = build_lock(&self.course.root)?;
        let mut waiting = Some(waiting);
        let mut _in_the_queue = None;
        while stop.requested().is_none() {
            match lock.try_lock() {
                Ok(()) => return Ok(Some(Turn { originals, _lock: lock })),
                Err(TryLockError::WouldBlock) => {
                    if let Some(waiting) = waiting.take() {
                        waiting();
                        _in_the_queue = Some(queue(&self.course.root)?);
                    }
                    thread::sleep(LOOK);
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Whether the verdict that was just reached is by originals of the past.
    pub(super) fn originals_have_moved(&self) -> bool {
        self.originals.lock().unwrap_or_else(PoisonError::into_inner).have_moved()
    }

    /// `None` where somebody else builds.
    pub(super) fn turn_if_free(&self) -> Option<Turn<'_>> {
        let originals = self.originals.try_lock().ok()?;
        let lock = build_lock(&self.course.root).ok()?;
        lock.try_lock().ok()?;
        Some(Turn { originals, _lock: lock })
    }

    /// Whether another runner waits for its turn.
    pub(super) fn is_awaited(&self) -> bool {
        let queue = File::open(self.course.root.join(RUNNER_FOLDER).join(QUEUE));
        queue.is_ok_and(|queue| matches!(queue.try_lock(), Err(TryLockError::WouldBlock)))
    }
}

/// The file that is locked by whoever builds. Its folder may have been deleted since the start.
pub(super) fn build_lock(root: &Path) -> io::Result<File> {
    let folder = root.join(RUNNER_FOLDER);
    prepare_folder(&folder)?;
    File::create(folder.join("build.lock"))
}

/// The file that is locked by those who wait for their turn, all together, so that a prefetch sees that it is in the way.
const QUEUE: &str = "queue.lock";

fn queue(root: &Path) -> io::Result<File> {
    let queue = File::create(root.join(RUNNER_FOLDER).join(QUEUE))?;
    queue.lock_shared()?;
    Ok(queue)
}
