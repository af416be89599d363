//! The learner's code against the reference.

use similar::{ChangeTag, TextDiff};

use super::Theme;

/// One file, as the learner wrote it and as the reference has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Relative to the course's root.
    pub path: String,
    pub yours: String,
    pub reference: String,
}

/// A unified diff from the learner's files to the reference. Its number of lines depends on the files alone.
pub fn diff_lines(files: &[Compared], theme: Theme) -> Vec<String> {
    let mut lines = Vec::new();
    for file in files {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(theme.path(&file.path));
        if file.yours == file.reference {
            lines.push("the same as the reference".to_owned());
        } else {
            lines.push(format!("{}  {}", theme.removed("- yours"), theme.added("+ reference")));
            lines.extend(hunks(file, theme));
        }
    }
    lines
}

fn hunks(file: &Compared, theme: Theme) -> Vec<String> {
    let diff = TextDiff::from_lines(&file.yours, &file.reference);
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        lines.push(theme.faint(&hunk.header().to_string()));
        lines.extend(hunk.iter_changes().map(|change| {
            let text = theme.foreign(change.value().trim_end_matches('\n'));
            match change.tag() {
                ChangeTag::Equal => format!(" {text}"),
                ChangeTag::Delete => theme.removed(&format!("-{text}")),
                ChangeTag::Insert => theme.added(&format!("+{text}")),
            }
        }));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(yours: &str, reference: &str) -> Compared {
        Compared {
            path: "exercises/a/b/src/main.rs".into(),
            yours: yours.into(),
            reference: reference.into(),
        }
    }

    #[test]
    fn it_goes_from_yours_to_the_reference() {
        let lines = diff_lines(&[compared("a\nb\nc\n", "a\nB\nc\n")], Theme::plain());
        let expected =
            ["exercises/a/b/src/main.rs", "- yours  + reference", "@@ -1,3 +1,3 @@", " a", "-b", "+B", " c"];
        assert_eq!(lines, expected);
    }

    #[test]
    fn equal_files_are_said_to_be_so() {
        let lines = diff_lines(&[compared("a\n", "a\n"), compared("", "")], Theme::plain());
        assert_eq!(lines[1], "the same as the reference");
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn colour_changes_no_line_count_and_no_escape_of_the_learner_gets_through() {
        let files = [compared("\u{1b}[2Ja\n", "b\n")];
        assert_eq!(diff_lines(&files, Theme::plain()).len(), diff_lines(&files, Theme::new(true)).len());
        assert!(!diff_lines(&files, Theme::new(true)).concat().contains("[2J"));
    }
}
