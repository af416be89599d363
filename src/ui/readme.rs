//! A chapter's README in a terminal: the part of Markdown that courses are written in.
//!
//! Headings, paragraphs, lists, quotes, code, tables; in them code, emphasis and links. What is not understood is shown
//! as it was written.

use super::text::{cut, defuse};
use super::{Look, strip_ansi, width, wrap};

/// Longer lines are hard to read.
const LONGEST: usize = 100;
const CODE_INDENT: &str = "    ";

/// The text in lines of at most `look.columns`.
pub(super) fn readme_lines(text: &str, look: Look<'_>) -> Vec<String> {
    let look = Look { columns: look.columns.clamp(1, LONGEST), ..look };
    let harmless = strip_ansi(&defuse(text));
    let source: Vec<_> = harmless.lines().collect();
    let mut lines: Vec<String> = Vec::new();
    let mut rest = source.as_slice();
    let mut has_gap = false;
    while !rest.is_empty() {
        let (block, after) = next_block(rest);
        rest = after;
        if matches!(block, Block::Empty) {
            has_gap = true;
            continue;
        }
        // A list may follow its introduction at once.
        let needs_gap = std::mem::take(&mut has_gap) || !matches!(block, Block::Item { .. });
        if needs_gap && !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(draw(&block, look));
    }
    lines
}

enum Block<'a> {
    Empty,
    Heading {
        level: usize,
        text: &'a str,
    },
    Code(Vec<&'a str>),
    Table(Vec<&'a str>),
    /// `marker` is drawn before the first line.
    Item {
        indent: usize,
        marker: String,
        text: String,
    },
    Quote(String),
    Paragraph(String),
}

/// The first block, and the lines after it.
fn next_block<'s, 't>(lines: &'s [&'t str]) -> (Block<'t>, &'s [&'t str]) {
    let first = lines[0];
    if first.trim().is_empty() {
        return (Block::Empty, &lines[1..]);
    }
    if let Some(fence) = ["```", "~~~"].iter().find(|fence| first.trim_start().starts_with(**fence)) {
        let length = lines[1..].iter().position(|line| line.trim_start().starts_with(fence));
        let end = length.map_or(lines.len(), |length| 1 + length);
        return (Block::Code(lines[1..end].to_vec()), &lines[(end + 1).min(lines.len())..]);
    }
    if first.starts_with(CODE_INDENT) {
        let is_code = |line: &&str| line.starts_with(CODE_INDENT) || line.trim().is_empty();
        let end = lines.iter().position(|line| !is_code(line)).unwrap_or(lines.len());
        let code = lines[..end].iter().map(|line| line.get(CODE_INDENT.len()..).unwrap_or_default());
        return (Block::Code(code.collect()), &lines[end..]);
    }
    let level = first.bytes().take_while(|byte| *byte == b'#').count();
    if let Some(text) = first[level..].strip_prefix(' ').filter(|_| (1..=6).contains(&level)) {
        return (Block::Heading { level, text: text.trim() }, &lines[1..]);
    }
    if first.starts_with('|') {
        let end = lines.iter().position(|line| !line.starts_with('|')).unwrap_or(lines.len());
        return (Block::Table(lines[..end].to_vec()), &lines[end..]);
    }
    text_block(lines)
}

/// A block of words, whose lines are one text.
fn text_block<'s, 't>(lines: &'s [&'t str]) -> (Block<'t>, &'s [&'t str]) {
    let begins = |line: &str| {
        let line = line.trim_start();
        line.is_empty()
            || ["#", "|", "```", "~~~", ">"].iter().any(|start| line.starts_with(start))
            || item_marker(line).is_some()
    };
    let is_quote = lines[0].starts_with('>');
    let goes_on = |line: &&str| if is_quote { line.starts_with('>') } else { !begins(line) };
    let end = 1 + lines[1..].iter().position(|line| !goes_on(line)).unwrap_or(lines.len() - 1);
    let words = |first: &str| {
        let rest = lines[1..end].iter().map(|line| line.trim_start_matches('>').trim());
        std::iter::once(first.trim()).chain(rest).collect::<Vec<_>>().join(" ")
    };
    let first = lines[0];
    let block = if is_quote {
        Block::Quote(words(first.trim_start_matches('>')))
    } else if let Some((marker, text)) = item_marker(first.trim_start()) {
        let indent = (first.len() - first.trim_start().len()).min(8);
        Block::Item { indent, marker, text: words(text) }
    } else {
        Block::Paragraph(words(first))
    };
    (block, &lines[end..])
}

/// `- text`, `12. text`.
fn item_marker(line: &str) -> Option<(String, &str)> {
    if let Some(text) = ["- ", "* ", "+ "].iter().find_map(|marker| line.strip_prefix(marker)) {
        return Some(("-".to_owned(), text));
    }
    let (number, text) = line.split_once(". ")?;
    let is_number =
        !number.is_empty() && number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (format!("{number}."), text))
}

