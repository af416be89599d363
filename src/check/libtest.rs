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
use std::io::BufRead;

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
    /// Its line was begun; what came after it was not only libtest's, or did not come.
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
    pub fn feed(&mut self, mut bytes: &[u8]) {
        // `read_until` finds line ends with memchr: a gigabyte goes by in seconds, in a debug build, too.
        while !bytes.is_empty() {
            bytes.read_until(b'\n', &mut self.line).expect("a slice can be read");
            if self.line.ends_with(b"\n") {
                self.end_line();
            } else if self.line.len() > LONGEST_LINE {
                let excess = self.line.len() - LONGEST_LINE / 2;
                self.line.drain(..excess);
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
            self.note(name, result);
        }
        if let Some(name) = line.strip_prefix("    ").map(str::trim_end)
            && self.tests.get(name) == Some(&TestResult::Unclear)
        {
            // The list that closes the failures.
            self.note(name, TestResult::Failed);
        }
        if let Some(closing) = closing_line(&line) {
            self.closing = Some(closing);
        }
    }

    /// A failure stays one, whatever the code under test prints afterwards.
    fn note(&mut self, name: &str, result: TestResult) {
        let noted = self.tests.entry(name.to_owned()).or_insert(result);
        if *noted != TestResult::Failed {
            *noted = result;
        }
    }

    /// How the test ended. Where only the end of its line was disturbed, the closing line decides.
    pub fn of(&self, name: &str) -> Option<TestResult> {
        let result = *self.tests.get(name)?;
        let may_have_passed =
            |result: &&TestResult| matches!(result, TestResult::Passed | TestResult::Unclear);
        let counted = || self.tests.values().filter(may_have_passed).count();
        let adds_up = || self.closing.is_some_and(|closing| closing.passed == counted());
        Some(if result == TestResult::Unclear && adds_up() { TestResult::Passed } else { result })
    }
}

