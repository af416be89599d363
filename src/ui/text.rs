//! Text measured in columns of a terminal: widths, cutting, wrapping, and making foreign text harmless.
//!
//! rustc draws with colours, so everything here counts them as nothing and never cuts one in two.

use unicode_width::UnicodeWidthChar;

const ESCAPE: char = '\u{1b}';
const RESET: &str = "\u{1b}[0m";
const TAB: usize = 4;
/// OSC 8: what stands between these is a link. <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>
const LINK: &str = "\u{1b}]8;;";
const LINK_END: &str = "\u{1b}]8;;\u{1b}\\";

/// `1 test`, `2 tests`.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The columns that `text` takes on one line.
pub fn width(text: &str) -> usize {
    if is_simple(text) {
        return text.len();
    }
    Pieces(text)
        .map(|piece| match piece {
            Piece::Escape(_) => 0,
            Piece::Char(char) => char_width(char),
        })
        .sum()
}

/// Whether each byte is a column: what programs print by the megabyte mostly is.
fn is_simple(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn char_width(char: char) -> usize {
    match char {
        // "Draw the one before as an emoji": most terminals then take two columns for it.
        '\u{fe0f}' => 1,
        _ => char.width().unwrap_or(0),
    }
}

/// The text without any escape sequence.
pub fn strip_ansi(text: &str) -> String {
    Pieces(text)
        .filter_map(|piece| match piece {
            Piece::Escape(_) => None,
            Piece::Char(char) => Some(char),
        })
        .collect()
}

/// The text as a link. `target` is a URL without spaces and control characters.
pub(super) fn linked(text: &str, target: &str) -> String {
    format!("{LINK}{target}\u{1b}\\{text}{LINK_END}")
}

/// Makes text of others harmless for the terminal: of all control sequences only colours stay, tabs become spaces,
/// other control characters are shown as signs. Line ends stay.
pub(super) fn defuse(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            harmless.push('\n');
        }
        if is_simple(line) {
            harmless.push_str(line);
        } else {
            defuse_line(line, &mut harmless);
        }
    }
    harmless
}

fn defuse_line(line: &str, harmless: &mut String) {
    let mut column = 0;
    for piece in Pieces(line) {
        match piece {
            Piece::Escape(escape) if is_colour(escape) => harmless.push_str(escape),
            Piece::Escape(_) | Piece::Char('\r') => {}
            Piece::Char('\t') => {
                let spaces = TAB - column % TAB;
                harmless.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            Piece::Char(char) => {
                let char = visible(char);
                column += char_width(char);
                harmless.push(char);
            }
        }
    }
}

/// Control characters as signs of one column.
fn visible(char: char) -> char {
    match char {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(char)).unwrap_or(char::REPLACEMENT_CHARACTER),
        // Delete, the second control block, and the marks that turn the direction of writing.
        '\u{7f}'..='\u{9f}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        _ => char,
    }
}

/// The text in at most `columns`, ending in `…` where something was left out.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let (head, _) = split(text, columns - 1);
    close_styles(vec![format!("{head}…")]).remove(0)
}

/// The end of plain text in at most `columns`, beginning with `…` where something was left out.
pub(super) fn cut_start(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let tails = text.char_indices().map(|(at, _)| &text[at..]);
    let tail = tails.into_iter().find(|tail| width(tail) < columns).unwrap_or_default();
    if columns == 0 { String::new() } else { format!("…{tail}") }
}

/// The text in lines of at most `columns`, broken between words where that is possible. Lines that continue another
/// keep its indentation; colours go on over a break.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let lines = text.split('\n').flat_map(|line| wrap_line(line, columns)).collect();
    close_styles(lines)
}

