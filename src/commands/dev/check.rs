//! `dev check [NAME...]`: the author's gate.

use crate::check::Trouble;
use crate::commands::{Here, foreground};
use crate::exit::Exit;
use crate::report::{Bar, Output};
use crate::ui::plural;
use crate::verify::{self, GateEvent, Outcome};

pub(super) fn check(here: &Here, names: &[String], output: &mut Output) -> anyhow::Result<Exit> {
    let names = if names.is_empty() {
        here.course.exercises.iter().map(|exercise| exercise.name.clone()).collect()
    } else {
        names.iter().map(|name| Ok(here.find(name)?.name.clone())).collect::<anyhow::Result<Vec<_>>>()?
    };
    let outcome = prove(here, names)?;
    for finding in outcome.findings() {
        output.line(&format!("{finding}\n"))?;
    }
    output.line(&format!("{} compiled", plural(outcome.compiled, "unit")))?;
    output.line(&format!("{} passed, {} failed", outcome.passed(), outcome.failed()))?;
    Ok(if outcome.failed() == 0 { Exit::Done } else { Exit::Course })
}

fn prove(here: &Here, names: Vec<String>) -> anyhow::Result<Outcome> {
    let mut bar = Bar::default();
    let mut outcome = Err(Trouble::Other("the check ended without an outcome".to_owned()));
    foreground::follow(
        |events| {
            verify::start(here.course.clone(), names, move |event| {
                // The command may be on its way out, and then nobody listens.
                let _ = events.send(event);
            })
        },
        |event| match event {
            GateEvent::Building { layer, done, total } => {
                bar.show(&format!("building {layer}"), done, total, "");
            }
            GateEvent::Proving { done, total } => bar.show("proving", done as u64, total as u64, ""),
            GateEvent::Done(done) => outcome = Ok(done),
            GateEvent::Trouble(trouble) => outcome = Err(trouble),
        },
    )?;
    Ok(outcome?)
}
