//! One test binary, run to its end.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::time::Duration;

use super::cargo::cleaned;
use super::leftovers::Mark;
use super::limits::Limits;
use super::process::{self, End, Plan};
use super::stop::Stop;
use crate::check::{Ending, Ran, Results, Trouble};

/// Of a flood of output this many bytes are kept from its beginning, and as many from its end.
const KEPT: usize = 512 * 1024;

/// A test binary that ended by itself or by its deadline.
pub(super) struct Tested {
    pub(super) ran: Ran,
    pub(super) left_behind: Vec<String>,
}

/// Runs a test binary in the package's folder. `None` where it was stopped.
pub(super) fn run(
    binary: &Path,
    arguments: &[&str],
    folder: &Path,
    timeout: Duration,
    mark: Mark,
    stop: &Stop,
) -> Result<Option<Tested>, Trouble> {
    let command =
        duct::cmd(binary, arguments).dir(folder).env("CARGO_MANIFEST_DIR", folder).env("RUST_BACKTRACE", "0");
    // What a shell sets for libtest would change which tests run.
    let command = cleaned(command, |name| name.starts_with("RUST_TEST_") || name == "RUST_LOG");
    let mut results = Results::default();
    let mut kept = HeadAndTail::default();
    let deadline = Some(timeout);
    let plan = Plan { command, mark, stop, deadline, merged: true, limits: Limits::Memory };
    let finished = process::run(plan, |_, bytes| {
        results.feed(bytes);
        kept.feed(bytes);
    });
    let finished = finished.map_err(|error| {
        Trouble::Other(format!("could not run the tests in {}: {error}", binary.display()))
    })?;
    let ending = match finished.end {
        End::Stopped => return Ok(None),
        End::TimedOut => Ending::TimedOut(timeout),
        End::Exited(status) => match status.code() {
            Some(code) => Ending::Exited(code),
            None => Ending::Signalled(status.signal().unwrap_or_default()),
        },
    };
    results.finish();
    Ok(Some(Tested { ran: Ran { ending, results, output: kept.text() }, left_behind: finished.left_behind }))
}

/// The beginning and the end of a stream.
#[derive(Default)]
struct HeadAndTail {
    head: Vec<u8>,
    tail: Vec<u8>,
    dropped: usize,
}

impl HeadAndTail {
    fn feed(&mut self, bytes: &[u8]) {
        let room = KEPT.saturating_sub(self.head.len()).min(bytes.len());
        let (head, rest) = bytes.split_at(room);
        self.head.extend_from_slice(head);
        self.tail.extend_from_slice(rest);
        if self.tail.len() > 2 * KEPT {
            let excess = self.tail.len() - KEPT;
            self.tail.drain(..excess);
            self.dropped += excess;
        }
    }

    fn text(&self) -> String {
        let left_out = match self.dropped {
            0 => String::new(),
            bytes => format!("\n[{bytes} bytes of output left out]\n"),
        };
        let (head, tail) = (String::from_utf8_lossy(&self.head), String::from_utf8_lossy(&self.tail));
        format!("{head}{left_out}{tail}")
    }
}
