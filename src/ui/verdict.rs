//! The words of a verdict: what failed first, what the client saw, where; then the rest in one line.

use super::text::dedent;
use super::{Block, Theme, cut, plural, strip_ansi, wrap};
use crate::check::{Diagnostic, Failure, Judged, MEMORY_LIMIT, NotAttached, Trouble, Verdict, sentence};
use crate::course::Exercise;

/// More names than these are counted.
const NAMES: usize = 4;
/// Of what a test or a program printed, the last lines.
const PRINTED: usize = 8;
const ATTACHMENT: &str = "#[cfg(test)]\nmod tests;";

/// A verdict on `exercise`, in lines of at most `columns` (`usize::MAX` for no limit).
pub fn verdict_lines(exercise: &Exercise, judged: &Judged, theme: Theme, columns: usize) -> Vec<String> {
    verdict_block(exercise, judged, theme, columns).lines
}

/// Why there is no verdict, and what helps.
pub fn trouble_lines(trouble: &Trouble, theme: Theme, columns: usize) -> Vec<String> {
    let text = theme.foreign(&trouble.to_string());
    let mut lines = text.lines();
    let mut words = Words { block: Block::default(), theme, columns };
    words.headline(lines.next().unwrap_or("there is no verdict, and nothing said why"));
    words.say(&lines.collect::<Vec<_>>().join("\n"));
    words.block.lines
}

/// The test that a learner is told of first, if the verdict is about one.
pub fn first_failure(verdict: &Verdict) -> Option<&str> {
    match verdict {
        Verdict::Failed { failures, .. } => failures.first().map(|failure| failure.test.as_str()),
        Verdict::TimedOut { running, failures, .. } => {
            failures.first().map(|failure| &failure.test).or(running.first()).map(String::as_str)
        }
        Verdict::Crashed { running, .. } | Verdict::EndedEarly { running, .. } => {
            running.first().map(String::as_str)
        }
        Verdict::Passed { .. }
        | Verdict::DoesNotCompile { .. }
        | Verdict::NotAttached(_)
        | Verdict::NoTestRan
        | Verdict::FileMissing { .. }
        | Verdict::FewerTests { .. } => None,
    }
}

pub(super) fn verdict_block(exercise: &Exercise, judged: &Judged, theme: Theme, columns: usize) -> Block {
    let mut words = Words { block: Block::default(), theme, columns };
    words.verdict(exercise, judged);
    if !judged.notices.is_empty() {
        words.block.gap();
    }
    for notice in &judged.notices {
        let line = theme.foreign(&notice.words());
        words.wrapped(&line, |line| theme.faint(line));
    }
    words.block
}

struct Words {
    block: Block,
    theme: Theme,
    columns: usize,
}

impl Words {
    fn verdict(&mut self, exercise: &Exercise, judged: &Judged) {
        match &judged.verdict {
            Verdict::Passed { tests } => self.passed(exercise, *tests, judged),
            Verdict::DoesNotCompile { errors } => self.does_not_compile(errors),
            Verdict::Failed { failures, passed } => self.failed(failures, *passed),
            Verdict::TimedOut { after, running, failures } => {
                self.headline(&format!("the tests did not end within {} s", after.as_secs()));
                self.running("still running:", running);
                self.first_of(failures);
                self.printed_before_the_panic(failures);
            }
            Verdict::Crashed { signal, running } => self.crashed(*signal, running, judged),
            Verdict::EndedEarly { code, running } => self.ended_early(*code, running, judged),
            Verdict::NotAttached(how) => self.not_attached(exercise, *how),
            Verdict::NoTestRan => {
                self.headline("no test ran");
                self.say("The test binary had no tests in it. Does main.rs begin with the line that attaches them?");
                self.attachment(exercise);
            }
            Verdict::FileMissing { file, why } => {
                self.headline(&format!("{} cannot be read", file.display()));
                self.say(why);
                self.say("Write it again, or let `reset` (key x) bring the starter back.");
            }
            Verdict::FewerTests { missing } => {
                self.headline(&format!("{} did not run", plural(missing.len(), "test")));
                self.say("A pass needs every test of the specification. These are missing:");
                self.names(missing);
            }
        }
    }

