//! One child process in a group of its own: its output, its deadline, its end, and what it leaves behind.
//!
//! Everything is waited for in one `poll`: output, the end of the leader, a stop, the deadline. The output goes through
//! pipes that are read here, since duct's own capture waits for whoever holds the pipe, grandchildren included.

use std::io::{self, PipeReader, PipeWriter, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use duct::{Expression, Handle};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use super::leftovers::{self, MARK, Mark};
use super::limits::Limits;
use super::stop::{Force, Stop};

/// Between TERM and KILL.
const GRACE: Duration = Duration::from_millis(500);

/// How long output may still come after the leader has ended and its group was killed.
const DRAIN: Duration = Duration::from_millis(200);

/// Where a child's output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

/// How a child ended.
#[derive(Debug)]
pub(super) enum End {
    Exited(ExitStatus),
    TimedOut,
    Stopped,
}

#[derive(Debug)]
pub(super) struct Finished {
    pub(super) end: End,
    /// What it had left running, which is killed now: `sleep (4711)`.
    pub(super) left_behind: Vec<String>,
}

/// How a child is run.
pub(super) struct Plan<'a> {
    pub(super) command: Expression,
    pub(super) mark: Mark,
    pub(super) stop: &'a Stop,
    pub(super) deadline: Option<Duration>,
    /// Both streams through one pipe, in the order in which they were written.
    pub(super) merged: bool,
    pub(super) limits: Limits,
}

/// Runs a child to its end and hands over its output as it comes.
pub(super) fn run(plan: Plan<'_>, mut output: impl FnMut(Stream, &[u8])) -> io::Result<Finished> {
    let Plan { command, mark, stop, deadline, merged, limits } = plan;
    let deadline = deadline.map(|allowed| Instant::now() + allowed);
    let mut child = Child::start(&command, &mark, merged, limits)?;
    let end = child.watch(stop, deadline, &mut output)?;
    let is_killed = matches!(end, Some(End::Stopped)) && stop.requested() == Some(Force::AtOnce);
    let left_behind = if is_killed && limits != Limits::Memory {
        // Somebody waits for this. Cargo leaves nothing but its group, which is killed, and nobody reads the output.
        child.handle.wait()?;
        Vec::new()
    } else {
        child.bury(&mark, &mut output)?
    };
    let end = match end {
        Some(end) => end,
        None => End::Exited(child.status()?),
    };
    Ok(Finished { end, left_behind })
}

struct Child {
    handle: Handle,
    group: Pid,
    pipes: Vec<(Stream, PipeReader)>,
    /// Ends when the leader does.
    ended: PipeReader,
}

impl Child {
    fn start(command: &Expression, mark: &Mark, merged: bool, limits: Limits) -> io::Result<Self> {
        let (out, out_writer) = io::pipe()?;
        let mut pipes = vec![(Stream::Out, out)];
        let err_writer = if merged {
            out_writer.try_clone()?
        } else {
            let (err, err_writer) = io::pipe()?;
            pipes.push((Stream::Err, err));
            err_writer
        };
        let command = command
            .stdin_null()
            .stdout_file(OwnedFd::from(out_writer))
            .stderr_file(OwnedFd::from(err_writer))
            .env(MARK, mark.value())
            .before_spawn(|command| {
                command.process_group(0);
                Ok(())
            })
            .unchecked();
        let handle = limits.start(|| command.start())?;
        let pid = handle.pids().first().copied().unwrap_or_default();
        let group = i32::try_from(pid).ok().and_then(Pid::from_raw);
        let group = group.ok_or_else(|| io::Error::other("the child has no process id"))?;
        limits.apply(group);
        let (ended, writer) = io::pipe()?;
        wait_in_background(group, writer)?;
        Ok(Self { handle, group, pipes, ended })
    }

    /// Reads output until the leader has ended. `None` where it ended by itself.
    fn watch(
        &mut self,
        stop: &Stop,
        deadline: Option<Instant>,
        output: &mut impl FnMut(Stream, &[u8]),
    ) -> io::Result<Option<End>> {
        let mut ordered = None;
        let mut kill_at = deadline;
        loop {
            let stop = Some(stop).filter(|_| ordered.is_none());
            let began = Instant::now();
            let ready = self.wait(stop, kill_at, output)?;
            if ready.ended {
                return Ok(ordered);
            }
            kill_at = kill_at.map(|at| without_standstill(at, began, Instant::now()));
            if let Some(force) = ready.stop {
                self.signal(if force == Force::Gently { Signal::TERM } else { Signal::KILL });
                kill_at = (force == Force::Gently).then(|| Instant::now() + GRACE);
                ordered = Some(End::Stopped);
            } else if kill_at.is_some_and(|at| at <= Instant::now()) {
                self.signal(Signal::KILL);
                kill_at = None;
                ordered.get_or_insert(End::TimedOut);
            }
        }
    }

