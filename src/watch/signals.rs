//! Signals as events. The first asks the session to end; a second does not wait for that.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::{Handle, Signals as Iterator};
use signal_hook::low_level::emulate_default_handler;

use super::event::{Event, Mailbox};
use crate::ui::{Terminal, restore};

/// Listens for as long as it lives.
#[derive(Debug)]
pub(super) struct Signals {
    handle: Handle,
    is_lent: Arc<AtomicBool>,
}

impl Signals {
    pub(super) fn start(mailbox: Mailbox) -> io::Result<Self> {
        let mut signals = Iterator::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH])?;
        let handle = signals.handle();
        let is_lent = Arc::new(AtomicBool::new(false));
        let lent = Arc::clone(&is_lent);
        thread::Builder::new().name("signals".into()).spawn(move || {
            let mut is_ending = false;
            for signal in signals.forever() {
                match signal {
                    // The keys of whoever has the terminal now. It stops, and the shell gets its terminal back only when
                    // all of the group have stopped.
                    SIGINT | SIGQUIT if lent.load(Ordering::Relaxed) => {}
                    SIGTSTP if lent.load(Ordering::Relaxed) => suspend(),
                    SIGWINCH => mailbox.send(Event::Resized(Terminal::size())),
                    SIGTSTP => mailbox.send(Event::Suspend),
                    _ if is_ending => {
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
        Ok(Self { handle, is_lent })
    }

    /// Whether the signals of keys are for an editor that has the terminal.
    pub(super) fn lend(&self, is_lent: bool) {
        self.is_lent.store(is_lent, Ordering::Relaxed);
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