    fn passed(&mut self, exercise: &Exercise, tests: usize, judged: &Judged) {
        let took = format!("{:.2} s", judged.took.as_secs_f64());
        let line = self.theme.pass(&format!("{} passes", exercise.name));
        self.block.push(cut(&format!("{line}  {}, {took}", plural(tests, "test")), self.columns));
        if !exercise.takeaway.is_empty() {
            self.block.gap();
            self.indented(&exercise.takeaway, str::to_owned);
        }
        if let Some(first) = judged.warnings.first() {
            self.block.gap();
            let count = plural(judged.warnings.len(), "warning");
            self.wrapped(
                &format!("{count}, the first: {}", self.theme.foreign(&first.message)),
                str::to_owned,
            );
            if let Some(place) = &first.place {
                self.at(place);
            }
        }
    }

    fn at(&mut self, place: &str) {
        let line = format!("  at {}", self.theme.path(&self.theme.foreign(place)));
        self.block.push(cut(&line, self.columns));
    }

    fn does_not_compile(&mut self, errors: &[Diagnostic]) {
        let Some(first) = errors.first() else {
            return self.headline("it does not compile");
        };
        let rendered = self.theme.foreign(first.rendered.trim_matches('\n'));
        let lines: Vec<_> = rendered.lines().flat_map(|line| self.compiler_line(line)).collect();
        // The error and its place stay, whatever else must give way.
        let stays = lines.iter().position(|line| strip_ansi(line).contains("--> ")).map_or(1, |at| at + 1);
        self.block.extend(lines.iter().take(stays).cloned());
        self.block.foldable(lines.into_iter().skip(stays));
        if errors.len() > 1 {
            self.block.gap();
            let more = format!("and {}", plural(errors.len() - 1, "more error"));
            self.block.push(cut(&more, self.columns));
        }
    }

    /// Source and what points at it stay aligned and are cut; words are wrapped.
    fn compiler_line(&self, line: &str) -> Vec<String> {
        let plain = strip_ansi(line);
        let gutter = plain.trim_start_matches(|char: char| char == ' ' || char.is_ascii_digit());
        let is_source = ["|", "--> ", "::: ", "..."].iter().any(|start| gutter.starts_with(start));
        if is_source { vec![cut(line, self.columns)] } else { wrap(line, self.columns) }
    }

    fn failed(&mut self, failures: &[Failure], passed: usize) {
        self.first_of(failures);
        let others = failures.len().saturating_sub(1);
        let fail = format!("{} fail{}", plural(others, "other test"), if others == 1 { "s" } else { "" });
        let es = if passed == 1 { "es" } else { "" };
        let rest = match (others, passed) {
            (0, 0) => None,
            (0, _) => Some(format!("{} pass{es}", plural(passed, "other test"))),
            (_, 0) => Some(fail),
            (..) => Some(format!("{fail}, {passed} pass{es}")),
        };
        if let Some(rest) = rest {
            self.block.gap();
            self.wrapped(&rest, str::to_owned);
        }
        self.printed_before_the_panic(failures);
    }

    /// The first failure: its test as a sentence, its story, its place.
    fn first_of(&mut self, failures: &[Failure]) {
        let Some(failure) = failures.first() else {
            return;
        };
        self.block.gap();
        self.headline(&failure.sentence());
        let story = self.theme.foreign(&failure.message);
        if !story.trim().is_empty() {
            self.block.gap();
            self.folded(&dedent(&story));
        }
        if let Some(place) = &failure.place {
            self.at(place);
        }
    }

    fn printed_before_the_panic(&mut self, failures: &[Failure]) {
        if let Some(failure) = failures.first() {
            self.printed(before_the_panic(&failure.output));
        }
    }

    fn crashed(&mut self, signal: i32, running: &[String], judged: &Judged) {
        if judged.output.contains("memory allocation of") {
            self.headline(&format!("the tests wanted more memory than {}", memory_there_is()));
            self.say("Does something grow without an end?");
        } else {
            self.headline(&format!("the program crashed: {}", signal_words(signal)));
        }
        if judged.output.contains("has overflowed its stack") {
            self.say("A thread has overflowed its stack: does something call itself without an end?");
        }
        self.running("these tests were running:", running);
        self.printed(&judged.output);
    }

