//! A new exercise's entry in info.toml: text put in its place, with everything around it left as it is.

use serde::Deserialize;
use toml::Spanned;

/// What is to be added.
pub(crate) struct NewEntry<'a> {
    /// The exercise's chapter.
    pub(crate) dir: &'a str,
    /// An `[[exercises]]` table, ending with a line break.
    pub(crate) exercise: &'a str,
    /// A `[[chapters]]` table, ending with a line break; used where the chapter has none yet.
    pub(crate) chapter: &'a str,
}

/// The tables of an info.toml that is known to be valid. Of `[[exercises]]` the span is that of the header.
#[derive(Deserialize)]
struct Tables {
    chapters: Vec<Spanned<Dir>>,
    exercises: Vec<Spanned<Dir>>,
}

#[derive(Deserialize)]
struct Dir {
    dir: String,
}

/// The text of info.toml with the entry: after the chapter's last exercise, a new chapter after the one before it by
/// name. None where the tables are not written as `[[exercises]]`, so that there is no place between two of them.
pub(crate) fn with_entry(text: &str, entry: &NewEntry<'_>) -> Option<String> {
    let tables: Tables = toml::from_str(text).ok()?;
    let headers: Vec<_> =
        tables.chapters.iter().chain(&tables.exercises).map(|table| table.span().start).collect();
    if !headers.iter().all(|start| text[*start..].starts_with("[[")) {
        return None;
    }
    let dirs: Vec<_> = tables.chapters.iter().map(|chapter| chapter.get_ref().dir.as_str()).collect();
    let known = dirs.iter().position(|dir| *dir == entry.dir);
    // How many chapters come before the place of this one.
    let before = known.or_else(|| Some(dirs.iter().rposition(|dir| *dir < entry.dir)? + 1)).unwrap_or(0);

    let in_chapter = |dir: &str| tables.exercises.iter().rposition(|exercise| exercise.get_ref().dir == dir);
    let last = in_chapter(entry.dir).or_else(|| dirs[..before].iter().rev().find_map(|dir| in_chapter(dir)));
    let place = |tables: &[Spanned<Dir>], after: Option<usize>| match after {
        Some(number) => end_of_table(text, &headers, tables[number].span().start),
        None => tables.first().map_or(text.len(), |first| end_of_content(text, first.span().start)),
    };
    let mut additions = Vec::new();
    if known.is_none() {
        additions.push((place(&tables.chapters, before.checked_sub(1)), entry.chapter));
    }
    additions.push((place(&tables.exercises, last), entry.exercise));
    Some(with_additions(text, additions))
}

/// The end of the table whose header is at `start`, its sub-tables included.
fn end_of_table(text: &str, headers: &[usize], start: usize) -> usize {
    let next = headers.iter().copied().filter(|header| *header > start).min();
    end_of_content(text, next.unwrap_or(text.len()))
}

/// The end of the last line before `limit` that is neither blank nor a comment: comments belong to what they precede.
fn end_of_content(text: &str, limit: usize) -> usize {
    let mut at = 0;
    let ends = text[..limit].split_inclusive('\n').filter_map(|line| {
        at += line.len();
        let line = line.trim();
        (!line.is_empty() && !line.starts_with('#')).then_some(at)
    });
    ends.last().unwrap_or(0)
}

