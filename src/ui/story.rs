//! What a failed test said, with the difference between what was expected and what came marked.
//!
//! ```text
//!   GET /orders/7
//!   expected  {"id":7,"state":"paid"}
//!   got       {"id":7,"state":"open"}
//!                              ^^^^
//! ```

use std::ops::{Range, RangeInclusive};

use similar::{ChangeTag, TextDiff};

use super::text::dedent;
use super::{Block, Look, strip_ansi, width, wrap};

/// The words before what is compared: of the course's `support`, and of std's `assert_eq!`.
const LABELS: [(&str, &str); 2] = [("expected  ", "got  "), ("left: ", "right: ")];
/// What `support` tells after what it got.
const AFTER: &str = "seed  ";
/// Longer values are shown as they are: nobody waits for a diff of them.
const LONGEST: usize = 4096;
/// Values that are less alike than this are simply two values.
const ALIKE: f32 = 0.4;
/// What differs is shown in so many columns of what does not, where there is room.
const CONTEXT: RangeInclusive<usize> = 6..=24;
/// A value may take so many rows before what is the same in both is left out: where a row is short, one.
const ROWS: usize = 3;
const SHORT_ROW: usize = 48;
/// No value is squeezed into fewer columns.
const NARROWEST: usize = 8;
const INDENT: &str = "  ";

/// The message in indented lines. On a short screen the comparison stays longest.
pub(super) fn story_block(message: &str, look: Look<'_>) -> Block {
    // Colours are ours here.
    let harmless = strip_ansi(&look.theme.foreign(message));
    let lines = dedent(&harmless);
    let mut block = Block::default();
    let Some((expected, got)) = compared(&lines) else {
        block.foldable(plain(&lines, look));
        return block;
    };
    let (before, after) = (&lines[..expected.start], &lines[got.end..]);
    let (expected, got) = (Value::of(&lines[expected]), Value::of(&lines[got]));
    let label = expected.label.len().max(got.label.len());
    if look.columns < INDENT.len() + label + NARROWEST {
        block.foldable(plain(&lines, look));
        return block;
    }
    block.foldable(plain(before, look));
    block.foldable_last(pair(&expected, &got, look));
    block.foldable(plain(after, look));
    block
}

fn plain(lines: &[&str], look: Look<'_>) -> Vec<String> {
    let indented = |line: &&str| {
        if line.is_empty() { vec![String::new()] } else { wrap(&format!("{INDENT}{line}"), look.columns) }
    };
    lines.iter().flat_map(indented).collect()
}

/// The lines that tell what was expected, and those that tell what came.
fn compared(lines: &[&str]) -> Option<(Range<usize>, Range<usize>)> {
    LABELS.iter().find_map(|(expected, got)| {
        let begins = |line: &&str, label: &str| line.trim_start().starts_with(label);
        let first = lines.iter().position(|line| begins(line, expected))?;
        let second = first + lines[first..].iter().position(|line| begins(line, got))?;
        let end = lines[second..].iter().position(|line| begins(line, AFTER));
        Some((first..second, second..end.map_or(lines.len(), |end| second + end)))
    })
}

/// A label and what comes after it, perhaps in several lines.
struct Value {
    /// `expected  `, with the spaces around it.
    label: String,
    text: String,
}

impl Value {
    fn of(lines: &[&str]) -> Self {
        let all = lines.join("\n");
        let word = all.trim_start().find(' ').unwrap_or(0) + (all.len() - all.trim_start().len());
        let start = all[word..].find(|char| char != ' ').map_or(all.len(), |spaces| word + spaces);
        Self { label: all[..start].to_owned(), text: all[start..].trim_end().to_owned() }
    }
}

/// A piece of a value: whether the other one has it, too.
type Piece = (bool, String);

fn pair(expected: &Value, got: &Value, look: Look<'_>) -> Vec<String> {
    let (expected_pieces, got_pieces) = pieces(&expected.text, &got.text);
    let theme = look.theme;
    let first = Layout::new(expected, expected_pieces, look);
    let second = Layout::new(got, got_pieces, look);
    let carets = [second.carets(), first.carets()];
    let below_second = carets[0].is_some();
    let mut carets = carets.into_iter().flatten();
    let mut lines = first.lines(|text| theme.missing(text));
    if !below_second {
        lines.extend(carets.next());
        lines.extend(second.lines(|text| theme.unexpected(text)));
        return lines;
    }
    lines.extend(second.lines(|text| theme.unexpected(text)));
    lines.extend(carets.next());
    lines
}

