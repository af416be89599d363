//! News above the exercise at hand: a pass, a check of all, a welcome, a farewell.

use super::readme::readme_lines;
use super::verdict::verdict_block;
use super::{Above, Block, Look, View, plural, wrap};

/// For whoever has passed everything.
const WHAT_NEXT: &str = "What to do next: l lists all exercises, to read or to improve yours; s compares with the \
    reference; x gives a starter back, to do it again; c checks them all.";

pub(super) fn news_block(above: &Above<'_>, view: &View<'_>, look: Look<'_>) -> Block {
    let View { course, .. } = view;
    let mut block = Block::default();
    let wrapped = |text: &str| wrap(text.trim(), look.columns);
    match above {
        Above::Nothing => {}
        Above::Welcome { readme } => {
            block.push(look.theme.heading(&course.name));
            block.extend(wrapped(&course.welcome_message));
            let readme = readme_lines(readme, look);
            if !readme.is_empty() {
                block.gap();
                block.foldable(readme);
            }
        }
        Above::Passed { exercise, judged, earlier } => {
            block = verdict_block(exercise, judged, 0, look);
            if *earlier > 0 {
                let words = format!("{} before it passed, too", plural(*earlier, "exercise"));
                block.push(look.theme.faint(&words));
            }
        }
        Above::Checked { passing, now_failing } => {
            let all = plural(course.exercises.len(), "exercise");
            block.push(look.theme.heading(&format!("{passing} of {all} pass")));
            if !now_failing.is_empty() {
                block.extend(wrapped(&format!("passed before, now failing: {}", now_failing.join(", "))));
            }
        }
        Above::Finished => {
            let all = plural(course.exercises.len(), "exercise");
            block.extend(wrapped(&format!("All {all} passed.")).iter().map(|line| look.theme.pass(line)));
            block.extend(wrapped(&course.final_message));
            block.gap();
            block.extend(wrapped(WHAT_NEXT));
        }
    }
    block
}
