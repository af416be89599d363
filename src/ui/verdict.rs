//! The words of a verdict: what failed first, what the client saw, where; then the rest in one line.

use super::story::story_block;
use super::text::cut_start;
use super::{Block, Look, cut, plural, strip_ansi, width, wrap};
use crate::check::{
    Diagnostic, Ending, Failure, Judged, MEMORY_LIMIT, NotAttached, Trouble, Verdict, sentence,
};
use crate::course::{Exercise, Proof};

/// More names than these are counted.
const NAMES: usize = 4;
/// Of what a test or a program printed, the last lines.
const PRINTED: usize = 8;
/// A program was written to print something.
const PRINTED_BY_PROGRAM: usize = 40;
const ATTACHMENT: &str = "#[cfg(test)]\nmod tests;";

/// A verdict on `exercise`, in lines; of its failures or errors the one counted `at` from 0.
pub fn verdict_lines(exercise: &Exercise, judged: &Judged, at: usize, look: Look<'_>) -> Vec<String> {
    verdict_block(exercise, judged, at, look).lines
}

/// Why there is no verdict, and what helps.
pub fn trouble_lines(trouble: &Trouble, look: Look<'_>) -> Vec<String> {
    let text = look.theme.foreign(&trouble.to_string());
    let mut lines = text.lines();
    let mut words = Words { block: Block::default(), look };
    words.headline(lines.next().unwrap_or("there is no verdict, and nothing said why"));
    words.say(&lines.collect::<Vec<_>>().join("\n"));
    words.block.lines
}

/// How many failed tests or errors there are to be shown one at a time.
pub fn failures(verdict: &Verdict) -> usize {
    match verdict {
        Verdict::Failed { failures, .. } | Verdict::TimedOut { failures, .. } => failures.len(),
        Verdict::DoesNotCompile { errors } | Verdict::Lints { findings: errors } => errors.len(),
        _ => 0,
    }
}

/// The test that a learner is told of with the failure counted `at` from 0, if that is about one.
pub fn failing_test(verdict: &Verdict, at: usize) -> Option<&str> {
    match verdict {
        Verdict::Failed { failures, .. } => failures.get(at).map(|failure| failure.test.as_str()),
        Verdict::TimedOut { running, failures, .. } => {
            failures.get(at).map(|failure| &failure.test).or(running.first()).map(String::as_str)
        }
        Verdict::Crashed { running, .. } | Verdict::EndedEarly { running, .. } => {
            running.first().map(String::as_str)
        }
        Verdict::Passed { .. }
        | Verdict::DoesNotCompile { .. }
        | Verdict::Lints { .. }
        | Verdict::ProgramFailed(_)
        | Verdict::NotAttached(_)
        | Verdict::NoTestRan
        | Verdict::FileMissing { .. }
        | Verdict::FewerTests { .. } => None,
    }
}

pub(super) fn verdict_block(exercise: &Exercise, judged: &Judged, at: usize, look: Look<'_>) -> Block {
    let mut words = Words { block: Block::default(), look };
    words.verdict(exercise, judged, at.min(failures(&judged.verdict).saturating_sub(1)));
    if !judged.notices.is_empty() {
        words.block.gap();
    }
    for notice in &judged.notices {
        let line = look.theme.foreign(&notice.words());
        words.wrapped(&line, |line| look.theme.faint(line));
    }
    words.block
}

struct Words<'a> {
    block: Block,
    look: Look<'a>,
}

