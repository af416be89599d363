//! Sessions as stories: events in, effects and frames out.

mod frames;
mod plain;

use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;
use crate::check::{
    AllEvent, Diagnostic, Failure, Left, Level, RunEvent, ServiceEnd, ServiceEvent, Verdict, Wait,
};
use crate::course::{Chapter, Home, Proof, Workspace};
use crate::ui::{Teller, Theme, render, strip_ansi, width};
use crate::watch::event::Key;

const NAMES: [&str; 3] = ["ask", "bid", "cap"];

fn exercise(name: &str) -> Exercise {
    Exercise {
        name: name.into(),
        dir: "01_shop".into(),
        home: Home::Package,
        proof: Proof::Specification,
        title: format!("The {name} of a shop"),
        difficulty: 1,
        minutes: 5,
        topics: Vec::new(),
        security: false,
        hints: vec![format!("{name}: look"), format!("{name}: think"), format!("{name}: write")],
        hint_for: [("a_guest_is_greeted".to_owned(), "Who greets?".to_owned())].into(),
        takeaway: format!("{name} taught this."),
        try_lines: if name == "cap" {
            vec!["curl -i localhost:$PORT/caps -d 'a cap'".into()]
        } else {
            Vec::new()
        },
        edit: vec!["src/main.rs".into()],
        timeout: Duration::from_secs(10),
    }
}

fn course() -> Course {
    Course {
        root: "/course".into(),
        name: "Backend in Rust".into(),
        workspace: Workspace::AsShipped,
        welcome_message: "Welcome to the shop.".into(),
        final_message: "That was all of them.".into(),
        chapters: vec![Chapter {
            dir: "01_shop".into(),
            title: "The shop".into(),
            readme: Some("exercises/01_shop/README.md".into()),
        }],
        exercises: NAMES.map(exercise).into(),
    }
}

fn judged(verdict: Verdict) -> Box<Judged> {
    let took = Duration::from_millis(400);
    Box::new(Judged { verdict, warnings: Vec::new(), notices: Vec::new(), output: String::new(), took })
}

fn passed() -> Box<Judged> {
    judged(Verdict::Passed { tests: 3 })
}

fn diagnostic() -> Diagnostic {
    Diagnostic {
        level: Level::Error,
        message: String::new(),
        rendered: String::new(),
        code: None,
        place: None,
    }
}

/// These tests fail, in this order.
fn failed(tests: &[&str]) -> Box<Judged> {
    let failure = |test: &&str| Failure {
        test: (*test).into(),
        message: "\n  GET /\n  expected  200\n  got       500\n".into(),
        place: Some("exercises/01_shop/ask/src/tests.rs:7".into()),
        output: String::new(),
    };
    judged(Verdict::Failed { failures: tests.iter().map(failure).collect(), passed: 2 })
}

/// A session with its world: it performs effects the way the real one does, but starts nothing.
struct Script {
    state: State,
    now: Moment,
    /// What each event led to, in words; taken by `did`.
    effects: Vec<String>,
    /// The run that is alive, if one is.
    alive: Option<RunId>,
    last_started: RunId,
    /// What was asked to be prefetched last, until something else was started.
    prefetching: Option<Place>,
    /// Whose reference was kept for reading.
    kept: Vec<Place>,
    /// The service that was started last, unless it was stopped.
    service: Option<RunId>,
    has_reference: bool,
    reset_fails: bool,
}

impl Script {
    fn new() -> Self {
        Self::with(Progress::default(), AfterPass::MoveOn)
    }

    fn staying() -> Self {
        Self::with(Progress::default(), AfterPass::Stay)
    }

    fn with(progress: Progress, after_pass: AfterPass) -> Self {
        let size = Size { columns: 80, rows: 24 };
        let (state, first) = State::new(Arc::new(course()), progress, after_pass, size);
        let now = Moment { instant: Instant::now(), clock: UNIX_EPOCH + Duration::from_hours(500_000) };
        let mut script = Self {
            state,
            now,
            effects: Vec::new(),
            alive: None,
            last_started: RunId(0),
            prefetching: None,
            kept: Vec::new(),
            service: None,
            has_reference: true,
            reset_fails: false,
        };
        script.perform(first);
        script
    }