fn draw(block: &Block<'_>, look: Look<'_>) -> Vec<String> {
    match block {
        Block::Empty => Vec::new(),
        Block::Heading { level: 1, text } => wrap(&look.theme.heading(&inline(text, look)), look.columns),
        Block::Heading { text, .. } => wrap(&look.theme.subheading(&inline(text, look)), look.columns),
        Block::Code(code) => {
            let end = code.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
            let line = |line: &&str| cut(&look.theme.code(&format!("{CODE_INDENT}{line}")), look.columns);
            code[..end].iter().map(line).collect()
        }
        Block::Table(rows) => table(rows, look),
        Block::Item { indent, marker, text } => {
            hanging(&format!("{}{marker} ", " ".repeat(*indent)), &inline(text, look), look)
        }
        Block::Quote(text) => hanging("> ", &inline(text, look), look),
        Block::Paragraph(text) => wrap(&inline(text, look), look.columns),
    }
}

/// The text beside `before`, its later lines below its beginning.
fn hanging(before: &str, text: &str, look: Look<'_>) -> Vec<String> {
    let before = cut(before, look.columns / 2);
    let room = look.columns - width(&before);
    let rows = wrap(text, room).into_iter().enumerate();
    let below = " ".repeat(width(&before));
    rows.map(|(row, line)| if row == 0 { format!("{before}{line}") } else { format!("{below}{line}") })
        .collect()
}

/// Side by side where there is room; else row by row, each cell with its column's name.
fn table(rows: &[&str], look: Look<'_>) -> Vec<String> {
    let is_rule = |row: &&&str| row.chars().all(|char| "|-: ".contains(char));
    let cells = |row: &&str| -> Vec<String> {
        row.trim().trim_matches('|').split('|').map(|cell| inline(cell.trim(), look)).collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().filter(|row| !is_rule(row)).map(cells).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
    let widths: Vec<_> = (0..columns).map(|column| widest(column).unwrap_or(0)).collect();
    if widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1) <= look.columns {
        let line = |(at, row): (usize, &Vec<String>)| {
            let padded = row.iter().zip(&widths).map(|(cell, width_of)| {
                let cell_text = if at == 0 { look.theme.heading(cell) } else { cell.clone() };
                format!("{cell_text}{}", " ".repeat(width_of - width(cell)))
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        return rows.iter().enumerate().map(line).collect();
    }
    let Some((names, rows)) = rows.split_first() else {
        return Vec::new();
    };
    let label = names.iter().skip(1).map(|name| width(name)).max().unwrap_or(0);
    let record = |row: &Vec<String>| {
        let mut lines = wrap(row.first().map_or("", String::as_str), look.columns);
        for (name, cell) in names.iter().zip(row).skip(1) {
            let before = format!("  {name}{}  ", " ".repeat(label - width(name)));
            lines.extend(hanging(&before, cell, look));
        }
        lines
    };
    rows.iter().map(record).collect::<Vec<_>>().join(&String::new())
}

/// Code, emphasis and links in a text.
fn inline(text: &str, look: Look<'_>) -> String {
    let theme = look.theme;
    let mut drawn = String::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        if let Some((code, after)) = between(rest, "`", "`") {
            // Without colours the quotes say what is code.
            drawn.push_str(&theme.code(&format!("`{code}`")));
            rest = after;
        } else if let Some((strong, after)) = between(rest, "**", "**") {
            drawn.push_str(&theme.heading(&strip_ansi(&inline(strong, look))));
            rest = after;
        } else if let Some((soft, after)) = emphasis(rest, &drawn) {
            drawn.push_str(&theme.emphasis(&strip_ansi(&inline(soft, look))));
            rest = after;
        } else if let Some((words, url, after)) = link(rest) {
            drawn.push_str(&theme.address(&inline(words, look), url));
            rest = after;
        } else {
            let escaped = rest.strip_prefix('\\').and_then(|after| after.chars().next());
            let char = match escaped.filter(char::is_ascii_punctuation) {
                Some(escaped) => {
                    rest = &rest[1..];
                    escaped
                }
                None => char,
            };
            drawn.push(char);
            rest = &rest[char.len_utf8()..];
        }
    }
    drawn
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str)> {
    let (inner, after) = text.strip_prefix(open)?.split_once(close)?;
    (!inner.is_empty()).then_some((inner, after))
}

/// `*word*` or `_word_`, but not `2 * 3` and not `snake_case`.
fn emphasis<'a>(text: &'a str, before: &str) -> Option<(&'a str, &'a str)> {
    let sign = ["*", "_"].into_iter().find(|sign| text.starts_with(sign))?;
    let (inner, after) = between(text, sign, sign)?;
    let is_inside_word = before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric);
    let has_edges = inner.starts_with(char::is_whitespace) || inner.ends_with(char::is_whitespace);
    (!has_edges && !is_inside_word).then_some((inner, after))
}

