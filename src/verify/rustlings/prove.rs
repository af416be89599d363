//! Starters are unsolved, solutions pass: built by three Cargo calls, whatever their number, and run side by side.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use super::flaky;
use super::manifest::Program;
use super::rules::Fault;
use crate::check::gate::{GateEvent, Proved};
use crate::check::{BuildLog, Diagnostic, Ending, Level, Ran, Trouble, Verdict, Wanted, judge, refused};
use crate::course::Lints;
use crate::course::rustlings::ExerciseInfo;
use crate::runner::{Programs, Stop};
use crate::verify::expectation::words;

/// For `main` or for the tests of one exercise; compile time does not count.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

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
    /// The tests that the starter has.
    pub(super) wanted: &'a Wanted,
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

    /// Whether its tests, run to their end, pass.
    pub(super) fn passes(&self, ran: &Ran) -> bool {
        judge(self.wanted, ran).is_pass()
    }

    fn lints(&self) -> Lints {
        let is_strict = self.side == Side::Solution || self.exercise.strict_clippy;
        if is_strict { Lints::Warnings } else { Lints::Errors }
    }

    /// The proof, with what is wrong.
    pub(super) fn proved(&self, faults: Vec<Fault>) -> Proved {
        let rule = self.side.rule();
        super::proved(self.exercise.name.get_ref(), rule, &format!("the {rule}"), faults)
    }

    /// What is wrong: a starter must not pass, a solution must.
    fn fault(&self, verdict: Option<&Verdict>, ran: Option<&Ran>) -> Option<Fault> {
        let words = match (self.side, verdict) {
            (_, None) => "was not built or not linted, and Cargo does not say why".to_owned(),
            (Side::Starter, Some(Verdict::Passed { .. })) => {
                "is already solved\n  help: leave something to do, or write `skip_check_unsolved = true` in info.toml"
                    .to_owned()
            }
            (Side::Starter, Some(_)) | (Side::Solution, Some(Verdict::Passed { .. })) => return None,
            (Side::Solution, Some(verdict)) => in_words(verdict, ran),
        };
        let (file, line) = place(verdict).unwrap_or_else(|| (self.file(), None));
        Some(Fault::new(file, line, format!("the {} {words}", self.side.rule())))
    }
}

/// What is remembered of it, such as `solution halves`.
impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.side.rule(), self.exercise.name.get_ref())
    }
}

/// A proof, and whether it would be the same again.
pub(super) struct Made {
    pub(super) proved: Proved,
    /// A deadline and a signal may come from the machine.
    pub(super) is_lasting: bool,
    /// Of a solution that was run again and again.
    pub(super) again: Option<Proved>,
}

/// Builds, runs and judges them, and counts the units that were compiled. `None` where it was stopped.
pub(super) fn prove(
    programs: &Programs,
    subjects: &[Subject<'_>],
    flaky: usize,
    stop: &Stop,
    events: &(impl Fn(GateEvent) + Sync),
) -> Result<Option<(Vec<Made>, usize)>, Trouble> {
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
    let binary = |subject: &Subject<'_>| {
        let name = subject.program();
        let binaries = if subject.exercise.test { &tested.test_binaries } else { &built.programs };
        binaries.get(&name).cloned()
    };
    let binaries = subjects.iter().map(binary).collect();
    let running = Running { programs, subjects, binaries, flaky, stop };
    let Some(mut runs) = running.all(events)? else { return Ok(None) };
    let passed =
        names_of(&|number, of| of.exercise.test && runs.get(&number).is_some_and(|run| of.passes(&run.ran)));
    let Some(linted) = programs.lint(&borrowed(&passed), stop, building("clippy"))? else { return Ok(None) };
    let compiled = [&built, &tested, &linted].map(|log| log.compiled.len()).into_iter().sum();
    let made = |(number, subject): (usize, &Subject<'_>)| {
        let run = runs.remove(&number);
        let ran = run.as_ref().map(|run| &run.ran);
        let verdict = verdict(subject, (&built, &tested, &linted), ran);
        let faults = subject.fault(verdict.as_ref(), ran).into_iter().collect();
        let is_lasting = ran.is_none_or(|ran| matches!(ran.ending, Ending::Exited(_)));
        let (took, again) = run.map_or((Duration::ZERO, None), |run| (run.took, run.again));
        Made { proved: Proved { took, ..subject.proved(faults) }, is_lasting, again }
    };
    Ok(Some((subjects.iter().enumerate().map(made).collect(), compiled)))
}

fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// How one that was built ended.
struct OneRun {
    ran: Ran,
    took: Duration,
    /// Of a solution that passed, where that is asked for.
    again: Option<Proved>,
}