/// Both values in pieces, by words and signs.
fn pieces(expected: &str, got: &str) -> (Vec<Piece>, Vec<Piece>) {
    let whole = |text: &str, is_same| vec![(is_same, text.to_owned())];
    if expected.len().max(got.len()) > LONGEST {
        return (whole(expected, true), whole(got, true));
    }
    let (old, new) = (words(expected), words(got));
    let diff = TextDiff::from_slices(&old, &new);
    if diff.ratio() < ALIKE {
        return (whole(expected, false), whole(got, false));
    }
    let (mut expected, mut got) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        let text = change.value();
        match change.tag() {
            ChangeTag::Equal => {
                add(&mut expected, true, text);
                add(&mut got, true, text);
            }
            ChangeTag::Delete => add(&mut expected, false, text),
            ChangeTag::Insert => add(&mut got, false, text),
        }
    }
    (expected, got)
}

fn add(pieces: &mut Vec<Piece>, is_same: bool, text: &str) {
    match pieces.last_mut() {
        Some((same, last)) if *same == is_same => last.push_str(text),
        _ => pieces.push((is_same, text.to_owned())),
    }
}

/// Runs of letters and digits, and everything else sign by sign.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut was_word = false;
    for (at, char) in text.char_indices() {
        let is_word = char.is_alphanumeric() || char == '_';
        if at > start && !(is_word && was_word) {
            words.push(&text[start..at]);
            start = at;
        }
        was_word = is_word;
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// One value on the screen.
struct Layout {
    label: String,
    pieces: Vec<Piece>,
    /// For the value, beside its label.
    room: usize,
}

impl Layout {
    fn new(value: &Value, pieces: Vec<Piece>, look: Look<'_>) -> Self {
        let label = format!("{INDENT}{}", value.label);
        let room = look.columns - width(&label);
        let rows = if room < SHORT_ROW { 1 } else { ROWS };
        let is_long = width(&value.text) > room.saturating_mul(rows);
        let pieces = if is_long { without_the_same(pieces, room) } else { pieces };
        Self { label, pieces, room }
    }

    fn lines(&self, style: impl Fn(&str) -> String) -> Vec<String> {
        // Spaces stay outside, where wrapping sees them as an indentation.
        let style_line = |line: &str| {
            let words = line.trim_start_matches(' ');
            format!("{}{}", &line[..line.len() - words.len()], style(words))
        };
        let styled = |(is_same, text): &Piece| {
            if *is_same {
                text.clone()
            } else {
                text.split('\n').map(style_line).collect::<Vec<_>>().join("\n")
            }
        };
        let value: String = self.pieces.iter().map(styled).collect();
        let below = " ".repeat(width(&self.label));
        let rows = wrap(&value, self.room).into_iter().enumerate();
        rows.map(
            |(row, line)| if row == 0 { format!("{}{line}", self.label) } else { format!("{below}{line}") },
        )
        .collect()
    }

    /// Signs below what differs, where that is a part of a line: for whoever sees no colours.
    fn carets(&self) -> Option<String> {
        let text: String = self.pieces.iter().map(|(_, text)| text.as_str()).collect();
        let has_both = [true, false].iter().all(|wanted| self.pieces.iter().any(|(same, _)| same == wanted));
        if !has_both || text.contains('\n') || width(&text) > self.room {
            return None;
        }
        let mut line = " ".repeat(width(&self.label));
        for (is_same, text) in &self.pieces {
            line.push_str(&if *is_same { " " } else { "^" }.repeat(width(text)));
        }
        Some(line.trim_end().to_owned())
    }
}

/// Of long pieces that are the same in both, the ends beside what differs.
fn without_the_same(pieces: Vec<Piece>, room: usize) -> Vec<Piece> {
    let last = pieces.len() - 1;
    let different = pieces.iter().filter(|(same, _)| !same).map(|(_, text)| width(text)).sum();
    let context = (room.saturating_sub(different) / 2).clamp(*CONTEXT.start(), *CONTEXT.end());
    let shorten = |(at, (is_same, text)): (usize, Piece)| {
        let chars: Vec<_> = text.chars().collect();
        let context = if width(&text) > chars.len() { context / 2 } else { context };
        let (before, after) = (if at == 0 { 0 } else { context }, if at == last { 0 } else { context });
        if !is_same || last == 0 || chars.len() <= before + after + 1 {
            return (is_same, text);
        }
        let head: String = chars[..before].iter().collect();
        let tail: String = chars[chars.len() - after..].iter().collect();
        (true, format!("{head}…{tail}"))
    };
    pieces.into_iter().enumerate().map(shorten).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::ui::Theme;

    fn look(columns: usize, colour: bool) -> Look<'static> {
        Look { theme: Theme::new(colour), columns, root: Path::new("/course") }
    }

    fn told(message: &str, columns: usize) -> String {
        story_block(message, look(columns, false)).lines.join("\n")
    }

    #[test]
    fn what_differs_is_pointed_at() {
        let story = "\n  GET /orders/7\n  expected  {\"id\":7,\"state\":\"paid\"}\n  got       {\"id\":7,\"state\":\"open\"}\n";
        insta::assert_snapshot!(told(story, 80), @r#"
          GET /orders/7
          expected  {"id":7,"state":"paid"}
          got       {"id":7,"state":"open"}
                                     ^^^^
        "#);
        let coloured = story_block(story, look(80, true)).lines.join("\n");
        assert!(coloured.contains("\"state\":\"\u{1b}[1;32mpaid\u{1b}[0m\"}"), "{coloured:?}");
        assert!(coloured.contains("\"state\":\"\u{1b}[1;31mopen\u{1b}[0m\"}"), "{coloured:?}");
        assert_eq!(strip_ansi(&coloured), told(story, 80));
    }

    #[test]
    fn of_an_assertion_the_side_that_has_more_is_pointed_at() {
        let said = "assertion `left == right` failed\n  left: \"hello\"\n right: \"hello Ada\"";
        insta::assert_snapshot!(told(said, 80), @r#"
          assertion `left == right` failed
            left: "hello"
           right: "hello Ada"
                        ^^^^
        "#);
        let said = "assertion `left == right` failed\n  left: \"hello Ada\"\n right: \"hello\"";
        insta::assert_snapshot!(told(said, 80), @r#"
          assertion `left == right` failed
            left: "hello Ada"
                        ^^^^
           right: "hello"
        "#);
    }

    #[test]
    fn what_is_altogether_different_needs_no_pointing() {
        let story =
            "GET /\nexpected  401 Unauthorized\ngot       200 OK\nseed      7 (repeat with SUPPORT_SEED=7)";
        insta::assert_snapshot!(told(story, 80), @r"
          GET /
          expected  401 Unauthorized
          got       200 OK
          seed      7 (repeat with SUPPORT_SEED=7)
        ");
    }

    #[test]
    fn of_long_values_the_part_that_differs_is_shown() {
        let long = |word: &str| format!("[{}\"{word}\"{}]", "\"same\", ".repeat(60), ", \"same\"".repeat(60));
        let story = format!("GET /\nexpected  {}\ngot       {}", long("one"), long("two"));
        insta::assert_snapshot!(told(&story, 80), @r#"
        GET /
        expected  …same", "same", "same", "one", "same", "same", "same…
        got       …same", "same", "same", "two", "same", "same", "same…
                                           ^^^
        "#);
    }

    #[test]
    fn values_of_many_lines_and_wide_letters_stay_below_their_beginning() {
        let story = "GET /\nexpected  日本語の文字 one\ntwo three\ngot       日本語の文字 one\ntwo four";
        insta::assert_snapshot!(told(story, 26), @r"
        GET /
        expected  …wo three
        got       …wo four
                      ^^^^
        ");
    }

    #[test]
    fn words_alone_are_no_comparison() {
        assert_eq!(told("expected  nothing of the kind", 80), "  expected  nothing of the kind");
        assert_eq!(told("a panic\nin two lines", 80), "  a panic\n  in two lines");
        assert_eq!(told("", 80), "");
    }

    proptest! {
        #[test]
        fn it_fits_and_colour_changes_no_letter(
            story in "(expected  |got       |left: |right: |seed  |\n| |日|\u{1b}\\[31m|[a-c\"{}]){0,80}",
            columns in 24_usize..60,
        ) {
            for line in story_block(&story, look(columns, false)).lines {
                prop_assert!(width(&line) <= columns, "{:?}", line);
            }
            let coloured = story_block(&story, look(columns, true)).lines;
            prop_assert_eq!(strip_ansi(&coloured.join("\n")), told(&story, columns));
        }
    }
}
