//! Whole frames, each on 80x24, 40x15 and 120x40, and once more with colours.

use super::*;
use crate::check::{Diagnostic, Level};

const SIZES: [(usize, usize); 3] = [(80, 24), (40, 15), (120, 40)];

impl Script {
    fn framed(&mut self, columns: usize, rows: usize, theme: Theme) -> String {
        self.event(Event::Resized(Size { columns, rows }));
        let frame = render(&self.state.view(), self.state.size, theme);
        let lines = frame.split('\n').map(|line| format!("|{}", line.replace('\u{1b}', "ESC")));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn is_seen(&mut self, name: &str) {
        let mut seen: Vec<_> = SIZES
            .iter()
            .map(|(columns, rows)| {
                format!("-- {columns}x{rows}\n{}", self.framed(*columns, *rows, Theme::plain()))
            })
            .collect();
        let coloured = Theme::new(true).with_links(true);
        seen.push(format!("-- 80x24, colours and links\n{}", self.framed(80, 24, coloured)));
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots", omit_expression => true }, {
            insta::assert_snapshot!(name, seen.join("\n"));
        });
    }
}

fn diagnostic(level: Level, message: &str, line: usize) -> Diagnostic {
    let (word, colour) = match level {
        Level::Error => ("error[E0308]", "91"),
        Level::Warning => ("warning", "93"),
    };
    let rendered = format!(
        "\u{1b}[1m\u{1b}[{colour}m{word}\u{1b}[0m\u{1b}[1m: {message}\u{1b}[0m\n  \u{1b}[1m\u{1b}[94m--> \u{1b}[0mexercises/01_shop/ask/src/main.rs:{line}:5\n   \u{1b}[1m\u{1b}[94m|\u{1b}[0m\n\u{1b}[1m\u{1b}[94m{line:2}\u{1b}[0m \u{1b}[1m\u{1b}[94m|\u{1b}[0m     let answer: String = shop.ask(\"the price of a very long list of things\", Language::日本語, 7);\n   \u{1b}[1m\u{1b}[94m|\u{1b}[0m     \u{1b}[1m\u{1b}[{colour}m^^^^^^^^^^\u{1b}[0m here\n"
    );
    let place = Some(format!("exercises/01_shop/ask/src/main.rs:{line}"));
    Diagnostic { level, code: None, message: message.into(), rendered, place }
}

fn failure(test: &str, message: &str) -> Failure {
    Failure {
        test: test.into(),
        message: message.into(),
        place: Some("exercises/01_shop/ask/src/tests.rs:41".into()),
        output: "looking for 7\nthread 'tests::x' (7) panicked at tests.rs:41:5:\n".into(),
    }
}

const STORY: &str = "\n  POST /orders  {\"item\":\"tea\",\"count\":2}\n  with      authorization: Bearer abc\n  \
    expected  {\"id\":7,\"item\":\"tea\",\"count\":2,\"state\":\"paid\"}\n  \
    got       {\"id\":7,\"item\":\"tea\",\"count\":2,\"state\":\"open\"}\n";

/// As a Japanese shop would have it: wide letters, an emoji, and no spaces to break at.
const WIDE: &str = "\n  POST /注文  {\"品名\":\"抹茶と和菓子の詰め合わせ\",\"個数\":2,\"備考\":\"🍵 できるだけ早くお願いします\"}\n  \
    expected  {\"番号\":7,\"品名\":\"抹茶と和菓子の詰め合わせ\",\"状態\":\"支払い済み\",\"備考\":\"🍵 ありがとうございます\"}\n  \
    got       {\"番号\":7,\"品名\":\"抹茶と和菓子の詰め合わせ\",\"状態\":\"未払い\",\"備考\":\"🍵 ありがとうございます\"}\n";

fn failing(message: &str) -> Box<Judged> {
    let failures = vec![
        failure("a_paid_order_says_that_it_is_paid", message),
        failure(
            "a_stranger_is_refused",
            "\n  GET /orders/7\n  expected  401 Unauthorized\n  got       200 OK\n",
        ),
        failure("nothing_is_sold_twice", "assertion failed: sold.insert(item)"),
    ];
    let mut judged = judged(Verdict::Failed { failures, passed: 3 });
    let line = |line| format!("\u{1b}[2Jline {line} of all \u{1b}[33mthat\u{1b}[0m was printed");
    judged.output = (1..=60).map(line).collect::<Vec<_>>().join("\n");
    judged
}

fn told(judged: Box<Judged>) -> Script {
    let mut script = Script::new();
    script.run(RunEvent::Judged(judged));
    script
}

#[test]
fn the_first_start() {
    let mut script = Script::new();
    script.run(RunEvent::Building { done: 12, total: 45, unit: "tokio".into() }).is_seen("first_start");
}

#[test]
fn failing_tests_one_at_a_time() {
    told(failing(STORY)).is_seen("failing");
    told(failing(STORY)).press("f").is_seen("failing_second");
    told(failing(WIDE)).is_seen("failing_wide");
}

#[test]
fn errors_of_the_compiler() {
    let errors = vec![
        diagnostic(Level::Error, "mismatched types", 7),
        diagnostic(Level::Error, "no method `ask`", 12),
    ];
    told(judged(Verdict::DoesNotCompile { errors })).is_seen("compile_error");
}

#[test]
fn hints() {
    told(failed(&["a_guest_is_greeted", "x"])).press("h").is_seen("hint_for_test");
    told(failing(STORY)).press("hh").is_seen("hint");
}

#[test]
fn a_pass_with_what_is_next() {
    let mut passing = passed();
    passing.warnings = vec![diagnostic(Level::Warning, "unused variable: `answer`", 7)];
    told(passing).run(RunEvent::Judged(failing(STORY))).is_seen("passed");
}

#[test]
fn the_last_pass() {
    Script::new().passes().passes().passes().is_seen("finished");
}

#[test]
fn pages() {
    let mut warned = failing(STORY);
    warned.warnings = vec![
        diagnostic(Level::Warning, "unused variable: `answer`", 7),
        diagnostic(Level::Warning, "futures do nothing unless you `.await` or poll them", 12),
    ];
    told(warned).press("w").is_seen("warnings");
    told(failing(STORY)).press("ajj").is_seen("output");
    told(failing(STORY)).press("i").is_seen("readme");
    told(failing(STORY)).press("?").is_seen("help");
}
