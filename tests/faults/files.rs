//! Files that are deleted, swapped, unreadable, huge or half written while the session looks at them.

use std::path::PathBuf;
use std::process::Command;

use fs_err as fs;
use fs_err::os::unix::fs::symlink;

use crate::support::{Terminal, World, bytes_below};

const GREET: &str = "exercises/01_words/greet/src/main.rs";
const NAMES_NOBODY: &str = "a greeting names whom it greets";
const SAYS_NO_HELLO: &str = "a greeting says hello";

/// A session that stays at `greet`, with the starter's verdict on the screen.
struct Session {
    world: World,
    terminal: Terminal,
    starter: String,
}

impl Session {
    fn start() -> Self {
        Self::in_world(World::with("small"))
    }

    fn in_world(world: World) -> Self {
        let starter = world.read(GREET);
        let mut terminal = Terminal::start(&world, "--stay");
        terminal.sees(NAMES_NOBODY);
        Self { world, terminal, starter }
    }

    fn main(&self) -> PathBuf {
        self.world.path(GREET)
    }

    /// The starter with another greeting, which fails in another test.
    fn goodbye(&self) -> String {
        self.starter.replace("\"hello\"", "\"goodbye\"")
    }

    /// The session is alive and judges what is there now.
    #[track_caller]
    fn goes_on(&mut self) {
        self.world.write(GREET, self.goodbye());
        self.terminal.sees(SAYS_NO_HELLO);
        self.world.write(GREET, &self.starter);
        self.terminal.sees(NAMES_NOBODY);
    }
}

#[test]
fn a_file_that_is_renamed_away_is_said_in_words_and_its_return_is_seen() {
    let mut session = Session::start();
    let aside = session.main().with_file_name("other.txt");
    fs::rename(session.main(), &aside).expect("it is moved");
    session.terminal.sees("there is no such file");
    fs::rename(&aside, session.main()).expect("it is moved back");
    session.terminal.sees(NAMES_NOBODY);
    session.goes_on();
}

/// No permission is needed for these, so that they are unreadable for root as well. Reading a pipe would never end.
#[test]
fn what_cannot_be_read_is_said_in_words_and_holds_nothing_up() {
    type Break = fn(&Session);
    let ways: [(&str, Break); 4] = [
        ("is a directory", |session| fs::create_dir(session.main()).expect("a folder")),
        ("symlink loop", |session| symlink("main.rs", session.main()).expect("a link")),
        ("there is no such file", |session| symlink("/nowhere", session.main()).expect("a link")),
        ("no regular file", |session| {
            let made = Command::new("mkfifo").arg(session.main()).status().expect("mkfifo runs");
            assert!(made.success());
        }),
    ];
    let mut session = Session::start();
    for (words, make) in ways {
        fs::remove_file(session.main()).expect("it is there");
        make(&session);
        session.terminal.sees("main.rs cannot be read").sees(words);
        session.terminal.press("x");
        session.terminal.sees("(y/n)");
        session.terminal.press("y");
        session.terminal.sees(NAMES_NOBODY);
        assert_eq!(
            session.world.read(GREET),
            session.starter,
            "{words}: the words promise that x brings it back"
        );
        session.goes_on();
    }
}

/// A file that main.rs names and that is there: not "no such module", as rustc would have it.
#[test]
fn a_module_that_cannot_be_read_is_said_in_words() {
    let mut session = Session::start();
    session.world.write("exercises/01_words/greet/src/words.rs", "/".repeat(2 << 20));
    session.terminal.sees("src/words.rs cannot be read").sees("it is larger than 1 MiB");
    fs::remove_file(session.main().with_file_name("words.rs")).expect("it is there");
    session.terminal.sees(NAMES_NOBODY);
    session.goes_on();
}

#[test]
fn text_that_is_not_utf_8_is_said_with_its_place() {
    let mut session = Session::start();
    let latin_1 = [session.starter.as_bytes(), b"// caf\xe9\n"].concat();
    session.world.write(GREET, latin_1);
    session.terminal.sees("stream did not contain valid").sees("src/main.rs:13:7");
    session.goes_on();
    let utf_16: Vec<_> = session.starter.encode_utf16().flat_map(u16::to_le_bytes).collect();
    session.world.write(GREET, [b"\xff\xfe".as_slice(), &utf_16].concat());
    session.terminal.sees("stream did not contain valid");
    session.goes_on();
}

