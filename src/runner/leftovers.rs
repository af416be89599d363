//! Processes that outlive their run, found by a mark in their environment.
//!
//! The mark is inherited by everything a run starts, also by what leaves its process group or session, and it needs no
//! record on disk: a runner that was killed at any moment leaves marked processes behind, and the next start finds them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::process::{Pid, Signal};
use sysinfo::{Process, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, UpdateKind};

/// The environment variable that carries the mark.
pub(super) const MARK: &str = "BACKENDLINGS_RUN";

/// The mark of one run: `RUNNER_PID:RUNNER_START:NUMBER:COURSE`, start in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    text: String,
}

impl Mark {
    /// A new mark for a process of this runner on the course at `root`.
    pub(super) fn new(runner: RunnerId, root: &Path) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self { text: format!("{}:{}:{number}:{}", runner.pid, runner.start, root.display()) }
    }

    pub(super) fn value(&self) -> &str {
        &self.text
    }
}

/// A runner, told apart from a later process with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RunnerId {
    pid: u32,
    /// See [`started`].
    start: u64,
}

impl RunnerId {
    /// This process.
    pub(super) fn this() -> Self {
        let pid = std::process::id();
        let own = sysinfo::Pid::from_u32(pid);
        let system = processes(ProcessesToUpdate::Some(&[own]), ProcessRefreshKind::nothing());
        Self { pid, start: system.and_then(|system| Some(started(system.process(own)?))).unwrap_or_default() }
    }
}

/// Kills everything that carries the mark. Returns it in words, `sleep (4711)`.
pub(super) fn kill_marked(mark: &Mark) -> Vec<String> {
    kill_all(|_, process| mark_of(process) == Some(mark.value()))
}

/// Kills what this runner, or one that is no longer alive, left running for the course at `root`.
pub(super) fn kill_orphans(root: &Path, this: RunnerId) {
    kill_all(|system, process| {
        mark_of(process).and_then(parse).is_some_and(|(runner, course)| {
            Path::new(course) == root && (runner == this || !is_alive(system, runner))
        })
    });
}

/// Kills at once what this process has started for the course at `root`.
pub fn end_all(root: &Path) {
    kill_orphans(root, RunnerId::this());
}

/// So often a look for processes finds more of them before it gives up on those that fork faster than it looks.
const LOOKS: usize = 50;

/// Kills all of these, and those that they started while it looked.
fn kill_all(is_one: impl Fn(&System, &Process) -> bool) -> Vec<String> {
    let mut words = BTreeSet::new();
    for _ in 0..LOOKS {
        let Some(system) = all_processes() else { break };
        let is_running = |process: &&Process| !has_ended(process) && is_one(&system, process);
        let found: Vec<_> = system.processes().values().filter(is_running).collect();
        if found.is_empty() {
            break;
        }
        for process in found {
            kill(process);
            words.insert(format!("{} ({})", process.name().to_string_lossy(), process.pid()));
        }
    }
    words.into_iter().collect()
}

fn parse(mark: &str) -> Option<(RunnerId, &str)> {
    let mut parts = mark.splitn(4, ':');
    let (pid, start) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let _number = parts.next()?;
    Some((RunnerId { pid, start }, parts.next()?))
}

/// A runner that was killed stays in the list until its parent asks for its end.
fn is_alive(system: &System, runner: RunnerId) -> bool {
    let process = system.process(sysinfo::Pid::from_u32(runner.pid));
    process.is_some_and(|process| started(process) == runner.start && !has_ended(process))
}

fn has_ended(process: &Process) -> bool {
    matches!(process.status(), ProcessStatus::Zombie | ProcessStatus::Dead)
}

/// When a process started, the same for its whole life. Linux knows it since the boot; as a time of day it would move
/// with a clock that is set, and a runner that is alive would be taken for a dead one.
fn started(process: &Process) -> u64 {
    let boot = if cfg!(target_os = "linux") { System::boot_time().unwrap_or_default() } else { 0 };
    process.start_time().saturating_sub(boot)
}

/// Every process with its environment. None on a system that tells nothing about its processes.
fn all_processes() -> Option<System> {
    let what = ProcessRefreshKind::nothing().with_environ(UpdateKind::Always).without_tasks();
    processes(ProcessesToUpdate::All, what)
}

fn processes(which: ProcessesToUpdate<'_>, what: ProcessRefreshKind) -> Option<System> {
    let mut system = System::new().ok()?;
    system.refresh_processes_specifics(which, true, what);
    Some(system)
}

fn mark_of(process: &Process) -> Option<&str> {
    let value = |variable: &OsStr| variable.to_str()?.strip_prefix(MARK)?.strip_prefix('=').map(str::len);
    let variable = process.environ().iter().find(|variable| value(variable).is_some())?;
    variable.to_str()?.strip_prefix(MARK)?.strip_prefix('=')
}

fn kill(process: &Process) {
    let pid = i32::try_from(process.pid().as_u32()).ok().and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // It may be gone already; that is what was wanted.
        let _ = rustix::process::kill_process(pid, Signal::KILL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a time of day it would be, after 1980, more seconds than any machine is up.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_start_of_a_runner_does_not_depend_on_the_clock() {
        let uptime = System::uptime().expect("the machine is up");
        assert!(RunnerId::this().start <= uptime, "{:?}, {uptime} s", RunnerId::this());
    }
}