    fn event(&mut self, event: Event) -> &mut Self {
        let effects = self.state.update(event, self.now);
        self.perform(effects);
        self
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Prefetch(place) = effect {
                assert_eq!(self.alive, None, "a prefetch beside a run");
                self.prefetching = Some(place);
                continue;
            }
            let words = match &effect {
                Effect::Start(id, place) => {
                    self.started(*id);
                    format!("start {}", NAMES[*place])
                }
                Effect::CheckAll(id) => {
                    self.started(*id);
                    "check all".to_owned()
                }
                Effect::Stop => {
                    self.alive = None;
                    "stop".to_owned()
                }
                Effect::Record(Change::Attempted { name, passed, .. }) => {
                    format!("{name} {}", if *passed { "passed" } else { "failed" })
                }
                Effect::Record(Change::Current(name)) => format!("at {name}"),
                Effect::Record(Change::Hinted { name, hints }) => format!("{name} hint {hints}"),
                Effect::Record(Change::HintedFor { name, test }) => format!("{name} hint for {test}"),
                Effect::Record(Change::Reset(name)) => format!("{name} pending"),
                Effect::Prefetch(_) => unreachable!("taken above"),
                Effect::Reset(place) => format!("reset {}", NAMES[*place]),
                Effect::LoadSolution(place) => format!("load {}", NAMES[*place]),
                Effect::KeepReference(place) => {
                    self.kept.push(*place);
                    continue;
                }
                Effect::LoadReadme(place) => format!("readme of {}", NAMES[*place]),
                Effect::Edit(place, line) => format!("edit {} {line:?}", NAMES[*place]),
                Effect::Suspend => {
                    self.alive = None;
                    "suspend".to_owned()
                }
                Effect::Serve(id, place, port) => {
                    assert!(self.alive.is_none(), "a service is built beside a run");
                    self.prefetching = None;
                    self.service = Some(*id);
                    format!(
                        "serve {}{}",
                        NAMES[*place],
                        port.map(|port| format!(" on {port}")).unwrap_or_default()
                    )
                }
                Effect::StopService => {
                    self.service = None;
                    "stop service".to_owned()
                }
                Effect::Quit(exit) => format!("{exit:?}"),
            };
            self.effects.push(words);
            match effect {
                Effect::Reset(place) => {
                    let done =
                        if self.reset_fails { Err("no space".into()) } else { Ok(Some("kept".into())) };
                    self.event(Event::Reset(place, done));
                }
                Effect::LoadSolution(place) => {
                    let path = "exercises/01_shop/ask/src/main.rs".into();
                    let compared = Compared { path, yours: "a\n".into(), reference: "b\n".into() };
                    let files = self.has_reference.then(|| vec![compared]);
                    self.event(Event::Solution(place, files));
                }
                Effect::LoadReadme(_) => {
                    let file = "exercises/01_shop/README.md".into();
                    let text = "# The shop\n\nA *guest* asks, the shop answers.\n".repeat(20);
                    self.event(Event::Readme(Ok(Readme { file, text })));
                }
                _ => {}
            }
        }
    }

    #[track_caller]
    fn started(&mut self, id: RunId) {
        assert_eq!(self.alive, None, "a run was started beside another");
        assert!(id > self.last_started, "run ids rise");
        (self.alive, self.last_started, self.prefetching) = (Some(id), id, None);
    }

    fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.chars() {
            self.event(Event::Key(match key {
                '\n' => Key::Enter,
                '\u{1b}' => Key::Escape,
                char => Key::Char(char),
            }));
        }
        self
    }

    /// These exercises' files change at once.
    fn change(&mut self, names: &[&str]) -> &mut Self {
        let place = |name: &&str| NAMES.iter().position(|other| other == name).expect("an exercise");
        self.event(Event::FilesChanged(names.iter().map(place).collect()))
    }

    /// A learner saves one file, and is not so quick as to save another at the same time.
    fn save(&mut self, name: &str) -> &mut Self {
        self.change(&[name]).later(200)
    }

    fn later(&mut self, millis: u64) -> &mut Self {
        self.now.instant += Duration::from_millis(millis);
        if self.state.due().is_some_and(|due| due <= self.now.instant) {
            self.event(Event::Due);
        }
        self
    }

    /// The run that was started last says something, whether or not it was stopped.
    fn run(&mut self, event: RunEvent) -> &mut Self {
        let id = self.last_started;
        self.run_of(id, event)
    }

    fn run_of(&mut self, id: RunId, event: RunEvent) -> &mut Self {
        let is_last = matches!(event, RunEvent::Judged(_) | RunEvent::Trouble(_));
        if is_last && self.alive == Some(id) && matches!(self.state.work, Work::Run { .. }) {
            self.alive = None;
        }
        self.event(Event::Run(id, event))
    }

    fn passes(&mut self) -> &mut Self {
        self.run(RunEvent::Judged(passed()))
    }

    fn fails(&mut self) -> &mut Self {
        self.run(RunEvent::Judged(failed(&["a_guest_is_greeted", "a_stranger_is_refused"])))
    }

    fn all(&mut self, event: AllEvent) -> &mut Self {
        let id = self.last_started;
        if matches!(event, AllEvent::Done | AllEvent::Trouble(_)) {
            self.alive = None;
        }
        self.event(Event::All(id, event))
    }

    /// What is being prefetched, if anything is.
    #[track_caller]
    fn prefetches(&mut self, expected: &str) -> &mut Self {
        assert_eq!(self.prefetching.map_or("", |place| NAMES[place]), expected);
        self
    }

    /// The prefetch comes to its end.
    fn prefetched(&mut self) -> &mut Self {
        let place = self.prefetching.take().expect("a prefetch is under way");
        self.event(Event::Prefetched(place))
    }

    /// The service that was started last says something.
    #[track_caller]
    fn service(&mut self, event: ServiceEvent) -> &mut Self {
        let id = self.service.expect("a service was started");
        self.event(Event::Service(id, event))
    }

    /// All effects since the last call.
    #[track_caller]
    fn did(&mut self, expected: &str) -> &mut Self {
        assert_eq!(std::mem::take(&mut self.effects).join(", "), expected);
        self
    }

    fn frame(&self) -> String {
        render(&self.state.view(), self.state.size, Theme::plain())
    }

    #[track_caller]
    fn shows(&mut self, words: &str) -> &mut Self {
        assert!(self.frame().contains(words), "no {words:?} in\n{}", self.frame());
        self
    }

    #[track_caller]
    fn hides(&mut self, words: &str) -> &mut Self {
        assert!(!self.frame().contains(words), "{words:?} in\n{}", self.frame());
        self
    }

    /// What the prompt line offers.
    fn prompt(&self) -> String {
        self.frame().lines().last().unwrap_or_default().to_owned()
    }
}

#[test]
fn the_very_first_start_welcomes_and_runs_the_first_exercise() {
    Script::new()
        .did("start ask, at ask")
        .shows("Welcome to the shop.")
        .shows("checking ...")
        .shows("open exercises/01_shop/ask/src/main.rs")
        .run(RunEvent::Building { done: 57, total: 101, unit: "axum".into() })
        .shows("57/101")
        .did("readme of ask")
        .shows("A guest asks, the shop answers.")
        .run(RunEvent::Building { done: 58, total: 101, unit: "tower".into() })
        .fails()
        .did("ask failed")
        .hides("the shop answers")
        .shows("a guest is greeted")
        .save("ask")
        .hides("Welcome");
}

#[test]
fn a_later_start_does_not_welcome() {
    let mut progress = Progress::default();
    progress.set_current("bid");
    Script::with(progress, AfterPass::MoveOn).did("start bid, at bid").hides("Welcome");
}

