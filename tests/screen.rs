//! What a learner sees and can open, key by key, in a real terminal with the real Cargo.

use std::process::Command;

use fs_err as fs;

use crate::support::{Terminal, World, wait_until};

const GREET: &str = "exercises/01_words/greet/src/main.rs";
const SHOUT: &str = "exercises/01_words/shout/src/main.rs";

/// A session that has judged `greet` as it was shipped.
fn started(world: &World, command: &mut Command) -> Terminal {
    // The first start builds; what these tests are about comes after it.
    world.run("run greet").exits(1);
    let mut terminal = Terminal::run(command, 80, 24);
    terminal.sees("a greeting names whom it greets").sees("1 other test passes");
    terminal
}

fn with_greeting(body: &str) -> String {
    format!(
        "#[cfg(test)]\nmod tests;\n\nfn greeting(_name: &str) -> String {{\n    {body}\n}}\n\nfn main() {{\n    \
         greeting(\"\");\n}}\n"
    )
}

#[test]
fn f_shows_the_next_failure_and_the_next_error() {
    let world = World::with("small");
    let mut terminal = started(&world, &mut world.command(""));
    terminal.press("f");
    terminal.sees("f: this is the only failure");
    world.write(GREET, with_greeting("\"goodbye\".to_owned()"));
    terminal.sees("a greeting says hello").sees("1 other test fails").sees("f more");
    terminal.press("f");
    terminal.sees("failure 2 of 2").sees("right: \"hello Ada\"");
    terminal.press("f");
    terminal.sees("1 other test fails");
    world.write(GREET, with_greeting("let a: u8 = \"\";\n    let b: u8 = \"\";\n    String::new()"));
    terminal.sees("and 1 more error").sees("main.rs:5:17");
    terminal.press("f");
    terminal.sees("error 2 of 2").sees("main.rs:6:17");
}

#[test]
fn a_shows_all_that_was_printed_and_scrolls() {
    let world = World::with("small");
    let mut terminal = started(&world, &mut world.command(""));
    world.write(
        GREET,
        with_greeting("for n in 1..=60 { println!(\"number {n}.\"); }\n    \"hello\".to_owned()"),
    );
    terminal.sees("number 60.");
    terminal.press("a");
    terminal.sees("greet: all output").sees("number 10.").sees("lines 1 to");
    terminal.press("G");
    terminal.sees("test result: FAILED");
    terminal.press("g");
    terminal.sees("running 2 tests");
    terminal.press("\u{1b}[6~");
    terminal.sees("number 30.");
    terminal.press("q");
    terminal.sees("h hint");
}

#[test]
fn w_shows_warnings_and_i_the_chapter() {
    let world = World::with("small");
    world.write("exercises/01_words/README.md", "# What words are\n\nA *word* has `letters`.\n");
    let mut terminal = started(&world, &mut world.command(""));
    terminal.press("w");
    terminal.sees("w: the compiler warns of nothing");
    world.write(GREET, with_greeting("let spare = 7;\n    \"hello\".to_owned()"));
    terminal.sees("w warnings");
    terminal.press("w");
    terminal.sees("greet: 1 warning").sees("unused variable: `spare`");
    terminal.press("q");
    terminal.sees("h hint");
    terminal.press("i");
    terminal.sees("What words are").sees("A word has `letters`.");
    // A save leads back to where the verdict is.
    world.solve("01_words/greet");
    terminal.sees("greet passes");
}

