//! What lines are made with.

use std::path::Path;

use super::Theme;

/// How text looks, how wide it may be, and where the files lie that it names.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    pub theme: Theme,
    /// `usize::MAX` for no limit.
    pub columns: usize,
    /// The course's root.
    pub root: &'a Path,
}
