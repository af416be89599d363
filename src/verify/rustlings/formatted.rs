//! `formatted`: the solutions are as rustfmt writes them, in the course's own edition.

use super::gate::Gate;
use super::memory::Memory;
use super::rules::Fault;
use super::{COURSE, proved};
use crate::check::Trouble;
use crate::check::gate::Proved;
use crate::course::rustlings::ExerciseInfo;
use crate::runner::unformatted_in;

/// Asks rustfmt once about all that are not known to be formatted. `None` where it was stopped.
pub(super) fn check(
    gate: &Gate<'_>,
    solved: &[&ExerciseInfo],
    memory: &mut Memory,
) -> Result<Option<Vec<Proved>>, Trouble> {
    let key = |exercise: &ExerciseInfo| format!("formatted {}", exercise.name.get_ref());
    let hash = |exercise: &ExerciseInfo| gate.deciders.of(&gate.files, exercise, &exercise.solution(), &());
    let unknown: Vec<_> =
        solved.iter().filter(|exercise| !memory.knows(&key(exercise), hash(exercise))).collect();
    let files: Vec<_> = unknown.iter().map(|exercise| exercise.solution()).collect();
    let found = unformatted_in(gate.root, &files, gate.manifest.edition(), gate.stop)?;
    let Some(found) = found else { return Ok(None) };
    for exercise in unknown {
        // Nobody says which solution named a module that differs.
        memory.keep(key(exercise), hash(exercise).filter(|_| found.is_empty()));
    }
    let what = "rustfmt would write it otherwise\n  help: run rustfmt on it";
    let (mut of_solutions, mut of_modules) = (Vec::new(), Vec::new());
    for place in found {
        let is_solution = files.contains(&place.file);
        let kind = if is_solution { &mut of_solutions } else { &mut of_modules };
        kind.push(Fault::new(place.file, place.line, what));
    }
    let of_solution = |exercise: &&ExerciseInfo| {
        let file = exercise.solution();
        let faults = of_solutions.iter().filter(|fault| fault.file == file).cloned().collect();
        proved(exercise.name.get_ref(), "formatted", "the solution is formatted", faults)
    };
    let mut proofs: Vec<_> = solved.iter().map(of_solution).collect();
    proofs.push(proved(COURSE, "formatted", "the solutions' modules are formatted", of_modules));
    Ok(Some(proofs))
}
