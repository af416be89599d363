//! Sessions in lines, as a screen reader follows them.

use super::*;
use crate::ui::Teller;

/// A session that is told, and what has been told since the last call.
struct Told {
    script: Script,
    teller: Teller,
}

impl Told {
    fn new() -> Self {
        Self { script: Script::new(), teller: Teller::default() }
    }

    fn after(&mut self, happens: impl FnOnce(&mut Script)) -> String {
        happens(&mut self.script);
        self.teller.news(&self.script.state.view(), Theme::plain()).join("\n")
    }
}

#[test]
fn a_session_is_told_in_words_and_nothing_twice() {
    let mut told = Told::new();
    insta::assert_snapshot!(told.after(|_| {}), @r"
    Backend in Rust. The key h gives a hint, the key ? tells all keys.
    Welcome to the shop.
    checking ask
    ");
    assert_eq!(
        told.after(|script| {
            script.run(RunEvent::Testing);
        }),
        ""
    );
    insta::assert_snapshot!(told.after(|script| { script.fails(); }), @r"
    ask does not pass yet
    a guest is greeted
      GET /
      expected  200
      got       500
      at exercises/01_shop/ask/src/tests.rs:7
    1 other test fails, 2 pass
    open exercises/01_shop/ask/src/main.rs
    0 of 3 exercises passed
    ");
    assert_eq!(
        told.after(|script| {
            script.event(Event::Resized(Size { columns: 40, rows: 9 }));
        }),
        ""
    );
    insta::assert_snapshot!(told.after(|script| { script.press("h"); }), @r"
    hint for this test
    Who greets?
    ");
    insta::assert_snapshot!(told.after(|script| { script.press("f"); }), @r"
    ask does not pass yet
    a stranger is refused
      GET /
      expected  200
      got       500
      at exercises/01_shop/ask/src/tests.rs:7
    failure 2 of 2; 2 tests pass
    open exercises/01_shop/ask/src/main.rs
    0 of 3 exercises passed
    ");
    insta::assert_snapshot!(told.after(|script| { script.press("x"); }), @r"put ask back to how it was shipped? your version is kept (y/n)");
    insta::assert_snapshot!(told.after(|script| { script.press("n"); }), @r"nothing was reset");
    assert_eq!(
        told.after(|script| {
            script.save("ask");
        }),
        "checking ask"
    );
    insta::assert_snapshot!(told.after(|script| { script.passes(); }), @r"
    ask passes  3 tests, 0.40 s
      ask taught this.
    1 of 3 exercises passed
    next: The bid of a shop
    checking bid
    ");
}

#[test]
fn pages_are_told_as_a_whole_and_the_list_row_by_row() {
    let mut told = Told::new();
    told.after(|script| {
        script.fails();
    });
    let readme = told.after(|script| {
        script.press("i");
    });
    assert!(readme.starts_with("exercises/01_shop/README.md\nThe shop\n"), "{readme}");
    assert_eq!(
        told.after(|script| {
            script.press("jjj");
        }),
        ""
    );
    assert_eq!(
        told.after(|script| {
            script.press("q");
        }),
        "back at ask"
    );
    insta::assert_snapshot!(told.after(|script| { script.press("l"); }), @r"
    list of 3 exercises
    chapter The shop
    ask, pending: The ask of a shop
    bid, pending: The bid of a shop
    cap, pending: The cap of a shop
    at ask, pending: The ask of a shop
    ");
    insta::assert_snapshot!(told.after(|script| { script.press("j"); }), @r"at bid, pending: The bid of a shop");
}

#[test]
fn a_long_build_is_said_to_be_one_and_a_short_one_is_not() {
    let building = |total| RunEvent::Building { done: 0, total, unit: String::new() };
    let mut told = Told::new();
    told.after(|_| {});
    assert_eq!(
        told.after(|script| {
            script.run(building(1));
        }),
        ""
    );
    let long = told.after(|script| {
        script.run(building(101));
    });
    assert_eq!(long, "building ask; the first time takes a while");
    assert_eq!(
        told.after(|script| {
            script.run(building(101));
        }),
        ""
    );
}

#[test]
fn when_there_are_no_more_keys_the_verdict_under_way_is_the_last() {
    let mut script = Script::new();
    script.event(Event::NoMoreKeys).did("start ask, at ask");
    script.fails().did("ask failed, Quit");
    script.event(Event::NoMoreKeys).did("Quit");
}
