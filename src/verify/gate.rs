//! The gate: all proofs of the named exercises, layer by layer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use super::outcome::{Finding, GateEvent, Outcome, Proved};
use super::plan::{Files, Plan, Proof, plan};
use crate::check::{Trouble, Verdict};
use crate::course::{Course, EXERCISES, RUNNER_FOLDER};
use crate::runner::{Layer, LayerMember, Run, Stop, mirror_files};

/// How many test binaries run side by side.
const PARALLEL: usize = 2;

/// Proves on a thread of its own everything that the named exercises declare.
pub fn start(course: Course, names: Vec<String>, events: impl Fn(GateEvent) + Send + Sync + 'static) -> Run {
    Run::start(move |stop| match check(&course, &names, stop, &events) {
        Ok(Some(outcome)) => events(GateEvent::Done(outcome)),
        Ok(None) => {}
        Err(trouble) => events(GateEvent::Trouble(trouble)),
    })
}

/// `None` where it was stopped.
fn check(
    course: &Course,
    names: &[String],
    stop: &Stop,
    events: &(impl Fn(GateEvent) + Sync),
) -> Result<Option<Outcome>, Trouble> {
    // Every layer holds every exercise, so that the lockfile holds, too; only the named ones are proved.
    let plans: Vec<_> = course
        .exercises
        .iter()
        .map(|exercise| (names.contains(&exercise.name), plan(course, exercise)))
        .collect();
    let mut layers = write_layers(course, &plans).map_err(|error| {
        Trouble::Other(format!(
            "could not write the layers of the check: {error}\n  help: make the folder writable"
        ))
    })?;
    let mut outcome = Outcome::default();
    for layer in &mut layers {
        let names: Vec<_> = layer.proofs.iter().map(|(plan, _)| plan.exercise.name.as_str()).collect();
        let name = layer.name.clone();
        let compiled = layer.layer.build(&names, stop, |done, total| {
            events(GateEvent::Building { layer: name.clone(), done, total });
        })?;
        let Some(compiled) = compiled else { return Ok(None) };
        outcome.compiled += compiled;
    }
    outcome.proofs = plans.iter().filter(|(is_named, _)| *is_named).map(|(_, plan)| declared(plan)).collect();
    outcome.proofs.extend(run_proofs(&layers, stop, events)?);
    if stop.requested().is_some() {
        return Ok(None);
    }
    // Stable: within an exercise what was read comes first, then starter, solution, mistakes, variants.
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

struct ProofLayer<'a> {
    name: String,
    layer: Layer,
    proofs: Vec<(&'a Plan<'a>, &'a Proof)>,
}

/// Layer N holds the Nth proof of every exercise: all starters, all solutions, all first mistakes, and so on. An
/// exercise with fewer proofs lends its starter, which is not built there.
fn write_layers<'a>(course: &Course, plans: &'a [(bool, Plan<'a>)]) -> std::io::Result<Vec<ProofLayer<'a>>> {
    let folder = course.root.join(RUNNER_FOLDER).join("check");
    let exercises = course.root.join(EXERCISES);
    for shared in ["pins", "support"] {
        mirror_files(&folder.join(EXERCISES).join(shared), &read_shared(&exercises.join(shared))?)?;
    }
    let named = || plans.iter().filter(|(is_named, _)| *is_named).map(|(_, plan)| plan);
    let count = named().map(|plan| plan.proofs.len()).max().unwrap_or_default();
    let mut layers = Vec::new();
    for number in 0..count {
        let name = match number {
            0 => "starter".to_owned(),
            1 => "solution".to_owned(),
            _ => format!("variant-{}", number - 1),
        };
        let mut files = Files::new();
        for (_, plan) in plans {
            let variant = plan.proofs.get(number).map_or(&plan.starter, |proof| &proof.files);
            let member = plan.exercise.member();
            files.extend(variant.iter().map(|(path, bytes)| (member.join(path), bytes.clone())));
        }
        let layer = Layer::write(&course.root, &folder, &name, &files)?;
        let proofs = named().filter_map(|plan| Some((plan, plan.proofs.get(number)?))).collect();
        layers.push(ProofLayer { name, layer, proofs });
    }
    Ok(layers)
}

fn read_shared(folder: &Path) -> std::io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    if !folder.is_dir() {
        return Ok(BTreeMap::new());
    }
    let paths = crate::runner::files_below(folder)?;
    paths.into_iter().map(|path| Ok((path.clone(), fs_err::read(folder.join(path))?))).collect()
}

fn run_proofs(
    layers: &[ProofLayer<'_>],
    stop: &Stop,
    events: &(impl Fn(GateEvent) + Sync),
) -> Result<Vec<Proved>, Trouble> {
    let proofs: Vec<_> = layers
        .iter()
        .flat_map(|layer| layer.proofs.iter().map(move |(plan, proof)| (&layer.layer, *plan, *proof)))
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
                    let Some(result) = prove(layer, plan, proof, stop).transpose() else { return };
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
fn prove(layer: &Layer, plan: &Plan<'_>, proof: &Proof, stop: &Stop) -> Result<Option<Proved>, Trouble> {
    let exercise = plan.exercise;
    let member = LayerMember {
        name: &exercise.name,
        member: &exercise.member(),
        specification: &plan.specification,
        timeout: exercise.timeout,
    };
    let start = Instant::now();
    let Some(verdict) = layer.test(&member, stop)? else { return Ok(None) };
    let differs = proof.expected.differs(&verdict, &plan.specification, &proof.may_fail);
    let what = differs.or_else(|| undeclared_warning(layer, &exercise.name, proof, &verdict));
    let (rule, subject) = (proof.variant.rule(), proof.variant.to_string());
    let findings = what.map(|what| Finding {
        rule,
        exercise: exercise.name.clone(),
        file: proof.file.clone(),
        line: proof.line,
        what: format!("{subject} {what}"),
    });
    let findings = findings.into_iter().collect();
    Ok(Some(Proved { exercise: exercise.name.clone(), rule, subject, took: start.elapsed(), findings }))
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