/// Finds `test NAME ... RESULT` anywhere in a line: what a learner prints without a line end glues to it.
fn result_line(line: &str) -> Option<(&str, TestResult)> {
    let (name, after) = line.rmatch_indices("test ").find_map(|(at, word)| {
        let (name, after) = line[at + word.len()..].split_once(" ... ")?;
        let name = name.strip_suffix(" - should panic").unwrap_or(name);
        (!name.is_empty() && !name.contains(char::is_whitespace)).then_some((name, after))
    })?;
    let result = match after.trim_end() {
        "ok" => TestResult::Passed,
        "FAILED" => TestResult::Failed,
        ignored if ignored.starts_with("ignored") => TestResult::Ignored,
        _ => TestResult::Unclear,
    };
    Some((name, result))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::TestResult::{Failed, Ignored, Passed, Unclear};
    use super::*;

    /// As Rust 1.95 prints it.
    const REAL: &str = "
running 9 tests
test tests::a_guest_is_greeted ... ok
test tests::a_stranger_is_refused ... FAILED
test tests::it_does_not_panic - should panic ... FAILED
test tests::it_is_ignored ... ignored
test tests::it_is_ignored_too ... ignored, not yet ok
test tests::another_thread_panics ... FAILED
test tests::it_says_no ... FAILED
test tests::the_latest - should panic ... ok
test tests::it_panics_with_other_words - should panic ... FAILED

failures:

---- tests::a_stranger_is_refused stdout ----
asking the door

thread 'tests::a_stranger_is_refused' (23152) panicked at 10_jwt/x/src/tests.rs:9:71:
assertion `left == right` failed: a stranger
  expected  401
  got       200
  left: 2
 right: 3
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- tests::it_does_not_panic stdout ----
note: test did not panic as expected at 10_jwt/x/src/tests.rs:6:32
---- tests::another_thread_panics stdout ----

thread '<unnamed>' (23157) panicked at 10_jwt/x/src/main.rs:10:72:
in the other thread

thread 'tests::another_thread_panics' (23154) panicked at support/src/client.rs:10:111:
the worker died

---- tests::it_says_no stdout ----
Error: \"no\"

---- tests::it_panics_with_other_words stdout ----

thread 'tests::it_panics_with_other_words' (23158) panicked at 10_jwt/x/src/tests.rs:5:85:
something
note: panic did not contain expected string
      panic message: \"something\"
 expected substring: \"nothing\"

failures:
    tests::a_stranger_is_refused
    tests::another_thread_panics
    tests::it_does_not_panic
    tests::it_panics_with_other_words
    tests::it_says_no

test result: FAILED. 2 passed; 5 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.01s
";

    const NAMES: [(&str, TestResult); 9] = [
        ("tests::a_guest_is_greeted", Passed),
        ("tests::a_stranger_is_refused", Failed),
        ("tests::it_does_not_panic", Failed),
        ("tests::it_is_ignored", Ignored),
        ("tests::it_is_ignored_too", Ignored),
        ("tests::another_thread_panics", Failed),
        ("tests::it_says_no", Failed),
        ("tests::the_latest", Passed),
        ("tests::it_panics_with_other_words", Failed),
    ];

    fn results(output: &str) -> Results {
        let mut results = Results::default();
        results.feed(output.as_bytes());
        results.finish();
        results
    }

    #[test]
    fn a_line_without_an_end_takes_no_room_and_its_own_end_is_read() {
        let mut results = Results::default();
        for _ in 0..100 {
            results.feed(&[b'x'; LONGEST_LINE]);
            assert!(results.line.len() <= LONGEST_LINE, "{}", results.line.len());
        }
        results.feed(b"test tests::a ... ok\n");
        assert_eq!(results.of("tests::a"), Some(Passed));
    }

    #[test]
    fn every_test_of_a_real_output_has_its_result() {
        let results = results(REAL);
        for (name, result) in NAMES {
            assert_eq!(results.of(name), Some(result), "{name}");
        }
        assert_eq!(results.tests.len(), NAMES.len());
        assert_eq!(results.closing, Some(Closing { ok: false, passed: 2 }));
        assert_eq!(results.of("tests::nobody_wrote_this_test"), None);
    }

    #[test]
    fn a_line_that_was_disturbed_is_read_all_the_same() {
        let ok = "test result: ok. 1 passed; 0 failed;\n";
        let failed = "failures:\n    tests::it\n\ntest result: FAILED. 0 passed; 1 failed;\n";
        let rows = [
            ("GET / 200test tests::it ... ok\n", ok, Passed),
            ("the latest test tests::it ... ok\n", ok, Passed),
            ("test it ... test tests::it ... ok\n", ok, Passed),
            ("test tests::it ... GET / 200ok\n", ok, Passed),
            ("test tests::it ... GET / ... FAILED\nok\n", ok, Passed),
            ("test tests::it ... okGET / 200\n", ok, Passed),
            ("GET /test tests::it ... FAILED\n", failed, Failed),
            ("test tests::it ... GET / 200 ok\nFAILED\n", failed, Failed),
            ("test tests::it ... FAILEDGET / 200 ok\n", failed, Failed),
            ("test tests::it ... GET /", "", Unclear),
            ("test tests::it ... ", "", Unclear),
        ];
        for (line, rest, expected) in rows {
            assert_eq!(results(&format!("{line}{rest}")).of("tests::it"), Some(expected), "{line}{rest}");
        }
    }

    #[test]
    fn a_failure_stays_one_whatever_is_printed_afterwards() {
        let printed = "test tests::it ... ok\ntest result: ok. 1 passed; 0 failed;\n";
        let output = format!(
            "test tests::it ... FAILED\n\nfailures:\n\n---- tests::it stdout ----\n{printed}\n\
             failures:\n    tests::it\n\ntest result: FAILED. 0 passed; 1 failed;\n"
        );
        let results = results(&output);
        assert_eq!(results.of("tests::it"), Some(Failed));
        assert_eq!(results.closing, Some(Closing { ok: false, passed: 0 }));
    }

    #[test]
    fn a_flood_without_a_line_end_takes_no_memory_and_loses_no_result() {
        let mut results = Results::default();
        for _ in 0..1000 {
            results.feed(&[b'x'; 1024]);
            assert!(results.line.len() <= LONGEST_LINE);
        }
        results.feed(b"test tests::it ... ok\n");
        assert_eq!(results.of("tests::it"), Some(Passed));
    }

    #[test]
    fn a_failure_says_what_where_and_everything_that_was_printed() {
        let rows = [
            (
                "tests::a_stranger_is_refused",
                Some("exercises/10_jwt/x/src/tests.rs:9"),
                "assertion `left == right` failed: a stranger\n  expected  401\n  got       200\n  left: 2\n right: 3",
            ),
            ("tests::another_thread_panics", Some("exercises/support/src/client.rs:10"), "the worker died"),
            ("tests::it_says_no", None, "Error: \"no\""),
            (
                "tests::it_does_not_panic",
                None,
                "note: test did not panic as expected at 10_jwt/x/src/tests.rs:6:32",
            ),
            ("tests::it_printed_nothing", None, ""),
        ];
        for (name, place, message) in rows {
            let failure = failure(REAL, name);
            assert_eq!(failure.test, name.trim_start_matches("tests::"));
            assert_eq!((failure.place.as_deref(), failure.message.as_str()), (place, message), "{name}");
        }
        let output = failure(REAL, "tests::a_stranger_is_refused").output;
        assert!(output.starts_with("asking the door\n"), "{output}");
        assert!(output.ends_with("to display a backtrace"), "{output}");
    }

    #[test]
    fn places_outside_the_course_stay_as_they_are() {
        assert_eq!(
            with_prefix("/rustc/1/library/core/src/option.rs:1:2"),
            "/rustc/1/library/core/src/option.rs:1"
        );
        assert_eq!(with_prefix("10_jwt/x/src/main.rs:7"), "exercises/10_jwt/x/src/main.rs:7");
        assert_eq!(with_prefix("10_jwt/x/src/main.rs:7:1"), "exercises/10_jwt/x/src/main.rs:7");
    }

    proptest! {
        #[test]
        fn output_may_come_in_any_pieces(cuts in prop::collection::vec(0..REAL.len(), 0..40)) {
            let mut cuts = cuts;
            cuts.extend([0, REAL.len()]);
            cuts.sort_unstable();
            let mut pieces = Results::default();
            for cut in cuts.windows(2) {
                pieces.feed(&REAL.as_bytes()[cut[0]..cut[1]]);
            }
            pieces.finish();
            let whole = results(REAL);
            prop_assert_eq!(pieces.tests, whole.tests);
            prop_assert_eq!(pieces.closing, whole.closing);
        }

        #[test]
        fn what_a_learner_prints_between_the_lines_changes_no_result(
            noise in "[a-z.:<> \u{e9}-]{0,20}\n?",
            at in 0..REAL.lines().count(),
        ) {
            let lines = REAL.split_inclusive('\n');
            let disturbed: String =
                lines.enumerate().flat_map(|(number, line)| [if number == at { &noise } else { "" }, line]).collect();
            let results = results(&disturbed);
            for (name, result) in NAMES {
                prop_assert_eq!(results.of(name), Some(result), "{}", name);
            }
        }

        #[test]
        fn no_bytes_at_all_make_a_panic(bytes: Vec<u8>) {
            let mut results = Results::default();
            results.feed(&bytes);
            results.finish();
            failure(&String::from_utf8_lossy(&bytes), "tests::it");
        }
    }
}