/// Each addition behind a blank line. Of two at one place the first comes first.
fn with_additions(text: &str, mut additions: Vec<(usize, &str)>) -> String {
    additions.sort_by_key(|(place, _)| *place);
    let mut whole = String::new();
    let mut from = 0;
    for (place, addition) in additions {
        whole.push_str(&text[from..place]);
        let has_line_break = whole.is_empty() || whole.ends_with('\n');
        whole.push_str(if has_line_break { "\n" } else { "\n\n" });
        whole.push_str(addition);
        from = place;
    }
    whole + &text[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO: &str = r#"# The course.
format_version = 2
name = "Small"

# Words first.
[[chapters]]
dir = "01_words"
title = "Words" # many

# -- exercises --

[[exercises]] # the first
name = "greet"
dir = "01_words"
takeaway = """
[[exercises]]
"""

[exercises.hint_for]
a_test = "Look."

# Numbers
# come next.
[[chapters]]
dir = "03_numbers"
title = "Numbers"

[[exercises]]
name = "add"
dir = "03_numbers"
"#;

    fn added(text: &str, dir: &str) -> String {
        let entry = NewEntry { dir, exercise: "[[exercises]]\nNEW\n", chapter: "[[chapters]]\nCHAPTER\n" };
        let whole = with_entry(text, &entry).unwrap();
        let without =
            whole.replacen("\n[[exercises]]\nNEW\n", "", 1).replacen("\n[[chapters]]\nCHAPTER\n", "", 1);
        assert_eq!(without.trim_end(), text.trim_end(), "nothing else has changed");
        whole
    }

    /// The lines that stand before and after what was added.
    fn around<'a>(text: &'a str, added: &str) -> (&'a str, &'a str) {
        let (before, after) = text.split_once(added).unwrap();
        let line = |line: Option<&'a str>| line.unwrap_or_default();
        (line(before.trim_end().lines().last()), line(after.trim_start().lines().next()))
    }

    #[test]
    fn an_exercise_follows_the_last_of_its_chapter_and_comments_stay_with_what_they_precede() {
        let text = added(INFO, "01_words");
        assert_eq!(around(&text, "[[exercises]]\nNEW\n"), ("a_test = \"Look.\"", "# Numbers"));
        assert!(!text.contains("CHAPTER"));
        assert!(added(INFO, "03_numbers").ends_with("dir = \"03_numbers\"\n\n[[exercises]]\nNEW\n"));
    }

    #[test]
    fn a_new_chapter_follows_the_one_before_it_by_name() {
        let text = added(INFO, "02_lists");
        assert_eq!(
            around(&text, "[[chapters]]\nCHAPTER\n"),
            ("title = \"Words\" # many", "# -- exercises --")
        );
        assert_eq!(around(&text, "[[exercises]]\nNEW\n"), ("a_test = \"Look.\"", "# Numbers"));
        let text = added(INFO, "04_last");
        assert_eq!(around(&text, "[[chapters]]\nCHAPTER\n"), ("title = \"Numbers\"", "[[exercises]]"));
        assert!(text.ends_with("\n\n[[exercises]]\nNEW\n"));
    }

    #[test]
    fn a_chapter_before_all_others_comes_first() {
        let text = added(INFO, "00_start");
        assert_eq!(around(&text, "[[chapters]]\nCHAPTER\n"), ("name = \"Small\"", "# Words first."));
        assert_eq!(around(&text, "[[exercises]]\nNEW\n"), ("title = \"Words\" # many", "# -- exercises --"));
    }

    #[test]
    fn a_chapter_without_exercises_gets_its_first_one() {
        let text = INFO.replacen("dir = \"03_numbers\"\n", "dir = \"02_lists\"\n", 1);
        let text =
            text.replace("[[exercises]]\nname", "[[chapters]]\ndir = \"03_numbers\"\n\n[[exercises]]\nname");
        let text = added(&text, "02_lists");
        assert_eq!(around(&text, "[[exercises]]\nNEW\n").0, "a_test = \"Look.\"");
    }

    #[test]
    fn a_last_line_without_its_end_gets_one() {
        let whole = added(INFO.trim_end(), "03_numbers");
        assert!(whole.ends_with("dir = \"03_numbers\"\n\n[[exercises]]\nNEW\n"), "{whole}");
    }

    #[test]
    fn tables_in_one_line_have_no_place_between_them() {
        let text = "chapters = [{dir = \"a\"}]\nexercises = [{dir = \"a\"}]\n";
        assert!(with_entry(text, &NewEntry { dir: "a", exercise: "", chapter: "" }).is_none());
    }
}