#[test]
fn e_hands_the_terminal_to_an_editor_and_takes_it_back() {
    let world = World::with("small");
    let editor = "echo \"+++ editing $1\"; trap '' INT; while read line; do echo \"got $line\"; \
                  if [ \"$line\" = fix ]; then sed -i.bak 's/_name/name/; s/\"hello\".to_owned()/\"hello \".to_owned() + name/' \"$1\"; rm \"$1.bak\"; fi; \
                  if [ \"$line\" = done ]; then exit; fi; done";
    world.write("editor.sh", editor);
    let mut terminal = started(&world, world.command("").env("EDITOR", "sh editor.sh"));
    terminal.press("e");
    terminal.sees("+++ editing").sees(GREET);
    // Its keys are its own: neither q nor Ctrl-C ends the session.
    terminal.press("q\r");
    terminal.sees("got q");
    terminal.press("\u{3}");
    terminal.press("fix\r");
    terminal.sees("got fix");
    // The save was judged meanwhile, and the terminal is taken back when the editor ends.
    wait_until("the save is judged", || world.read(".backendlings/progress.toml").contains("passed_at"));
    terminal.press("done\r");
    terminal.sees("greet passes").sees("Shouting is louder");
    terminal.press("?");
    terminal.sees("open the file in your editor");
    terminal.press("qq");
    assert_eq!(terminal.ends().exit_code(), 0);
}

#[test]
fn e_without_an_editor_says_what_to_set_and_a_broken_one_what_is_wrong() {
    let world = World::with("small");
    let mut terminal = started(&world, &mut world.command(""));
    terminal.press("e");
    terminal.sees("e: set VISUAL or EDITOR");
    terminal.press("q");
    terminal.ends();
    let mut terminal = started(&world, world.command("").env("VISUAL", "no-such-editor"));
    terminal.press("e");
    terminal.sees("e: `no-such-editor` ended with").sees("h hint");
}