#[test]
fn a_save_runs_and_the_failure_comes_first() {
    let mut script = Script::new();
    script.fails().save("ask").did("start ask, at ask, ask failed, start ask").fails();
    insta::assert_snapshot!(script.frame(), @r"
    a guest is greeted

      GET /
      expected  200
      got       500
      at exercises/01_shop/ask/src/tests.rs:7

    1 other test fails, 2 pass











    The ask of a shop
    a new chapter (key i): exercises/01_shop/README.md
    open exercises/01_shop/ask/src/main.rs
    [------------------------------------------------------------]  0/3
    h hint  f more  n next  e edit  l list  a output  i read  r run  q quit  ? help
    ");
}

#[test]
fn during_a_run_the_old_verdict_is_said_to_be_old() {
    let mut script = Script::new();
    script.fails().save("ask").run(RunEvent::Testing);
    insta::assert_snapshot!(script.frame(), @r"
    checking ... its tests run (at most 10 s)

    before this run:
    a guest is greeted

      GET /
      expected  200
      got       500
      at exercises/01_shop/ask/src/tests.rs:7

    1 other test fails, 2 pass








    The ask of a shop
    a new chapter (key i): exercises/01_shop/README.md
    open exercises/01_shop/ask/src/main.rs
    [------------------------------------------------------------]  0/3
    h hint  f more  n next  e edit  l list  a output  i read  r run  q quit  ? help
    ");
}

#[test]
fn a_save_during_a_run_stops_it_and_starts_the_next() {
    let mut script = Script::new();
    script
        .did("start ask, at ask")
        .save("ask")
        .did("stop, start ask")
        .passes()
        .did("ask passed, start bid, at bid");
}

#[test]
fn a_late_verdict_of_a_stopped_run_is_ignored() {
    let mut script = Script::new();
    let first = script.last_started;
    script.save("ask").did("start ask, at ask, stop, start ask");
    script.run_of(first, RunEvent::Judged(passed())).did("").shows("checking ...");
    script.fails().did("ask failed").shows("a guest is greeted");
    script.run_of(first, RunEvent::Judged(passed())).did("").shows("a guest is greeted");
}

#[test]
fn of_three_hundred_saves_the_last_one_is_judged() {
    let mut script = Script::new();
    for _ in 0..300 {
        script.change(&["ask"]).later(33);
    }
    assert_eq!(script.last_started, RunId(301));
    let stale = RunId(300);
    script.run_of(stale, RunEvent::Judged(failed(&["a_guest_is_greeted"]))).passes();
    assert!(script.state.progress().is_passed("ask"));
}

#[test]
fn a_pass_moves_on_and_one_screen_shows_both() {
    let mut script = Script::new();
    script.fails().save("ask").passes();
    script.did("start ask, at ask, ask failed, start ask, ask passed, start bid, at bid");
    script.shows("ask passes").shows("ask taught this.").shows("checking ...").fails();
    insta::assert_snapshot!(script.frame(), @r"
    ask passes  3 tests, 0.40 s

      ask taught this.

    next: The bid of a shop

    a guest is greeted

      GET /
      expected  200
      got       500
      at exercises/01_shop/ask/src/tests.rs:7

    1 other test fails, 2 pass






    The bid of a shop
    open exercises/01_shop/bid/src/main.rs
    [###################>----------------------------------------]  1/3
    n next  s diff  h hint  f more  e edit  l list  a output  i read  q quit  ? help
    ");
}

#[test]
fn after_a_pass_n_turns_to_the_exercise_that_is_shown() {
    let mut script = Script::new();
    script.passes().fails().did("start ask, at ask, ask passed, start bid, at bid, bid failed");
    script.press("n").did("").hides("ask passes").shows("a guest is greeted");
    script.press("n").did("start cap, at cap");
}

#[test]
fn n_turns_to_the_last_pending_exercise_and_then_has_nowhere_else_to_go() {
    let mut script = Script::new();
    script.passes().passes().fails().shows("bid passes").press("n").hides("bid passes").hides("n:");
    script.press("n").shows("n: nothing else is pending");
}

#[test]
fn until_the_next_save_s_means_the_exercise_that_passed_and_h_x_r_the_one_below() {
    let mut script = Script::new();
    script.passes().fails().did("start ask, at ask, ask passed, start bid, at bid, bid failed");
    script.press("s").did("load ask").shows("ask: yours against the reference").press("q").did("");
    script
        .press("r")
        .did("start bid")
        .fails()
        .shows("ask passes")
        .press("hh")
        .did("bid failed, bid hint for a_guest_is_greeted, bid hint 1");
    script.press("x").shows("put bid back").press("n").did("");
    script.save("bid").did("start bid").press("s").did("").shows("s: the reference is shown after a pass");
}

#[test]
fn saving_a_passed_exercise_again_shows_it_and_stays() {
    let mut script = Script::new();
    script.passes().fails().did("start ask, at ask, ask passed, start bid, at bid, bid failed");
    script.save("ask").did("start ask, at ask").passes().did("ask passed").shows("ask passes").hides("next:");
    script.press("n").did("start bid, at bid");
}

#[test]
fn a_passed_exercise_that_fails_later_is_never_pending() {
    let mut script = Script::new();
    script.passes().save("ask").fails().shows("(passed, now failing)").shows("1/3");
    assert!(script.state.progress().is_passed("ask"));
    script.press("l").shows("passed, now failing");
}

#[test]
fn with_stay_a_pass_waits_for_n() {
    let mut script = Script::staying();
    script.passes().did("start ask, at ask, ask passed").shows("ask passes").shows("1/3");
    script.press("n").did("start bid, at bid");
}

#[test]
fn exercises_that_are_right_already_pass_one_after_the_other_and_are_counted() {
    let mut script = Script::new();
    script.passes().passes().shows("bid passes").shows("1 exercise before it passed, too").fails();
    script.did("start ask, at ask, ask passed, start bid, at bid, bid passed, start cap, at cap, cap failed");
}

#[test]
fn after_the_last_pass_the_course_says_goodbye() {
    let mut script = Script::new();
    script.passes().passes().passes().shows("That was all of them.").shows("cap passes").shows("3/3");
    script.press("n").shows("n: nothing is pending, all exercises passed");
    assert!(!script.prompt().contains("n next"), "{}", script.prompt());
    script.save("cap").hides("That was all");
}

#[test]
fn the_verdict_follows_the_file_that_was_saved() {
    let mut script = Script::new();
    script.fails().did("start ask, at ask, ask failed");
    script.change(&["cap"]).did("").later(39).did("").later(1).did("start cap, at cap");
}

#[test]
fn an_exercise_that_is_deleted_draws_nobody_to_it() {
    let mut script = Script::new();
    script.fails().effects.clear();
    script.event(Event::FilesGone([1].into())).later(1000).event(Event::Due).did("");
    script.event(Event::FilesGone([0, 1].into())).did("start ask");
}

#[test]
fn of_many_files_changed_together_the_exercise_at_hand_is_run() {
    let mut script = Script::new();
    script.fails().did("start ask, at ask, ask failed");
    script.change(&["ask", "bid", "cap"]).later(200).did("start ask");
    // The same, where the news comes in pieces, in any order.
    script
        .change(&["cap"])
        .later(5)
        .change(&["ask"])
        .later(5)
        .change(&["bid"])
        .later(200)
        .did("stop, start ask");
}

#[test]
fn many_other_files_changed_together_switch_nothing() {
    let mut script = Script::new();
    script.fails().did("start ask, at ask, ask failed");
    script.change(&["bid"]).later(20).change(&["cap"]).later(200).did("").shows("a guest is greeted");
    script.change(&["bid", "cap"]).later(200).did("");
}

#[test]
fn hints_say_more_with_each_press_and_come_round() {
    let mut script = Script::new();
    script.run(RunEvent::Judged(failed(&["another"]))).did("start ask, at ask, ask failed");
    script.press("h").did("ask hint 1").shows("hint 1 of 3").shows("ask: look");
    script.press("h").shows("hint 2 of 3").press("h").shows("hint 3 of 3").hides("ask: look");
    script.press("h").shows("hint 1 of 3");
    assert_eq!(script.state.progress().record("ask").hints, 3);
}

#[test]
fn a_hint_for_the_failing_test_comes_first_and_goes_with_it() {
    let mut script = Script::new();
    script.fails().did("start ask, at ask, ask failed");
    script.press("h").did("ask hint for a_guest_is_greeted").shows("hint for this test").shows("Who greets?");
    script.press("h").did("ask hint 1").shows("hint 1 of 3");
    script.save("ask").shows("hint 1 of 3").run(RunEvent::Judged(failed(&["another"])));
    script.press("h").shows("hint 2 of 3");
    let mut script = Script::new();
    script.fails().press("h").save("ask").run(RunEvent::Judged(failed(&["another"]))).hides("Who greets?");
}

#[test]
fn hints_belong_to_their_exercise() {
    let mut script = Script::new();
    script.press("hh").shows("hint 2 of 3").press("n").hides("hint 2 of 3").press("h").shows("bid: look");
}

#[test]
fn reset_asks_and_anything_but_y_cancels() {
    let mut script = Script::new();
    script.fails().did("start ask, at ask, ask failed");
    for key in ["n", "q", "x", "\n"] {
        script.press("x").shows("(y/n)").press(key).did("").shows("nothing was reset");
    }
    script
        .press("xy")
        .did("reset ask, start ask, ask pending")
        .shows("ask is as it was shipped; your version is in kept");
}

#[test]
fn a_reset_during_a_run_stops_it_first() {
    Script::new().press("xy").did("start ask, at ask, stop, reset ask, start ask, ask pending");
}

#[test]
fn a_reset_makes_a_passed_exercise_pending_and_a_failed_one_changes_nothing() {
    let mut script = Script::staying();
    script.passes().press("x");
    script.reset_fails = true;
    script.press("y").shows("ask was not reset: no space").shows("1/3");
    script.reset_fails = false;
    script.press("xy").shows("0/3");
    assert!(!script.state.progress().is_passed("ask"));
}

#[test]
fn a_reset_of_the_exercise_that_passed_while_it_was_asked_goes_back_to_it() {
    let mut script = Script::new();
    script.press("x").passes().did("start ask, at ask, ask passed, start bid, at bid");
    script.press("y").did("stop, reset ask, start ask, at ask, ask pending");
}

#[test]
fn a_save_while_asked_is_no_answer() {
    let mut script = Script::new();
    script.press("x").save("ask").hides("(y/n)").press("y").did("start ask, at ask, stop, start ask");
}

#[test]
fn the_list_moves_and_goes_there() {
    let mut script = Script::new();
    script.fails().press("l").shows(">   · ask").press("jjjk").shows(">   · bid").press("l").hides(">   ·");
    script.did("start ask, at ask, ask failed").press("lj\n").did("start bid, at bid");
    script.press("lq").did("").event(Event::Key(Key::Escape)).shows("no such key");
}

#[test]
fn a_chapter_is_folded_and_unfolded() {
    let mut script = Script::new();
    script.press("lk").shows("> - The shop").shows("Enter fold or unfold").press("\n").shows("> + The shop");
    script
        .hides("ask")
        .event(Event::Key(Key::Right))
        .shows("· ask")
        .event(Event::Key(Key::Left))
        .hides("· ask");
    script.press("x").shows("x: put the arrow on one exercise");
    script.press("/bid").shows("> - The shop").press("\nk").event(Event::Key(Key::Left)).shows("Esc ends it");
}

#[test]
fn a_search_narrows_the_list_with_every_letter_until_escape() {
    let mut script = Script::new();
    script.fails().press("l/").shows("3 of 3: with \"_\"").press("bi").shows(">   · bid").hides("· ask");
    script
        .press("xq")
        .shows("0 of 3: with \"bixq_\"")
        .shows("no exercise has this")
        .press("\n\n")
        .did("start ask, at ask, ask failed");
    script.shows("there is no exercise here").press("/");
    script.event(Event::Key(Key::Backspace)).event(Event::Key(Key::Backspace)).shows("with \"bi_\"");
    script
        .press("\n")
        .shows("1 of 3: with \"bi\"")
        .event(Event::Key(Key::Escape))
        .shows(">   · bid")
        .shows("· ask");
    script.press("/cap\n\n").did("start cap, at cap");
}

#[test]
fn pending_only_is_said_in_words_and_follows_a_pass() {
    let mut script = Script::new();
    script
        .press("lp")
        .shows("3 of 3: pending only")
        .passes()
        .shows("2 of 3: pending")
        .hides("✓ ask")
        .shows(">   · bid");
    script.press("p").shows("✓ ask").hides("pending only");
    script.press("p").passes().passes().shows("nothing is pending, all exercises passed");
}

#[test]
fn a_reset_from_the_list_asks_and_stays_in_the_list() {
    let mut script = Script::new();
    script.fails().press("ljx").shows("put bid back").shows("· ask").press("n").shows("nothing was reset");
    script.did("start ask, at ask, ask failed").press("xy").did("reset bid, bid pending").shows(">   · bid");
    script.shows("bid is as it was shipped; your version is in kept");
    script.press("kxy").did("reset ask, start ask, ask pending").shows(">   · ask");
    // A run of another exercise is stopped for it, and started again.
    script.press("jxy").did("stop, reset bid, bid pending, start ask").fails().shows(">   · bid");
}

#[test]
fn a_verdict_that_comes_during_the_list_is_there_afterwards() {
    Script::new().press("l").fails().hides("a guest is greeted").press("l").shows("a guest is greeted");
}

#[test]
fn keys_that_mean_nothing_now_say_why() {
    let mut script = Script::new();
    script.fails().did("start ask, at ask, ask failed");
    script
        .press("b")
        .shows("b: this is the first exercise")
        .press("s")
        .shows("s: the reference is shown after a pass");
    script.press("z").shows("no such key; ? shows them all").press("?").hides("no such key").did("");
    insta::assert_snapshot!(script.frame(), @r"
    keys

      h  show the next hint; each says more than the one before
      f  show the next failing test, or the next error
      n  go on to the next exercise that is pending
      e  open the file in your editor (VS Code, $VISUAL or $EDITOR)
      l  list all exercises: Enter goes to one, / searches, p shows what is pending
      a  show all that the tests or the compiler printed
      w  show the compiler's warnings
      i  read what the chapter teaches
      s  compare your code with the reference, after a pass
      t  start the service as it is now, and show how to ask it
      r  run the tests again, as a save does
      b  go back by one exercise
      c  check all exercises again
      x  put the exercise back to how it was shipped; asks first, keeps your version
      q  leave; progress is saved all the time
      ?  this page; any key leaves it





    j/k scroll  any other key back
    ");
}

#[test]
fn a_course_without_references_says_so() {
    let mut script = Script::staying();
    script.has_reference = false;
    script.passes().press("s").shows("s: this course has no reference for ask");
}

#[test]
fn back_and_next_go_there_and_run() {
    let mut script = Script::new();
    script.press("n").did("start ask, at ask, stop, start bid, at bid");
    script.press("b").did("stop, start ask, at ask");
}

#[test]
fn check_all_counts_and_keeps_the_exercise_at_hand() {
    let mut script = Script::new();
    script
        .passes()
        .fails()
        .press("c")
        .did("start ask, at ask, ask passed, start bid, at bid, bid failed, check all");
    let judged = |name: &str, judged| AllEvent::Judged { name: name.into(), judged };
    script.all(judged("cap", passed())).shows("1/3").press("c").shows("already");
    script
        .all(judged("ask", failed(&["x"])))
        .all(judged("bid", failed(&["a_guest_is_greeted"])))
        .all(AllEvent::Done);
    script.did("cap passed, ask failed, bid failed").shows("1 of 3 exercises pass").shows("now failing: ask");
    script.shows("a guest is greeted").save("bid").did("start bid").hides("exercises pass");
}

#[test]
fn a_save_stops_a_check_of_all() {
    let mut script = Script::new();
    script.fails().press("c").did("start ask, at ask, ask failed, check all");
    let check = script.last_started;
    script.save("ask").did("stop, start ask");
    script.event(Event::All(check, AllEvent::Done)).did("").shows("checking ...");
}

#[test]
fn once_a_verdict_is_shown_the_next_exercise_is_prefetched_and_only_once() {
    let mut script = Script::new();
    script.prefetches("").run(RunEvent::Testing).prefetches("").fails().prefetches("bid");
    script.save("ask").prefetches("").fails().prefetches("bid").prefetched();
    script.save("ask").fails().prefetches("");
    script.save("ask").passes().prefetches("").fails().prefetches("cap");
}

#[test]
fn a_prefetched_exercise_that_was_changed_since_is_prefetched_again() {
    let mut script = Script::new();
    script.fails().prefetched().change(&["ask", "bid"]).fails().prefetches("bid");
}

#[test]
fn the_next_exercise_that_is_pending_is_prefetched_and_none_after_the_last() {
    let mut script = Script::staying();
    script
        .passes()
        .prefetches("bid")
        .press("n")
        .passes()
        .prefetches("cap")
        .press("b")
        .passes()
        .prefetches("cap");
    script.prefetched().press("nn").passes().prefetches("").press("b").passes().prefetches("");
}

#[test]
fn after_a_check_of_all_the_next_exercise_is_prefetched_and_with_trouble_none_is() {
    let mut script = Script::new();
    script.fails().press("c").prefetches("").all(AllEvent::Done).prefetches("bid");
    script.press("r").run(RunEvent::Trouble(Trouble::NoSpace)).prefetches("");
}

#[test]
fn trouble_is_shown_with_its_help_and_r_tries_again() {
    let mut script = Script::new();
    script.run(RunEvent::Trouble(Trouble::NoSpace)).shows("the disk is full").shows("help: free some space");
    script.did("start ask, at ask").press("r").did("start ask").fails().hides("the disk is full");
}

/// At `cap`, whose tests fail, with its service on the screen.
fn trying() -> Script {
    let mut progress = Progress::default();
    progress.set_current("cap");
    let mut script = Script::with(progress, AfterPass::MoveOn);
    script.fails().press("t").did("start cap, at cap, cap failed, serve cap").shows("building cap ...");
    script.service(ServiceEvent::Building { done: 3, total: 9, unit: "axum".into() }).shows("3/9");
    script.service(ServiceEvent::Started { port: 4711 }).shows("waiting for an answer");
    script.service(ServiceEvent::Answers);
    script
}

#[test]
fn a_service_shows_how_to_ask_it_and_what_it_prints() {
    let mut script = trying();
    script.service(ServiceEvent::Said("listening\n\u{1b}[2Jno\u{1b}]0;title\u{7}w ".into()));
    script.service(ServiceEvent::Said("on 4711\n".into()));
    insta::assert_snapshot!(script.frame(), @r"
    cap answers on port 4711
    tests: a guest is greeted

      curl -i localhost:4711/caps -d 'a cap'

    its output:
    listening
    now on 4711















    r run  j/k scroll  t stop it, go back
    ");
    for key in ["t", "q", "\u{1b}"] {
        trying().press(key).did("stop service").shows("a guest is greeted").hides("4711");
    }
}

#[test]
fn a_save_gives_its_verdict_first_and_then_starts_the_service_again_on_its_port() {
    let mut script = trying();
    script.save("cap").did("stop service, start cap").shows("tests: checking ...").shows("after the tests");
    script.save("cap").did("stop service, stop, start cap");
    script
        .run(RunEvent::Judged(failed(&["another"])))
        .did("cap failed, serve cap on 4711")
        .shows("tests: another");
    script.press("r").did("stop service, start cap").run(RunEvent::Trouble(Trouble::NoSpace));
    script.did("serve cap on 4711").shows("tests: the disk is full");
}

#[test]
fn a_pass_and_a_save_elsewhere_move_on_and_stop_the_service() {
    let mut script = trying();
    script.save("cap").did("stop service, start cap").passes();
    script.did("cap passed, stop service, start ask, at ask").shows("cap passes").hides("curl");
    trying().save("bid").did("stop service, start bid, at bid").hides("curl");
    let mut script = trying();
    script.event(Event::Signal(15)).did("Signalled(15)");
}

#[test]
fn a_service_waits_for_the_verdict_under_way() {
    let mut progress = Progress::default();
    progress.set_current("cap");
    let mut script = Script::with(progress, AfterPass::MoveOn);
    script
        .press("t")
        .did("start cap, at cap")
        .shows("cap starts after the tests")
        .fails()
        .did("cap failed, serve cap");
    script.press("t").did("stop service").press("c").press("t").shows("t: all exercises are being checked");
    script.press("b").fails().press("t").shows("t: this exercise has no service to try");
}

#[test]
fn the_three_ways_to_fail_are_told_apart() {
    let error = Diagnostic {
        message: "mismatched types".into(),
        rendered: "error[E0308]: mismatched types\n --> exercises/01_shop/cap/src/main.rs:3:5".into(),
        ..diagnostic()
    };
    let mut script = trying();
    script.service(ServiceEvent::NotBuilt(judged(Verdict::DoesNotCompile { errors: vec![error] })));
    script
        .shows("cap never started: it does not build")
        .shows("mismatched types")
        .shows("main.rs:3")
        .hides("curl");
    let mut script = trying();
    script.service(ServiceEvent::Said("no database\n".into()));
    script.service(ServiceEvent::Ended(ServiceEnd::Exited(3), Left::default()));
    script
        .shows("cap ended by itself: exit code 3")
        .shows("after it had answered")
        .shows("no database")
        .hides("curl");
    let mut script = trying();
    script
        .service(ServiceEvent::Started { port: 4712 })
        .service(ServiceEvent::Ended(ServiceEnd::Signalled(6), Left::default()));
    script.shows("ended by itself: signal 6").shows("before it answered");
    let mut script = trying();
    script.service(ServiceEvent::Silent { after: Duration::from_secs(10) });
    script.shows("cap does not answer").shows("for 10 s nothing came back from 127.0.0.1:4711").shows("curl");
}

#[test]
fn what_a_service_left_behind_is_told_and_late_messages_are_not_shown() {
    let mut script = trying();
    let service = script.service.expect("it runs");
    script.press("t");
    let left = Left { processes: vec!["sleep (7)".into()], listening: Some(4711) };
    script.event(Event::Service(service, ServiceEvent::Stopped(left)));
    script.shows("the service left sleep (7) running; ended").shows("still listens on port 4711");
    script.event(Event::Service(service, ServiceEvent::Answers)).hides("answers");
}

#[test]
fn in_plain_lines_a_service_and_what_it_prints_are_told_once() {
    let mut script = trying();
    let mut teller = Teller::default();
    let mut told = |script: &Script| teller.news(&script.state.view(), Theme::plain()).join("\n");
    let begun = told(&script);
    assert!(
        begun.contains("cap answers on port 4711; the key t stops it\ncurl -i localhost:4711"),
        "{begun}"
    );
    script.service(ServiceEvent::Said("one\ntw".into()));
    assert_eq!(told(&script), "one");
    script.service(ServiceEvent::Said("o\n\u{1b}[2Jthree\n".into()));
    assert_eq!(told(&script), "two\nthree");
    assert_eq!(told(&script), "");
    script.service(ServiceEvent::Ended(ServiceEnd::Exited(3), Left::default()));
    assert_eq!(
        told(&script),
        "cap ended by itself: exit code 3\nIt was started, and ended after it had answered."
    );
}

#[test]
fn the_output_of_a_service_is_followed_or_read() {
    let mut script = trying();
    let lines: Vec<_> = (0..2000).map(|number| format!("line {number}\n")).collect();
    script.service(ServiceEvent::Said(lines.concat())).shows("line 1999").hides("line 1000\n");
    script.press("kk").shows("its output, 2 lines before the end:").shows("line 1997").hides("line 1998");
    script.service(ServiceEvent::Said("more\n".into())).shows("line 1997").hides("line 1998").hides("more");
    script.press("g").shows("line 1001\n").press("G").shows("more");
    script.event(Event::Resized(Size { columns: 30, rows: 8 }));
    insta::assert_snapshot!(script.frame(), @r"
    cap answers on port 4711
    tests: a guest is greeted
      curl -i \
        localhost:4711/caps -d \
        'a cap'

    more
    r j/k t
    ");
}

#[test]
fn unsaved_progress_is_a_banner_and_the_verdict_stays() {
    let mut script = Script::new();
    script.fails().event(Event::NotSaved("could not save progress: no space".into()));
    script.shows("could not save progress").shows("a guest is greeted");
    let progress = script.state.progress().clone();
    script.event(Event::Saved(progress)).hides("could not save");
    script.event(Event::Trouble("looking for changes every 700 ms".into())).shows("every 700 ms");
}

#[test]
fn a_signal_ends_the_session_whatever_is_shown() {
    for keys in ["", "x", "l", "?", "c"] {
        let mut script = Script::new();
        script.press(keys).effects.clear();
        script.event(Event::Signal(2)).did("Signalled(2)");
    }
    Script::new().press("q").did("start ask, at ask, Quit");
}

#[test]
fn what_is_under_way_ends_with_a_suspension_and_begins_again() {
    Script::new().event(Event::Suspend).did("start ask, at ask, suspend, start ask");
    let mut script = Script::new();
    script.fails().effects.clear();
    script.event(Event::Suspend).did("suspend");
    script.press("c").effects.clear();
    script.event(Event::Suspend).did("suspend, check all");
}

#[test]
fn a_long_story_gives_way_before_its_place_and_the_rest() {
    let mut script = Script::new();
    let mut long = failed(&["a_guest_is_greeted", "x"]);
    if let Verdict::Failed { failures, .. } = &mut long.verdict {
        failures[0].message = "a line of the story\n".repeat(40);
    }
    script.save("ask").run(RunEvent::Judged(long));
    script
        .shows("a guest is greeted")
        .shows("more lines")
        .shows("tests.rs:7")
        .shows("1 other test fails, 2 pass");
}

#[test]
fn frames_fit_narrow_and_short_terminals() {
    let mut script = Script::new();
    script.fails();
    script.event(Event::Resized(Size { columns: 40, rows: 10 }));
    insta::assert_snapshot!(script.frame(), @r"
    a guest is greeted

      GET /
      expected  200
      got       500
      at …ercises/01_shop/ask/src/tests.rs:7
    1 other test fails, 2 pass
    open exercises/01_shop/ask/src/main.rs
    [---------------------------------]  0/3
    h hint  f more  n next  q quit  ? help
    ");
    script.event(Event::Resized(Size { columns: 20, rows: 5 }));
    insta::assert_snapshot!(script.frame(), @r"
    a guest is greeted
    ... 5 more lines
      at …src/tests.rs:7
    [-------------]  0/3
    h f n e l a i r q ?
    ");
}

#[test]
fn f_goes_round_the_failures_and_hints_are_for_the_one_that_is_shown() {
    let mut script = Script::new();
    script.run(RunEvent::Judged(failed(&["another", "a_guest_is_greeted"]))).effects.clear();
    script.press("f").shows("a guest is greeted").shows("failure 2 of 2");
    script.press("h").shows("Who greets?").press("f").shows("another").hides("Who greets?");
    script.press("f").save("ask").shows("before this run:").shows("a guest is greeted");
    script.run(RunEvent::Judged(failed(&["another", "x"]))).shows("another").hides("failure 2");
    script.run(RunEvent::Judged(failed(&["another"])));
}

#[test]
fn keys_for_what_is_not_there_say_so() {
    let mut script = Script::new();
    script
        .press("a")
        .shows("a: nothing has run yet")
        .press("f")
        .shows("f: nothing failed that could be shown");
    script.run(RunEvent::Judged(failed(&["x"]))).press("f").shows("f: this is the only failure");
    script.press("w").shows("w: the compiler warns of nothing");
    assert!(
        !script.prompt().contains("f more") && !script.prompt().contains("w warnings"),
        "{}",
        script.prompt()
    );
    script
        .event(Event::Readme(Err("this chapter has no README".into())))
        .shows("i: this chapter has no README");
}

#[test]
fn a_page_is_scrolled_and_left_by_any_other_key_or_a_save() {
    let mut script = Script::new();
    script.fails().press("i").shows("exercises/01_shop/README.md").shows("lines 1 to 20 of");
    script
        .press("j")
        .shows("lines 2 to 21 of")
        .press("G")
        .hides("lines 2 to")
        .press("jjjg")
        .shows("lines 1 to");
    script.press("q").hides("README.md  lines").press("i").save("ask").shows("checking ...");
}

#[test]
fn a_page_about_a_verdict_goes_with_it() {
    let mut script = Script::new();
    script
        .fails()
        .press("r")
        .press("a")
        .shows("ask: all output")
        .passes()
        .shows("ask passes")
        .hides("all output");
    script.press("n").hides("ask passes");
}

#[test]
fn while_an_editor_has_the_terminal_keys_are_its_own_and_saves_are_judged() {
    let mut script = Script::new();
    script.fails().effects.clear();
    script.press("e").did("edit ask None").event(Event::EditorBegan);
    script.press("qnx").did("").save("ask").did("start ask").passes().did("ask passed, start bid, at bid");
    script.event(Event::EditorEnded(Ok(()))).press("q").did("Quit");
    script.event(Event::EditorEnded(Err("`ed` ended with 1".into()))).shows("e: `ed` ended with 1");
}

#[test]
fn a_first_pass_keeps_the_reference_and_so_does_a_look_at_it() {
    let mut script = Script::staying();
    script.passes().save("ask").passes();
    assert_eq!(script.kept, [0]);
    script.press("s");
    assert_eq!(script.kept, [0, 0]);
}

#[test]
fn a_course_that_is_done_says_so_at_the_start() {
    let mut progress = Progress::default();
    for name in NAMES {
        progress.attempted(name, true, UNIX_EPOCH);
    }
    Script::with(progress, AfterPass::MoveOn)
        .passes()
        .shows("All 3 exercises passed.")
        .shows("What to do next");
}

#[test]
fn the_test_that_failed_first_is_recorded_and_forgotten_with_a_pass() {
    let mut script = Script::new();
    script.fails();
    let record = |script: &Script| script.state.progress().record("ask").failing_test;
    assert_eq!(record(&script).as_deref(), Some("a_guest_is_greeted"));
    script.save("ask").passes();
    assert_eq!(record(&script), None);
}

#[derive(Debug, Clone)]
enum Happening {
    Key(Key),
    Change(BTreeSet<Place>),
    Later(u64),
    /// Of the run so many before the last.
    Run(u64, RunEvent),
    All(u64, AllEvent),
    Prefetched(Place),
    /// Of the service that was started last, or of the one before.
    Service(bool, ServiceEvent),
    NotSaved,
    Saved,
    Trouble,
    ResetFails(bool),
    Resized(Size),
}

fn happening() -> impl Strategy<Value = Happening> {
    let key = prop_oneof![
        4 => proptest::sample::select("nbhlrcxsfawei?yjkqz/p求ttt".chars().collect::<Vec<_>>()).prop_map(Key::Char),
        1 => proptest::sample::select(vec![
            Key::Enter, Key::Escape, Key::Up, Key::Down, Key::PageUp, Key::End, Key::Left, Key::Right, Key::Backspace,
        ]),
    ];
    let verdict = || {
        let place = |tests: Vec<usize>| {
            tests.iter().map(|at| ["a_guest_is_greeted", "日本語_test", "x"][*at]).collect()
        };
        prop_oneof![
            2 => Just(passed()),
            1 => proptest::collection::vec(0_usize..3, 1..3).prop_map(move |tests| { let tests: Vec<_> = place(tests); failed(&tests) }),
            1 => Just(judged(Verdict::TimedOut { after: Duration::from_secs(10), running: vec!["x".into()], failures: Vec::new() })),
        ]
    };
    let run = prop_oneof![
        Just(RunEvent::Waiting(Wait::PackageCache)),
        Just(RunEvent::Testing),
        (0_u64..200, 0_u64..200).prop_map(|(done, total)| RunEvent::Building {
            done,
            total,
            unit: String::new()
        }),
        verdict().prop_map(RunEvent::Judged),
        Just(RunEvent::Trouble(Trouble::NoSpace)),
    ];
    let all = prop_oneof![
        (0_usize..4, verdict()).prop_map(|(at, judged)| AllEvent::Judged {
            name: NAMES.get(at).unwrap_or(&"unknown").to_string(),
            judged
        }),
        Just(AllEvent::Done),
        Just(AllEvent::Trouble(Trouble::NoSpace)),
    ];
    let service = prop_oneof![
        Just(ServiceEvent::Waiting(Wait::Runner)),
        Just(ServiceEvent::Started { port: 4711 }),
        Just(ServiceEvent::Answers),
        Just(ServiceEvent::Silent { after: Duration::from_secs(10) }),
        "[a-z日\u{1b}\n ]{0,300}".prop_map(ServiceEvent::Said),
        Just(ServiceEvent::Ended(ServiceEnd::Exited(3), Left::default())),
        Just(ServiceEvent::Stopped(Left { processes: vec!["sleep (7)".into()], listening: Some(4711) })),
        verdict().prop_map(ServiceEvent::NotBuilt),
        Just(ServiceEvent::Trouble(Trouble::NoSpace)),
    ];
    let size = (1_usize..200, 1_usize..60).prop_map(|(columns, rows)| Size { columns, rows });
    prop_oneof![
        1 => (0_usize..3).prop_map(Happening::Prefetched),
        6 => key.prop_map(Happening::Key),
        3 => proptest::collection::btree_set(0_usize..3, 0..3).prop_map(Happening::Change),
        2 => (0_u64..100).prop_map(Happening::Later),
        4 => (0_u64..3, run).prop_map(|(back, event)| Happening::Run(back, event)),
        2 => (0_u64..3, all).prop_map(|(back, event)| Happening::All(back, event)),
        3 => (any::<bool>(), service).prop_map(|(late, event)| Happening::Service(late, event)),
        1 => Just(Happening::NotSaved),
        1 => Just(Happening::Saved),
        1 => Just(Happening::Trouble),
        1 => any::<bool>().prop_map(Happening::ResetFails),
        2 => size.prop_map(Happening::Resized),
    ]
}

impl Script {
    fn happens(&mut self, happening: Happening) {
        let before = |back: u64, last: RunId| RunId(last.0.saturating_sub(back));
        match happening {
            Happening::Key(key) => self.event(Event::Key(key)),
            Happening::Change(places) => self.event(Event::FilesChanged(places)),
            Happening::Later(millis) => self.later(millis),
            Happening::Run(back, event) => self.run_of(before(back, self.last_started), event),
            Happening::All(0, event) if matches!(self.state.work, Work::All { .. }) => self.all(event),
            Happening::All(back, event) => {
                let id = before(back + 1, self.last_started);
                self.event(Event::All(id, event))
            }
            Happening::Prefetched(place) => self.event(Event::Prefetched(place)),
            Happening::Service(late, event) => match self.service {
                Some(id) => self.event(Event::Service(RunId(id.0 - u64::from(late)), event)),
                None => self,
            },
            Happening::NotSaved => self.event(Event::NotSaved("no space\nhelp: free some".into())),
            Happening::Saved => {
                let progress = self.state.progress().clone();
                self.event(Event::Saved(progress))
            }
            Happening::Trouble => self.event(Event::Trouble("looking every 700 ms".into())),
            Happening::ResetFails(fails) => {
                self.reset_fails = fails;
                self
            }
            Happening::Resized(size) => self.event(Event::Resized(size)),
        };
    }

    fn passed_set(&self) -> BTreeSet<&'static str> {
        NAMES.into_iter().filter(|name| self.state.progress().is_passed(name)).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// That runs do not overlap and that their ids rise is asserted by the script itself.
    #[test]
    fn whatever_happens_frames_fit_and_no_pass_is_lost(
        stay in any::<bool>(),
        happenings in proptest::collection::vec(happening(), 0..60),
    ) {
        let after_pass = if stay { AfterPass::Stay } else { AfterPass::MoveOn };
        let mut script = Script::with(Progress::default(), after_pass);
        for happening in happenings {
            let passed = script.passed_set();
            script.effects.clear();
            script.happens(happening);
            let was_reset = script.effects.iter().any(|effect| effect.ends_with("pending"));
            prop_assert!(was_reset || script.passed_set().is_superset(&passed));
            // A run that lives is one the state waits for.
            prop_assert_eq!(script.alive.is_some(), !matches!(script.state.work, Work::Nothing));
            let is_tried = matches!(script.state.screen, Screen::Service { .. });
            prop_assert!(script.service.is_none() || is_tried, "a service without its screen");
            let Size { columns, rows } = script.state.size;
            let frame = render(&script.state.view(), script.state.size, Theme::new(true));
            prop_assert_eq!(strip_ansi(&frame), script.frame());
            prop_assert_eq!(frame.split('\n').count(), rows);
            for line in frame.split('\n') {
                prop_assert!(width(line) <= columns, "{:?} in {} columns", line, columns);
            }
        }
    }
}
