//! The tests of a specification, read from its source: their names in the order of the file.
//!
//! libtest sorts by name, and a binary lists only what was compiled into it. What a pass needs is what the original
//! tests.rs says.

/// The tests in the text of a tests.rs, in order, as libtest names them without the leading `tests::`. Empty where
/// the text is no Rust.
pub fn spec_tests(source: &str) -> Vec<String> {
    let Ok(file) = syn::parse_file(source) else {
        return Vec::new();
    };
    let mut tests = Vec::new();
    collect(&file.items, "", &mut tests);
    tests
}

fn collect(items: &[syn::Item], path: &str, tests: &mut Vec<String>) {
    for item in items {
        match item {
            syn::Item::Fn(function) if is_test(&function.attrs) => {
                tests.push(format!("{path}{}", function.sig.ident));
            }
            syn::Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    collect(items, &format!("{path}{}::", module.ident), tests);
                }
            }
            _ => {}
        }
    }
}

/// `#[test]`, `#[tokio::test(start_paused = true)]`.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "test"))
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
    fn what_is_no_rust_has_no_tests() {
        for source in ["", "#[test] fn {", "fn main() {}"] {
            assert!(spec_tests(source).is_empty(), "{source}");
        }
    }
}
