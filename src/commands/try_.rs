//! `try [NAME]`: the learner's service as it is now, and how to ask it. No terminal needed; no progress is touched.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::Here;
use crate::check::{Left, ServiceEvent};
use crate::course::Exercise;
use crate::exit::{Exit, Interrupted, Usage};
use crate::report::{Bar, Output, note};
use crate::ui::{Look, Stage, failure_lines, try_lines};
use crate::watch::{Heard, serve};

pub(super) fn try_(here: &Here, name: Option<&str>, output: &mut Output) -> anyhow::Result<Exit> {
    let exercise = here.find_or_current(name)?;
    if exercise.try_lines.is_empty() {
        let help = format!("`backendlings run {}` judges it", exercise.name);
        return Err(Usage(format!("{} has no service to try\n  help: {help}", exercise.name)).into());
    }
    let place = here.course.position(&exercise.name).unwrap_or_default();
    let mut told = Told {
        exercise,
        root: &here.course.root,
        output,
        bar: None,
        port: 0,
        has_answered: false,
        answers: false,
        log: Log::default(),
        end: None,
    };
    let served =
        serve(&here.course, place, |heard| told.hear(heard).unwrap_or_else(|error| told.fail(error)))??;
    told.log.flush(told.output)?;
    tell_of_left(&served.left);
    match (told.end, served.signal) {
        (Some(end), _) => end,
        (None, Some(signal)) => Err(Interrupted(signal).into()),
        (None, None) => Ok(Exit::Done),
    }
}

fn tell_of_left(left: &Left) {
    if let Some(words) = left.words() {
        note(&words);
    }
}

/// What was told of the service so far.
struct Told<'a> {
    exercise: &'a Exercise,
    /// The course's.
    root: &'a Path,
    output: &'a mut Output,
    bar: Option<Bar>,
    port: u16,
    /// Once it has, the learner is at work with it, and a failure is waited out: the next save may mend it.
    has_answered: bool,
    /// The one that runs now.
    answers: bool,
    log: Log,
    end: Option<anyhow::Result<Exit>>,
}

impl Told<'_> {
    fn hear(&mut self, heard: Heard) -> io::Result<ControlFlow<()>> {
        match heard {
            Heard::Service(event) => return self.service(event),
            Heard::Saved => {
                self.log.flush(self.output)?;
                (self.answers, self.log) = (false, Log::default());
                self.output.line(&self.output.theme.faint("saved: starting it again"))?;
            }
            Heard::Trouble(words) => note(&words),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn service(&mut self, event: ServiceEvent) -> io::Result<ControlFlow<()>> {
        if !matches!(event, ServiceEvent::Waiting(_) | ServiceEvent::Building { .. }) {
            self.bar = None;
        }
        match event {
            ServiceEvent::Waiting(wait) => self.bar.get_or_insert_default().show(wait.words(), 0, 0, ""),
            ServiceEvent::Building { done, total, unit } => {
                self.bar.get_or_insert_default().show("building", done, total, &unit);
            }
            ServiceEvent::Started { port } => self.port = port,
            ServiceEvent::Said(text) => self.log.said(&text, self.output)?,
            ServiceEvent::Answers => self.answers()?,
            ServiceEvent::Silent { after } => return self.failed(&Stage::Silent { after }),
            ServiceEvent::NotBuilt(judged) => return self.failed(&Stage::NotBuilt(judged)),
            ServiceEvent::Ended(end, left) => {
                tell_of_left(&left);
                return self.failed(&Stage::Ended { end, answered: self.answers });
            }
            ServiceEvent::Stopped(left) => tell_of_left(&left),
            ServiceEvent::Trouble(trouble) => return Ok(self.fail(trouble)),
        }
        Ok(if self.output.is_closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    fn answers(&mut self) -> io::Result<()> {
        (self.answers, self.has_answered) = (true, true);
        let Self { exercise, output, port, .. } = self;
        let words = output.theme.pass(&format!("{} answers on port {port}", exercise.name));
        output.line(&format!("{words}; a save starts it again, Ctrl-C ends it\n"))?;
        output.lines(&try_lines(exercise, *port, usize::MAX))?;
        output.line("")?;
        self.log.open(self.output)
    }

    fn failed(&mut self, stage: &Stage) -> io::Result<ControlFlow<()>> {
        self.log.flush(self.output)?;
        let Output { theme, columns, .. } = *self.output;
        let look = Look { theme, columns, root: self.root };
        self.output.lines(&failure_lines(self.exercise, stage, self.port, look))?;
        if !self.log.is_open && !self.log.waiting.is_empty() {
            self.output.line("its last lines:")?;
            self.log.open(self.output)?;
        }
        if self.has_answered {
            self.output.line("save the exercise to start it again, Ctrl-C leaves")?;
            return Ok(ControlFlow::Continue(()));
        }
        self.end = Some(Ok(Exit::NotYet));
        Ok(ControlFlow::Break(()))
    }

    fn fail(&mut self, error: impl Into<anyhow::Error>) -> ControlFlow<()> {
        self.end = Some(Err(error.into()));
        ControlFlow::Break(())
    }
}

/// What the service prints: kept until the command has said its own, then passed on line by line.
#[derive(Default)]
struct Log {
    waiting: String,
    is_open: bool,
}

impl Log {
    fn said(&mut self, text: &str, output: &mut Output) -> io::Result<()> {
        self.waiting.push_str(text);
        if self.is_open { self.pass_on(output) } else { Ok(()) }
    }

    fn open(&mut self, output: &mut Output) -> io::Result<()> {
        self.is_open = true;
        self.pass_on(output)
    }

    fn pass_on(&mut self, output: &mut Output) -> io::Result<()> {
        let Some((whole, rest)) = self.waiting.rsplit_once('\n') else { return Ok(()) };
        whole.lines().try_for_each(|line| output.line(&output.theme.foreign(line)))?;
        self.waiting = rest.to_owned();
        Ok(())
    }

    /// A last line without an end is one all the same.
    fn flush(&mut self, output: &mut Output) -> io::Result<()> {
        if self.is_open && !self.waiting.is_empty() {
            self.waiting.push('\n');
            self.pass_on(output)?;
        }
        Ok(())
    }
}
