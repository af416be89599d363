//! Signals as events. The first asks the session to end; a second does not wait for that.

use std::io;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::{Handle, Signals as Iterator};
use signal_hook::low_level::emulate_default_handler;

use super::event::{Event, Mailbox};
use crate::ui::{Terminal, restore};

/// Listens for as long as it lives.
#[derive(Debug)]
pub(super) struct Signals(Handle);

impl Signals {
    pub(super) fn start(mailbox: Mailbox) -> io::Result<Self> {
        let mut signals = Iterator::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH])?;
        let handle = signals.handle();
        thread::Builder::new().name("signals".into()).spawn(move || {
            let mut is_ending = false;
            for signal in signals.forever() {
                match signal {
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
        Ok(Self(handle))
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Stops the whole program as Ctrl-Z does, and returns when it goes on.
pub(super) fn suspend() {
    let _ = emulate_default_handler(SIGTSTP);
}
