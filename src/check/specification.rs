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
