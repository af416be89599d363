//! Starters are unsolved, solutions pass: built by three Cargo calls, whatever their number, and run side by side.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use super::manifest::Program;
use super::rules::Fault;
use crate::check::gate::{GateEvent, Proved};
use crate::check::{Diagnostic, Ending, Level, Ran, TestResult, Trouble};
use crate::course::rustlings::ExerciseInfo;
use crate::runner::{BuiltPrograms as Built, Programs, Stop};

/// For `main` or for the tests of one exercise; compile time does not count.
const DEADLINE: Duration = Duration::from_secs(10);

/// Of what a failing program printed, so much is told.
const TOLD: usize = 4000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Starter,
    Solution,
}

impl Side {
    /// The id of what is proved of it.
    fn rule(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Solution => "solution",
        }
    }
}

/// A starter or a solution that is to be judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) exercise: &'a ExerciseInfo,
    pub(super) side: Side,
}

impl Subject<'_> {
    pub(super) fn file(&self) -> PathBuf {
        match self.side {
            Side::Starter => self.exercise.file(),
            Side::Solution => self.exercise.solution(),
        }
    }

    /// Cargo's name of it.
    fn program(&self) -> String {
        match self.side {
            Side::Starter => self.exercise.name.get_ref().to_owned(),
            Side::Solution => self.exercise.solution_program(),
        }
    }

    /// What the manifest to build with says of it.
    pub(super) fn in_manifest(&self) -> Program {
        Program { name: self.program(), file: self.file(), test: self.exercise.test }
    }

    /// The proof, with what is wrong.
    pub(super) fn proved(&self, faults: Vec<Fault>) -> Proved {
        let rule = self.side.rule();
        super::proved(self.exercise.name.get_ref(), rule, &format!("the {rule}"), faults)
    }

    /// What is wrong: a starter must have a reason why it is not done, a solution none.
    fn faults(&self, not_done: Option<Fault>) -> Vec<Fault> {
        let solved = "the starter is already solved\n  help: leave something to do, or write \
                      `skip_check_unsolved = true` in info.toml";
        match (self.side, not_done) {
            (Side::Starter, Some(_)) | (Side::Solution, None) => Vec::new(),
            (Side::Starter, None) => vec![Fault::new(self.file(), None, solved)],
            (Side::Solution, Some(fault)) => {
                vec![Fault { what: format!("the solution {}", fault.what), ..fault }]
            }
        }
    }

    fn is_strict(&self) -> bool {
        self.side == Side::Solution || self.exercise.strict_clippy
    }
}

/// What is remembered of it, such as `solution halves`.
impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.side.rule(), self.exercise.name.get_ref())
    }
}

/// What became of all.
pub(super) struct Made {
    /// In the order of the subjects.
    pub(super) proofs: Vec<Proved>,
    pub(super) compiled: usize,
}

/// Builds, runs and judges them. `None` where it was stopped.
pub(super) fn prove(
    programs: &Programs,
    subjects: &[Subject<'_>],
    stop: &Stop,
    events: &(impl Fn(GateEvent) + Sync),
) -> Result<Option<Made>, Trouble> {
    let building = |layer: &'static str| {
        move |done, total| events(GateEvent::Building { layer: layer.to_owned(), done, total })
    };
    let names_of = |chosen: &dyn Fn(usize, &Subject<'_>) -> bool| {
        let chosen = subjects.iter().enumerate().filter(|(number, subject)| chosen(*number, subject));
        chosen.map(|(_, subject)| subject.program()).collect::<Vec<_>>()
    };
    let (mains, tests) = (names_of(&|_, of| !of.exercise.test), names_of(&|_, of| of.exercise.test));
    let Some(built) = programs.build(&borrowed(&mains), stop, building("programs"))? else { return Ok(None) };
    let Some(tested) = programs.build_tests(&borrowed(&tests), stop, building("tests"))? else {
        return Ok(None);
    };
    let Some(ran) = run_all(programs, subjects, (&built, &tested), stop, events)? else { return Ok(None) };
    let passed =
        names_of(&|number, of| of.exercise.test && ran.get(&number).is_some_and(|(ran, _)| passes(ran)));
    let Some(linted) = programs.lint(&borrowed(&passed), stop, building("clippy"))? else { return Ok(None) };
    let judge = |(number, subject): (usize, &Subject<'_>)| {
        let (ran, took) = ran.get(&number).map(|(ran, took)| (ran, *took)).unzip();
        let faults = subject.faults(not_done(subject, (&built, &tested, &linted), ran));
        Proved { took: took.unwrap_or_default(), ..subject.proved(faults) }
    };
    Ok(Some(Made {
        proofs: subjects.iter().enumerate().map(judge).collect(),
        compiled: built.compiled() + tested.compiled() + linted.compiled(),
    }))
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// How each that was built ended, by its number.
type Runs = BTreeMap<usize, (Ran, Duration)>;

fn run_all(
    programs: &Programs,
    subjects: &[Subject<'_>],
    (built, tested): (&Built, &Built),
    stop: &Stop,
    events: &(impl Fn(GateEvent) + Sync),
) -> Result<Option<Runs>, Trouble> {
    let binary = |subject: &Subject<'_>| {
        let name = subject.program();
        let binary = if subject.exercise.test { tested.tests(&name) } else { built.program(&name) };
        binary.map(PathBuf::from)
    };
    let binaries = subjects.iter().enumerate();
    let binaries: Vec<_> =
        binaries.filter_map(|(number, subject)| Some((number, binary(subject)?))).collect();
    let total = binaries.len();
    let waiting = Mutex::new(binaries.into_iter());
    let runs = Mutex::new((Runs::new(), None));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    // The lock must not be held while a program runs.
                    let next = waiting.lock().expect("no panic while held").next();
                    let Some((number, binary)) = next else { return };
                    let start = Instant::now();
                    let ran = programs.run(&binary, &[], DEADLINE, stop);
                    let mut runs = runs.lock().expect("no panic while held");
                    match ran {
                        Ok(Some(ran)) => drop(runs.0.insert(number, (ran, start.elapsed()))),
                        Ok(None) => return,
                        Err(trouble) => runs.1 = Some(trouble),
                    }
                    events(GateEvent::Proving { done: runs.0.len(), total });
                }
            });
        }
    });
    let (runs, trouble) = runs.into_inner().expect("no panic while held");
    match trouble {
        Some(trouble) => Err(trouble),
        None if stop.requested().is_some() => Ok(None),
        None => Ok(Some(runs)),
    }
}

