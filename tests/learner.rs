//! A learner at one exercise of the tiny course, judged through the library as `run` and `watch` do it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, TryRecvError};
use std::time::Duration;

use backendlings::check::{AllEvent, Judged, RunEvent, Trouble, Verdict, spec_tests};
use backendlings::course::{Course, Exercise};
use backendlings::runner::{Run, Runner};
use fs_err as fs;

use crate::support::{World, bytes_below};

/// The course in tests/courses that these learners take.
pub(crate) const TINY: &str = "tiny";

/// More than the deadline of any exercise here, on a machine that does something else as well.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Learner {
    // First, so that it ends what it started before the folder goes.
    runner: Runner,
    exercise: Exercise,
    pub(crate) world: World,
}

impl Learner {
    /// In a new copy of the course.
    pub(crate) fn at(exercise: &str) -> Self {
        Self::in_world(World::with(TINY), exercise)
    }

    /// Where something was done to the copy before the first run.
    pub(crate) fn in_world(world: World, exercise: &str) -> Self {
        let course = Course::load(&world.path("")).expect("a valid course");
        let runner = Runner::open(&course).expect("a course that can be run");
        let exercise = course.find(exercise).expect("an exercise of the course").clone();
        Self { runner, exercise, world }
    }

    pub(crate) fn goes_to(&mut self, exercise: &str) -> &mut Self {
        let course = Course::load(&self.world.path("")).expect("a valid course");
        self.exercise = course.find(exercise).expect("an exercise of the course").clone();
        self
    }

    /// The path of one of the exercise's files.
    pub(crate) fn path(&self, file: impl AsRef<Path>) -> PathBuf {
        self.world.path(self.exercise.folder()).join(file)
    }

    pub(crate) fn write(&self, file: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        self.world.write(self.exercise.folder().join(file), text);
    }

    pub(crate) fn main_is(&self, text: impl AsRef<[u8]>) {
        self.write("src/main.rs", text);
    }

    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).expect("a readable file");
        assert!(text.contains(from), "{from:?} in {text}");
        self.write(file, text.replace(from, to));
    }

    pub(crate) fn remove(&self, file: impl AsRef<Path>) {
        let path = self.path(file);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("it was there");
    }

    /// How many tests its specification has.
    pub(crate) fn specified_tests(&self) -> usize {
        let shipped = shipped().join(self.exercise.folder()).join("src/tests.rs");
        spec_tests(&fs::read_to_string(shipped).expect("a readable specification")).len()
    }

    /// The reference over the learner's files.
    pub(crate) fn solve(&self) {
        self.world.solve(self.exercise.member().to_str().expect("a plain path"));
    }

    /// The whole course as shipped, but for what the runner keeps.
    pub(crate) fn start_again(&self) {
        let exercises = Path::new("exercises");
        fs::remove_dir_all(self.world.path(exercises)).expect("exercises to remove");
        for (path, bytes) in bytes_below(&shipped().join(exercises)) {
            self.world.write(exercises.join(path), bytes);
        }
    }

    /// One run, to its end.
    pub(crate) fn judge(&self) -> Result<Judged, Trouble> {
        let (events, received) = mpsc::channel();
        let run = self.run(move |event| {
            let _ = events.send(event);
        });
        loop {
            let event = received.recv_timeout(PATIENCE).expect("a run that is not stopped comes to an end");
            let judged = match event {
                RunEvent::Judged(judged) => Ok(*judged),
                RunEvent::Trouble(trouble) => Err(trouble),
                RunEvent::Waiting(_) | RunEvent::Building { .. } | RunEvent::Testing => continue,
            };
            run.wait();
            assert_eq!(received.try_recv(), Err(TryRecvError::Disconnected), "nothing comes after the end");
            return judged;
        }
    }

    /// A check of all exercises: the verdict on each.
    pub(crate) fn judge_all(&self) -> BTreeMap<String, Verdict> {
        let course = Course::load(&self.world.path("")).expect("a valid course");
        let (events, received) = mpsc::channel();
        let run = self.runner.start_all(course.exercises, move |event| {
            let _ = events.send(event);
        });
        let mut verdicts = BTreeMap::new();
        for event in received {
            match event {
                AllEvent::Judged { name, judged } => assert_eq!(verdicts.insert(name, judged.verdict), None),
                AllEvent::Trouble(trouble) => panic!("{trouble}"),
                AllEvent::Waiting(_) | AllEvent::Building { .. } | AllEvent::Done => {}
            }
        }
        run.wait();
        verdicts
    }

    #[track_caller]
    pub(crate) fn verdict(&self) -> Verdict {
        self.judge().expect("a verdict").verdict
    }

    /// Builds the exercise as something that may be run next. `ready` hears when it is.
    pub(crate) fn prefetch(&self, ready: impl FnOnce() + Send + 'static) -> Run {
        self.runner.prefetch(&self.exercise, ready)
    }

    pub(crate) fn run(&self, events: impl Fn(RunEvent) + Send + Sync + 'static) -> Run {
        self.runner.start(&self.exercise, events)
    }
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/courses").join(TINY)
}
