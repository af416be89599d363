//! A service without a screen, for the command `try`: started, and started again with every save of its exercise.

use std::ops::ControlFlow;
use std::panic;
use std::sync::mpsc::channel;

use super::event::{Event, Mailbox, Place, RunId};
use super::files::Files;
use super::session::WatchError;
use super::signals::{self, Signals};
use crate::check::{Left, ServiceEvent, Trouble};
use crate::course::Course;
use crate::runner::{Run, Runner, end_all};

/// What there is to tell of it.
#[derive(Debug)]
pub enum Heard {
    Service(ServiceEvent),
    /// The exercise was saved: the service that was told of is stopped, and the next one follows.
    Saved,
    /// Something is wrong with the watching of files.
    Trouble(String),
}

/// How it came to its end.
#[derive(Debug)]
pub struct Served {
    /// The signal that ended it, if it was one.
    pub signal: Option<i32>,
    pub left: Left,
}

/// Serves the exercise at `place` until a signal, or until `tell` breaks. Its service is gone when this returns.
pub fn serve(
    course: &Course,
    place: Place,
    mut tell: impl FnMut(Heard) -> ControlFlow<()>,
) -> Result<Result<Served, Trouble>, WatchError> {
    let (sender, events) = channel();
    let mailbox = Mailbox(sender);
    let root = course.root.clone();
    let _signals = Signals::start(mailbox.clone(), move || end_all(&root)).map_err(WatchError::Start)?;
    let _files = Files::start(course, mailbox.clone()).map_err(WatchError::Start)?;
    let runner = match Runner::open(course) {
        Ok(runner) => runner,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let mut id = RunId(0);
    let mut port = None;
    let start = |id, port, before: Option<Run>| {
        let mailbox = mailbox.clone();
        runner.serve(&course.exercises[place], port, before, move |event| {
            mailbox.send(Event::Service(id, event));
        })
    };
    let mut run = start(id, port, None);
    let mut signal = None;
    for event in &events {
        let told = match event {
            Event::Service(_, event @ ServiceEvent::Stopped(_)) => tell(Heard::Service(event)),
            Event::Service(of, event) if of == id => {
                if let ServiceEvent::Started { port: with } = event {
                    port = Some(with);
                }
                tell(Heard::Service(event))
            }
            Event::FilesChanged(places) if places.contains(&place) => {
                id = RunId(id.0 + 1);
                run.stop();
                run = start(id, port, Some(run));
                tell(Heard::Saved)
            }
            Event::Trouble(words) => tell(Heard::Trouble(words)),
            Event::Signal(with) => {
                signal = Some(with);
                ControlFlow::Break(())
            }
            Event::Suspend => {
                signals::suspend();
                ControlFlow::Continue(())
            }
            Event::Panicked => panic::resume_unwind(Box::new("a thread of the command panicked")),
            _ => ControlFlow::Continue(()),
        };
        if told.is_break() {
            break;
        }
    }
    run.end();
    let left = events.try_iter().find_map(|event| match event {
        Event::Service(of, ServiceEvent::Stopped(left)) if of == id => Some(left),
        _ => None,
    });
    Ok(Ok(Served { signal, left: left.unwrap_or_default() }))
}
