//! What only the built solutions can tell the rules: rustfmt's and clippy's words, the listed tests, a service's answer.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::layers::ProofLayer;
use crate::check::{Diagnostic, Trouble};
use crate::course::EXERCISES;
use crate::runner::{Answer, LayerMember, Stop, Unformatted};

/// How long a service may take until it answers.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Of one exercise. What is None could not be found out, since the solution does not build.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// The first difference in each file, the file relative to the exercise's folder.
    pub(super) unformatted: Vec<Unformatted>,
    pub(super) lints: Vec<Diagnostic>,
    /// With libtest's full names.
    pub(super) listed: Option<Vec<String>>,
    pub(super) answer: Option<Answer>,
}

/// What rustfmt and clippy say of the solutions.
pub(super) struct Said {
    pub(super) by_exercise: BTreeMap<String, Evidence>,
    /// Units that were compiled for it.
    pub(super) compiled: usize,
}

/// Asks rustfmt and clippy about the solutions. `None` where it was stopped.
pub(super) fn of_solutions(
    solutions: &ProofLayer<'_>,
    stop: &Stop,
    progress: impl FnMut(u64, u64),
) -> Result<Option<Said>, Trouble> {
    let names = solutions.names();
    let Some(linted) = solutions.layer.lint(&names, stop, progress)? else { return Ok(None) };
    let members: Vec<_> = solutions.proofs.iter().map(|(plan, _)| plan.exercise.member()).collect();
    let Some(unformatted) = solutions.layer.unformatted(&members, stop)? else { return Ok(None) };
    let of_each = solutions.proofs.iter().map(|(plan, _)| {
        let (name, member) = (&plan.exercise.name, plan.exercise.member());
        let unformatted = unformatted.iter().filter_map(|place| {
            let file = place.file.strip_prefix(&member).ok()?.to_path_buf();
            Some(Unformatted { file, line: place.line })
        });
        let lints = linted.of(name).into_iter().map(|lint| below(&solutions.name, &member, lint));
        let evidence =
            Evidence { unformatted: unformatted.collect(), lints: lints.collect(), ..Evidence::default() };
        (name.clone(), evidence)
    });
    Ok(Some(Said { by_exercise: of_each.collect(), compiled: linted.compiled }))
}

/// `exercises/solution/10_jwt/jwt_alg/src/main.rs:12` -> `src/main.rs:12`.
fn below(layer: &str, member: &Path, lint: Diagnostic) -> Diagnostic {
    let folder = Path::new(EXERCISES).join(layer).join(member);
    let place = lint.place.as_deref().map(Path::new);
    let place =
        place.and_then(|place| place.strip_prefix(folder).ok()).map(|place| place.display().to_string());
    Diagnostic { place, ..lint }
}

/// The tests that the solution's binary lists, and what its service answers if there is one to `try`.
pub(super) fn seen(
    solutions: &ProofLayer<'_>,
    member: &LayerMember<'_>,
    stop: &Stop,
) -> Result<(Option<Vec<String>>, Option<Answer>), Trouble> {
    let listed = solutions.layer.listed(member.name, stop)?;
    Ok((listed, solutions.layer.ask(member, ANSWER_WITHIN, stop)?))
}
