//! What a child may take of the machine.

use std::io;
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, setpriority_process};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limits {
    None,
    /// Memory, which a test that collects without an end would take from everything else.
    Memory,
    /// The processor, while somebody else wants it.
    LowPriority,
}

/// The lowest priority there is.
const LOWEST: i32 = 19;

/// Children are started one at a time, so that none inherits the limit of another.
static STARTING: Mutex<()> = Mutex::new(());

impl Limits {
    /// Starts a child with the memory it may have.
    ///
    /// It inherits the limit from this process, which has it for that moment. That costs two system calls; a program in
    /// between that limits itself would cost an exec on the way of every save, and a limit that is set from outside comes
    /// too late for a test that is quick.
    pub(super) fn start<T>(self, start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let _one_at_a_time = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        if self == Self::Memory { with_less_memory(start) } else { start() }
    }

    /// Sets what need not be there from the child's first moment.
    pub(super) fn apply(self, child: Pid) {
        if self == Self::LowPriority {
            // Without it the work is only less considerate; a child that has ended already needs none.
            let _ = setpriority_process(Some(child), LOWEST);
        }
    }
}

/// `RLIMIT_DATA` counts what is private and may be written to: memory in use and the stacks of threads. `RLIMIT_AS` would
/// count address space as well, of which the allocator reserves 64 MiB for each of many threads.
#[cfg(target_os = "linux")]
fn with_less_memory<T>(start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    use crate::check::MEMORY_LIMIT;

    let own = getrlimit(Resource::Data);
    let less = own.current.into_iter().chain(MEMORY_LIMIT).min();
    setrlimit(Resource::Data, Rlimit { current: less, ..own })?;
    let started = start();
    setrlimit(Resource::Data, own)?;
    started
}

/// On macOS `RLIMIT_DATA` does not count what an allocator takes.
#[cfg(not(target_os = "linux"))]
fn with_less_memory<T>(start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    start()
}