impl Words<'_> {
    fn verdict(&mut self, exercise: &Exercise, judged: &Judged, at: usize) {
        match &judged.verdict {
            Verdict::Passed { tests } => self.passed(exercise, *tests, judged),
            Verdict::DoesNotCompile { errors } => self.does_not_compile(errors, at),
            Verdict::Lints { findings } => {
                self.headline("clippy does not let it pass");
                self.block.gap();
                self.does_not_compile(findings, at);
            }
            Verdict::ProgramFailed(ending) => self.program_failed(*ending, judged),
            Verdict::Failed { failures, passed } => self.failed(failures, *passed, at),
            Verdict::TimedOut { after, running, failures } => {
                self.headline(&format!("the tests did not end within {} s", after.as_secs()));
                self.running("still running:", running);
                if let Some(failure) = failures.get(at) {
                    self.block.gap();
                    self.failure(failure);
                    self.printed(before_the_panic(&failure.output));
                }
            }
            Verdict::Crashed { signal, running } => self.crashed(*signal, running, judged),
            Verdict::EndedEarly { code, running } => self.ended_early(*code, running, judged),
            Verdict::NotAttached(how) => self.not_attached(exercise, *how),
            Verdict::NoTestRan => {
                self.headline("no test ran");
                if exercise.proof == Proof::Specification {
                    self.say("The test binary had no tests in it. Does main.rs begin with the line that attaches them?");
                    self.attachment(exercise);
                } else {
                    self.say("A pass needs the tests that the exercise came with.");
                }
            }
            Verdict::FileMissing { file, why } => {
                self.headline(&format!("{} cannot be read", file.display()));
                self.say(why);
                self.say("Write it again, or let `reset` (key x) bring the starter back.");
            }
            Verdict::FewerTests { missing } => {
                self.headline(&format!("{} did not run", plural(missing.len(), "test")));
                self.say(match exercise.proof {
                    Proof::Specification => {
                        "A pass needs every test of the specification. These are missing:"
                    }
                    _ => "A pass needs as many tests as the exercise came with. These are missing:",
                });
                self.names(missing);
            }
        }
    }

    fn passed(&mut self, exercise: &Exercise, tests: usize, judged: &Judged) {
        let took = format!("{:.2} s", judged.took.as_secs_f64());
        let line = self.look.theme.pass(&format!("{} passes", exercise.name));
        let line = match tests {
            0 => format!("{line}  {took}"),
            tests => format!("{line}  {}, {took}", plural(tests, "test")),
        };
        self.block.push(cut(&line, self.look.columns));
        if tests == 0 {
            self.printed_most(&judged.output, PRINTED_BY_PROGRAM);
        }
        if !exercise.takeaway.is_empty() {
            self.block.gap();
            self.indented(&exercise.takeaway, str::to_owned);
        }
        if let Some(first) = judged.warnings.first() {
            let count = plural(judged.warnings.len(), "warning");
            let message = format!("{count}, the first: {}", self.look.theme.foreign(&first.message));
            let place = first.place.as_deref().map(|place| self.file("  at ", place));
            let lines = wrap(&message, self.look.columns).into_iter().chain(place);
            self.block.foldable(std::iter::once(String::new()).chain(lines));
        }
    }

    fn at(&mut self, place: &str) {
        self.block.push(self.file("  at ", place));
    }

    /// A place in a file; where it does not fit, its end says more than its beginning.
    fn file(&self, before: &str, place: &str) -> String {
        let Look { theme, columns, root } = self.look;
        let place = theme.foreign(place);
        let shown = cut_start(&place, columns.saturating_sub(before.len()));
        cut(&format!("{before}{}", theme.place(root, &place, &shown)), columns)
    }

    fn does_not_compile(&mut self, errors: &[Diagnostic], at: usize) {
        let Some(error) = errors.get(at) else {
            return self.headline("it does not compile");
        };
        let lines = diagnostic_lines(error, self.look);
        // The error and its place stay, whatever else must give way.
        let stays = lines.iter().position(|line| strip_ansi(line).contains("--> ")).map_or(1, |at| at + 1);
        self.block.extend(lines.iter().take(stays).cloned());
        self.block.foldable(lines.into_iter().skip(stays));
        let rest = match (at, errors.len()) {
            (_, 1) => return,
            (0, count) => format!("and {}", plural(count - 1, "more error")),
            (at, count) => format!("error {} of {count}", at + 1),
        };
        self.block.gap();
        self.block.push(cut(&rest, self.look.columns));
    }

    fn failed(&mut self, failures: &[Failure], passed: usize, at: usize) {
        let Some(failure) = failures.get(at) else {
            return self.headline("its tests fail");
        };
        self.failure(failure);
        if let Some(rest) = rest_of_tests(failures.len(), passed, at) {
            self.block.gap();
            self.wrapped(&rest, str::to_owned);
        }
        self.printed(before_the_panic(&failure.output));
    }

    /// One failure: its test as a sentence, its story, its place.
    fn failure(&mut self, failure: &Failure) {
        self.headline(&failure.sentence());
        if !failure.message.trim().is_empty() {
            self.block.gap();
            self.block.append(story_block(&failure.message, self.look));
        }
        if let Some(place) = &failure.place {
            self.at(place);
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

    fn program_failed(&mut self, ending: Ending, judged: &Judged) {
        let has_panicked = judged.output.contains(" panicked at ");
        match ending {
            // By its exit code, or by the signal where the course's profile says `panic = "abort"`.
            Ending::Exited(101) | Ending::Signalled(6) if has_panicked => {
                self.headline("the program panicked");
            }
            Ending::TimedOut(after) => {
                self.headline(&format!("the program did not end within {} s", after.as_secs()));
                self.say("Does something go on without an end, or wait for what does not come?");
            }
            Ending::Signalled(signal) => {
                self.headline(&format!("the program crashed: {}", signal_words(signal)));
            }
            Ending::Exited(code) => self.headline(&format!("the program ended with exit code {code}")),
        }
        self.printed_most(&judged.output, PRINTED_BY_PROGRAM);
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
        self.block.push(self.file("  in ", &exercise.main_file().display().to_string()));
    }

    fn running(&mut self, intro: &str, running: &[String]) {
        if !running.is_empty() {
            self.say(intro);
            self.names(running);
        }
    }

    /// Tests as sentences, the first few of them.
    fn names(&mut self, tests: &[String]) {
        let theme = self.look.theme;
        for test in tests.iter().take(NAMES) {
            self.indented(&sentence(test), |line| theme.heading(line));
        }
        if tests.len() > NAMES {
            self.indented(&format!("and {} more", tests.len() - NAMES), str::to_owned);
        }
    }

    /// What the learner's code printed, its last lines.
    fn printed(&mut self, output: &str) {
        self.printed_most(output, PRINTED);
    }

    fn printed_most(&mut self, output: &str, most: usize) {
        let harmless = self.look.theme.foreign(output);
        let lines: Vec<_> = harmless.lines().filter(|line| !line.trim().is_empty()).collect();
        if lines.is_empty() {
            return;
        }
        let last = &lines[lines.len().saturating_sub(most)..];
        let heading = cut(&self.look.theme.faint("  printed:"), self.look.columns);
        let wrapped = last.iter().flat_map(|line| wrap(&format!("  {line}"), self.look.columns));
        self.block.foldable([String::new(), heading].into_iter().chain(wrapped));
    }

    fn headline(&mut self, text: &str) {
        let theme = self.look.theme;
        self.wrapped(&theme.foreign(text), |line| theme.fail(line));
    }

    fn say(&mut self, text: &str) {
        self.wrapped(&self.look.theme.foreign(text.trim_end()), str::to_owned);
    }

    fn wrapped(&mut self, text: &str, style: impl Fn(&str) -> String) {
        self.block.extend(wrap(text, self.look.columns).iter().map(|line| style(line)));
    }

    fn indented(&mut self, text: &str, style: impl Fn(&str) -> String) {
        let lines = text.lines().flat_map(|line| wrap(&format!("  {line}"), self.look.columns));
        self.block.extend(lines.map(|line| style(&line)));
    }
}

/// `2 other tests fail, 3 pass`, or which failure it is of how many.
fn rest_of_tests(failed: usize, passed: usize, at: usize) -> Option<String> {
    let es = if passed == 1 { "es" } else { "" };
    let others = failed - 1;
    let fail = format!("{} fail{}", plural(others, "other test"), if others == 1 { "s" } else { "" });
    match (at, others, passed) {
        (0, 0, 0) => None,
        (0, 0, _) => Some(format!("{} pass{es}", plural(passed, "other test"))),
        (0, _, 0) => Some(fail),
        (0, ..) => Some(format!("{fail}, {passed} pass{es}")),
        (_, _, 0) => Some(format!("failure {} of {failed}", at + 1)),
        _ => Some(format!("failure {} of {failed}; {} pass{es}", at + 1, plural(passed, "test"))),
    }
}

/// The message as rustc drew it.
pub(super) fn diagnostic_lines(diagnostic: &Diagnostic, look: Look<'_>) -> Vec<String> {
    let rendered = look.theme.foreign(diagnostic.rendered.trim_matches('\n'));
    rendered.lines().flat_map(|line| compiler_line(line, look)).collect()
}

/// Source and what points at it stay aligned and are cut; words are wrapped. The places are links.
fn compiler_line(line: &str, look: Look<'_>) -> Vec<String> {
    let Look { theme, columns, root } = look;
    let plain = strip_ansi(line);
    let gutter = plain.trim_start_matches(|char: char| char == ' ' || char.is_ascii_digit());
    if let Some((arrow, place)) =
        ["--> ", "::: "].iter().find_map(|arrow| plain.split_once(arrow).map(|(_, place)| (arrow, place)))
        && gutter.starts_with(arrow)
    {
        let indent = plain.len() - gutter.len();
        let before = format!("{}{arrow}", " ".repeat(indent));
        let shown = cut_start(place, columns.saturating_sub(width(&before)));
        // `file:line:column`: the link goes to the line.
        let target = place.rsplit_once(':').map_or(place, |(line, _)| line);
        return vec![cut(&format!("{}{}", theme.faint(&before), theme.place(root, target, &shown)), columns)];
    }
    let is_source = ["|", "..."].iter().any(|start| gutter.starts_with(start));
    if is_source { vec![cut(line, columns)] } else { wrap(line, columns) }
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
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::check::{Level, Notice};
    use crate::course::Home;
    use crate::ui::Theme;

    fn exercise() -> Exercise {
        Exercise {
            name: "jwt_alg".into(),
            dir: "10_jwt".into(),
            home: Home::Package,
            proof: Proof::Specification,
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

    fn look(columns: usize) -> Look<'static> {
        Look { theme: Theme::plain(), columns, root: Path::new("/course") }
    }

    fn judged(verdict: Verdict) -> Judged {
        let took = Duration::from_millis(1250);
        Judged { verdict, warnings: Vec::new(), notices: Vec::new(), output: String::new(), took }
    }

    fn said(judged: &Judged) -> String {
        said_at(judged, 0)
    }

    fn said_at(judged: &Judged, at: usize) -> String {
        verdict_lines(&exercise(), judged, at, look(60)).join("\n")
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
        let lines = trouble_lines(&Trouble::NoSpace, look(80));
        assert_eq!(lines[0], "the disk is full");
        assert!(lines[1].starts_with("  help: free some space"));
    }

    #[test]
    fn failures_and_errors_are_shown_one_at_a_time() {
        let failures = vec![failure("a"), failure("b"), failure("c")];
        let all = Verdict::Failed { failures, passed: 3 };
        assert_eq!(super::failures(&all), 3);
        assert_eq!([0, 1, 2].map(|at| failing_test(&all, at)), [Some("a"), Some("b"), Some("c")]);
        let all = judged(all);
        assert!(said_at(&all, 1).starts_with("b\n"), "{}", said_at(&all, 1));
        assert!(said_at(&all, 1).contains("failure 2 of 3; 3 tests pass"), "{}", said_at(&all, 1));
        // More than there are is the last.
        assert_eq!(said_at(&all, 9), said_at(&all, 2));
        let errors =
            vec![diagnostic(Level::Error, "x", "error: x"), diagnostic(Level::Error, "y", "error: y")];
        let errors = judged(Verdict::DoesNotCompile { errors });
        assert_eq!(said_at(&errors, 1), "error: y\n\nerror 2 of 2");
    }

    #[test]
    fn the_test_told_of_is_the_one_that_failed_or_ran() {
        let crashed = Verdict::Crashed { signal: 11, running: names(&["c"]) };
        assert_eq!(failing_test(&crashed, 0), Some("c"));
        assert_eq!(failing_test(&Verdict::Passed { tests: 1 }, 0), None);
    }

    #[test]
    fn places_are_links_to_their_lines() {
        let linked = Look { theme: Theme::plain().with_links(true), ..look(60) };
        let failed = judged(Verdict::Failed { failures: vec![failure("a")], passed: 0 });
        let lines = verdict_lines(&exercise(), &failed, 0, linked).join("\n");
        assert!(
            lines.contains("\u{1b}]8;;file:///course/exercises/10_jwt/jwt_alg/src/tests.rs#21\u{1b}\\"),
            "{lines:?}"
        );
        let rendered = "error: no\n \u{1b}[1m--> \u{1b}[0mexercises/10_jwt/jwt_alg/src/main.rs:3:9\n";
        let errors = vec![diagnostic(Level::Error, "no", rendered)];
        let lines = verdict_lines(&exercise(), &judged(Verdict::DoesNotCompile { errors }), 0, linked);
        assert!(
            lines[1].contains("file:///course/exercises/10_jwt/jwt_alg/src/main.rs#3\u{1b}\\"),
            "{lines:?}"
        );
        assert_eq!(strip_ansi(&lines[1]), " --> exercises/10_jwt/jwt_alg/src/main.rs:3:9");
    }
}
