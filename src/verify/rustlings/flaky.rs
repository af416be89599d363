//! `flaky`: a solution that passed is run again and again, its tests side by side as ever and one at a time.

use std::path::Path;
use std::time::Instant;

use super::prove::{DEADLINE, Subject};
use super::proved;
use super::rules::Fault;
use crate::check::Trouble;
use crate::check::gate::Proved;
use crate::runner::{Programs, Stop};

/// `None` where it was stopped.
pub(super) fn run_again(
    programs: &Programs,
    (subject, binary): (&Subject<'_>, &Path),
    times: usize,
    stop: &Stop,
) -> Result<Option<Proved>, Trouble> {
    let start = Instant::now();
    let mut faults = Vec::new();
    let ways: [(&str, &[&str]); 2] =
        [("side by side", &[]), ("one at a time (--test-threads=1)", &["--test-threads=1"])];
    for (way, arguments) in ways {
        let mut failed = 0;
        for _ in 0..times {
            let Some(ran) = programs.run(binary, arguments, DEADLINE, stop)? else { return Ok(None) };
            failed += usize::from(!subject.passes(&ran));
        }
        if failed > 0 {
            let what = format!(
                "with its tests run {way}, {failed} of {times} runs of the solution did not pass\n  \
                 help: no order between tests, no clock, no sleep, no shared file or port"
            );
            faults.push(Fault::new(subject.file(), None, what));
        }
    }
    let words = format!("the solution passes {times} times side by side and {times} times one at a time");
    let proved = proved(subject.exercise.name.get_ref(), "flaky", &words, faults);
    Ok(Some(Proved { took: start.elapsed(), ..proved }))
}
