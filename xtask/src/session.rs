//! The runner in a terminal of its own, read as a screen.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Longer than any cold build.
const PATIENCE: Duration = Duration::from_mins(5);

/// A frame is written in one go: after so long without a byte it is complete.
const QUIET: Duration = Duration::from_millis(300);

pub(crate) struct Session {
    _pty: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
}

impl Session {
    /// Watches the course at `course`, on 80 columns and 24 rows, with these variables in its environment.
    pub(crate) fn start(
        runner: &Path,
        course: &Path,
        color: &str,
        environment: &[(&str, &str)],
    ) -> Result<Self> {
        let (rows, cols) = (24, 80);
        let pty = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })?;
        let mut command = CommandBuilder::new(runner);
        command.args(["--color", color]);
        command.cwd(course);
        command.env("TERM", "xterm-256color");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command)?;
        let mut reader = pty.master.try_clone_reader()?;
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 8 * 1024];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send((Instant::now(), buffer[..count].to_vec())).is_err() {
                    return;
                }
            }
        });
        let keys = pty.master.take_writer()?;
        let screen = vt100::Parser::new(rows, cols, 0);
        let mut session = Self { _pty: pty.master, child, keys, output, screen };
        // Once something is drawn, the files are watched.
        session.wait_for("open exercises/")?;
        Ok(session)
    }

    pub(crate) fn press(&mut self, keys: &str) -> Result<()> {
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Waits until the words stand on the screen, and says since when; the words must not stand there yet.
    pub(crate) fn wait_for(&mut self, words: &str) -> Result<Instant> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok((when, bytes)) = self.output.recv_timeout(left) else {
                bail!("{words:?} never came to the screen:\n{}", self.screen().contents());
            };
            self.screen.process(&bytes);
            if self.screen().contents().contains(words) {
                return Ok(when);
            }
        }
    }

    /// Takes in what is still being drawn.
    pub(crate) fn settle(&mut self) {
        while let Ok((_, bytes)) = self.output.recv_timeout(QUIET) {
            self.screen.process(&bytes);
        }
    }

    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }
}

impl Drop for Session {
    /// `q` would only leave a list; Ctrl-C ends the session from every screen.
    fn drop(&mut self) {
        if self.press("\x03").is_err() || self.child.wait().is_err() {
            let _ = self.child.kill();
        }
    }
}
