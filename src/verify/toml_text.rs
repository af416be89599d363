//! Where in a TOML file a key stands: findings name the line that is to be mended.

use std::path::PathBuf;

use fs_err as fs;
use toml::de::{DeTable, DeValue};

use crate::course::line_of;

/// A TOML file and its text. Empty where it cannot be read: others report that.
#[derive(Debug)]
pub(super) struct TomlText {
    /// Relative to the course's root.
    pub(super) file: PathBuf,
    pub(super) text: String,
}

impl TomlText {
    pub(super) fn read(root: &std::path::Path, file: PathBuf) -> Self {
        let text = fs::read_to_string(root.join(&file)).unwrap_or_default();
        Self { file, text }
    }

    /// The line of `[package]`, of `build` in it, ...
    pub(super) fn line(&self, keys: &[&str]) -> Option<usize> {
        let table = DeTable::parse(&self.text).ok()?;
        let offset = offset(table.get_ref(), keys)?;
        Some(line_of(&self.text, offset))
    }

    /// The line of a key of the `[[array]]` table whose `name` is this; of its name, where it has no such key.
    pub(super) fn entry_line(&self, array: &str, name: &str, keys: &[&str]) -> Option<usize> {
        let table = DeTable::parse(&self.text).ok()?;
        let entries = table.get_ref().get(array)?.get_ref().as_array()?;
        let tables = entries.iter().filter_map(|entry| entry.get_ref().as_table());
        let entry = tables.into_iter().find(|entry| {
            entry.get("name").and_then(|known| known.get_ref().as_str()).is_some_and(|known| known == name)
        })?;
        let offset = offset(entry, keys).or_else(|| offset(entry, &["name"]))?;
        Some(line_of(&self.text, offset))
    }
}

/// The last of `keys` may be the number of an item in an array.
fn offset(table: &DeTable<'_>, keys: &[&str]) -> Option<usize> {
    let (key, rest) = keys.split_first()?;
    let (key, value) = table.get_key_value(*key)?;
    match (rest, value.get_ref()) {
        ([], _) => Some(key.span().start),
        (rest, DeValue::Table(inner)) => offset(inner, rest),
        ([number], DeValue::Array(items)) => Some(items.get(number.parse::<usize>().ok()?)?.span().start),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tables_entries_and_items_have_their_lines() {
        let text =
            "a = 1\n[b]\nc = [\n  \"x\",\n  \"y\",\n]\n[[e]]\nname = \"one\"\n[[e]]\nname = \"two\"\nd = 2\n";
        let text = TomlText { file: "x.toml".into(), text: text.to_owned() };
        assert_eq!(text.line(&["a"]), Some(1));
        assert_eq!(text.line(&["b", "c"]), Some(3));
        assert_eq!(text.line(&["b", "c", "1"]), Some(5));
        assert_eq!(text.line(&["b", "none"]), None);
        assert_eq!(text.entry_line("e", "two", &["d"]), Some(11));
        assert_eq!(text.entry_line("e", "one", &["d"]), Some(8));
        assert_eq!(text.entry_line("e", "three", &["d"]), None);
    }
}
