//! The layers of a check: layer N holds the Nth variant of every exercise, and is built by one Cargo call.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::plan::{Files, Plan, Proof, SOLUTIONS, STARTERS};
use super::rules;
use crate::check::Trouble;
use crate::course::{Course, EXERCISES, RUNNER_FOLDER};
use crate::runner::{Layer, Stop, mirror_files};

/// A layer with what it is to prove.
pub(super) struct ProofLayer<'a> {
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) layer: Layer,
    pub(super) proofs: Vec<(&'a Plan<'a>, &'a Proof)>,
}

impl ProofLayer<'_> {
    /// The names of its exercises that are to be proved.
    pub(super) fn names(&self) -> Vec<&str> {
        self.proofs.iter().map(|(plan, _)| plan.exercise.name.as_str()).collect()
    }

    /// Builds the tests; of solutions that are services also the service. Returns how many units were compiled, or
    /// `None` where it was stopped.
    pub(super) fn build(
        &mut self,
        stop: &Stop,
        progress: impl FnMut(u64, u64),
    ) -> Result<Option<usize>, Trouble> {
        let names: Vec<_> = self.proofs.iter().map(|(plan, _)| plan.exercise.name.as_str()).collect();
        let services = self.proofs.iter().filter(|(plan, _)| {
            let has_service = self.number == SOLUTIONS && !plan.exercise.try_lines.is_empty();
            // Cargo refuses the whole call where one package has no program of its name.
            has_service && rules::has_program(plan)
        });
        let services: Vec<_> = services.map(|(plan, _)| plan.exercise.name.as_str()).collect();
        self.layer.build(&names, &services, stop, progress)
    }
}

/// Writes the layers. Each holds every exercise, so that the lockfile holds, too; one that has nothing to prove in a
/// layer lends its starter, which is not built there.
pub(super) fn write<'a>(course: &Course, plans: &'a [(bool, Plan<'a>)]) -> io::Result<Vec<ProofLayer<'a>>> {
    let folder = course.root.join(RUNNER_FOLDER).join("check");
    let exercises = course.root.join(EXERCISES);
    for shared in ["pins", "support"] {
        mirror_files(&folder.join(EXERCISES).join(shared), &read_shared(&exercises.join(shared))?)?;
    }
    let named = || plans.iter().filter(|(is_named, _)| *is_named).map(|(_, plan)| plan);
    let last = named().flat_map(|plan| &plan.proofs).map(|proof| proof.layer).max();
    let mut layers = Vec::new();
    for number in 0..last.map_or(0, |last| last + 1) {
        let name = match number {
            STARTERS => "starter".to_owned(),
            SOLUTIONS => "solution".to_owned(),
            _ => format!("variant-{}", number - SOLUTIONS),
        };
        let proof_of = |plan: &'a Plan<'a>| plan.proofs.iter().find(|proof| proof.layer == number);
        let mut files = Files::new();
        for (_, plan) in plans {
            let variant = proof_of(plan).map_or(&plan.starter, |proof| &proof.files);
            let member = plan.exercise.member();
            files.extend(variant.iter().map(|(path, bytes)| (member.join(path), bytes.clone())));
        }
        let proofs: Vec<_> = named().filter_map(|plan| Some((plan, proof_of(plan)?))).collect();
        if proofs.is_empty() {
            // Cargo without a name would build all of them.
            continue;
        }
        let layer = Layer::write(&course.root, &folder, &name, &files)?;
        layers.push(ProofLayer { number, name, layer, proofs });
    }
    Ok(layers)
}

fn read_shared(folder: &Path) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    if !folder.is_dir() {
        return Ok(BTreeMap::new());
    }
    let paths = crate::runner::files_below(folder)?;
    paths.into_iter().map(|path| Ok((path.clone(), fs_err::read(folder.join(path))?))).collect()
}
