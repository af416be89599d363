//! `dev check [NAME...]`: the author's gate.

use std::env;

use crate::check::Trouble;
use crate::cli::CheckArgs;
use crate::commands::{Here, foreground};
use crate::exit::{Exit, Usage};
use crate::report::{Bar, Output, Reports, Wanted, note};
use crate::runner::{NoChanges, changes_since};
use crate::ui::plural;
use crate::verify::{self, GateEvent, Outcome, Request, Shard, Touched};

pub(super) fn check(here: &Here, args: &CheckArgs, output: &mut Output) -> anyhow::Result<Exit> {
    let wanted = Wanted::read(&args.report).map_err(Usage)?;
    let selected = select(here, args)?;
    let reports = Reports::open(wanted)?;
    reports.begin(output)?;
    selected.words.iter().for_each(|words| note(words));
    let outcome = if selected.names.is_empty() {
        Outcome::default()
    } else {
        prove(here, Request { names: selected.names, flaky: args.flaky })?
    };
    reports.write(&here.course, &outcome, output)?;
    Ok(if outcome.failed() == 0 { Exit::Done } else { Exit::Course })
}

/// The exercises to check, and why these.
struct Selected {
    names: Vec<String>,
    words: Vec<String>,
}

/// What is named, touched and in the shard.
fn select(here: &Here, args: &CheckArgs) -> anyhow::Result<Selected> {
    let exercises = &here.course.exercises;
    let mut names: Vec<_> = exercises.iter().map(|exercise| exercise.name.clone()).collect();
    let mut words = Vec::new();
    if !args.names.is_empty() {
        for name in &args.names {
            here.find(name)?;
        }
        names.retain(|name| args.names.contains(name));
    }
    if let Some(reference) = &args.changed_since {
        let touched = touched(here, reference)?;
        names.retain(|name| touched.contains(name));
        words.push(match touched {
            Touched::All(file) => format!("all are checked: {} changed since {reference}", file.display()),
            Touched::These(touched) if touched.is_empty() => {
                format!("nothing that changed since {reference} touches an exercise")
            }
            Touched::These(touched) => {
                format!("{} touched since {reference}", plural(touched.len(), "exercise"))
            }
        });
    }
    if let Some(shard) = shard(args.shard.as_deref(), |name| env::var(name).ok()).map_err(Usage)? {
        names.retain(|name| shard.contains(name));
        words.push(format!("shard {shard}: {}", plural(names.len(), "exercise")));
    }
    Ok(Selected { names, words })
}

fn touched(here: &Here, reference: &str) -> anyhow::Result<Touched> {
    match changes_since(&here.course.root, reference) {
        Ok(changes) => Ok(Touched::by(&here.course, &changes.files, changes.info.as_deref())),
        Err(NoChanges::Git(error)) => Err(error.into()),
        Err(why) => Err(Usage(why.to_string()).into()),
    }
}

/// From the flag, else from GitLab's variables, whose total alone says nothing.
fn shard(flag: Option<&str>, variable: impl Fn(&str) -> Option<String>) -> Result<Option<Shard>, String> {
    let said = flag.map(str::to_owned).or_else(|| {
        let node = variable("CI_NODE_INDEX")?;
        Some(format!("{node}/{}", variable("CI_NODE_TOTAL")?))
    });
    said.map(|said| said.parse()).transpose()
}

fn prove(here: &Here, request: Request) -> anyhow::Result<Outcome> {
    let mut bar = Bar::default();
    let mut outcome = Err(Trouble::Other("the check ended without an outcome".to_owned()));
    foreground::follow(
        |events| {
            verify::start(here.course.clone(), request, move |event| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_wins_over_the_variables_and_half_of_them_is_nothing() {
        let of = |flag, index: Option<&str>, total: Option<&str>| {
            let variable =
                |name: &str| if name == "CI_NODE_INDEX" { index } else { total }.map(str::to_owned);
            shard(flag, variable).map(|shard| shard.map(|shard| shard.to_string()))
        };
        let some = |shard: &str| Ok(Some(shard.to_owned()));
        assert_eq!(of(None, None, None), Ok(None));
        assert_eq!(of(None, None, Some("1")), Ok(None));
        assert_eq!(of(None, Some("4"), None), Ok(None));
        assert_eq!(of(None, Some("4"), Some("4")), some("4/4"));
        assert_eq!(of(Some("1/2"), Some("4"), Some("4")), some("1/2"));
        assert!(of(None, Some("0"), Some("4")).is_err());
        assert!(of(Some("3/2"), Some("1"), Some("4")).is_err());
    }
}