fn wrap_line(line: &str, columns: usize) -> Vec<String> {
    if width(line) <= columns {
        return vec![line.to_owned()];
    }
    let words = line.trim_start_matches(' ');
    // However narrow it is, the widest character must fit beside the indentation.
    let indent = " ".repeat((line.len() - words.len()).min(columns / 2).min(columns.saturating_sub(2)));
    let mut lines = Vec::new();
    let mut current = indent.clone();
    let mut used = indent.len();
    let mut is_empty = true;
    for word in words.split(' ') {
        let mut rest = word;
        let mut rest_width = width(rest);
        if !is_empty && used + 1 + rest_width <= columns {
            current.push(' ');
            current.push_str(rest);
            used += 1 + rest_width;
            continue;
        }
        if !is_empty {
            lines.push(std::mem::replace(&mut current, indent.clone()));
        }
        // A word longer than a line, such as a reply's body.
        while indent.len() + rest_width > columns {
            let (head, tail) = split(rest, columns - indent.len());
            if head.is_empty() {
                break;
            }
            lines.push(indent.clone() + head);
            rest_width -= width(head);
            rest = tail;
        }
        used = indent.len() + rest_width;
        current.push_str(rest);
        is_empty = false;
    }
    lines.push(current);
    lines
}

/// The part of at most `columns` from the start, and the rest.
fn split(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    let mut at = 0;
    for piece in Pieces(text) {
        match piece {
            Piece::Escape(escape) => at += escape.len(),
            Piece::Char(char) => {
                used += char_width(char);
                if used > columns {
                    break;
                }
                at += char.len_utf8();
            }
        }
    }
    text.split_at(at)
}

/// Ends open colours and links at the end of each line and takes them up again in the next.
fn close_styles(lines: Vec<String>) -> Vec<String> {
    let mut colours = String::new();
    let mut link = String::new();
    let close = |line: String| {
        if colours.is_empty() && link.is_empty() && !line.contains(ESCAPE) {
            return line;
        }
        let before = format!("{link}{colours}");
        for piece in Pieces(&line) {
            match piece {
                Piece::Escape(LINK_END) => link.clear(),
                Piece::Escape(escape) if escape.starts_with(LINK) => escape.clone_into(&mut link),
                Piece::Escape(RESET | "\u{1b}[m") => colours.clear(),
                Piece::Escape(escape) => colours.push_str(escape),
                Piece::Char(_) => {}
            }
        }
        let reset = if colours.is_empty() { "" } else { RESET };
        let end = if link.is_empty() { "" } else { LINK_END };
        format!("{before}{line}{reset}{end}")
    };
    lines.into_iter().map(close).collect()
}

/// The text without the indentation that all its lines share, and without empty lines around it.
pub(super) fn dedent(text: &str) -> Vec<&str> {
    let lines: Vec<_> = text.trim_matches('\n').trim_end().lines().collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let shared = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    lines.iter().map(|line| line.get(shared..).unwrap_or_default()).collect()
}

enum Piece<'a> {
    Escape(&'a str),
    Char(char),
}

/// Text as characters and whole escape sequences.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let char = self.0.chars().next()?;
        let length = if char == ESCAPE { escape_length(self.0) } else { char.len_utf8() };
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(if char == ESCAPE { Piece::Escape(piece) } else { Piece::Char(char) })
    }
}

fn is_colour(escape: &str) -> bool {
    let inner = escape.strip_prefix("\u{1b}[").and_then(|rest| rest.strip_suffix('m'));
    inner.is_some_and(|inner| inner.chars().all(|char| char.is_ascii_digit() || char == ';'))
}

