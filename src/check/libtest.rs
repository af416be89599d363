//! What a libtest binary prints.
//!
//! ```text
//! running 2 tests
//! test tests::a_guest_is_greeted ... ok
//! test tests::a_stranger_is_refused ... FAILED
//!
//! failures:
//!
//! ---- tests::a_stranger_is_refused stdout ----
//!
//! thread 'tests::a_stranger_is_refused' (4711) panicked at 10_jwt/x/src/tests.rs:21:10:
//! the message, any number of lines
//! note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
//!
//!
//! failures:
//!     tests::a_stranger_is_refused
//!
//! test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
//! ```

use std::collections::BTreeMap;

use super::Failure;
use crate::course::EXERCISES;

/// A longer line is no result line of libtest's, or only its end is.
const LONGEST_LINE: usize = 16 * 1024;

/// How one test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestResult {
    Passed,
    Failed,
    Ignored,
    /// Its line was begun; what came after it was not libtest's.
    Unclear,
}

/// The results of a run, collected while the output goes by, so that a flood of it loses none.
#[derive(Debug, Default)]
pub struct Results {
    line: Vec<u8>,
    /// By libtest's full name, `tests::a_guest_is_greeted`.
    pub tests: BTreeMap<String, TestResult>,
    pub closing: Option<Closing>,
}

/// `test result: ok. 3 passed; 0 failed; 0 ignored; ...`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    pub ok: bool,
    pub passed: usize,
}

impl Results {
    /// Takes the next piece of output, cut anywhere.
    pub fn feed(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.end_line();
            } else if self.line.len() > LONGEST_LINE {
                self.line.drain(..LONGEST_LINE / 2);
            }
        }
    }

    /// The output is complete; its last line may have had no end.
    pub fn finish(&mut self) {
        self.end_line();
    }

    fn end_line(&mut self) {
        let bytes = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&bytes);
        if let Some((name, result)) = result_line(&line) {
            self.tests.insert(name, result);
        }
        if let Some(closing) = closing_line(&line) {
            self.closing = Some(closing);
        }
    }

    /// How the test ended. Where only the end of its line was disturbed, the closing line decides.
    pub fn of(&self, name: &str) -> Option<TestResult> {
        let result = *self.tests.get(name)?;
        let counted =
            self.tests.values().filter(|result| matches!(result, TestResult::Passed | TestResult::Unclear));
        match self.closing {
            Some(Closing { ok: true, passed })
                if result == TestResult::Unclear && counted.count() == passed =>
            {
                Some(TestResult::Passed)
            }
            _ => Some(result),
        }
    }
}

/// Finds `test NAME ... RESULT` anywhere in a line: what a learner prints without a line end glues to it.
fn result_line(line: &str) -> Option<(String, TestResult)> {
    let (before, after) = line.rsplit_once(" ... ")?;
    let name = before.rsplit_once("test ").map_or("", |(_, name)| name);
    let name = name.strip_suffix(" - should panic").unwrap_or(name);
    if name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    let after = after.trim_end();
    let result = if after == "ok" || after.ends_with("ok") {
        TestResult::Passed
    } else if after.contains("FAILED") {
        TestResult::Failed
    } else if after.starts_with("ignored") {
        TestResult::Ignored
    } else {
        TestResult::Unclear
    };
    Some((name.to_owned(), result))
}

fn closing_line(line: &str) -> Option<Closing> {
    let (_, rest) = line.split_once("test result: ")?;
    let (word, counts) = rest.split_once(". ")?;
    let passed = counts.split_once(" passed; ")?.0.parse().ok()?;
    Some(Closing { ok: word == "ok", passed })
}

/// What the output says of one failed test.
pub(super) fn failure(output: &str, full_name: &str) -> Failure {
    let block = block(output, full_name).unwrap_or_default();
    let panic = last_panic(output, full_name).or_else(|| last_any_panic(block));
    let (place, message) = match panic {
        Some((place, message)) => (Some(with_prefix(place)), message.to_owned()),
        None => (None, block.trim().to_owned()),
    };
    Failure {
        test: full_name.strip_prefix("tests::").unwrap_or(full_name).to_owned(),
        message: message.trim_matches('\n').trim_end().to_owned(),
        place,
        output: block.trim_matches('\n').to_owned(),
    }
}

/// What a test printed: from its heading to the next one or the list that closes the failures.
fn block<'a>(output: &'a str, full_name: &str) -> Option<&'a str> {
    let heading = format!("---- {full_name} stdout ----\n");
    let start = output.find(&heading)? + heading.len();
    let rest = &output[start..];
    let ends = ["\n---- ", "\nfailures:\n"];
    let end = ends.iter().filter_map(|end| rest.find(end)).min();
    Some(&rest[..end.unwrap_or(rest.len())])
}

/// The place and message of the last panic of the test's own thread.
fn last_panic<'a>(output: &'a str, full_name: &str) -> Option<(&'a str, &'a str)> {
    let start = output.rfind(&format!("thread '{full_name}' "))?;
    panic_at(&output[start..])
}

/// The same for any thread, where the test's own thread did not panic.
fn last_any_panic(block: &str) -> Option<(&str, &str)> {
    panic_at(&block[block.rfind("thread '")?..])
}

/// `thread 'x' (4711) panicked at src/tests.rs:21:10:` and the message below it.
fn panic_at(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let (_, place) = first.split_once(" panicked at ")?;
    let ends =
        ["note: run with `RUST_BACKTRACE", "stack backtrace:", "\n---- ", "\nfailures:\n", "\nthread '"];
    let end = ends.iter().filter_map(|end| rest.find(end)).min();
    Some((place.strip_suffix(':').unwrap_or(place), &rest[..end.unwrap_or(rest.len())]))
}

/// `02_routing/x/src/tests.rs:21:10` -> `exercises/02_routing/x/src/tests.rs:21`.
fn with_prefix(place: &str) -> String {
    let line_only = match place.rsplit_once(':') {
        Some((rest, column)) if column.parse::<usize>().is_ok() && rest.contains(':') => rest,
        _ => place,
    };
    if line_only.starts_with(|c: char| c.is_ascii_digit()) || line_only.starts_with("support/") {
        format!("{EXERCISES}/{line_only}")
    } else {
        line_only.to_owned()
    }
}
