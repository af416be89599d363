//! A real terminal with the program in it, read as a screen.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::process::Command;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use super::World;

/// Longer than any build in the tests takes, on a machine that does something else as well.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    raw: Vec<u8>,
    child: Box<dyn Child + Send + Sync>,
}

impl Terminal {
    /// The program in the world's course, on 80 columns and 24 rows.
    pub(crate) fn start(world: &World, arguments: &str) -> Self {
        Self::start_sized(world, arguments, 80, 24)
    }

    pub(crate) fn start_sized(world: &World, arguments: &str, cols: u16, rows: u16) -> Self {
        Self::run(&world.command(arguments), cols, rows)
    }

    /// Any command, such as a shell around the program.
    pub(crate) fn run(command: &Command, cols: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).expect("a pseudo terminal");
        let child = pty.slave.spawn_command(in_terminal(command)).expect("the program starts");
        // Held open here it would keep the terminal alive after the program.
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().expect("its output");
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pty.master.take_writer().expect("its input");
        let screen = vt100::Parser::new(rows, cols, 0);
        Self { master: pty.master, keys, output, screen, raw: Vec::new(), child }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys
            .write_all(keys.as_bytes())
            .and_then(|()| self.keys.flush())
            .expect("the terminal takes keys");
    }

    pub(crate) fn resize(&mut self, cols: u16, rows: u16) {
        self.screen.screen_mut().set_size(rows, cols);
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).expect("a new size");
    }

    pub(crate) fn process(&self) -> i32 {
        i32::try_from(self.child.process_id().expect("it runs")).expect("a process id")
    }

    /// Waits until the screen shows the words.
    #[track_caller]
    pub(crate) fn sees(&mut self, words: &str) -> &mut Self {
        self.waits(&format!("{words:?} on the screen"), |screen| screen.contains(words));
        self
    }

    /// Waits until the screen shows the words no more.
    #[track_caller]
    pub(crate) fn loses(&mut self, words: &str) -> &mut Self {
        self.waits(&format!("{words:?} to go"), |screen| !screen.contains(words));
        self
    }

    #[track_caller]
    fn waits(&mut self, what: &str, is_there: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_there(&self.text()) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("waited for {what}\n{}", self.dump()),
                Err(RecvTimeoutError::Disconnected) => panic!("it ended before {what}\n{}", self.dump()),
            }
        }
    }

    /// The rows of the screen, without the blanks at their ends.
    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Everything that was written since the start, escape sequences included.
    pub(crate) fn raw(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// Takes in what has come, without waiting, and then says whether nothing more comes for a while.
    pub(crate) fn is_quiet_for(&mut self, while_: Duration) -> bool {
        match self.output.recv_timeout(while_) {
            Ok(bytes) => {
                self.take(&bytes);
                false
            }
            Err(_) => true,
        }
    }

    /// Waits until the program has ended, and reads the rest of its output.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("its status") {
                break status;
            }
            assert!(Instant::now() < deadline, "waited for its end\n{}", self.dump());
            // The output is what says that something happens; its end, that the program is about to.
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.take(&bytes);
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
            self.take(&bytes);
        }
        status
    }

    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.screen.process(bytes);
    }

    fn dump(&self) -> String {
        let tail = self.raw.len().saturating_sub(600);
        let mut dump = String::from("-- screen\n");
        for row in self.screen.screen().rows(0, self.screen.screen().size().1) {
            writeln!(dump, "|{row}").expect("a String grows");
        }
        write!(dump, "-- the last bytes\n{:?}", String::from_utf8_lossy(&self.raw[tail..]))
            .expect("a String grows");
        dump
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn in_terminal(command: &Command) -> CommandBuilder {
    let mut builder = CommandBuilder::new(command.get_program());
    builder.args(command.get_args());
    builder.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            builder.env(name, value);
        }
    }
    builder.env("TERM", "xterm-256color");
    if let Some(folder) = command.get_current_dir() {
        builder.cwd(folder);
    }
    builder
}
