//! A service: started with a free port, and asked until it answers.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use duct::Expression;

use super::cargo::cleaned;
use super::leftovers::Mark;
use super::limits::Limits;
use super::process::{self, Plan};
use super::stop::{Force, Stop};
use crate::check::Trouble;

/// How often it is asked.
const PAUSE: Duration = Duration::from_millis(20);

/// So long the rest of a reply may take to come, and of a long one so much is read.
const REST: Duration = Duration::from_millis(100);
const MOST_OF_A_REPLY: u64 = 64 * 1024;

/// Of what it prints, the end is kept.
const KEPT: usize = 4096;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Came,
    /// It was still running at the deadline, and nothing had come.
    Never,
    /// It ended by itself before; what it had printed last.
    Ended(String),
}

/// A program that is to be started as a service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Service<'a> {
    pub(super) program: &'a Path,
    /// The package's folder, where it runs.
    pub(super) folder: &'a Path,
    /// On 127.0.0.1, for its `PORT`.
    pub(super) port: u16,
}

impl Service<'_> {
    pub(super) fn command(&self) -> Expression {
        let command = duct::cmd(self.program, [] as [&str; 0]).dir(self.folder);
        command.env("CARGO_MANIFEST_DIR", self.folder).env("PORT", self.port.to_string())
    }

    /// Asks until something comes back, at most for so long. `None` where it was given up.
    pub(super) fn answers_within(&self, deadline: Duration, give_up: impl Fn() -> bool) -> Option<bool> {
        let until = Instant::now() + deadline;
        while !give_up() {
            if answers(address(self.port)) {
                return Some(true);
            }
            if Instant::now() >= until {
                return Some(false);
            }
            thread::sleep(PAUSE);
        }
        None
    }
}

/// A port that nobody listens on: this one if it is free.
pub(super) fn free_port(preferred: Option<u16>) -> io::Result<u16> {
    let is_free = |port: &u16| TcpListener::bind(address(*port)).is_ok();
    match preferred.filter(is_free) {
        Some(port) => Ok(port),
        None => Ok(TcpListener::bind(address(0))?.local_addr()?.port()),
    }
}

/// Whether anybody listens on this port.
pub(super) fn is_listened_on(port: u16) -> bool {
    TcpStream::connect_timeout(&address(port), Duration::from_secs(1)).is_ok()
}

fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Whether anything at all comes back for a request: a 404 is an answer, too.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> io::Result<usize> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let first = stream.read(&mut [0; 16])?;
        // Whoever leaves before the rest breaks the connection, and the service may print so.
        stream.set_read_timeout(Some(REST))?;
        let _ = io::copy(&mut stream.take(MOST_OF_A_REPLY), &mut io::sink());
        Ok(first)
    };
    ask().is_ok_and(|bytes| bytes > 0)
}

/// Starts a program in `folder` with a free port in `PORT`, asks it until it answers, and ends it. `None` where it was
/// stopped.
pub(super) fn ask(
    program: &Path,
    folder: &Path,
    deadline: Duration,
    mark: &Mark,
    stop: &Stop,
) -> Result<Option<Answer>, Trouble> {
    let failed = |error: io::Error| not_started(program, &error);
    let once = || ask_once(Service { program, folder, port: free_port(None)? }, deadline, mark, stop);
    let first = once().map_err(failed)?;
    if !matches!(first, Some(Answer::Ended(_))) {
        return Ok(first);
    }
    // Somebody may have taken the port meanwhile.
    once().map_err(failed)
}

pub(super) fn not_started(program: &Path, error: &io::Error) -> Trouble {
    Trouble::Other(format!("could not start {}: {error}", program.display()))
}

fn ask_once(
    service: Service<'_>,
    deadline: Duration,
    mark: &Mark,
    stop: &Stop,
) -> io::Result<Option<Answer>> {
    let enough = Stop::new()?;
    let command = cleaned(service.command(), |name| name == "RUST_LOG");
    let mut said = Vec::new();
    let (came, ended) = thread::scope(|scope| {
        let limits = Limits::None;
        let plan = Plan { command, mark: mark.clone(), stop: &enough, deadline: None, merged: true, limits };
        let said = &mut said;
        let running = scope.spawn(move || {
            process::run(plan, |_, bytes| {
                said.extend_from_slice(bytes);
                let excess = said.len().saturating_sub(KEPT);
                said.drain(..excess);
            })
        });
        let give_up = || running.is_finished() || stop.requested().is_some();
        let came = service.answers_within(deadline, give_up);
        let ended = running.is_finished();
        enough.request(Force::AtOnce);
        running.join().expect("reading output does not panic")?;
        io::Result::Ok((came, ended))
    })?;
    if stop.requested().is_some() {
        return Ok(None);
    }
    Ok(Some(match (came, ended) {
        (Some(true), _) => Answer::Came,
        (_, true) => Answer::Ended(String::from_utf8_lossy(&said).trim().to_owned()),
        (_, false) => Answer::Never,
    }))
}
