//! Lines that can be made fewer: when a screen is short, the middle gives way before the beginning and the end.

use std::ops::Range;

use super::Theme;

/// Lines, and runs of them that may be folded into "... 12 more lines".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) lines: Vec<String>,
    folds: Vec<Range<usize>>,
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
        for fold in &mut self.folds {
            *fold = fold.start + lines.len()..fold.end + lines.len();
        }
        self.lines.splice(..0, lines);
    }

    /// An empty line, unless the block is empty.
    pub(super) fn gap(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }

    /// Adds lines that give way before others, the latest run first.
    pub(super) fn foldable(&mut self, lines: impl IntoIterator<Item = String>) {
        let start = self.lines.len();
        self.lines.extend(lines);
        self.folds.push(start..self.lines.len());
    }

    /// The block in at most `rows` lines.
    pub(super) fn fit(self, rows: usize, theme: Theme) -> Vec<String> {
        let surplus = self.lines.len().saturating_sub(rows);
        if surplus == 0 {
            return self.lines;
        }
        if rows <= 1 {
            return self.lines.into_iter().take(rows).collect();
        }
        // One more goes, for the line that tells of them.
        let hidden = surplus + 1;
        let mut lines = self.lines;
        let mut needed = hidden;
        let mut told_at = lines.len();
        for fold in self.folds.iter().rev() {
            let taken = needed.min(fold.len());
            told_at = fold.end - taken;
            lines.drain(told_at..fold.end);
            needed -= taken;
            if needed == 0 {
                break;
            }
        }
        if needed > 0 {
            told_at = lines.len() - needed;
            lines.truncate(told_at);
        }
        lines.insert(told_at, theme.faint(&format!("... {hidden} more lines")));
        lines
    }
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
    fn the_last_fold_goes_before_the_first_and_the_end_when_there_is_nothing_else() {
        let mut block = Block::default();
        block.push("head".into());
        block.foldable(lines("1 2 3"));
        block.push("place".into());
        block.foldable(lines("a b"));
        let fit = |rows| block.clone().fit(rows, Theme::plain());
        assert_eq!(fit(6), ["head", "1", "2", "3", "place", "... 2 more lines"]);
        assert_eq!(fit(5), ["head", "1", "2", "... 3 more lines", "place"]);
        assert_eq!(fit(2), ["head", "... 6 more lines"]);
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
