//! The loop of a session: take an event, update the state, perform the effects, show the frame.

mod editing;
mod reading;

use std::collections::VecDeque;
use std::io;
use std::panic;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

use super::WatchExit;
use super::event::{Change, Effect, Event, Mailbox, Moment, Place, RunId};
use super::files::Files;
use super::keys::Keys;
use super::presenter::Presenter;
use super::signals::{self, Signals};
use super::state::{AfterPass, State};
use crate::check::{AllEvent, RunEvent, ServiceEvent, Trouble};
use crate::course::Course;
use crate::progress::{Store, StoreError};
use crate::runner::{Run, Runner, end_all};
use crate::ui::{Mode, Terminal, Theme};

/// So many events at most are taken in before a frame is shown.
const BATCH: usize = 64;

/// How a session is to be.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// A pass waits for the key n.
    pub stay: bool,
    /// The next exercise is built while a verdict is read.
    pub prefetch: bool,
    pub theme: Theme,
    pub mode: Mode,
}

/// Why a session could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    #[error(transparent)]
    Progress(#[from] StoreError),
    #[error("the terminal cannot be used: {0}\n  help: `backendlings run` needs no terminal")]
    Terminal(#[source] io::Error),
    #[error("the session cannot start: {0}\n  help: close other programs and try again")]
    Start(#[source] io::Error),
}

/// Watches the course until the learner leaves. For [`Mode::Frames`], standard input and output are a terminal.
pub fn run(course: Course, options: Options) -> Result<WatchExit, WatchError> {
    let store = Store::new(&course);
    let loaded = store.load()?;
    let course = Arc::new(course);
    let (sender, events) = channel();
    let mailbox = Mailbox(sender);
    if let Some(file) = loaded.kept_aside {
        mailbox.send(kept_aside(&file));
    }
    let after_pass = if options.stay { AfterPass::Stay } else { AfterPass::MoveOn };
    let (state, first) = State::new(Arc::clone(&course), loaded.progress, after_pass, Terminal::size());

    // Signals first: from here on every way out gives the terminal back.
    let root = course.root.clone();
    let signals = Signals::start(mailbox.clone(), move || end_all(&root)).map_err(WatchError::Start)?;
    let presenter = Presenter::enter(options.mode, options.theme).map_err(WatchError::Terminal)?;
    let keys = Keys::start(mailbox.clone()).map_err(WatchError::Start)?;
    let files = Files::start(&course, mailbox.clone()).map_err(WatchError::Start)?;
    let mut session = Session {
        course,
        options,
        store,
        unsaved: Vec::new(),
        is_dirty: false,
        state,
        runner: None,
        work: None,
        wanted: None,
        prefetch: None,
        service: None,
        presenter,
        signals,
        keys: Some(keys),
        files,
        mailbox,
        exit: None,
    };
    let ended = session.turns(&events, first);
    let last_line = session.end();
    let left = events.try_iter().find_map(|event| match event {
        Event::Service(_, ServiceEvent::Stopped(left)) => left.words(),
        _ => None,
    });
    session.presenter.leave(&[left, Some(last_line)].into_iter().flatten().collect::<Vec<_>>().join("\n"));
    ended
}

/// Tells of a progress file that could not be read.
fn kept_aside(file: &Path) -> Event {
    let file = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Event::Trouble(format!("progress could not be read; it is kept as .backendlings/{file}"))
}

struct Session {
    course: Arc<Course>,
    options: Options,
    store: Store,
    /// Changes that are not on disk yet.
    unsaved: Vec<Change>,
    /// There are changes that no write was tried for.
    is_dirty: bool,
    state: State,
    /// Opened with the first run, so that trouble with it is shown like any other and tried again.
    runner: Option<Runner>,
    work: Option<Run>,
    /// What to prefetch once the verdict is on the screen.
    wanted: Option<Place>,
    prefetch: Option<Run>,
    /// The service that was started last; it may have been stopped.
    service: Option<Run>,
    presenter: Presenter,
    signals: Signals,
    /// None while an editor has the terminal.
    keys: Option<Keys>,
    files: Files,
    mailbox: Mailbox,
    exit: Option<WatchExit>,
}

impl Session {
    fn turns(&mut self, events: &Receiver<Event>, first: Vec<Effect>) -> Result<WatchExit, WatchError> {
        // The first frame comes before the first run: preparing that may take a moment.
        self.present()?;
        self.perform_all(first)?;
        loop {
            self.save();
            self.present()?;
            if let Some(exit) = self.exit {
                return Ok(exit);
            }
            self.prefetch();
            let event = self.wait(events);
            self.handle(event)?;
            for event in events.try_iter().take(BATCH) {
                self.handle(event)?;
            }
        }
    }

    /// The next event. Sleeps without a limit unless the state waits for something.
    fn wait(&self, events: &Receiver<Event>) -> Event {
        let received = match self.state.due() {
            None => events.recv().map_err(RecvTimeoutError::from),
            Some(due) => events.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        match received {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => Event::Due,
            Err(RecvTimeoutError::Disconnected) => unreachable!("the session holds a mailbox of its own"),
        }
    }

    fn handle(&mut self, event: Event) -> Result<(), WatchError> {
        match event {
            // Its report is on the terminal; this ends the program with the exit code of a bug.
            Event::Panicked => panic::resume_unwind(Box::new("a thread of the session panicked")),
            Event::Resized(_) => self.presenter.forget(),
            Event::EditorEnded(_) => self.take_terminal_back()?,
            _ => {}
        }
        let effects = self.state.update(event, Moment::now());
        self.perform_all(effects)
    }

    /// Performs effects, and feeds back at once what some of them answer.
    fn perform_all(&mut self, effects: Vec<Effect>) -> Result<(), WatchError> {
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            if let Some(answer) = self.perform(effect)? {
                effects.extend(self.state.update(answer, Moment::now()));
            }
        }
        Ok(())
    }

    fn perform(&mut self, effect: Effect) -> Result<Option<Event>, WatchError> {
        match effect {
            Effect::Start(..) | Effect::CheckAll(_) | Effect::Serve(..) | Effect::Reset(_) => {
                self.drop_prefetch();
            }
            _ => {}
        }
        match effect {
            Effect::Start(id, place) => return Ok(self.start(id, place)),
            Effect::CheckAll(id) => return Ok(self.check_all(id)),
            Effect::Stop => {
                if let Some(run) = self.work.take() {
                    run.stop();
                }
            }
            Effect::Prefetch(place) => self.wanted = Some(place).filter(|_| self.options.prefetch),
            Effect::Serve(id, place, port) => return Ok(self.serve(id, place, port)),
            Effect::StopService => {
                if let Some(service) = &self.service {
                    service.stop();
                }
            }
            Effect::Record(change) => {
                self.unsaved.push(change);
                self.is_dirty = true;
            }
            Effect::Reset(place) => return Ok(Some(self.reset(place))),
            Effect::LoadSolution(place) => return Ok(Some(self.solution(place))),
            Effect::LoadReadme(place) => return Ok(Some(self.readme(place))),
            Effect::KeepReference(place) => return Ok(self.keep_reference(place)),
            Effect::Edit(place, line) => return Ok(self.edit(place, line)),
            Effect::Suspend => {
                // Nobody could stop it later.
                self.end_prefetch();
                if let Some(run) = self.work.take() {
                    run.stop();
                    run.wait();
                }
                self.presenter.lend();
                signals::suspend();
                self.presenter.take_back().map_err(WatchError::Terminal)?;
                return Ok(Some(Event::Resized(Terminal::size())));
            }
            Effect::Quit(exit) => self.exit = Some(exit),
        }
        Ok(None)
    }

    fn runner(&mut self) -> Result<Runner, Trouble> {
        if let Some(runner) = &self.runner {
            return Ok(runner.clone());
        }
        let runner = Runner::open(&self.course)?;
        self.runner = Some(runner.clone());
        Ok(runner)
    }

    fn start(&mut self, id: RunId, place: Place) -> Option<Event> {
        let runner = match self.runner() {
            Ok(runner) => runner,
            Err(trouble) => return Some(Event::Run(id, RunEvent::Trouble(trouble))),
        };
        let mailbox = self.mailbox.clone();
        let events = move |event| mailbox.send(Event::Run(id, event));
        self.work = Some(runner.start(&self.course.exercises[place], events));
        None
    }

    fn check_all(&mut self, id: RunId) -> Option<Event> {
        let runner = match self.runner() {
            Ok(runner) => runner,
            Err(trouble) => return Some(Event::All(id, AllEvent::Trouble(trouble))),
        };
        let mailbox = self.mailbox.clone();
        let events = move |event| mailbox.send(Event::All(id, event));
        self.work = Some(runner.start_all(self.course.exercises.clone(), events));
        None
    }

    /// Begins the prefetch that is wanted.
    fn prefetch(&mut self) {
        if let (Some(runner), Some(place)) = (&self.runner, self.wanted.take()) {
            let mailbox = self.mailbox.clone();
            let ready = move || mailbox.send(Event::Prefetched(place));
            self.prefetch = Some(runner.prefetch(&self.course.exercises[place], ready));
        }
    }

    /// Stops the prefetch at once. Whoever builds next waits for its end.
    fn drop_prefetch(&mut self) {
        self.wanted = None;
        if let Some(prefetch) = self.prefetch.take() {
            prefetch.stop();
        }
    }

    /// Stops the prefetch at once and waits until its processes are gone.
    fn end_prefetch(&mut self) {
        self.wanted = None;
        if let Some(prefetch) = self.prefetch.take() {
            prefetch.stop();
            prefetch.wait();
        }
    }

    fn serve(&mut self, id: RunId, place: Place, port: Option<u16>) -> Option<Event> {
        let runner = match self.runner() {
            Ok(runner) => runner,
            Err(trouble) => return Some(Event::Service(id, ServiceEvent::Trouble(trouble))),
        };
        let mailbox = self.mailbox.clone();
        let events = move |event| mailbox.send(Event::Service(id, event));
        let before = self.service.take();
        self.service = Some(runner.serve(&self.course.exercises[place], port, before, events));
        None
    }

    fn reset(&mut self, place: Place) -> Event {
        let done = match self.runner() {
            Err(trouble) => Err(trouble.to_string()),
            Ok(runner) => {
                let exercise = &self.course.exercises[place];
                let done = self.files.quietly(place, || runner.reset(exercise));
                done.map(|reset| reset.backup).map_err(|error| error.to_string())
            }
        };
        Event::Reset(place, done)
    }

    /// Writes what was recorded. What cannot be written is tried again with the next change.
    fn save(&mut self) {
        if !std::mem::take(&mut self.is_dirty) {
            return;
        }
        let changes = &self.unsaved;
        let saved = self.store.update(|progress| changes.iter().for_each(|change| change.apply(progress)));
        let answer = match saved {
            Ok(saved) => {
                self.unsaved.clear();
                if let Some(file) = saved.kept_aside {
                    self.mailbox.send(kept_aside(&file));
                }
                Event::Saved(saved.progress)
            }
            Err(error) => Event::NotSaved(error.to_string()),
        };
        let effects = self.state.update(answer, Moment::now());
        debug_assert!(effects.is_empty(), "progress on disk leads to nothing else");
    }

    fn present(&mut self) -> Result<(), WatchError> {
        self.presenter.present(&self.state.view()).map_err(WatchError::Terminal)
    }

    /// Ends what runs and writes what is not written. Returns the session's last words.
    fn end(&mut self) -> String {
        self.end_prefetch();
        for run in self.work.take().into_iter().chain(self.service.take()) {
            run.end();
        }
        self.is_dirty = !self.unsaved.is_empty();
        self.save();
        let passed = self.state.progress().passed(&self.course);
        let total = self.course.exercises.len();
        let saved = if self.unsaved.is_empty() {
            "Your progress is saved."
        } else {
            "The last of it could not be saved."
        };
        format!("{passed} of {total} done. {saved}")
    }
}

impl Drop for Session {
    /// Does something only on the way out of a panic.
    fn drop(&mut self) {
        for run in self.work.take().into_iter().chain(self.service.take()) {
            run.stop();
        }
        self.drop_prefetch();
    }
}
