//! The tests of an exercise, read from its source: their names in the order of the file.
//!
//! libtest sorts by name, and a binary lists only what was compiled into it. What a pass needs is what the original
//! says. It is read token by token: a starter may be no Rust yet, or Rust that is newer than our parser.

use syn::buffer::Cursor;
use syn::parse::{ParseStream, Parser};

/// The module that a specification is in, which is not told.
pub(super) const MODULE: &str = "tests::";

/// What a pass needs, by libtest's full names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// Each of these tests.
    Each(Vec<String>),
    /// As many tests as these, which are in a file of the learner's: some may have got other names.
    AsMany(Vec<String>),
}

impl Wanted {
    /// By the text of a specification.
    pub fn specification(source: &str) -> Self {
        Self::named(&spec_tests(source))
    }

    /// By the names in a specification.
    pub fn named(tests: &[String]) -> Self {
        Self::Each(tests.iter().map(|test| format!("{MODULE}{test}")).collect())
    }

    /// By the text of a learner's file as it was shipped.
    pub fn own_tests(source: &str) -> Self {
        let tests = tests_in(source).into_iter().filter(|test| !test.is_conditional);
        Self::AsMany(tests.map(|test| test.name).collect())
    }

    pub(super) fn tests(&self) -> &[String] {
        let (Self::Each(tests) | Self::AsMany(tests)) = self;
        tests
    }
}

/// The tests in the text of a tests.rs, in order, as libtest names them without the leading `tests::`. Empty where
/// the text cannot be cut into tokens.
pub fn spec_tests(source: &str) -> Vec<String> {
    tests_in(source).into_iter().map(|test| test.name).collect()
}

struct Test {
    name: String,
    /// It may be left out: `#[ignore]`, `#[cfg(windows)]`.
    is_conditional: bool,
}

fn tests_in(source: &str) -> Vec<Test> {
    let all = |input: ParseStream<'_>| {
        input.step(|cursor| {
            let mut tests = Vec::new();
            let end = tests_below(*cursor, "", &mut tests);
            Ok((tests, end))
        })
    };
    all.parse_str(source).unwrap_or_default()
}

/// Collects the tests of a module. Returns its end.
fn tests_below<'a>(mut cursor: Cursor<'a>, path: &str, tests: &mut Vec<Test>) -> Cursor<'a> {
    let mut attributes: Vec<String> = Vec::new();
    while let Some((tree, rest)) = cursor.token_tree() {
        let text = tree.to_string();
        let named = rest.ident();
        cursor = match (text.as_str(), named) {
            ("#", _) => match attribute(rest) {
                Some((attribute, rest)) => {
                    attributes.push(attribute);
                    rest
                }
                None => rest,
            },
            ("fn", Some((name, rest))) => {
                if attributes.iter().any(|attribute| is_test(attribute)) {
                    let is_conditional = attributes.iter().any(|attribute| is_condition(attribute));
                    tests.push(Test { name: format!("{path}{name}"), is_conditional });
                }
                rest
            }
            ("mod", Some((name, rest))) => {
                if let Some((below, ..)) = rest.any_group() {
                    tests_below(below, &format!("{path}{name}::"), tests);
                }
                rest
            }
            (text, _) => {
                if text == ";" || text.starts_with('{') {
                    attributes.clear();
                }
                rest
            }
        };
    }
    cursor
}

/// What comes after a `#`: `tokio::test(start_paused=true)` of `[tokio::test(start_paused = true)]`.
fn attribute(cursor: Cursor<'_>) -> Option<(String, Cursor<'_>)> {
    let (tree, rest) = cursor.token_tree()?;
    let text: String = tree.to_string().split_whitespace().collect();
    Some((text.strip_prefix('[')?.strip_suffix(']')?.to_owned(), rest))
}

/// `test`, `tokio::test(start_paused=true)`.
fn is_test(attribute: &str) -> bool {
    path(attribute).rsplit("::").next() == Some("test")
}

fn is_condition(attribute: &str) -> bool {
    ["ignore", "cfg", "cfg_attr"].contains(&path(attribute))
}

fn path(attribute: &str) -> &str {
    attribute.split(['(', '=']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_come_in_the_order_of_the_source() {
        let source = r##"
            use crate::app;

            #[test]
            fn z_comes_first() {}

            fn helper() {}

            #[tokio::test(start_paused = true)]
            async fn a_comes_second() {}

            mod deeper {
                #[test]
                #[should_panic(expected = "no")]
                fn it_is_found() {}

                mod still {
                    #[ignore = "slow"]
                    #[test]
                    fn it_is_found() {}
                }
            }

            const TEXT: &str = "#[test] fn in_a_text() {}";
            // #[test] fn in_a_comment() {}
            #[cfg(test)]
            fn only_named_so() {}
        "##;
        let names = ["z_comes_first", "a_comes_second", "deeper::it_is_found", "deeper::still::it_is_found"];
        assert_eq!(spec_tests(source), names);
    }

    #[test]
    fn a_learners_own_tests_have_their_full_names_whatever_else_the_file_is() {
        let source = r"
            fn main() { let x: i32 = ; }
            fn bigger(a: i32) -> { if }
            #[cfg(test)]
            mod tests {
                use super::*;
                #[derive(Debug)] struct S;
                #[test] #[should_panic] fn one() {}
                #[tokio::test] pub(crate) async fn two() {}
                #[test] #[ignore] fn left_out() {}
                #[cfg(windows)] #[test] fn elsewhere() {}
                #[cfg(windows)] struct W { x: i32 }
                #[test] fn three() { #[test] fn inside() {} }
            }
            #[test] fn four() {}
        ";
        let names = ["tests::one", "tests::two", "tests::three", "four"].map(str::to_owned);
        assert_eq!(Wanted::own_tests(source), Wanted::AsMany(names.into()));
    }

    #[test]
    fn what_is_no_rust_has_no_tests() {
        for source in ["", "#[test] fn {", "fn main() {}"] {
            assert!(spec_tests(source).is_empty(), "{source}");
        }
    }
}