#[test]
fn in_vs_codes_terminal_e_opens_its_window_at_the_line_of_the_error() {
    let world = World::with("small");
    let code = world.path("bin/code");
    world.write("bin/code", "#!/bin/sh\necho \"$@\" > opened\n");
    fs::set_permissions(&code, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", world.path("bin").display(), std::env::var("PATH").unwrap());
    let mut terminal = started(&world, world.command("").env("TERM_PROGRAM", "vscode").env("PATH", path));
    world.write(GREET, with_greeting("let a: u8 = \"\";\n    String::new()"));
    terminal.sees("mismatched types");
    terminal.press("e");
    let opened = || fs::read_to_string(world.path("opened")).unwrap_or_default();
    wait_until("the window has opened the file", || opened().ends_with('\n'));
    assert!(opened().starts_with("-r -g /") && opened().ends_with(&format!("{GREET}:5\n")), "{}", opened());
    // The terminal was never given away.
    terminal.press("?");
    terminal.sees("open the file in your editor");
}

#[test]
fn places_are_links_where_the_terminal_knows_them() {
    let world = World::with("small");
    let mut terminal = started(&world, world.command("").env("TERM_PROGRAM", "WezTerm"));
    let link = format!(
        "\u{1b}]8;;file://{}/exercises/01_words/greet/src/tests.rs#10\u{1b}\\",
        world.root().display()
    );
    assert!(terminal.raw().contains(&link), "{:?}", terminal.raw());
    terminal.press("q");
    terminal.ends();
    for command in
        [world.command("").env("TERM_PROGRAM", "WezTerm").env("NO_COLOR", "1"), &mut world.command("")]
    {
        assert!(!started(&world, command).raw().contains("\u{1b}]8"));
    }
    let piped = world.command("run greet").env("FORCE_HYPERLINK", "1").output().unwrap();
    assert!(!String::from_utf8_lossy(&piped.stdout).contains('\u{1b}'));
}

/// A learner's program that clears the screen, changes the title, writes to the clipboard, asks the terminal for answers,
/// switches its modes and screens, and resets it.
const NASTY: &str = r#"print!("\x1b[2J\x1b[H\x1b[3J\x1b]0;stolen\x07\x1b]52;c;c3RvbGVu\x07\x1b[6n\x1b[c\x1b[>c\x1b[5n\x1b[?1049l\x1b[?25h\x1b[?1000h\x1b[?2004l\x1b[8;3;3t\x1bc\x1b[1;3r\x1bP$qm\x1b\\\x1b]8;;https://evil.example\x1b\\in its box\x1b]8;;\x1b\\\u{9b}31m\r\x08\x07\n");
    panic!("\x1b[2Jin its \x1b]0;stolen\x07story\x1b[6n");"#;

#[test]
fn what_a_program_prints_changes_nothing_outside_its_box() {
    let world = World::with("small");
    let mut terminal = started(&world, &mut world.command(""));
    world.write(GREET, with_greeting(NASTY));
    terminal.sees("in its story").sees("in its box").sees("open exercises").sees("0/3");
    terminal.press("a");
    terminal.sees("greet: all output").sees("in its box").sees("any other key back");
    terminal.press("q");
    terminal.sees("h hint");
    terminal.press("q");
    terminal.ends();
    let raw = terminal.raw();
    for (sequence, times) in
        [("\u{1b}[2J", 1), ("\u{1b}[?1049l", 1), ("\u{1b}[?25h", 1), ("\u{1b}[?2004l", 1)]
    {
        assert_eq!(raw.matches(sequence).count(), times, "{sequence:?}: {raw:?}");
    }
    for stolen in [
        "\u{1b}]",
        "\u{1b}[6n",
        "\u{1b}[c",
        "\u{1b}[>c",
        "\u{1b}[5n",
        "\u{1b}[3J",
        "\u{1b}[?1000h",
        "\u{1b}[8;",
        "\u{1b}c",
        "\u{1b}[1;3r",
        "\u{1b}P",
        "\u{9b}",
        "\u{8}",
        "\u{7}",
    ] {
        assert!(!raw.contains(stolen), "{stolen:?}: {raw:?}");
    }
    // Neither does a command that tells the same without a screen.
    let told = world.run("run greet --color always").exits(1).says("in its story");
    assert!(!told.out.contains("\u{1b}[2J") && !told.out.contains("stolen"), "{told}");
}

#[test]
fn plain_tells_in_lines_and_takes_keys() {
    let world = World::with("small");
    let mut terminal = started(&world, &mut world.command("--plain"));
    terminal.sees("greet does not pass yet").sees("0 of 3 exercises passed");
    terminal.press("h");
    terminal.sees("Whom does it greet?");
    terminal.press("?");
    terminal.sees("leave; progress is saved all the time");
    terminal.press("x");
    terminal.sees("back at greet");
    world.solve("01_words/greet");
    terminal
        .sees("greet passes")
        .sees("1 of 3 exercises passed")
        .sees("next: Shouting")
        .sees("mismatched types");
    terminal.press("q");
    assert_eq!(terminal.ends().exit_code(), 0);
    terminal.sees("1 of 3 done.");
    let raw = terminal.raw();
    assert!(!raw.contains("\u{1b}[?") && !raw.contains("\u{1b}[H") && !raw.contains("\u{1b}[K"), "{raw:?}");
}

#[test]
fn the_environment_can_ask_for_lines() {
    let world = World::with("small");
    let mut run = Terminal::run(world.command("run greet").env("ACCESSIBLE", "1"), 80, 24);
    assert_eq!(run.ends().exit_code(), 1);
    assert!(!run.raw().contains("[--") && !run.raw().contains("\u{1b}[2K"), "a bar: {:?}", run.raw());
    let accessible = started(&world, world.command("").env("ACCESSIBLE", "1"));
    assert!(!accessible.raw().contains("\u{1b}[?1049h"), "{:?}", accessible.raw());
}

#[test]
fn everything_fits_a_small_terminal_after_a_pass() {
    let world = World::with("small");
    let mut terminal = started(&world, &mut world.command(""));
    terminal.resize(40, 15);
    world.solve("01_words/greet");
    terminal.sees("greet passes").sees("A greeting without a name greets").sees("next: Shouting is louder");
    terminal.sees("main.rs:7:5").sees("? help").sees("1/3");
    world.write(SHOUT, world.read(SHOUT).replace("text //", "text.to_owned() //"));
    terminal.sees("a shout is loud").sees("left: \"hello\"").sees("right: \"HELLO\"");
}
