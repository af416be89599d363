//! A run that a command waits for.

use std::sync::mpsc::{self, Sender};
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::exit::Interrupted;
use crate::runner::Run;

/// Starts a run, hands each of its events to `each`, and waits until it has ended. A signal ends its processes first
/// and then the command: they are in groups of their own, so that Ctrl-C reaches the runner alone.
pub(super) fn follow<E>(start: impl FnOnce(Sender<E>) -> Run, each: impl FnMut(E)) -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let handle = signals.handle();
    let (sender, events) = mpsc::channel();
    let run = start(sender);
    let stop = run.stopper();
    let listener = thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let signal = signals.forever().next();
        if signal.is_some() {
            stop();
        }
        signal
    })?;
    events.into_iter().for_each(each);
    run.wait();
    handle.close();
    match listener.join() {
        Ok(Some(signal)) => Err(Interrupted(signal).into()),
        _ => Ok(()),
    }
}
