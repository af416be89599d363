//! Whether main.rs attaches its specification: `#[cfg(test)] mod tests;` as its first item, exactly that and once.
//!
//! As the first item no macro of the learner's can shadow `assert_eq!` in it; anything else in its place could be a
//! specification of the learner's own making.

use std::fmt;

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

/// Judges the text of a main.rs. A text that is no Rust is left to the compiler.
pub fn attachment(main: &str) -> Result<(), NotAttached> {
    let Ok(file) = syn::parse_file(main) else {
        return Ok(());
    };
    let named_tests = |item: &&syn::Item| matches!(item, syn::Item::Mod(module) if module.ident == "tests");
    let modules: Vec<_> = file.items.iter().filter(named_tests).collect();
    match (file.items.first(), modules.as_slice()) {
        (_, []) => Err(NotAttached::Missing),
        (Some(first), [only]) if is_attachment(only) => {
            if std::ptr::eq(first, *only) {
                Ok(())
            } else {
                Err(NotAttached::NotFirst)
            }
        }
        _ => Err(NotAttached::Replaced),
    }
}

fn is_attachment(item: &syn::Item) -> bool {
    let syn::Item::Mod(module) = item else {
        return false;
    };
    let [attribute] = module.attrs.as_slice() else {
        return false;
    };
    let condition = attribute.path().is_ident("cfg").then(|| attribute.parse_args::<syn::Path>().ok());
    module.content.is_none() && condition.flatten().is_some_and(|path| path.is_ident("test"))
}