/// Whether the tests ran to their end and none failed.
fn passes(ran: &Ran) -> bool {
    ran.ending == Ending::Exited(0) && ran.results.closing.is_some_and(|closing| closing.ok)
}

/// Why it is not done: rustc, its run, clippy, in this order.
fn not_done(subject: &Subject<'_>, built: (&Built, &Built, &Built), ran: Option<&Ran>) -> Option<Fault> {
    let (built, tested, linted) = built;
    let (name, test) = (subject.program(), subject.exercise.test);
    let errors = if test { tested } else { built }.said(&name, Level::Error);
    if let Some(error) = errors.first() {
        return Some(said(subject, "does not compile", error));
    }
    let Some(ran) = ran else {
        return Some(Fault::new(
            subject.file(),
            None,
            "was not built\n  help: mend what else does not compile first",
        ));
    };
    let ended_well = if test { passes(ran) } else { ran.ending == Ending::Exited(0) };
    if !ended_well {
        return Some(Fault::new(subject.file(), None, ending(ran, test)));
    }
    let lints = if test { linted } else { built };
    let mut lint = lints.said(&name, Level::Error);
    if subject.is_strict() {
        lint.extend(lints.said(&name, Level::Warning));
    }
    lint.first().map(|lint| said(subject, "is refused by clippy", lint))
}

/// A message of rustc's or clippy's on its line.
fn said(subject: &Subject<'_>, what: &str, diagnostic: &Diagnostic) -> Fault {
    let place = diagnostic.place.as_deref().and_then(|place| place.rsplit_once(':'));
    let (file, line) = match place {
        Some((file, line)) => (PathBuf::from(file), line.parse().ok()),
        None => (subject.file(), None),
    };
    let is_lint = diagnostic.code.as_ref().is_some_and(|code| code.starts_with("clippy::"));
    let what = if is_lint { "is refused by clippy" } else { what };
    Fault::new(file, line, format!("{what}:\n{}", diagnostic.rendered.trim_end()))
}

fn ending(ran: &Ran, test: bool) -> String {
    let who = if test { "the test process" } else { "`main`" };
    let failed = ran.results.tests.iter().filter(|(_, result)| **result == TestResult::Failed);
    let failed: Vec<_> = failed.map(|(name, _)| name.as_str()).collect();
    let words = match ran.ending {
        Ending::TimedOut(after) => format!("does not end: {who} had {} s", after.as_secs()),
        Ending::Signalled(signal) => format!("crashes: {who} was ended by signal {signal}"),
        Ending::Exited(_) if test && !failed.is_empty() => format!("fails {}", failed.join(", ")),
        Ending::Exited(code) if test => format!("ends before its tests do, with exit code {code}"),
        Ending::Exited(code) => format!("ends with exit code {code}"),
    };
    let output: String = ran.output.trim_end().chars().take(TOLD).collect();
    if output.is_empty() { words } else { format!("{words}:\n{output}") }
}
