//! The page of keys, drawn from the table it is given.

use super::{Block, Theme, wrap};

/// One key and what it does, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHelp {
    pub key: &'static str,
    pub help: &'static str,
}

pub(super) fn help_block(keys: &[KeyHelp], theme: Theme, columns: usize) -> Block {
    let mut block = Block::default();
    block.push(theme.heading("keys"));
    block.gap();
    for KeyHelp { key, help } in keys {
        let lines = wrap(help, columns.saturating_sub(5).max(1));
        for (number, line) in lines.iter().enumerate() {
            let label = if number == 0 { theme.key(&format!("{key:>3}")) } else { "   ".to_owned() };
            block.push(format!("{label}  {line}"));
        }
    }
    block
}
