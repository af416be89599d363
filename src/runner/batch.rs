//! Exercises that lie in the mirror, judged together: one Cargo call builds them, what it built is run, and where tests
//! are the learner's own, clippy is asked about those that passed.

use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use fs_err as fs;

use super::beside::Beside;
use super::binary::{self, Tested};
use super::cargo::{self, Built, Compiler, News, Purpose};
use super::judge::build;
use super::mirror::Synced;
use super::package::{Package, Proved};
use super::run::{Shared, cannot_write};
use super::stop::Stop;
use super::turn::Turn;
use crate::check::{
    BuildLog, Ending, Judged, Level, Notice, Trouble, Verdict, Wanted, build_all_tests, build_own_tests,
    build_programs, build_tests, check_programs, judge_one, refused,
};
use crate::course::{Exercise, Lints, Proof, SPECIFICATION};

/// How many binaries run side by side.
const PARALLEL: usize = 2;

/// An exercise whose files are in the mirror.
pub(super) struct Ready<'a> {
    pub(super) exercise: &'a Exercise,
    pub(super) synced: Synced,
    pub(super) start: Instant,
}

/// Those that one Cargo call can build: all with the same kind of proof. Never empty.
pub(super) struct Batch<'a> {
    pub(super) shared: &'a Shared,
    pub(super) turn: &'a Turn<'a>,
    pub(super) stop: &'a Stop,
}

/// Who is told of what happens.
pub(super) struct Told<N, T, J> {
    pub(super) news: N,
    /// What was built begins to run.
    pub(super) testing: T,
    pub(super) judged: J,
}

/// The tests passed; clippy has not been asked yet.
struct Passed<'a> {
    exercise: &'a Exercise,
    lints: Lints,
    judged: Judged,
    start: Instant,
}

/// One Cargo call on the way to a verdict.
pub(super) struct Step {
    pub(super) argv: Vec<String>,
    pub(super) compiler: Compiler,
    /// It has a target folder of its own, so that it can be taken while another one is.
    pub(super) is_aside: bool,
}

/// Builds what decides.
pub(super) fn first_step(exercises: &[&Exercise]) -> Step {
    let names = exercises.iter().map(|exercise| exercise.name.as_str());
    let (argv, compiler) = match (exercises[0].proof, exercises) {
        (Proof::Specification, [one]) => (judge_one(&one.name), Compiler::Rustc),
        (Proof::Specification, _) => (build_tests(names), Compiler::Rustc),
        (Proof::OwnTests(_), [one]) => (build_own_tests(&one.name), Compiler::Rustc),
        (Proof::OwnTests(_), _) => (build_all_tests(), Compiler::Rustc),
        (Proof::Program(_), _) => (build_programs(names), Compiler::Clippy),
    };
    Step { argv, compiler, is_aside: false }
}

/// Asks clippy about programs, whose tests are another build.
pub(super) fn lint_step(exercises: &[&Exercise]) -> Step {
    let argv = check_programs(exercises.iter().map(|exercise| exercise.name.as_str()));
    Step { argv, compiler: Compiler::Clippy, is_aside: true }
}

