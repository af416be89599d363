//! The gate: all proofs of the named exercises, layer by layer, then the rules.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use super::evidence::{self, Evidence};
use super::layers::{self, ProofLayer};
use super::plan::{Plan, Proof, SOLUTIONS, Variant, plan};
use super::{rules, rustlings};
use crate::check::gate::{Finding, GateEvent, Outcome, Proved};
use crate::check::{Trouble, Verdict};
use crate::course::{Course, SPECIFICATION, Workspace};
use crate::runner::{Answer, Layer, LayerMember, Run, Stop};

/// How many test binaries run side by side.
const PARALLEL: usize = 2;

/// What is to be proved.
#[derive(Debug, Default, Clone)]
pub struct Request {
    /// The exercises.
    pub names: Vec<String>,
    /// How often every solution is run again, in parallel and alone, to catch tests that do not always pass.
    pub flaky: usize,
}

/// Proves on a thread of its own everything that the named exercises declare, and that they keep the rules.
pub fn start(course: Course, request: Request, events: impl Fn(GateEvent) + Send + Sync + 'static) -> Run {
    let check = match course.workspace {
        Workspace::AsShipped => check,
        Workspace::AsItIs => rustlings::check,
    };
    Run::start(move |stop| match check(&course, &request, stop, &events) {
        Ok(Some(outcome)) => events(GateEvent::Done(outcome)),
        Ok(None) => {}
        Err(trouble) => events(GateEvent::Trouble(trouble)),
    })
}

/// `None` where it was stopped.
fn check(
    course: &Course,
    request: &Request,
    stop: &Stop,
    events: &(impl Fn(GateEvent) + Sync),
) -> Result<Option<Outcome>, Trouble> {
    let plans: Vec<_> = course
        .exercises
        .iter()
        .map(|exercise| (request.names.contains(&exercise.name), plan(course, exercise)))
        .collect();
    let mut layers = layers::write(course, &plans).map_err(|error| {
        Trouble::Other(format!(
            "could not write the layers of the check: {error}\n  help: make the folder writable"
        ))
    })?;
    let mut outcome = Outcome::default();
    for layer in &mut layers {
        let name = layer.name.clone();
        let compiled = layer.build(stop, |done, total| {
            events(GateEvent::Building { layer: name.clone(), done, total });
        })?;
        let Some(compiled) = compiled else { return Ok(None) };
        outcome.compiled += compiled;
    }
    let mut evidence = BTreeMap::new();
    if let Some(solutions) = layers.iter().find(|layer| layer.number == SOLUTIONS) {
        let found = evidence::of_solutions(solutions, stop, |done, total| {
            events(GateEvent::Building { layer: "clippy".to_owned(), done, total });
        })?;
        let Some(found) = found else { return Ok(None) };
        outcome.compiled += found.compiled;
        evidence = found.by_exercise;
    }
    let named = || plans.iter().filter(|(is_named, _)| *is_named).map(|(_, plan)| plan);
    outcome.proofs = named().map(declared).collect();
    for done in run_proofs(&layers, request.flaky, stop, events)? {
        if let Some((listed, answer)) = done.seen {
            let of_exercise: &mut Evidence = evidence.entry(done.exercise).or_default();
            (of_exercise.listed, of_exercise.answer) = (listed, answer);
        }
        outcome.proofs.extend(done.proved);
    }
    if stop.requested().is_some() {
        return Ok(None);
    }
    outcome
        .proofs
        .extend(named().flat_map(|plan| rules::judge(course, plan, evidence.get(&plan.exercise.name))));
    // Stable: within an exercise what was read comes first, then starter, solution, mistakes, variants, rules.
    outcome.proofs.sort_by_key(|proof| course.position(&proof.exercise));
    Ok(Some(outcome))
}

/// Whether check.toml could be read and says what can be proved.
fn declared(plan: &Plan<'_>) -> Proved {
    Proved {
        exercise: plan.exercise.name.clone(),
        rule: "check-toml",
        subject: "what check.toml declares".to_owned(),
        took: Duration::ZERO,
        findings: plan.findings.clone(),
    }
}

/// One proof that was run, and whatever else its binary was run for.
struct Done {
    exercise: String,
    proved: Vec<Proved>,
    /// Of a solution: the listed tests and the service's answer.
    seen: Option<(Option<Vec<String>>, Option<Answer>)>,
}

