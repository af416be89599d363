//! A learner's service as it is now: built in the mirror, started on a free port, followed until it ends or is stopped.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::batch::Step;
use super::cargo::{self, Compiler, News, Progress, Purpose};
use super::judge::{build, judged, lay_originals, lay_over};
use super::leftovers;
use super::limits::Limits;
use super::process::{self, End, Finished, Plan};
use super::run::{Run, Runner, Shared, cannot_write};
use super::service::{Service, free_port, is_listened_on, not_started};
use super::stop::Stop;
use super::tail::Tail;
use crate::check::{Judged, Left, Level, ServiceEnd, ServiceEvent, Trouble, Verdict, Wait, build_program};
use crate::course::Exercise;

/// So long a service may take until it answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

impl Runner {
    /// Builds and starts the exercise's service as the learner's files are now, on `port` if that is free, and once the
    /// service `before` it is gone. It runs until it ends or is stopped.
    pub fn serve(
        &self,
        exercise: &Exercise,
        port: Option<u16>,
        before: Option<Run>,
        events: impl Fn(ServiceEvent) + Send + Sync + 'static,
    ) -> Run {
        let (shared, exercise) = (self.shared(), exercise.clone());
        Run::start(move |stop| {
            if let Some(before) = before {
                before.wait();
            }
            serve(&shared, &exercise, port, stop, &events);
        })
    }
}

/// Sends what happens. Once it is stopped only the last event is sent.
fn serve(
    shared: &Shared,
    exercise: &Exercise,
    port: Option<u16>,
    stop: &Stop,
    events: &(impl Fn(ServiceEvent) + Sync),
) {
    let send = |event| {
        if stop.requested().is_none() {
            events(event);
        }
    };
    let ended = program(shared, exercise, stop, &send).and_then(|built| match built {
        None => Ok(ServiceEvent::Stopped(Left::default())),
        Some(Err(judged)) => Ok(ServiceEvent::NotBuilt(Box::new(judged))),
        Some(Ok(program)) => {
            let folder = shared.mirror.workspace.join(exercise.member());
            let started = Started { shared, program: &program, folder: &folder, stop };
            started.follow(port, &send).map_err(|error| not_started(&program, &error))
        }
    });
    events(ended.unwrap_or_else(ServiceEvent::Trouble));
}

/// Builds the program. `None` where it was stopped; the verdict where there is nothing to start.
fn program(
    shared: &Shared,
    exercise: &Exercise,
    stop: &Stop,
    send: &impl Fn(ServiceEvent),
) -> Result<Option<Result<PathBuf, Judged>>, Trouble> {
    let start = Instant::now();
    let turn = shared
        .turn(stop, || send(ServiceEvent::Waiting(Wait::Runner)))
        .map_err(|error| cannot_write(&error))?;
    let Some(mut turn) = turn else { return Ok(None) };
    lay_originals(shared, &mut turn)?;
    if let Err(verdict) = lay_over(shared, &turn, exercise)? {
        return Ok(Some(Err(judged(verdict, start))));
    }
    let news = |news: News<'_>| {
        send(match news {
            News::Waiting(wait) => ServiceEvent::Waiting(wait),
            News::Step(Progress { done, total, unit }) => {
                ServiceEvent::Building { done, total, unit: unit.to_owned() }
            }
        });
    };
    let name = &exercise.name;
    let program = Step { argv: build_program(name), compiler: Compiler::Rustc, is_aside: false };
    let built = build(shared, program, Purpose::Verdict, stop, news)?;
    let Some(mut built) = built else { return Ok(None) };
    if let Some(trouble) = cargo::trouble(&built, |package| package == *name) {
        turn.originals.set_news(true);
        return Err(trouble);
    }
    if let Some(program) = built.log.programs.remove(name) {
        return Ok(Some(Ok(program)));
    }
    match built.log.of(name, Level::Error) {
        errors if errors.is_empty() => {
            Err(Trouble::Other(format!("cargo built no program for {name}: {}", built.stderr)))
        }
        errors => Ok(Some(Err(judged(Verdict::DoesNotCompile { errors }, start)))),
    }
}

struct Started<'a> {
    shared: &'a Shared,
    program: &'a Path,
    folder: &'a Path,
    stop: &'a Stop,
}

impl Started<'_> {
    /// Starts it, and once more where somebody else took its port meanwhile. Returns the last event.
    fn follow(&self, port: Option<u16>, send: &(impl Fn(ServiceEvent) + Sync)) -> io::Result<ServiceEvent> {
        let port = free_port(port)?;
        let (event, answered) = self.follow_once(port, send)?;
        match &event {
            ServiceEvent::Ended(..) if !answered && is_listened_on(port) => {
                Ok(self.follow_once(free_port(None)?, send)?.0)
            }
            _ => Ok(event),
        }
    }

    fn follow_once(
        &self,
        port: u16,
        send: &(impl Fn(ServiceEvent) + Sync),
    ) -> io::Result<(ServiceEvent, bool)> {
        let service = Service { program: self.program, folder: self.folder, port };
        let mark = self.shared.mark();
        let (tail, is_over) = (Tail::default(), AtomicBool::new(false));
        let (finished, answered) = thread::scope(|scope| {
            let plan = Plan {
                command: service.command(),
                mark: mark.clone(),
                stop: self.stop,
                deadline: None,
                merged: true,
                limits: Limits::Memory,
            };
            send(ServiceEvent::Started { port });
            scope.spawn(|| tail.hand_over(|text| send(ServiceEvent::Said(text))));
            let asked = scope.spawn(|| {
                let give_up = || is_over.load(Ordering::Relaxed) || self.stop.requested().is_some();
                let answered = service.answers_within(ANSWER_WITHIN, give_up);
                match answered {
                    Some(true) => send(ServiceEvent::Answers),
                    Some(false) => send(ServiceEvent::Silent { after: ANSWER_WITHIN }),
                    None => {}
                }
                answered == Some(true)
            });
            let finished = process::run(plan, |_, bytes| tail.feed(bytes));
            is_over.store(true, Ordering::Relaxed);
            tail.close();
            (finished, asked.join().expect("asking does not panic"))
        });
        let Finished { end, mut left_behind } = finished?;
        left_behind.extend(leftovers::kill_marked(&mark));
        left_behind.sort();
        left_behind.dedup();
        let left =
            Left { processes: left_behind, listening: Some(port).filter(|port| is_listened_on(*port)) };
        let event = match end {
            End::Exited(status) => ServiceEvent::Ended(service_end(status), left),
            End::Stopped | End::TimedOut => ServiceEvent::Stopped(left),
        };
        Ok((event, answered))
    }
}

fn service_end(status: ExitStatus) -> ServiceEnd {
    match status.code() {
        Some(code) => ServiceEnd::Exited(code),
        None => ServiceEnd::Signalled(status.signal().unwrap_or_default()),
    }
}
