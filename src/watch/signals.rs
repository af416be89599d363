//! Signals as events. The first asks the session to end; a second Ctrl-C does not wait for that.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

use rustix::process::{Signal, getpid, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::{Handle, Signals as Iterator};
use signal_hook::low_level::emulate_default_handler;

use super::event::{Event, Mailbox};
use crate::ui::{Terminal, restore};

/// Listens for as long as it lives.
#[derive(Debug)]
pub(super) struct Signals {
    handle: Handle,
    owner: Arc<AtomicU8>,
}

/// Whose the signals of keys are: ours, or an editor's that has the terminal.
const OURS: u8 = 0;
const LENT: u8 = 1;
/// The editor has ended, and a Ctrl-C may still be on its way that was meant for it.
const RETURNING: u8 = 2;

impl Signals {
    /// `end_all` ends the processes of the session at once.
    pub(super) fn start(mailbox: Mailbox, end_all: impl Fn() + Send + 'static) -> io::Result<Self> {
        let mut signals = Iterator::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH])?;
        let handle = signals.handle();
        let owner = Arc::new(AtomicU8::new(OURS));
        let whose = Arc::clone(&owner);
        thread::Builder::new().name("signals".into()).spawn(move || {
            let mut is_ending = false;
            for signal in signals.forever() {
                let is_lent = whose.load(Ordering::SeqCst) != OURS;
                match signal {
                    // The keys of whoever has the terminal now.
                    SIGINT | SIGQUIT if is_lent => {}
                    // That one stops as well: a shell goes on only when all of the group have stopped.
                    SIGTSTP if is_lent => suspend(),
                    SIGWINCH => {
                        let _ = whose.compare_exchange(RETURNING, OURS, Ordering::SeqCst, Ordering::SeqCst);
                        mailbox.send(Event::Resized(Terminal::size()));
                    }
                    SIGTSTP => mailbox.send(Event::Suspend),
                    // A terminal that is closed says so twice, by the kernel and by the shell.
                    SIGHUP | SIGTERM if is_ending => {}
                    _ if is_ending => {
                        end_all();
                        restore();
                        let _ = emulate_default_handler(signal);
                    }
                    _ => {
                        is_ending = true;
                        mailbox.send(Event::Signal(signal));
                    }
                }
            }
        })?;
        Ok(Self { handle, owner })
    }

    /// From now on the signals of keys are for an editor that has the terminal.
    pub(super) fn lend(&self) {
        self.owner.store(LENT, Ordering::SeqCst);
    }

    /// They are ours again, after those that have come already: signals are taken in by their numbers, and this one's is
    /// high.
    pub(super) fn take_back(&self) {
        self.owner.store(RETURNING, Ordering::SeqCst);
        // A process may always signal itself.
        let _ = kill_process(getpid(), Signal::WINCH);
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Stops the whole program as Ctrl-Z does, and returns when it goes on.
pub(super) fn suspend() {
    let _ = emulate_default_handler(SIGTSTP);
}