    fn ended_early(&mut self, code: i32, running: &[String], judged: &Judged) {
        if running.is_empty() {
            self.headline(&format!("the tests passed, and then the program ended with exit code {code}"));
        } else {
            self.headline(&format!("the program ended by itself (exit code {code})"));
            self.running("while these tests were running:", running);
        }
        self.block.gap();
        self.say("Does something call std::process::exit?");
        self.printed(&judged.output);
    }

    fn not_attached(&mut self, exercise: &Exercise, how: NotAttached) {
        self.headline(&how.to_string());
        self.say(
            "The tests are only run where main.rs attaches them itself, in its first item and exactly so:",
        );
        self.attachment(exercise);
    }

    fn attachment(&mut self, exercise: &Exercise) {
        self.block.gap();
        self.indented(ATTACHMENT, str::to_owned);
        let line = format!("  in {}", self.theme.path(&exercise.main_file().display().to_string()));
        self.block.push(cut(&line, self.columns));
    }

    fn running(&mut self, intro: &str, running: &[String]) {
        if !running.is_empty() {
            self.say(intro);
            self.names(running);
        }
    }

    /// Tests as sentences, the first few of them.
    fn names(&mut self, tests: &[String]) {
        let theme = self.theme;
        for test in tests.iter().take(NAMES) {
            self.indented(&sentence(test), |line| theme.heading(line));
        }
        if tests.len() > NAMES {
            self.indented(&format!("and {} more", tests.len() - NAMES), str::to_owned);
        }
    }

    /// What the learner's code printed, its last lines.
    fn printed(&mut self, output: &str) {
        let harmless = self.theme.foreign(output);
        let lines: Vec<_> = harmless.lines().filter(|line| !line.trim().is_empty()).collect();
        if lines.is_empty() {
            return;
        }
        self.block.gap();
        self.block.push(cut(&self.theme.faint("  printed:"), self.columns));
        self.folded(&lines[lines.len().saturating_sub(PRINTED)..]);
    }

    fn headline(&mut self, text: &str) {
        let theme = self.theme;
        self.wrapped(&theme.foreign(text), |line| theme.fail(line));
    }

    fn say(&mut self, text: &str) {
        self.wrapped(&self.theme.foreign(text.trim_end()), str::to_owned);
    }

    fn wrapped(&mut self, text: &str, style: impl Fn(&str) -> String) {
        self.block.extend(wrap(text, self.columns).iter().map(|line| style(line)));
    }

    fn indented(&mut self, text: &str, style: impl Fn(&str) -> String) {
        let lines = text.lines().flat_map(|line| wrap(&format!("  {line}"), self.columns));
        self.block.extend(lines.map(|line| style(&line)));
    }

    /// Indented lines that give way first on a short screen.
    fn folded(&mut self, lines: &[&str]) {
        let columns = self.columns;
        let indented = |line: &&str| {
            if line.is_empty() { vec![String::new()] } else { wrap(&format!("  {line}"), columns) }
        };
        self.block.foldable(lines.iter().flat_map(indented));
    }
}

/// What a test printed before libtest's report of its panic.
fn before_the_panic(output: &str) -> &str {
    let end = output.rfind("thread '").filter(|at| output[*at..].contains(" panicked at "));
    &output[..end.unwrap_or(0)]
}

fn memory_there_is() -> String {
    match MEMORY_LIMIT {
        Some(bytes) => format!("they may have ({} GiB)", bytes >> 30),
        None => "there is".to_owned(),
    }
}