/// The length of the escape sequence that `text` begins with.
fn escape_length(text: &str) -> usize {
    let after = &text[1..];
    let length = match after.chars().next() {
        Some('[') => {
            let body = after[1..].find(|char: char| !matches!(char, ' '..='?')).unwrap_or(after.len() - 1);
            let last = after[1 + body..].chars().next().filter(|char| matches!(char, '@'..='~'));
            1 + body + last.map_or(0, char::len_utf8)
        }
        // Strings for the terminal, such as its title. An unended one ends with its line, or it would swallow the rest.
        Some(']' | 'P' | '_' | '^' | 'X') => {
            let end = after.find(['\u{7}', '\n', ESCAPE]).unwrap_or(after.len());
            match after[end..].chars().next() {
                Some('\u{7}') => end + 1,
                Some(ESCAPE) if after[end + 1..].starts_with('\\') => end + 2,
                _ => end,
            }
        }
        Some(char) if char.is_ascii() && !char.is_ascii_control() => 1,
        _ => 0,
    };
    1 + length
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_count_of_one_is_singular() {
        assert_eq!(
            [plural(0, "test"), plural(1, "test"), plural(2, "test")],
            ["0 tests", "1 test", "2 tests"]
        );
    }

    #[test]
    fn widths_are_columns() {
        assert_eq!(width("\u{1b}[31mred\u{1b}[0m"), 3);
        assert_eq!(width("日本"), 4);
        assert_eq!(width("❤\u{fe0f}"), 2);
    }

    #[test]
    fn only_colours_survive_defusing() {
        let nasty =
            "\u{1b}[2J\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7}a\tb\r\n\u{7}\u{1b}[?1049l\u{1b}cx\u{202e}";
        assert_eq!(defuse(nasty), "\u{1b}[31mred\u{1b}[0m a   b\n␇x\u{fffd}");
    }

    #[test]
    fn an_unended_sequence_swallows_no_more_than_its_line() {
        assert_eq!(defuse("\u{1b}]0;title\nnext\u{1b}["), "\nnext");
        assert_eq!(defuse("\u{1b}[12"), "");
    }

    #[test]
    fn cutting_leaves_no_colour_open() {
        assert_eq!(cut("\u{1b}[31mredder\u{1b}[0m", 4), "\u{1b}[31mred…\u{1b}[0m");
        assert_eq!(cut("whole", 5), "whole");
        assert_eq!(cut("日本", 3), "日…");
        assert_eq!(["日本", "abc"].map(|text| cut_start(text, 3)), ["…本", "abc"]);
    }

    #[test]
    fn wrapping_keeps_words_indentation_and_columns_of_a_story() {
        assert_eq!(wrap("  one two three", 9), ["  one two", "  three"]);
        assert_eq!(wrap("expected  100", 20), ["expected  100"]);
        assert_eq!(wrap("aaaaaaaa b", 3), ["aaa", "aaa", "aa", "b"]);
        assert_eq!(wrap("a\n\nb", 3), ["a", "", "b"]);
    }

    #[test]
    fn a_colour_goes_on_over_a_break() {
        assert_eq!(wrap("\u{1b}[1mone two\u{1b}[0m", 3), ["\u{1b}[1mone\u{1b}[0m", "\u{1b}[1mtwo\u{1b}[0m"]);
    }

    #[test]
    fn a_link_has_no_width_and_goes_on_over_a_break_and_a_cut() {
        let link = linked("one two", "file:///x#2");
        assert_eq!((width(&link), strip_ansi(&link)), (7, "one two".to_owned()));
        let part = |text| linked(text, "file:///x#2");
        assert_eq!(wrap(&link, 3), [part("one"), part("two")]);
        assert_eq!(cut(&link, 4), part("one…"));
        assert_eq!(cut(&format!("{link} and more"), 9), format!("{} …", part("one two")));
    }

    #[test]
    fn dedenting_takes_what_all_lines_share() {
        assert_eq!(dedent("\n    GET /\n\n      body\n"), ["GET /", "", "  body"]);
        assert_eq!(dedent(""), Vec::<&str>::new());
    }

    proptest! {
        #[test]
        fn nothing_is_ever_wider_than_asked(text in "(\u{1b}\\[[0-9;]{0,3}m|[a-z 日\t]|\u{1b}.|\\PC){0,60}", columns in 2_usize..40) {
            let text = defuse(&text);
            prop_assert!(width(&cut(&text, columns)) <= columns);
            for line in wrap(&text, columns) {
                prop_assert!(width(&line) <= columns, "{line:?}");
            }
        }

        #[test]
        fn wrapping_loses_no_letter(text in "(\u{1b}\\[31m|\u{1b}\\[0m|[a-z日]| ){0,60}", columns in 2_usize..40) {
            let letters = |text: &str| strip_ansi(text).replace(' ', "");
            prop_assert_eq!(letters(&wrap(&text, columns).concat()), letters(&text));
        }

        #[test]
        fn defused_text_has_no_control_but_colours(text in "(\u{1b}[\\[\\]P()c]?|[\\x00-\\x20]|[0-9;?hlJmH]){0,40}") {
            for piece in Pieces(&defuse(&text)) {
                match piece {
                    Piece::Escape(escape) => prop_assert!(is_colour(escape)),
                    Piece::Char(char) => prop_assert!(char == '\n' || !char.is_control()),
                }
            }
        }
    }
}
