//! The page of keys, drawn from the table it is given.

use super::{Look, wrap};

/// One key and what it does, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHelp {
    pub key: &'static str,
    pub help: &'static str,
}

pub(super) fn help_lines(keys: &[KeyHelp], look: Look<'_>) -> Vec<String> {
    let room = look.columns.saturating_sub(5).max(1);
    let lines = keys.iter().flat_map(|KeyHelp { key, help }| {
        let rows = wrap(help, room).into_iter().enumerate();
        rows.map(|(row, line)| {
            let label = if row == 0 { look.theme.key(&format!("{key:>3}")) } else { "   ".to_owned() };
            format!("{label}  {line}")
        })
        .collect::<Vec<_>>()
    });
    lines.collect()
}