impl Batch<'_> {
    /// Judges these. Nothing more is told once it is stopped.
    pub(super) fn judge<N, T, J>(
        &self,
        ready: Vec<Ready<'_>>,
        told: &mut Told<N, T, J>,
    ) -> Result<(), Trouble>
    where
        N: FnMut(News<'_>),
        T: Fn() + Sync,
        J: Fn(&Exercise, Judged) + Sync,
    {
        let exercises: Vec<_> = ready.iter().map(|ready| ready.exercise).collect();
        thread::scope(|scope| {
            let beside = Beside::begin(scope, self.shared, &exercises);
            let passed = self.prove_all(ready, told)?;
            self.lint(passed, beside, told)
        })
    }

    /// Builds and runs these. Returns those about which clippy is to be asked.
    fn prove_all<'e, N, T, J>(
        &self,
        ready: Vec<Ready<'e>>,
        told: &mut Told<N, T, J>,
    ) -> Result<Vec<Passed<'e>>, Trouble>
    where
        N: FnMut(News<'_>),
        T: Fn() + Sync,
        J: Fn(&Exercise, Judged) + Sync,
    {
        let exercises: Vec<_> = ready.iter().map(|ready| ready.exercise).collect();
        let Some(built) = self.build(first_step(&exercises), &exercises, &mut told.news)? else {
            return Ok(Vec::new());
        };
        let (testing, judged) = (&told.testing, &told.judged);
        let (waiting, passed) = (Mutex::new(ready.into_iter()), Mutex::new(Vec::new()));
        let work = || -> Result<(), Trouble> {
            loop {
                let next = waiting.lock().expect("no panic while held").next();
                let Some(Ready { exercise, synced, start }) = next else { return Ok(()) };
                testing();
                let Some(proved) = self.prove(&built, exercise, &synced)? else { return Ok(()) };
                let verdict = as_judged(proved, exercise, synced, &built.log, start);
                match exercise.proof {
                    Proof::OwnTests(lints) if verdict.verdict.is_pass() => {
                        let judged = verdict;
                        let mut passed = passed.lock().expect("no panic while held");
                        passed.push(Passed { exercise, lints, judged, start });
                    }
                    _ => judged(exercise, verdict),
                }
            }
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (0..PARALLEL.min(exercises.len())).map(|_| scope.spawn(work)).collect();
            threads.into_iter().try_for_each(|thread| thread.join().expect("judging does not panic"))
        })?;
        Ok(passed.into_inner().expect("no panic while held"))
    }

    /// Asks clippy about those whose tests passed.
    fn lint<N, T, J>(
        &self,
        passed: Vec<Passed<'_>>,
        beside: Option<Beside>,
        told: &mut Told<N, T, J>,
    ) -> Result<(), Trouble>
    where
        N: FnMut(News<'_>),
        J: Fn(&Exercise, Judged),
    {
        if passed.is_empty() || self.stop.requested().is_some() {
            return Ok(());
        }
        let exercises: Vec<_> = passed.iter().map(|passed| passed.exercise).collect();
        let built = match beside {
            Some(beside) => without_trouble(beside.answer(self.stop)?, &exercises)?,
            None => self.build(lint_step(&exercises), &exercises, &mut told.news)?,
        };
        let Some(built) = built else { return Ok(()) };
        for Passed { exercise, lints, mut judged, start } in passed {
            if let Some(verdict) = refused(&built.log, &exercise.name, lints) {
                judged.verdict = verdict;
            }
            judged.warnings = built.log.of(&exercise.name, Level::Warning);
            judged.took = start.elapsed();
            (told.judged)(exercise, judged);
        }
        Ok(())
    }

    fn build(
        &self,
        step: Step,
        exercises: &[&Exercise],
        news: impl FnMut(News<'_>),
    ) -> Result<Option<Built>, Trouble> {
        without_trouble(build(self.shared, step, Purpose::Verdict, self.stop, news)?, exercises)
    }

    /// Runs what was built. `None` where it was stopped.
    fn prove(&self, built: &Built, exercise: &Exercise, synced: &Synced) -> Result<Option<Proved>, Trouble> {
        let kept = self.turn.originals.workspace().join(exercise.member());
        let (workspace, name) = (&self.shared.mirror.workspace, exercise.name.as_str());
        let (folder, specification, wanted) = match exercise.proof {
            Proof::Specification => {
                let text = fs::read_to_string(kept.join(SPECIFICATION));
                let text = text.map_err(|error| cannot_write(&error))?;
                let specification = exercise.member().join(SPECIFICATION);
                (workspace.join(exercise.member()), Some(specification), Wanted::specification(&text))
            }
            Proof::OwnTests(_) => {
                // Of an exercise that is new, there is no other text than the learner's.
                let text = fs::read_to_string(kept.join(exercise.first_file()));
                let text = text.as_ref().unwrap_or(&synced.main);
                (workspace.clone(), None, Wanted::own_tests(text))
            }
            Proof::Program(lints) => return self.run_program(built, exercise, lints),
        };
        let timeout = exercise.timeout;
        let package = Package { name, folder, specification, wanted: &wanted, timeout, arguments: &[] };
        package.judge(built, self.shared.mark(), self.stop)
    }

    fn run_program(
        &self,
        built: &Built,
        exercise: &Exercise,
        lints: Lints,
    ) -> Result<Option<Proved>, Trouble> {
        let name = &exercise.name;
        if let Some(verdict) = refused(&built.log, name, lints) {
            return Ok(Some(Proved::without_a_run(verdict)));
        }
        let Some(program) = built.log.programs.get(name) else {
            return Err(Trouble::Other(format!("cargo built no program for {name}: {}", built.stderr)));
        };
        let (folder, mark) = (&self.shared.mirror.workspace, self.shared.mark());
        let tested = binary::run(program, &[], folder, exercise.timeout, mark, self.stop)?;
        Ok(tested.map(|Tested { ran, left_behind }| {
            let verdict = match ran.ending {
                Ending::Exited(0) => Verdict::Passed { tests: 0 },
                ending => Verdict::ProgramFailed(ending),
            };
            Proved { verdict, output: ran.output, left_behind }
        }))
    }
}

/// The build, unless it failed for what is not the fault of these exercises.
fn without_trouble(built: Option<Built>, exercises: &[&Exercise]) -> Result<Option<Built>, Trouble> {
    let is_exercise = |name: &str| exercises.iter().any(|exercise| exercise.name == name);
    let trouble = built.as_ref().and_then(|built| cargo::trouble(built, is_exercise));
    trouble.map_or(Ok(built), Err)
}

fn as_judged(proved: Proved, exercise: &Exercise, synced: Synced, log: &BuildLog, start: Instant) -> Judged {
    let Proved { verdict, output, left_behind } = proved;
    let mut notices = synced.notices;
    if !left_behind.is_empty() {
        notices.push(Notice::LeftBehind(left_behind));
    }
    let warnings = log.of(&exercise.name, Level::Warning);
    Judged { verdict, warnings, notices, output, took: start.elapsed() }
}
