//! Whether main.rs attaches its specification: `#[cfg(test)] mod tests;` as its first item, exactly that and once.
//!
//! As the first item no macro of the learner's can shadow `assert_eq!` in it; anything else in its place could be a
//! specification of the learner's own making.

use std::fmt;

use syn::parse::{ParseStream, Parser};

/// How the attachment is not what it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAttached {
    /// Nothing in the file attaches tests.rs.
    Missing,
    /// It is there, but another item comes before it.
    NotFirst,
    /// There is a `mod tests`, but with a body, a `#[path]` or other conditions.
    Replaced,
    /// main.rs looks right, and tests.rs was still not compiled.
    NotCompiled,
}

impl fmt::Display for NotAttached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "main.rs does not attach the tests",
            Self::NotFirst => "something stands before the line that attaches the tests",
            Self::Replaced => "main.rs has a `mod tests` of its own",
            Self::NotCompiled => "main.rs was compiled without its tests",
        })
    }
}

/// The tokens of the line.
const LINE: [&str; 5] = ["#", "[cfg(test)]", "mod", "tests", ";"];

/// Judges the text of a main.rs. A text that is no Rust is left to the compiler.
///
/// It looks at tokens and knows no grammar: syntax that is newer than our parser must neither stop a right fix nor hide a
/// wrong one.
pub fn attachment(main: &str) -> Result<(), NotAttached> {
    let Ok(trees) = top_level.parse_str(without_shebang(main)) else {
        return Ok(());
    };
    let trees: Vec<_> = trees.iter().map(String::as_str).collect();
    let mut items = trees.as_slice();
    while let ["#", "!", _, rest @ ..] = items {
        items = rest;
    }
    let modules = items.windows(2).filter(|two| *two == ["mod", "tests"]).count();
    match (modules, items.windows(LINE.len()).position(|five| *five == LINE)) {
        (0, _) => Err(NotAttached::Missing),
        (1, Some(0)) => Ok(()),
        (1, Some(at)) if !is_attribute(&items[..at]) => Err(NotAttached::NotFirst),
        _ => Err(NotAttached::Replaced),
    }
}

/// Whether the last of these belongs to what comes after it.
fn is_attribute(before: &[&str]) -> bool {
    matches!(before, [.., "#", group] if group.starts_with('['))
}

/// The tokens of a file outside all brackets; a bracketed group is one token, without spaces.
fn top_level(input: ParseStream<'_>) -> syn::Result<Vec<String>> {
    input.step(|cursor| {
        let (mut trees, mut cursor) = (Vec::new(), *cursor);
        while let Some((tree, rest)) = cursor.token_tree() {
            trees.push(tree.to_string().split_whitespace().collect());
            cursor = rest;
        }
        Ok((trees, cursor))
    })
}

/// `#!/usr/bin/env cargo` is a line for the shell, `#![allow(..)]` is none.
fn without_shebang(main: &str) -> &str {
    let main = main.strip_prefix('\u{feff}').unwrap_or(main);
    match main.strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => rest.find('\n').map_or("", |end| &rest[end..]),
        _ => main,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTACHED: &str = "#[cfg(test)]\nmod tests;\n";

    #[test]
    fn the_line_as_the_first_item_attaches() {
        let before = [
            "",
            "//! A shop.\n//!\n//! From operations: \"mod tests;\"\n\n",
            "#![allow(dead_code)]\n",
            "#![cfg_attr(test, allow(unused))]\n/* the tests */\n// mod tests { }\n",
            "\u{feff}#!/usr/bin/env cargo\n",
        ];
        let after = [
            "",
            "fn main() {}",
            "mod store;\nmod other { mod tests { } }\nfn main() {}",
            "const TEXT: &str = \"mod tests { }\";",
            "// syntax that the parser of this runner may not know\n#[cfg(any())]\nsafe fn f() {}\nfn main() {}",
        ];
        for before in before {
            for after in after {
                let main = format!("{before}{ATTACHED}{after}");
                assert_eq!(attachment(&main), Ok(()), "{main}");
            }
        }
        assert_eq!(attachment("#[ cfg ( test ) ]\n\nmod\n\ttests\n;"), Ok(()));
    }

    #[test]
    fn anything_else_does_not() {
        use NotAttached::{Missing, NotFirst, Replaced};
        let rows = [
            ("", Missing),
            ("fn main() {}", Missing),
            ("// #[cfg(test)] mod tests;\nfn main() {}", Missing),
            ("macro_rules! m { () => { #[cfg(test)] mod tests; } }\nm!();", Missing),
            ("mod inner { #[cfg(test)] mod tests; }", Missing),
            ("fn main() {}\n#[cfg(test)] mod tests;", NotFirst),
            ("macro_rules! assert_eq { ($($t:tt)*) => {} }\n#[cfg(test)] mod tests;", NotFirst),
            ("#[macro_use] mod macros;\n#[cfg(test)] mod tests;", NotFirst),
            ("#[cfg(test)] mod tests { }", Replaced),
            ("mod tests;", Replaced),
            ("#[cfg(any())] mod tests;", Replaced),
            ("#[cfg(not(test))] mod tests;", Replaced),
            ("#[cfg(all(test, any()))] mod tests;", Replaced),
            ("#[cfg(test)] #[path = \"mine.rs\"] mod tests;", Replaced),
            ("#[path = \"mine.rs\"] #[cfg(test)] mod tests;", Replaced),
            ("#[cfg_attr(test, path = \"mine.rs\")] #[cfg(test)] mod tests;", Replaced),
            ("#[cfg(test)] mod tests;\n#[cfg(any())] mod tests { }", Replaced),
            ("#[cfg(test)] mod tests { }\n#[cfg(any())] #[cfg(test)] mod tests;", Replaced),
            ("#[cfg(test)] mod tests { }\n#[cfg(any())]\nsafe fn f() {}", Replaced),
        ];
        for (main, how) in rows {
            assert_eq!(attachment(main), Err(how), "{main}");
        }
    }

    #[test]
    fn what_is_no_rust_is_left_to_the_compiler() {
        for main in ["fn main() {", "\"", "'"] {
            assert_eq!(attachment(main), Ok(()), "{main}");
        }
    }
}