/// The signals that a program gets for its own doing have the same numbers on Linux and macOS, but for 7 and 10.
fn signal_words(signal: i32) -> String {
    let words = match signal {
        4 => "illegal instruction",
        5 => "trap",
        6 => "aborted",
        8 => "arithmetic fault",
        9 => "killed, as the system does when memory runs out",
        11 => "segmentation fault",
        15 => "asked to end",
        _ => return format!("signal {signal}"),
    };
    format!("{words} (signal {signal})")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::check::{Level, Notice};

    fn exercise() -> Exercise {
        Exercise {
            name: "jwt_alg".into(),
            dir: "10_jwt".into(),
            title: "Whoever holds the token".into(),
            difficulty: 4,
            minutes: 15,
            topics: Vec::new(),
            security: true,
            hints: Vec::new(),
            hint_for: [].into(),
            takeaway: "The service names the algorithm.\nNobody else does.".into(),
            try_lines: Vec::new(),
            edit: vec!["src/main.rs".into()],
            timeout: Duration::from_secs(10),
        }
    }

    fn judged(verdict: Verdict) -> Judged {
        let took = Duration::from_millis(1250);
        Judged { verdict, warnings: Vec::new(), notices: Vec::new(), output: String::new(), took }
    }

    fn said(judged: &Judged) -> String {
        verdict_lines(&exercise(), judged, Theme::plain(), 60).join("\n")
    }

    fn failure(test: &str) -> Failure {
        Failure {
            test: test.into(),
            message: "\n  GET /me\n  expected  401\n  got       200\n".into(),
            place: Some("exercises/10_jwt/jwt_alg/src/tests.rs:21".into()),
            output:
                "checking \u{1b}[2Jtoken\n\nthread 'tests::x' (7) panicked at src/tests.rs:21:5:\n  GET /me"
                    .into(),
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn diagnostic(level: Level, message: &str, rendered: &str) -> Diagnostic {
        let place = Some("exercises/10_jwt/jwt_alg/src/main.rs:3".to_owned());
        Diagnostic { level, code: None, message: message.into(), rendered: rendered.into(), place }
    }

    #[test]
    fn a_failure_is_a_sentence_a_story_a_place_and_the_rest_in_a_line() {
        let failures = vec![failure("a_forged_token_is_rejected"), failure("b"), failure("c")];
        insta::assert_snapshot!(said(&judged(Verdict::Failed { failures, passed: 3 })), @r"
        a forged token is rejected

          GET /me
          expected  401
          got       200
          at exercises/10_jwt/jwt_alg/src/tests.rs:21

        2 other tests fail, 3 pass

          printed:
          checking token
        ");
    }

    #[test]
    fn the_rest_is_counted_in_words() {
        let rest = |failures: usize, passed| {
            let judged = judged(Verdict::Failed {
                failures: vec![Failure { output: String::new(), ..failure("x") }; failures],
                passed,
            });
            said(&judged).lines().last().unwrap_or_default().to_owned()
        };
        assert_eq!(rest(1, 0), "  at exercises/10_jwt/jwt_alg/src/tests.rs:21");
        assert_eq!(rest(1, 1), "1 other test passes");
        assert_eq!(rest(1, 2), "2 other tests pass");
        assert_eq!(rest(2, 0), "1 other test fails");
        assert_eq!(rest(3, 1), "2 other tests fail, 1 passes");
    }

    #[test]
    fn a_pass_has_its_takeaway_and_the_first_warning() {
        let mut judged = judged(Verdict::Passed { tests: 4 });
        judged.warnings = vec![diagnostic(Level::Warning, "unused variable: `key`", ""); 2];
        judged.notices = vec![Notice::SpecificationDiffers("src/tests.rs".into())];
        insta::assert_snapshot!(said(&judged), @r"
        jwt_alg passes  4 tests, 1.25 s

          The service names the algorithm.
          Nobody else does.

        2 warnings, the first: unused variable: `key`
          at exercises/10_jwt/jwt_alg/src/main.rs:3

        your src/tests.rs differs; the original judged
        ");
    }

    #[test]
    fn warnings_wait_for_a_pass() {
        let mut judged = judged(Verdict::NoTestRan);
        judged.warnings = vec![diagnostic(Level::Warning, "unused variable: `key`", "")];
        assert!(!said(&judged).contains("unused"));
    }

    #[test]
    fn of_compile_errors_the_first_is_shown_as_rustc_drew_it() {
        let rendered = "\u{1b}[1merror[E0728]\u{1b}[0m: `await` is only allowed inside `async` functions and blocks, and this is none\n \
            --> exercises/10_jwt/jwt_alg/src/main.rs:3:9\n  |\n3 |     a_long_line_of_source_that_does_not_fit_into_the_columns_there_are.await;\n  |         ^^^^^ only allowed inside `async`\n";
        let errors = vec![diagnostic(Level::Error, "await", rendered); 3];
        insta::assert_snapshot!(said(&judged(Verdict::DoesNotCompile { errors })), @r"
        error[E0728]: `await` is only allowed inside `async`
        functions and blocks, and this is none
         --> exercises/10_jwt/jwt_alg/src/main.rs:3:9
          |
        3 |     a_long_line_of_source_that_does_not_fit_into_the_co…
          |         ^^^^^ only allowed inside `async`

        and 2 more errors
        ");
    }

    #[test]
    fn what_was_running_is_named() {
        let running = names(&["a_b", "c_d", "e", "f", "g", "h"]);
        let after = Duration::from_secs(10);
        insta::assert_snapshot!(said(&judged(Verdict::TimedOut { after, running, failures: Vec::new() })), @r"
        the tests did not end within 10 s
        still running:
          a b
          c d
          e
          f
          and 2 more
        ");
    }

    #[test]
    fn crashes_and_early_ends_are_told_in_words() {
        let mut crashed = judged(Verdict::Crashed { signal: 6, running: names(&["it_recurses"]) });
        crashed.output = "thread 'x' has overflowed its stack\n".into();
        insta::assert_snapshot!(said(&crashed), @r"
        the program crashed: aborted (signal 6)
        A thread has overflowed its stack: does something call
        itself without an end?
        these tests were running:
          it recurses

          printed:
          thread 'x' has overflowed its stack
        ");
        let ended = judged(Verdict::EndedEarly { code: 0, running: names(&["it_serves"]) });
        insta::assert_snapshot!(said(&ended), @r"
        the program ended by itself (exit code 0)
        while these tests were running:
          it serves

        Does something call std::process::exit?
        ");
        let after = judged(Verdict::EndedEarly { code: 1, running: Vec::new() });
        assert!(said(&after).starts_with("the tests passed, and then the program ended"));
    }

    #[test]
    fn what_is_missing_is_named_with_what_to_write() {
        insta::assert_snapshot!(said(&judged(Verdict::NotAttached(NotAttached::Missing))), @r"
        main.rs does not attach the tests
        The tests are only run where main.rs attaches them itself,
        in its first item and exactly so:

          #[cfg(test)]
          mod tests;
          in exercises/10_jwt/jwt_alg/src/main.rs
        ");
        insta::assert_snapshot!(said(&judged(Verdict::FewerTests { missing: names(&["a_b"]) })), @r"
        1 test did not run
        A pass needs every test of the specification. These are
        missing:
          a b
        ");
        let missing = Verdict::FileMissing {
            file: "exercises/10_jwt/jwt_alg/src/main.rs".into(),
            why: "not found".into(),
        };
        insta::assert_snapshot!(said(&judged(missing)), @r"
        exercises/10_jwt/jwt_alg/src/main.rs cannot be read
        not found
        Write it again, or let `reset` (key x) bring the starter
        back.
        ");
    }

    #[test]
    fn trouble_begins_with_what_is_wrong_and_ends_with_what_helps() {
        let lines = trouble_lines(&Trouble::NoSpace, Theme::plain(), 80);
        assert_eq!(lines[0], "the disk is full");
        assert!(lines[1].starts_with("  help: free some space"));
    }

    #[test]
    fn the_first_failing_test_is_the_one_told_of() {
        let failed = Verdict::Failed { failures: vec![failure("a"), failure("b")], passed: 0 };
        assert_eq!(first_failure(&failed), Some("a"));
        let crashed = Verdict::Crashed { signal: 11, running: names(&["c"]) };
        assert_eq!(first_failure(&crashed), Some("c"));
        assert_eq!(first_failure(&Verdict::Passed { tests: 1 }), None);
    }
}
