//! `.rustlings-state.txt`, where rustlings keeps a learner's progress. Read, never written.
//!
//! ```text
//! DON'T EDIT THIS FILE!
//!
//! variables2
//!
//! intro1
//! variables1
//! ```

use std::path::Path;
use std::time::SystemTime;

use fs_err as fs;

const STATE_FILE: &str = ".rustlings-state.txt";

/// What a learner had done with rustlings. Exercises may be named that the course does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EarlierProgress {
    pub(crate) current: String,
    pub(crate) done: Vec<String>,
    /// When it was written.
    pub(crate) at: SystemTime,
}

/// The progress that rustlings kept in `root`. None where there is none, or none that can be read.
pub(crate) fn earlier_progress(root: &Path) -> Option<EarlierProgress> {
    let file = root.join(STATE_FILE);
    let at = fs::metadata(&file).and_then(|metadata| metadata.modified()).ok()?;
    let text = String::from_utf8(fs::read(&file).ok()?).ok()?;
    let (current, done) = parse(&text)?;
    Some(EarlierProgress { current, done, at })
}

/// Lines may end as those of Windows do.
fn parse(text: &str) -> Option<(String, Vec<String>)> {
    let mut lines = text.split('\n').map(str::trim_end).skip(2);
    let current = lines.next().filter(|name| !name.is_empty())?;
    lines.next()?;
    let done = lines.take_while(|name| !name.is_empty()).map(str::to_owned);
    Some((current.to_owned(), done.collect()))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_current_and_the_done_exercises_are_read_whatever_ends_the_lines() {
        let text = "DON'T EDIT THIS FILE!\n\nif2\n\nintro1\nif1\n\nafter a gap\n";
        let expected = Some(("if2".to_owned(), vec!["intro1".to_owned(), "if1".to_owned()]));
        assert_eq!(parse(text), expected);
        assert_eq!(parse(&text.replace('\n', "\r\n")), expected);
        // As it is before the first pass.
        assert_eq!(parse("DON'T EDIT THIS FILE!\n\nif2\n"), Some(("if2".to_owned(), Vec::new())));
    }

    #[test]
    fn anything_else_is_no_progress() {
        for text in ["", "\n", "\n\n", "DON'T EDIT THIS FILE!\n\n\n\nintro1", "DON'T EDIT THIS FILE!\n\nif2"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
