//! The runner of one course, and a run in progress.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::SystemTime;

use super::judge;
use super::leftovers::{self, Mark, RunnerId};
use super::mirror::{self, Mirror};
use super::originals::Originals;
use super::stop::{Force, Stop};
use super::turn::build_lock;
use crate::check::{AllEvent, RunEvent, Trouble};
use crate::course::{Course, Exercise, RUNNER_FOLDER};

/// Runs exercises of one course. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Runner {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) course: Course,
    pub(super) mirror: Mirror,
    pub(super) id: RunnerId,
    /// Held by the run that is at work: runs of one runner never overlap.
    pub(super) originals: Mutex<Originals>,
}

impl Runner {
    /// Prepares originals and mirror, and ends what a killed runner left behind.
    pub fn open(course: &Course) -> Result<Self, Trouble> {
        let id = RunnerId::this();
        leftovers::kill_orphans(&course.root, id);
        let mut originals = Originals::new(course);
        let lock = build_lock(&course.root).map_err(|error| cannot_write(&error))?;
        // Whoever holds it has made sure of them.
        if lock.try_lock().is_ok() {
            originals.refresh().map_err(|error| cannot_write(&error))?;
        }
        let mirror = Mirror::new(course);
        let shared = Shared { course: course.clone(), mirror, id, originals: Mutex::new(originals) };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Judges one exercise on a thread of its own.
    pub fn start(&self, exercise: &Exercise, events: impl Fn(RunEvent) + Send + Sync + 'static) -> Run {
        let (shared, exercise) = (Arc::clone(&self.shared), exercise.clone());
        Run::start(move |stop| judge::one(&shared, &exercise, stop, &events))
    }

    /// Judges many exercises: one Cargo call, then the test binaries in parallel.
    pub fn start_all(
        &self,
        exercises: Vec<Exercise>,
        events: impl Fn(AllEvent) + Send + Sync + 'static,
    ) -> Run {
        let shared = Arc::clone(&self.shared);
        Run::start(move |stop| judge::all(&shared, &exercises, stop, &events))
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Puts the files of the exercise back to the starter, keeping what they replaced.
    pub fn reset(&self, exercise: &Exercise) -> io::Result<Reset> {
        let originals = self.shared.originals.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = humantime::format_rfc3339_seconds(SystemTime::now()).to_string().replace(':', "-");
        let backups = Path::new(RUNNER_FOLDER).join("backups").join(&exercise.name);
        let names = std::iter::once(stamp.clone()).chain((2..).map(|number| format!("{stamp}.{number}")));
        let backup = names
            .map(|name| backups.join(name))
            .find(|folder| !self.shared.course.root.join(folder).exists())
            .expect("numbers do not end");
        let root = &self.shared.course.root;
        let restored = mirror::restore(root, &originals, exercise, &root.join(&backup))?;
        let backup = Some(backup).filter(|folder| root.join(folder).exists());
        Ok(Reset { restored, backup })
    }
}

impl Shared {
    pub(super) fn mark(&self) -> Mark {
        Mark::new(self.id, &self.course.root)
    }
}

impl Drop for Shared {
    /// What left its group, closed its output and still runs.
    fn drop(&mut self) {
        leftovers::kill_orphans(&self.course.root, self.id);
    }
}

/// A file of the runner's own cannot be read or written.
pub(super) fn cannot_write(error: &io::Error) -> Trouble {
    if error.kind() == io::ErrorKind::StorageFull {
        return Trouble::NoSpace;
    }
    Trouble::Other(format!(
        "could not prepare the course for a run: {error}\n  help: the runner keeps its files in {RUNNER_FOLDER}; make \
         the course's folder writable, or copy the course to where you may write"
    ))
}

/// A run in progress.
#[derive(Debug)]
#[must_use = "a run that nobody holds cannot be stopped"]
pub struct Run {
    stop: Arc<Stop>,
    thread: JoinHandle<()>,
}

impl Run {
    /// Begins `work` on a thread of its own.
    pub(crate) fn start(work: impl FnOnce(&Stop) + Send + 'static) -> Self {
        let stop = Arc::new(Stop::new().expect("a pipe: the process has file descriptors left"));
        let seen = Arc::clone(&stop);
        let thread = thread::Builder::new().name("run".to_owned()).spawn(move || work(&seen));
        Self { stop, thread: thread.expect("a thread: the process may start one") }
    }

    /// Kills its processes at once and returns; it sends no verdict any more.
    pub fn stop(&self) {
        self.stop.request(Force::AtOnce);
    }

    /// Asks its processes to end, kills them after a short grace, and waits until they are gone.
    pub fn end(self) {
        self.stop.request(Force::Gently);
        self.wait();
    }

    /// Waits until it has sent its last event.
    pub fn wait(self) {
        if let Err(panic) = self.thread.join() {
            std::panic::resume_unwind(panic);
        }
    }

    /// A handle that stops the run from another thread, such as the one that receives signals.
    pub fn stopper(&self) -> impl Fn() + Send + 'static {
        let stop = Arc::clone(&self.stop);
        move || stop.request(Force::Gently)
    }
}

/// What a reset did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reset {
    /// The files that were put back, relative to the course's root.
    pub restored: Vec<PathBuf>,
    /// The folder that keeps what they replaced, relative to the course's root; none if nothing was replaced.
    pub backup: Option<PathBuf>,
}
