//! Everything that can happen in a session, and everything it can lead to.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Instant, SystemTime};

use super::WatchExit;
use crate::check::{AllEvent, RunEvent, ServiceEvent};
use crate::progress::Progress;
use crate::ui::{Compared, Size};

/// Runs and checks of all exercises are numbered upwards; messages of an earlier one are late and mean nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RunId(pub(super) u64);

/// An exercise by its place in the course, which stays the same for a session.
pub(super) type Place = usize;

/// The time of an event: one clock to wait by, one to write down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) instant: Instant,
    pub(super) clock: SystemTime,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self { instant: Instant::now(), clock: SystemTime::now() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Enter,
    Escape,
    Backspace,
    Left,
    Right,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
}

#[derive(Debug)]
pub(super) enum Event {
    Key(Key),
    /// The content of these exercises' files is not what it was.
    FilesChanged(BTreeSet<Place>),
    /// So has that of these, whose main.rs is not there any more, or there again.
    FilesGone(BTreeSet<Place>),
    Run(RunId, RunEvent),
    All(RunId, AllEvent),
    /// [`Effect::Prefetch`] has come to its end.
    Prefetched(Place),
    Service(RunId, ServiceEvent),
    /// The answer to [`Effect::Reset`]: the folder of the backup, if anything was replaced.
    Reset(Place, Result<Option<PathBuf>, String>),
    /// The answer to [`Effect::LoadSolution`]; none if the course has no reference.
    Solution(Place, Option<Vec<Compared>>),
    /// The answer to [`Effect::LoadReadme`].
    Readme(Result<Readme, String>),
    /// The answer to [`Effect::Edit`], where the editor took over the terminal.
    EditorBegan,
    /// An editor has ended, or could not be started.
    EditorEnded(Result<(), String>),
    /// Progress as it now is on disk, passes of other runners included.
    Saved(Progress),
    NotSaved(String),
    /// Something is wrong with the session itself; the learner should know, and can go on.
    Trouble(String),
    Resized(Size),
    /// A signal that ends the session.
    Signal(i32),
    /// Standard input is no terminal and has ended.
    NoMoreKeys,
    /// Ctrl-Z.
    Suspend,
    /// The moment that [`State::due`](super::state::State::due) asked for has come.
    Due,
    /// A thread of the session died; its report is on the terminal, which is given back already.
    Panicked,
}

/// A chapter's README.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Readme {
    /// Relative to the course's root.
    pub(super) file: String,
    pub(super) text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Effect {
    Start(RunId, Place),
    CheckAll(RunId),
    /// Ends the run or check that was started last.
    Stop,
    /// Builds this exercise while nothing else is under way; whatever is started next stops it.
    Prefetch(Place),
    /// Builds and starts a service, on this port if it is free.
    Serve(RunId, Place, Option<u16>),
    /// Ends the service that was started last.
    StopService,
    Record(Change),
    Reset(Place),
    LoadSolution(Place),
    /// Writes the reference where the learner can read it later.
    KeepReference(Place),
    LoadReadme(Place),
    /// Opens the exercise's file, at the line if one is known.
    Edit(Place, Option<usize>),
    /// Ends what runs and stops the program until it is told to go on.
    Suspend,
    Quit(WatchExit),
}

/// A change of progress, to be written to disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Current(String),
    /// `failing` is the test that was told of first.
    Attempted {
        name: String,
        passed: bool,
        failing: Option<String>,
        at: SystemTime,
    },
    Hinted {
        name: String,
        hints: u32,
    },
    /// This test's own hint was shown.
    HintedFor {
        name: String,
        test: String,
    },
    Reset(String),
}

impl Change {
    pub(super) fn apply(&self, progress: &mut Progress) {
        match self {
            Self::Current(name) => progress.set_current(name),
            Self::Attempted { name, passed, failing, at } => {
                progress.attempted(name, *passed, *at);
                progress.failing(name, failing.as_deref());
            }
            Self::HintedFor { name, test } => progress.hinted_for(name, test),
            Self::Hinted { name, hints } => progress.hinted(name, *hints),
            Self::Reset(name) => progress.reset(name),
        }
    }
}

/// Where threads put their events. When its thread panics, that is an event, too: nobody waits for a dead thread.
#[derive(Debug, Clone)]
pub(super) struct Mailbox(pub(super) Sender<Event>);

impl Mailbox {
    pub(super) fn send(&self, event: Event) {
        // Nobody reads any more once the session has ended, and nobody needs to.
        let _ = self.0.send(event);
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        if thread::panicking() {
            self.send(Event::Panicked);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_thread_that_panics_is_heard_of_and_one_that_ends_is_not() {
        let (sender, events) = channel();
        let mailbox = Mailbox(sender);
        let ends = mailbox.clone();
        thread::spawn(move || drop(ends)).join().expect("an end");
        assert!(events.try_recv().is_err());
        let panics = mailbox.clone();
        let died = thread::spawn(move || {
            let _mailbox = panics;
            panic!("as this test wants");
        });
        died.join().expect_err("a panic");
        assert!(matches!(events.try_recv(), Ok(Event::Panicked)));
    }
}
