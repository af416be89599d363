//! Lines that can be made fewer: when a screen is short, the middle gives way before the beginning and the end.

use std::ops::Range;

use super::{Theme, plural};

/// Lines, and runs of them that may be folded into "... 12 more lines".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) lines: Vec<String>,
    folds: Vec<Fold>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Fold {
    lines: Range<usize>,
    /// Only when no other fold is left.
    is_last_resort: bool,
}

impl Block {
    pub(super) fn push(&mut self, line: String) {
        self.lines.push(line);
    }

    pub(super) fn extend(&mut self, lines: impl IntoIterator<Item = String>) {
        self.lines.extend(lines);
    }

    /// Puts lines that stay before those at the start.
    pub(super) fn put_first(&mut self, lines: [String; 2]) {
        for Fold { lines: fold, .. } in &mut self.folds {
            *fold = fold.start + lines.len()..fold.end + lines.len();
        }
        self.lines.splice(..0, lines);
    }

    /// Adds another block's lines, with its folds.
    pub(super) fn append(&mut self, other: Self) {
        let start = self.lines.len();
        let moved = |Fold { lines, is_last_resort }: Fold| Fold {
            lines: lines.start + start..lines.end + start,
            is_last_resort,
        };
        self.folds.extend(other.folds.into_iter().map(moved));
        self.lines.extend(other.lines);
    }

    /// An empty line, unless the block is empty.
    pub(super) fn gap(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }

    /// Adds lines that give way before others, the latest run first.
    pub(super) fn foldable(&mut self, lines: impl IntoIterator<Item = String>) {
        self.add_fold(lines, false);
    }

    /// Adds lines that give way after all others that may.
    pub(super) fn foldable_last(&mut self, lines: impl IntoIterator<Item = String>) {
        self.add_fold(lines, true);
    }

    fn add_fold(&mut self, lines: impl IntoIterator<Item = String>, is_last_resort: bool) {
        let start = self.lines.len();
        self.lines.extend(lines);
        self.folds.push(Fold { lines: start..self.lines.len(), is_last_resort });
    }

    /// The block in at most `rows` lines. Empty lines go first.
    pub(super) fn fit(self, rows: usize, theme: Theme) -> Vec<String> {
        let surplus = self.lines.len().saturating_sub(rows);
        if surplus == 0 {
            return self.lines;
        }
        let mut gone = vec![false; self.lines.len()];
        let inner = (0..self.lines.len() - 1).rev();
        let empty = inner.filter(|at| self.lines[*at].is_empty()).take(surplus);
        let mut count = empty.map(|at| gone[at] = true).count();
        if count == surplus {
            return without(self.lines, &gone, None);
        }
        if rows <= 1 {
            return self.lines.into_iter().take(rows).collect();
        }
        let mut folds: Vec<_> = self.folds.iter().rev().collect();
        folds.sort_by_key(|fold| fold.is_last_resort);
        let folded = folds.into_iter().flat_map(|fold| fold.lines.clone().rev());
        // The end of the block, if all folds are not enough. One more goes, for the line that tells of them.
        let mut hidden = 0;
        for at in folded.chain((0..self.lines.len()).rev()) {
            if count > surplus {
                break;
            }
            if !std::mem::replace(&mut gone[at], true) {
                count += 1;
                hidden += usize::from(!self.lines[at].is_empty());
            }
        }
        without(self.lines, &gone, Some(theme.faint(&format!("... {}", plural(hidden, "more line")))))
    }
}

/// The lines but those that are gone; `told` stands where the first of them stood that was not empty.
fn without(lines: Vec<String>, gone: &[bool], mut told: Option<String>) -> Vec<String> {
    let mut kept = Vec::new();
    for (line, is_gone) in lines.into_iter().zip(gone) {
        if !is_gone {
            kept.push(line);
        } else if !line.is_empty() {
            kept.extend(told.take());
        }
    }
    kept
}

/// Shares `rows` among blocks that want so many lines, in turns of as many lines as each block's weight: what one does
/// not need goes to the others.
pub(super) fn share<const N: usize>(mut rows: usize, wanted: [usize; N], weights: [usize; N]) -> [usize; N] {
    let mut given = [0; N];
    while rows > 0 && given != wanted {
        for ((given, wanted), weight) in given.iter_mut().zip(wanted).zip(weights) {
            let more = weight.min(wanted - *given).min(rows);
            *given += more;
            rows -= more;
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(words: &str) -> Vec<String> {
        words.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_middle_gives_way_first() {
        let mut block = Block::default();
        block.push("head".into());
        block.foldable(lines("1 2 3 4 5"));
        block.push("tail".into());
        assert_eq!(block.clone().fit(7, Theme::plain()), lines("head 1 2 3 4 5 tail"));
        assert_eq!(block.clone().fit(5, Theme::plain()), ["head", "1", "2", "... 3 more lines", "tail"]);
        assert_eq!(block.fit(2, Theme::plain()), ["head", "... 6 more lines"]);
    }

    #[test]
    fn of_several_folds_the_last_goes_first_and_the_last_resort_last() {
        let mut block = Block::default();
        block.foldable(lines("1 2"));
        block.foldable_last(lines("expected got"));
        block.push("place".into());
        block.foldable(lines("a b"));
        let fit = |rows| block.clone().fit(rows, Theme::plain()).join(" ");
        assert_eq!(fit(6), "1 2 expected got place ... 2 more lines");
        assert_eq!(fit(5), "1 ... 3 more lines expected got place");
        assert_eq!(fit(4), "... 4 more lines expected got place");
        assert_eq!(fit(3), "... 5 more lines expected place");
        assert_eq!(fit(2), "... 6 more lines place");
    }

    #[test]
    fn empty_lines_go_before_words_but_not_the_one_below_the_block() {
        let mut block = Block::default();
        block.extend(["a", "", "b", "", "c", ""].map(str::to_owned));
        let fit = |rows| block.clone().fit(rows, Theme::plain());
        assert_eq!(fit(5), ["a", "", "b", "c", ""]);
        assert_eq!(fit(4), ["a", "b", "c", ""]);
        assert_eq!(fit(3), ["a", "b", "... 1 more line"]);
    }

    #[test]
    fn a_block_without_a_fold_loses_its_end() {
        let mut block = Block::default();
        block.extend(lines("1 2 3 4"));
        assert_eq!(block.clone().fit(2, Theme::plain()), ["1", "... 3 more lines"]);
        assert_eq!(block.clone().fit(1, Theme::plain()), ["1"]);
        assert_eq!(block.fit(0, Theme::plain()), Vec::<String>::new());
    }

    #[test]
    fn rows_are_shared_by_weight_and_none_is_wasted() {
        assert_eq!(share(10, [3, 20, 1], [1, 1, 1]), [3, 6, 1]);
        assert_eq!(share(9, [20, 20, 0], [1, 2, 1]), [3, 6, 0]);
        assert_eq!(share(50, [3, 20, 1], [1, 2, 1]), [3, 20, 1]);
    }
}
