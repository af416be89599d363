//! The progress of long work, on standard error: a bar in a terminal, one calm line per step elsewhere and
//! where lines are wanted.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

use super::note;
use crate::ui::wants_lines;

/// Drawn only once something is to be shown, and gone when it is dropped.
#[derive(Debug, Default)]
pub struct Bar {
    drawn: Option<ProgressBar>,
    step: String,
}

impl Bar {
    /// Shows that `done` of `total` parts of the step are done, and which part it is at. A total of 0 is unknown.
    pub fn show(&mut self, step: &str, done: u64, total: u64, part: &str) {
        let is_new = self.step != step;
        if is_new {
            step.clone_into(&mut self.step);
        }
        if !io::stderr().is_terminal() || wants_lines() {
            if is_new {
                note(&format!("{step} ..."));
            }
            return;
        }
        let bar = self.drawn.get_or_insert_with(|| ProgressBar::new(total));
        bar.set_style(if total == 0 { waiting() } else { counting() });
        bar.set_prefix(self.step.clone());
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(part.to_owned());
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.drawn {
            bar.finish_and_clear();
        }
    }
}

fn counting() -> ProgressStyle {
    ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len}  {wide_msg}")
        .expect("the template is valid")
        .progress_chars("#>-")
}

/// For steps of which nobody knows how long they are.
fn waiting() -> ProgressStyle {
    ProgressStyle::with_template("{prefix} ...").expect("the template is valid")
}
