//! A service started for a moment, to see whether it answers.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::cargo::cleaned;
use super::leftovers::Mark;
use super::limits::Limits;
use super::process::{self, Plan};
use super::stop::{Force, Stop};
use crate::check::Trouble;

/// How often it is asked.
const PAUSE: Duration = Duration::from_millis(20);

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

/// Starts a program in `folder` with a free port in `PORT`, asks it until it answers, and ends it. `None` where it was
/// stopped.
pub(super) fn ask(
    program: &Path,
    folder: &Path,
    deadline: Duration,
    mark: &Mark,
    stop: &Stop,
) -> Result<Option<Answer>, Trouble> {
    let failed = |error: io::Error| Trouble::Other(format!("could not start {}: {error}", program.display()));
    let first = ask_once(program, folder, deadline, mark, stop).map_err(failed)?;
    if !matches!(first, Some(Answer::Ended(_))) {
        return Ok(first);
    }
    // Somebody may have taken the port meanwhile.
    ask_once(program, folder, deadline, mark, stop).map_err(failed)
}

fn ask_once(
    program: &Path,
    folder: &Path,
    deadline: Duration,
    mark: &Mark,
    stop: &Stop,
) -> io::Result<Option<Answer>> {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let enough = Stop::new()?;
    let command = duct::cmd(program, [] as [&str; 0]).dir(folder).env("PORT", address.port().to_string());
    let command = cleaned(command, |name| name == "RUST_LOG");
    let mut said = Vec::new();
    thread::scope(|scope| {
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
        let until = Instant::now() + deadline;
        let mut came = false;
        while !came && !running.is_finished() && stop.requested().is_none() && Instant::now() < until {
            came = answers(address);
            if !came {
                thread::sleep(PAUSE);
            }
        }
        let ended = running.is_finished();
        enough.request(Force::AtOnce);
        running.join().expect("reading output does not panic")?;
        Ok(if stop.requested().is_some() { None } else { Some((came, ended)) })
    })
    .map(|end: Option<(bool, bool)>| {
        end.map(|(came, ended)| match (came, ended) {
            (true, _) => Answer::Came,
            (false, true) => Answer::Ended(String::from_utf8_lossy(&said).trim().to_owned()),
            (false, false) => Answer::Never,
        })
    })
}

/// Whether anything at all comes back for a request: a 404 is an answer, too.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> io::Result<usize> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        stream.read(&mut [0; 16])
    };
    ask().is_ok_and(|bytes| bytes > 0)
}