#[test]
fn names_that_are_not_utf_8_disturb_nothing() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let mut session = Session::start();
    let name = session.main().with_file_name(OsStr::from_bytes(b"a\xff.rs"));
    // macOS has no such names.
    if fs::write(&name, "fn a() {}").is_err() {
        return;
    }
    session.goes_on();
}

/// rustc and the look at its first item would take minutes for some of them.
#[test]
fn fifty_megabytes_are_refused_in_words_and_hold_nothing_up() {
    let mut session = Session::start();
    for rest in ["x".repeat(50 << 20), "\0".repeat(50 << 20)] {
        session.world.write(GREET, format!("{}{rest}", session.starter));
        session.terminal.sees("main.rs cannot be read").sees("it is larger than 1 MiB");
        session.goes_on();
    }
}

#[test]
fn a_file_that_is_written_in_pieces_is_judged_as_a_whole() {
    use std::io::Write as _;
    let mut session = Session::start();
    let right = session.world.read("solutions/01_words/greet/src/main.rs");
    let (first, rest) = right.split_at(right.len() / 2);
    let mut file = fs::File::create(session.main()).expect("it can be written");
    file.write_all(first.as_bytes()).expect("its first half");
    // So slowly that the half was judged.
    session.terminal.sees("this file contains an unclosed delimiter");
    file.write_all(rest.as_bytes()).expect("its second half");
    session.terminal.sees("greet passes");
}

/// As `git checkout` of a branch without the exercises and back does it.
#[test]
fn the_exercises_folder_may_be_swapped_for_another() {
    let mut session = Session::start();
    let exercises = session.world.path("exercises");
    for _ in 0..2 {
        let files = bytes_below(&exercises);
        fs::remove_dir_all(&exercises).expect("it is there");
        session.terminal.sees("there is no such file");
        for (path, bytes) in files {
            session.world.write(PathBuf::from("exercises").join(path), bytes);
        }
        session.terminal.sees(NAMES_NOBODY);
        session.goes_on();
    }
}

#[test]
fn a_stash_and_a_checkout_are_judged_as_they_are() {
    let world = World::with("small");
    world.git("init --quiet --initial-branch=main");
    world.commit();
    let mut session = Session::in_world(world);
    let settings = "-c user.name=a -c user.email=a@example.com";
    session.world.write(GREET, session.goodbye());
    session.terminal.sees(SAYS_NO_HELLO);
    session.world.git(&format!("{settings} stash --quiet"));
    session.terminal.sees(NAMES_NOBODY);
    session.world.git(&format!("{settings} stash pop --quiet"));
    session.terminal.sees(SAYS_NO_HELLO);
    session.world.git("checkout --quiet .");
    session.terminal.sees(NAMES_NOBODY);
    // Another version of the course: this exercise is specified anew, another one is not there.
    session.world.git("checkout --quiet -b other");
    let tests = "exercises/01_words/greet/src/tests.rs";
    session
        .world
        .write(tests, session.world.read(tests).replace("a_greeting_names", "the_new_greeting_names"));
    fs::remove_dir_all(session.world.path("exercises/02_numbers")).expect("it is there");
    let lock = session.world.read("exercises/Cargo.lock");
    let (before, after) = lock.split_once("[[package]]\nname = \"add_up\"").expect("its entry");
    let (_, after) = after.split_once("[[package]]").expect("another entry");
    session.world.write("exercises/Cargo.lock", format!("{before}[[package]]{after}"));
    session.world.git("add .");
    session.world.commit();
    session.terminal.press("r");
    session.terminal.sees("the new greeting names whom it greets");
    for _ in 0..3 {
        session.world.git("checkout --quiet main");
        session.terminal.sees(NAMES_NOBODY);
        session.world.git("checkout --quiet other");
        session.terminal.sees("the new greeting names whom it greets");
    }
}

#[test]
fn a_course_that_is_deleted_is_said_and_not_made_again() {
    let mut session = Session::start();
    let course = session.world.path("");
    let away = course.with_file_name("elsewhere");
    fs::rename(&course, &away).expect("it is moved");
    session.terminal.press("r");
    session.terminal.sees("the course's folder is gone");
    assert!(!course.exists(), "nothing of it is made again");
    fs::rename(&away, &course).expect("it is moved back");
    session.goes_on();
}