/// By the number of the subject.
type Runs = BTreeMap<usize, OneRun>;

struct Running<'a> {
    programs: &'a Programs,
    subjects: &'a [Subject<'a>],
    /// In the order of the subjects; none where one was not built.
    binaries: Vec<Option<PathBuf>>,
    /// How often a solution that passed is run again.
    flaky: usize,
    stop: &'a Stop,
}

impl Running<'_> {
    /// Runs them side by side. `None` where it was stopped.
    fn all(&self, events: &(impl Fn(GateEvent) + Sync)) -> Result<Option<Runs>, Trouble> {
        let total = self.binaries.iter().flatten().count();
        let waiting = Mutex::new(self.binaries.iter().enumerate());
        let runs = Mutex::new(Runs::new());
        let work = || loop {
            // The lock must not be held while a program runs.
            let next = waiting.lock().expect("no panic while held").next();
            let Some((number, binary)) = next else { return Ok(()) };
            let Some(binary) = binary else { continue };
            let Some(run) = self.one(&self.subjects[number], binary)? else { return Ok(()) };
            let mut runs = runs.lock().expect("no panic while held");
            runs.insert(number, run);
            events(GateEvent::Proving { done: runs.len(), total });
        };
        let workers = thread::available_parallelism().map_or(2, usize::from);
        let ended: Result<(), Trouble> = thread::scope(|scope| {
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("a worker does not panic"))
        });
        ended?;
        let runs = runs.into_inner().expect("no panic while held");
        Ok(Some(runs).filter(|_| self.stop.requested().is_none()))
    }

    fn one(&self, subject: &Subject<'_>, binary: &Path) -> Result<Option<OneRun>, Trouble> {
        let start = Instant::now();
        let Some(ran) = self.programs.run(binary, &[], DEADLINE, self.stop)? else { return Ok(None) };
        let took = start.elapsed();
        let is_asked = self.flaky > 0 && subject.side == Side::Solution && subject.exercise.test;
        let mut again = None;
        if is_asked && subject.passes(&ran) {
            again = flaky::run_again(self.programs, (subject, binary), self.flaky, self.stop)?;
        }
        Ok(Some(OneRun { ran, took, again }))
    }
}

/// The verdict that a learner with this file gets. None where Cargo made nothing of it and does not say why.
fn verdict(
    subject: &Subject<'_>,
    (built, tested, linted): (&BuildLog, &BuildLog, &BuildLog),
    ran: Option<&Ran>,
) -> Option<Verdict> {
    let (name, lints) = (subject.program(), subject.lints());
    if !subject.exercise.test {
        let ends_well = |ran: &Ran| match ran.ending {
            Ending::Exited(0) => Verdict::Passed { tests: 0 },
            ending => Verdict::ProgramFailed(ending),
        };
        return refused(built, &name, lints).or_else(|| ran.map(ends_well));
    }
    let errors = tested.of(&name, Level::Error);
    if !errors.is_empty() {
        return Some(Verdict::DoesNotCompile { errors });
    }
    let verdict = judge(subject.wanted, ran?);
    if !verdict.is_pass() {
        return Some(verdict);
    }
    refused(linted, &name, lints).or_else(|| Some(verdict).filter(|_| linted.finished.contains(&name)))
}

/// The line of the first message of rustc or clippy.
fn place(verdict: Option<&Verdict>) -> Option<(PathBuf, Option<usize>)> {
    let first = match verdict? {
        Verdict::DoesNotCompile { errors } => errors.first(),
        Verdict::Lints { findings } => findings.first(),
        _ => None,
    };
    let (file, line) = first?.place.as_deref()?.rsplit_once(':')?;
    Some((PathBuf::from(file), line.parse().ok()))
}

/// Why a solution does not pass, with what was printed.
fn in_words(verdict: &Verdict, ran: Option<&Ran>) -> String {
    let of_compiler = |what: &str, said: &[Diagnostic]| {
        let first = said.first();
        let (message, rendered) = first.map_or(("", ""), |first| (&first.message, &first.rendered));
        (format!("{what}: {message}"), rendered.to_owned())
    };
    let (words, printed) = match verdict {
        Verdict::DoesNotCompile { errors } => of_compiler("does not compile", errors),
        Verdict::Lints { findings } => of_compiler("is refused by clippy", findings),
        _ => (words(verdict), ran.map_or_else(String::new, |ran| ran.output.clone())),
    };
    let printed: String = printed.trim_end().chars().take(TOLD).collect();
    format!("{words}\n{printed}").trim_end().to_owned()
}
