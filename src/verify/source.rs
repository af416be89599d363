//! Rust source as the rules read it: without comments, and with its texts apart.

/// One file. Every line keeps its number and, in ASCII, its columns.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Comments and the insides of string literals are blank.
    pub(super) code: String,
    /// Comments are blank.
    pub(super) uncommented: String,
    /// Every string literal with the line on which it begins.
    pub(super) texts: Vec<(usize, String)>,
}

/// What a character belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Text,
}

impl Source {
    pub(super) fn read(text: &str) -> Self {
        let mut reader = Reader { rest: text, line: 1, source: Self::default() };
        while !reader.rest.is_empty() {
            reader.step();
        }
        reader.source
    }

    /// The lines of the code, counted from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(number, line)| (number + 1, line))
    }

    /// Whether the code names this: `serde_json`, but not as a part of a longer name.
    pub(super) fn names(&self, name: &str) -> bool {
        is_named(&self.code, name)
    }
}

/// Whether the words are in the line, and no part of a longer name.
pub(super) fn is_named(line: &str, words: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(words).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_letter);
        let after = line[at + words.len()..].chars().next().is_some_and(is_letter);
        !before && !after
    })
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    source: Source,
}

impl Reader<'_> {
    fn step(&mut self) {
        if self.rest.starts_with("//") {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()), Part::Comment);
        } else if self.rest.starts_with("/*") {
            self.take(block_comment(self.rest), Part::Comment);
        } else if let Some((open, end)) = string(self.rest) {
            self.string(open, end);
        } else if let Some(length) = character(self.rest) {
            self.take(length, Part::Code);
        } else {
            // A name as a whole: the r of `for"` begins no raw string.
            let name = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
            let one = self.rest.chars().next().map_or(0, char::len_utf8);
            self.take(name.max(one), Part::Code);
        }
    }

    /// `open` bytes begin the literal, `end` is where its text ends; as many bytes as after the opening quote's marks close it.
    fn string(&mut self, open: usize, end: usize) {
        let closing = self.rest[..open].matches('#').count() + 1;
        let text = self.rest[open..end].to_owned();
        self.source.texts.push((self.line, text));
        self.take(open, Part::Code);
        self.take(end - open, Part::Text);
        self.take(closing.min(self.rest.len()), Part::Code);
    }

    fn take(&mut self, bytes: usize, part: Part) {
        let (taken, rest) = self.rest.split_at(bytes);
        let blank = || taken.chars().map(|c| if c == '\n' { '\n' } else { ' ' });
        match part {
            Part::Code => {
                self.source.code.push_str(taken);
                self.source.uncommented.push_str(taken);
            }
            Part::Text => {
                self.source.code.extend(blank());
                self.source.uncommented.push_str(taken);
            }
            Part::Comment => {
                self.source.code.extend(blank());
                self.source.uncommented.extend(blank());
            }
        }
        self.line += taken.matches('\n').count();
        self.rest = rest;
    }
}

/// The length of the comment that begins here. Comments nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Of a string literal that begins here: the length of what opens it, and where its text ends.
fn string(text: &str) -> Option<(usize, usize)> {
    let prefix = ["br", "cr", "b", "c", "r", ""].iter().find(|prefix| text.starts_with(**prefix))?;
    let after = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let marks = after.bytes().take_while(|byte| *byte == b'#').count();
        after[marks..].strip_prefix('"')?;
        let open = prefix.len() + marks + 1;
        let close = format!("\"{}", "#".repeat(marks));
        return Some((open, text[open..].find(&close).map_or(text.len(), |at| open + at)));
    }
    after.strip_prefix('"')?;
    let open = prefix.len() + 1;
    let mut escaped = false;
    let end = text[open..].find(|c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    Some((open, end.map_or(text.len(), |at| open + at)))
}

/// The length of a character literal, such as `'"'`; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        let escaped = inner[1..].chars().next()?.len_utf8();
        return Some(1 + 1 + escaped + inner[1 + escaped..].find('\'')? + 1);
    }
    inner[first.len_utf8()..].starts_with('\'').then_some(first.len_utf8() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_blank_and_every_line_keeps_its_number() {
        let text =
            "let a = \"one // no comment\"; // two\n/* three /* four */\n */ let b = r#\"five \" six\"#;\n";
        let source = Source::read(text);
        assert_eq!(source.code.lines().count(), 3);
        for word in ["one", "two", "three", "four", "five", "six"] {
            assert!(!source.code.contains(word), "{word} in {}", source.code);
        }
        assert!(source.uncommented.contains("one // no comment") && !source.uncommented.contains("two"));
        let texts = [(1, "one // no comment".to_owned()), (3, "five \" six".to_owned())];
        assert_eq!(source.texts, texts);
    }

    #[test]
    fn quotes_in_characters_and_escapes_end_nothing() {
        let text = r#"f('"', '\'', b'"', "a\"b\\", 'x'); fn g<'a>(b: &'a str) { format!("c") }"#;
        let texts: Vec<_> = Source::read(text).texts.into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, [r#"a\"b\\"#, "c"]);
    }

    #[test]
    fn what_never_ends_ends_with_the_file() {
        for text in ["\"open", "/* open", "r#\"open\"", "'\\", "b\"", "let x = 'é';", "for\"x\""] {
            let source = Source::read(text);
            assert_eq!(source.code.chars().count(), text.chars().count(), "{text}");
        }
    }

    #[test]
    fn a_name_is_found_whole() {
        assert!(is_named("use tokio::time;", "tokio"));
        assert!(!is_named("use tokio_util::x;", "tokio") && !is_named("my_tokio", "tokio"));
    }
}