    /// Sleeps until something happens, at most until `until`, and takes what output there is.
    fn wait(
        &mut self,
        stop: Option<&Stop>,
        until: Option<Instant>,
        output: &mut impl FnMut(Stream, &[u8]),
    ) -> io::Result<Ready> {
        let mut fds = vec![PollFd::new(&self.ended, PollFlags::IN)];
        fds.extend(self.pipes.iter().map(|(_, pipe)| PollFd::new(pipe, PollFlags::IN)));
        if let Some(stop) = stop {
            fds.push(PollFd::from_borrowed_fd(stop.as_fd(), PollFlags::IN));
        }
        let timeout = until.map(|at| at.saturating_duration_since(Instant::now()));
        let timeout = timeout.and_then(|left| Timespec::try_from(left).ok());
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        let mut readable = ready[1..=self.pipes.len()].iter();
        let mut failed = None;
        self.pipes.retain_mut(|(stream, pipe)| {
            let is_readable = readable.next().copied().unwrap_or_default();
            !is_readable
                || read_some(*stream, pipe, output).unwrap_or_else(|error| failed.replace(error).is_none())
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(Ready { ended: ready[0], stop: stop.and_then(Stop::requested) }),
        }
    }

    /// After the leader's end: reaps it, ends what it left behind, reads what is still in the pipes.
    fn bury(&mut self, mark: &Mark, output: &mut impl FnMut(Stream, &[u8])) -> io::Result<Vec<String>> {
        // Reaped first: a group that still answers then has other members.
        self.handle.wait()?;
        let mut left_behind = Vec::new();
        if rustix::process::test_kill_process_group(self.group).is_ok() {
            left_behind = leftovers::kill_marked(mark);
            self.signal(Signal::KILL);
        }
        self.drain(output)?;
        if !self.pipes.is_empty() {
            // Somebody outside the group still holds the output.
            left_behind.extend(leftovers::kill_marked(mark));
            self.drain(output)?;
        }
        Ok(left_behind)
    }

    /// Reads until all pipes are closed, at most for [`DRAIN`].
    fn drain(&mut self, output: &mut impl FnMut(Stream, &[u8])) -> io::Result<()> {
        let until = Instant::now() + DRAIN;
        while !self.pipes.is_empty() && Instant::now() < until {
            // The leader's end is always ready by now and must not make this spin.
            let mut fds: Vec<_> =
                self.pipes.iter().map(|(_, pipe)| PollFd::new(pipe, PollFlags::IN)).collect();
            let left = Timespec::try_from(until.saturating_duration_since(Instant::now())).ok();
            if poll(&mut fds, left.as_ref()).is_ok_and(|count| count > 0) {
                self.wait(None, Some(Instant::now()), output)?;
            }
        }
        Ok(())
    }

    fn signal(&self, signal: Signal) {
        // A group that is gone already is what was wanted.
        let _ = rustix::process::kill_process_group(self.group, signal);
    }

    fn status(&self) -> io::Result<ExitStatus> {
        Ok(self.handle.wait()?.status)
    }
}

/// A wait should not be longer than until its deadline. Where it was, by so much, this runner itself was stopped
/// meanwhile (SIGSTOP, a debugger, a machine that swaps), and could not read what the child had to say.
const STANDSTILL: Duration = Duration::from_secs(1);

/// The deadline for a wait from `began` to `now`, or a later one where nobody was there to wait.
fn without_standstill(deadline: Instant, began: Instant, now: Instant) -> Instant {
    let left = deadline.saturating_duration_since(began);
    if now.saturating_duration_since(began) > left + STANDSTILL { now + left } else { deadline }
}

struct Ready {
    ended: bool,
    stop: Option<Force>,
}

/// Takes what is there. False at the end of the stream.
fn read_some(
    stream: Stream,
    pipe: &mut PipeReader,
    output: &mut impl FnMut(Stream, &[u8]),
) -> io::Result<bool> {
    let mut buffer = [0; 16 * 1024];
    match pipe.read(&mut buffer) {
        Ok(0) => Ok(false),
        Ok(count) => {
            output(stream, &buffer[..count]);
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(true),
        Err(error) => Err(error),
    }
}

/// Closes `writer` when the process has ended. It is not reaped here, so its number stays its own until then.
fn wait_in_background(process: Pid, writer: PipeWriter) -> io::Result<()> {
    thread::Builder::new().name("wait for child".to_owned()).spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(rustix::process::waitid(WaitId::Pid(process), options), Err(Errno::INTR)) {}
        drop(writer);
    })?;
    Ok(())
}