fn run_proofs(
    layers: &[ProofLayer<'_>],
    flaky: usize,
    stop: &Stop,
    events: &(impl Fn(GateEvent) + Sync),
) -> Result<Vec<Done>, Trouble> {
    let proofs: Vec<_> = layers
        .iter()
        .flat_map(|layer| layer.proofs.iter().map(move |(plan, proof)| (layer, *plan, *proof)))
        .collect();
    let total = proofs.len();
    let waiting = Mutex::new(proofs.into_iter().enumerate());
    let done = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..PARALLEL {
            scope.spawn(|| {
                loop {
                    // The lock must not be held while a proof runs.
                    let next = waiting.lock().expect("no panic while held").next();
                    let Some((number, (layer, plan, proof))) = next else { return };
                    let Some(result) = prove(layer, plan, proof, flaky, stop).transpose() else { return };
                    let mut done = done.lock().expect("no panic while held");
                    done.insert(number, result);
                    events(GateEvent::Proving { done: done.len(), total });
                }
            });
        }
    });
    done.into_inner().expect("no panic while held").into_values().collect()
}

/// `None` where it was stopped.
fn prove(
    layer: &ProofLayer<'_>,
    plan: &Plan<'_>,
    proof: &Proof,
    flaky: usize,
    stop: &Stop,
) -> Result<Option<Done>, Trouble> {
    let exercise = plan.exercise;
    let folder = exercise.member();
    let member = LayerMember {
        name: &exercise.name,
        member: &folder,
        specification: &plan.specification,
        timeout: exercise.timeout,
    };
    let start = Instant::now();
    let Some(verdict) = layer.layer.test(&member, &[], stop)? else { return Ok(None) };
    let differs = proof.expected.differs(&verdict, &plan.specification, &proof.may_fail);
    let what = differs.or_else(|| undeclared_warning(&layer.layer, &exercise.name, proof, &verdict));
    let (rule, subject) = (proof.variant.rule(), proof.variant.to_string());
    let findings = what.map(|what| format!("{subject} {what}"));
    let finding = |what| Finding {
        rule,
        exercise: exercise.name.clone(),
        file: proof.file.clone(),
        line: proof.line,
        what,
    };
    let findings = findings.into_iter().map(finding).collect();
    let proved = Proved { exercise: exercise.name.clone(), rule, subject, took: start.elapsed(), findings };
    let mut done = Done { exercise: exercise.name.clone(), proved: vec![proved], seen: None };
    if proof.variant == Variant::Solution {
        done.seen = Some(evidence::seen(layer, &member, stop)?);
        if flaky > 0 && verdict.is_pass() {
            let Some(again) = run_again(layer, &member, (plan, proof), flaky, stop)? else { return Ok(None) };
            done.proved.push(again);
        }
    }
    Ok(Some(done))
}

fn first_failed(verdict: &Verdict) -> Option<&str> {
    match verdict {
        Verdict::Failed { failures, .. } => Some(&failures.first()?.test),
        _ => None,
    }
}

/// A solution that passed, run again and again: its tests side by side as ever, and one at a time. `None` where it was
/// stopped.
fn run_again(
    layer: &ProofLayer<'_>,
    member: &LayerMember<'_>,
    (plan, proof): (&Plan<'_>, &Proof),
    times: usize,
    stop: &Stop,
) -> Result<Option<Proved>, Trouble> {
    let start = Instant::now();
    let tests = plan.exercise.folder().join(SPECIFICATION);
    let mut findings = Vec::new();
    let ways: [(&str, &[&str]); 2] =
        [("side by side", &[]), ("one at a time (--test-threads=1)", &["--test-threads=1"])];
    for (way, arguments) in ways {
        let (mut failed, mut line) = (Vec::new(), None);
        for _ in 0..times {
            let Some(verdict) = layer.layer.test(member, arguments, stop)? else { return Ok(None) };
            failed.extend(proof.expected.differs(&verdict, &plan.specification, &proof.may_fail));
            line = line.or_else(|| plan.line_of_test(first_failed(&verdict)?));
        }
        if let Some(first) = failed.first() {
            let count = failed.len();
            let what = format!(
                "with its tests run {way}, {count} of {times} runs of the solution were not right: it {first}\n  \
                 help: no order between tests, no clock, no sleep, no shared file or port; bound a wait by counting"
            );
            let (exercise, file) = (plan.exercise.name.clone(), tests.clone());
            findings.push(Finding { rule: "flaky", exercise, file, line, what });
        }
    }
    Ok(Some(Proved {
        exercise: plan.exercise.name.clone(),
        rule: "flaky",
        subject: format!("the solution passes {times} times side by side and {times} times one at a time"),
        took: start.elapsed(),
        findings,
    }))
}

/// A warning of the starter's that check.toml does not declare; a learner would read it as part of the task.
fn undeclared_warning(layer: &Layer, name: &str, proof: &Proof, verdict: &Verdict) -> Option<String> {
    let declared = proof.warnings.as_ref().filter(|_| !matches!(verdict, Verdict::DoesNotCompile { .. }))?;
    let warnings = layer.warnings(name);
    let undeclared = warnings.iter().find(|warning| {
        let code = warning.code.as_deref().unwrap_or_default();
        !declared.iter().any(|words| code == words || warning.message.contains(words.as_str()))
    })?;
    Some(format!("compiles with a warning that `warnings` does not declare: {}", undeclared.message))
}
