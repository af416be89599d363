//! The list and `try`, in a real terminal with the real Cargo.

use crate::support::{Terminal, World};

const GREET: &str = "exercises/01_words/greet/src/main.rs";

/// The list of the small course, opened at its first exercise.
fn list(world: &World, columns: u16, rows: u16) -> Terminal {
    let mut terminal = Terminal::start_sized(world, "", columns, rows);
    terminal.sees("whom it greets");
    terminal.press("l");
    terminal.sees("A small course: 0 of 3 passed").sees(">   · greet");
    terminal
}

#[test]
fn the_list_opens_where_the_learner_is_and_unfolds_other_chapters() {
    let world = World::with("small");
    let mut terminal = list(&world, 80, 24);
    terminal.sees("- Words").sees("+ Numbers").sees("difficulty 1 of 5, 5 minutes");
    terminal.press("jj");
    terminal.sees("> + Numbers").sees("0 of 1 passed, 15 min left");
    terminal.press("\r");
    terminal.sees("> - Numbers").sees("· add_up");
    terminal.press("\u{1b}[D");
    terminal.sees("> + Numbers");
    terminal.press("\u{1b}[C\u{1b}[B");
    terminal.sees(">   · add_up");
    terminal.press("k");
    terminal.sees("> - Numbers");
    terminal.press("j\r");
    terminal.sees("every number counts").sees("open exercises/02_numbers/add_up/src/main.rs");
}

#[test]
fn the_list_is_searched_into_folded_chapters_and_left_with_escape() {
    let world = World::with("small");
    let mut terminal = list(&world, 80, 24);
    terminal.press("/COUNTS q");
    terminal.sees("0 of 3: with \"COUNTS q_\"").sees("no exercise has this");
    terminal.press("\u{7f}\u{7f}");
    terminal.sees("1 of 3: with \"COUNTS_\"").sees(">   · add_up");
    terminal.press("\r");
    terminal.sees("1 of 3: with \"COUNTS\"").sees("Enter go");
    terminal.press("\u{1b}");
    terminal.sees("· greet").sees(">   · add_up");
    terminal.press("\u{1b}");
    terminal.sees("open exercises/01_words/greet/src/main.rs").sees("n next");
}

#[test]
fn the_list_shows_pending_ones_only_and_follows_a_pass() {
    let world = World::with("small");
    let mut terminal = list(&world, 40, 15);
    world.solve("01_words/greet");
    terminal.sees("greet passes").sees("1/3");
    terminal.press("l");
    terminal.sees("✓ greet").sees("1 of 3 passed");
    terminal.press("p");
    terminal.sees("2 of 3: pending only").sees(">   · shout");
    assert!(!terminal.text().contains("✓ greet"), "{}", terminal.text());
    terminal.press("p");
    terminal.sees("✓ greet");
}

#[test]
fn a_reset_in_the_list_asks_and_stays_there() {
    let world = World::with("small");
    let starter = world.read(GREET);
    let mut terminal = list(&world, 80, 24);
    world.solve("01_words/greet");
    terminal.sees("greet passes").sees("mismatched types");
    terminal.press("lkx");
    terminal.sees("put greet back to how it was shipped? your version is kept (y/n)");
    terminal.press("n");
    terminal.sees("nothing was reset").sees(">   ✓ greet");
    terminal.press("xy");
    terminal.sees(">   · greet").sees("greet is as it was shipped").sees("0 of 3 passed");
    assert_eq!(world.read(GREET), starter);
    terminal.press("q");
    terminal.sees("open exercises/01_words/shout/src/main.rs");
}