/// `[words](address)`.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (words, after) = text.strip_prefix('[')?.split_once("](")?;
    let (url, after) = after.split_once(')')?;
    Some((words, url, after))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::ui::Theme;

    fn look(columns: usize) -> Look<'static> {
        Look { theme: Theme::plain(), columns, root: Path::new("/") }
    }

    const README: &str = "# Warm-up and HTTP by hand

**A handler** is a function from a request to a response. axum calls it,
and so do the tests: `app()` is *all* they need. See [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110).

## What happens

| | happens | you have |
|---|---|---|
| `kitchen.ring(7)` | nothing, and a warning | a future |
| `kitchen.ring(7).await` | the bell rings; this function goes on | the result |

1. First this, which is a sentence that goes on and
   on over the end of its line
2. then that
   - inner_snake_case

    POST /letters HTTP/1.1          method SP target SP version
    Host: clinic.example.com

```rust
fn main() {}
```
> Quoted words,
> in two lines.
";

    #[test]
    fn a_readme_reads_well_on_80_columns() {
        insta::assert_snapshot!(readme_lines(README, look(80)).join("\n"), @r"
        Warm-up and HTTP by hand

        A handler is a function from a request to a response. axum calls it, and so do
        the tests: `app()` is all they need. See RFC 9110
        (https://www.rfc-editor.org/rfc/rfc9110).

        What happens

                                 happens                                you have
        `kitchen.ring(7)`        nothing, and a warning                 a future
        `kitchen.ring(7).await`  the bell rings; this function goes on  the result

        1. First this, which is a sentence that goes on and on over the end of its line
        2. then that
           - inner_snake_case

            POST /letters HTTP/1.1          method SP target SP version
            Host: clinic.example.com

            fn main() {}

        > Quoted words, in two lines.
        ");
    }

    #[test]
    fn a_readme_reads_well_on_40_columns() {
        insta::assert_snapshot!(readme_lines(README, look(40)).join("\n"), @r"
        Warm-up and HTTP by hand

        A handler is a function from a request
        to a response. axum calls it, and so do
        the tests: `app()` is all they need. See
        RFC 9110
        (https://www.rfc-editor.org/rfc/rfc9110)
        .

        What happens

        `kitchen.ring(7)`
          happens   nothing, and a warning
          you have  a future

        `kitchen.ring(7).await`
          happens   the bell rings; this
                    function goes on
          you have  the result

        1. First this, which is a sentence that
           goes on and on over the end of its
           line
        2. then that
           - inner_snake_case

            POST /letters HTTP/1.1          met…
            Host: clinic.example.com

            fn main() {}

        > Quoted words, in two lines.
        ");
    }

    #[test]
    fn colours_and_links_change_no_width() {
        let styled = Look { theme: Theme::new(true).with_links(true), ..look(80) };
        let lines = readme_lines(README, styled);
        assert!(lines[0].contains("\u{1b}[1m"), "{lines:?}");
        assert!(
            lines.concat().contains("\u{1b}]8;;https://www.rfc-editor.org/rfc/rfc9110\u{1b}\\RFC 9110"),
            "{lines:?}"
        );
        for line in lines {
            assert!(width(&line) <= 80, "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_it_is_it_fits(
            text in "(\\| a |\\|-|\n|# |- |1\\. |```|    |> |\\*|_|`|\\[x\\]\\(y\\)|\u{1b}\\[2J|[a-d ]{1,20}|日){0,60}",
            columns in 20_usize..60,
        ) {
            for line in readme_lines(&text, look(columns)) {
                prop_assert!(width(&line) <= columns, "{:?}", line);
                prop_assert!(!line.contains(char::is_control));
            }
        }
    }
}
