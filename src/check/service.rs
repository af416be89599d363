//! What happens while a learner tries their service: the interface between the runner and everyone who shows it.

use std::time::Duration;

use super::{Judged, Trouble, Wait};

/// One step of a service's life. After `NotBuilt`, `Ended`, `Stopped` or `Trouble` nothing more comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceEvent {
    /// Somebody else is at what this needs.
    Waiting(Wait),
    /// Cargo builds, `done` of `total` units.
    Building { done: u64, total: u64, unit: String },
    /// It was started with this port in `PORT`.
    Started { port: u16 },
    /// Something came back for a request.
    Answers,
    /// It runs, and for so long nothing has come back. It goes on running.
    Silent { after: Duration },
    /// It printed this, as it is.
    Said(String),
    /// It never started: the code does not compile, or a file is missing.
    NotBuilt(Box<Judged>),
    /// It ended by itself.
    Ended(ServiceEnd, Left),
    /// It was told to end.
    Stopped(Left),
    /// The machine or the course is not in order.
    Trouble(Trouble),
}

/// How a service ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceEnd {
    Exited(i32),
    Signalled(i32),
}

impl ServiceEnd {
    pub fn words(self) -> String {
        match self {
            Self::Exited(code) => format!("exit code {code}"),
            Self::Signalled(signal) => format!("signal {signal}"),
        }
    }
}

/// What a service left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// Processes that were still running, which were ended: `sleep (4711)`.
    pub processes: Vec<String>,
    /// Its port, if somebody still listens there.
    pub listening: Option<u16>,
}

impl Left {
    /// In words, if there is anything.
    pub fn words(&self) -> Option<String> {
        let processes = (!self.processes.is_empty())
            .then(|| format!("the service left {} running; ended", self.processes.join(", ")));
        let listening = self.listening.map(|port| {
            format!(
                "something that the service started still listens on port {port}; `lsof -i :{port}` names it"
            )
        });
        let words: Vec<_> = processes.into_iter().chain(listening).collect();
        (!words.is_empty()).then(|| words.join("\n"))
    }
}
