//! The learner's files: notify rings, [`Stamps`] decide, [`Event::FilesChanged`] tells.
//!
//! Watched are the folders of the exercises with what is below them, and for themselves alone the folders above, where
//! an exercise's folder may come back. Nothing is ever built in any of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use notify::event::{
    AccessKind, AccessMode, CreateKind, DataChange, MetadataKind, ModifyKind, RemoveKind, RenameMode,
};
use notify::{Config, EventKind, PollWatcher, RecursiveMode, Watcher};

use super::event::{Event, Mailbox, Place};
use super::stamps::{Difference, Stamps};
use crate::course::{Course, EXERCISES};

/// So long may a file be gone while an editor replaces it.
const PATIENCE: Duration = Duration::from_millis(150);
const POLL_INTERVAL: Duration = Duration::from_millis(700);

/// Watches for as long as it lives.
#[derive(Debug)]
pub(super) struct Files {
    rings: Sender<Ring>,
    eye: Arc<Mutex<Eye>>,
}

#[derive(Debug)]
enum Ring {
    Noted(notify::Result<notify::Event>),
    End,
}

impl Files {
    /// Watches, takes a first look, and from then on reports what differs from the look before.
    pub(super) fn start(course: &Course, mailbox: Mailbox) -> io::Result<Self> {
        let (rings, bell) = channel();
        let (watcher, trouble) = watcher(course, &rings);
        if let Some(trouble) = trouble {
            mailbox.send(Event::Trouble(trouble));
        }
        let eye = Arc::new(Mutex::new(Eye::open(course)));
        let mut watch = Watch { watcher, rings: rings.clone(), eye: Arc::clone(&eye), mailbox };
        thread::Builder::new().name("files".into()).spawn(move || watch.answer(&bell))?;
        Ok(Self { rings, eye })
    }

    /// Lets the runner itself write files of an exercise: that rings for nobody.
    pub(super) fn quietly<T>(&self, place: Place, write: impl FnOnce() -> T) -> T {
        let mut eye = lock(&self.eye);
        let written = write();
        eye.accept(place);
        written
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = self.rings.send(Ring::End);
    }
}

struct Watch {
    watcher: Option<Box<dyn Watcher + Send>>,
    rings: Sender<Ring>,
    eye: Arc<Mutex<Eye>>,
    mailbox: Mailbox,
}

impl Watch {
    fn answer(&mut self, bell: &Receiver<Ring>) {
        loop {
            let due = lock(&self.eye).due();
            let first = match due {
                None => bell.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => bell.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            let first = match first {
                Ok(ring) => Some(ring),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            // A save rings several times; one look answers all that have rung by now.
            let mut rung = BTreeSet::new();
            for ring in first.into_iter().chain(bell.try_iter()) {
                match ring {
                    Ring::End => return,
                    Ring::Noted(Ok(event)) => rung.extend(self.places(&event)),
                    Ring::Noted(Err(error)) => rung.extend(self.fell_ill(&error)),
                }
            }
            let changed = lock(&self.eye).look(&rung, Instant::now());
            if !changed.is_empty() {
                self.mailbox.send(Event::FilesChanged(changed));
            }
        }
    }

    /// Where an event asks to look.
    fn places(&mut self, event: &notify::Event) -> BTreeSet<Place> {
        let mut eye = lock(&self.eye);
        if event.need_rescan() {
            return eye.all();
        }
        if !rings(event.kind) {
            return BTreeSet::new();
        }
        let places: BTreeSet<_> = event.paths.iter().flat_map(|path| eye.places(path)).collect();
        let is_new = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
        if is_new && event.paths.iter().any(|path| path.is_dir()) {
            // A new folder. What is written to it before it is watched does not ring: watch it, look, look again.
            for place in &places {
                eye.look_again(*place, Instant::now() + PATIENCE);
            }
            drop(eye);
            self.watch_anew(&places);
        }
        places
    }

    /// Watches the exercises' folders and those above them, which may be others than before.
    fn watch_anew(&mut self, places: &BTreeSet<Place>) {
        let eye = lock(&self.eye);
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        for folder in places.iter().map(|place| &eye.folders[*place]) {
            if let Some(chapter) = folder.parent() {
                let _ = watcher.watch(chapter, RecursiveMode::NonRecursive);
            }
            let _ = watcher.watch(folder, RecursiveMode::Recursive);
        }
    }

    /// The watcher says it no longer sees everything.
    fn fell_ill(&mut self, error: &notify::Error) -> BTreeSet<Place> {
        let eye = lock(&self.eye);
        self.mailbox.send(Event::Trouble(polling(&error.to_string())));
        self.watcher = poll_watcher(&eye.folders, &self.rings);
        eye.all()
    }
}

/// What the files held at the last look. Starts no thread and knows no clock.
#[derive(Debug)]
struct Eye {
    exercises: PathBuf,
    /// By path relative to `exercises`.
    members: HashMap<PathBuf, Place>,
    folders: Vec<PathBuf>,
    edit: Vec<Vec<PathBuf>>,
    looks: Vec<Stamps>,
    /// Where to look once more, whatever has rung.
    again: BTreeMap<Place, Instant>,
}

impl Eye {
    fn open(course: &Course) -> Self {
        let members = course.exercises.iter().enumerate();
        let folders = exercise_folders(course);
        let edit: Vec<_> = course.exercises.iter().map(|exercise| exercise.edit.clone()).collect();
        Self {
            exercises: course.root.join(EXERCISES),
            members: members.map(|(place, exercise)| (exercise.member(), place)).collect(),
            looks: folders.iter().zip(&edit).map(|(folder, edit)| Stamps::first(folder, edit)).collect(),
            folders,
            edit,
            again: BTreeMap::new(),
        }
    }

    fn all(&self) -> BTreeSet<Place> {
        (0..self.folders.len()).collect()
    }

    /// The exercise that a path lies in; for a folder above exercises all of those.
    fn places(&self, path: &Path) -> BTreeSet<Place> {
        let Ok(path) = path.strip_prefix(&self.exercises) else {
            return BTreeSet::new();
        };
        let member: PathBuf = path.components().take(2).collect();
        if let Some(place) = self.members.get(&member) {
            return [*place].into();
        }
        self.members.iter().filter(|(member, _)| member.starts_with(path)).map(|(_, place)| *place).collect()
    }

    fn due(&self) -> Option<Instant> {
        self.again.values().min().copied()
    }

    fn look_again(&mut self, place: Place, at: Instant) {
        self.again.entry(place).or_insert(at);
    }

    fn accept(&mut self, place: Place) {
        self.looks[place] = self.looks[place].again(&self.folders[place], &self.edit[place]);
        self.again.remove(&place);
    }

    /// Looks where it rang, and where the patience ends. Returns what has changed.
    fn look(&mut self, rung: &BTreeSet<Place>, now: Instant) -> BTreeSet<Place> {
        let due: BTreeSet<_> =
            self.again.iter().filter(|(_, at)| **at <= now).map(|(place, _)| *place).collect();
        let mut changed = BTreeSet::new();
        for place in rung.union(&due).copied() {
            let look = self.looks[place].again(&self.folders[place], &self.edit[place]);
            match self.looks[place].difference(&look) {
                Difference::Same => {}
                Difference::Incomplete if !due.contains(&place) => {
                    self.look_again(place, now + PATIENCE);
                    continue;
                }
                Difference::Changed | Difference::Incomplete => {
                    self.looks[place] = look;
                    changed.insert(place);
                }
            }
            if due.contains(&place) {
                self.again.remove(&place);
            }
        }
        changed
    }
}

/// Whether such an event can mean other content. Every kind is named, so that a new one makes us think.
fn rings(kind: EventKind) -> bool {
    use EventKind as Kind;
    match kind {
        Kind::Any
        | Kind::Access(AccessKind::Close(AccessMode::Write))
        | Kind::Create(CreateKind::Any | CreateKind::File | CreateKind::Folder | CreateKind::Other)
        | Kind::Modify(
            ModifyKind::Any
            | ModifyKind::Data(DataChange::Any | DataChange::Size | DataChange::Content | DataChange::Other)
            | ModifyKind::Metadata(MetadataKind::WriteTime)
            | ModifyKind::Name(
                RenameMode::Any | RenameMode::To | RenameMode::From | RenameMode::Both | RenameMode::Other,
            )
            | ModifyKind::Other,
        )
        | Kind::Remove(RemoveKind::Any | RemoveKind::File | RemoveKind::Folder | RemoveKind::Other) => true,
        // Reading rings, too, and our own look reads.
        Kind::Access(
            AccessKind::Any
            | AccessKind::Read
            | AccessKind::Open(_)
            | AccessKind::Close(AccessMode::Any | AccessMode::Execute | AccessMode::Read | AccessMode::Other)
            | AccessKind::Other,
        )
        | Kind::Modify(ModifyKind::Metadata(
            MetadataKind::Any
            | MetadataKind::AccessTime
            | MetadataKind::Permissions
            | MetadataKind::Ownership
            | MetadataKind::Extended
            | MetadataKind::Other,
        ))
        | Kind::Other => false,
    }
}

/// The platform's watcher, or where that fails or is blind one that polls, with the words for it.
fn watcher(course: &Course, rings: &Sender<Ring>) -> (Option<Box<dyn Watcher + Send>>, Option<String>) {
    let folders = exercise_folders(course);
    let why = match blind_filesystem(&course.root) {
        Some(kind) => format!("changes on {kind} are not announced"),
        None => match platform_watcher(course, &folders, rings) {
            Ok(watcher) => return (Some(watcher), None),
            Err(error) => error.to_string(),
        },
    };
    match poll_watcher(&folders, rings) {
        Some(watcher) => (Some(watcher), Some(polling(&why))),
        None => (None, Some(format!("the exercises cannot be watched ({why}); the key r runs the tests"))),
    }
}

fn polling(why: &str) -> String {
    format!("looking for changes every {} ms ({why})", POLL_INTERVAL.as_millis())
}

fn platform_watcher(
    course: &Course,
    folders: &[PathBuf],
    rings: &Sender<Ring>,
) -> notify::Result<Box<dyn Watcher + Send>> {
    let mut watcher = notify::recommended_watcher(ringer(rings))?;
    let mut above: BTreeSet<_> = folders.iter().filter_map(|folder| folder.parent()).collect();
    let exercises = course.root.join(EXERCISES);
    above.insert(&exercises);
    for folder in above {
        watch_if_there(&mut watcher, folder, RecursiveMode::NonRecursive)?;
    }
    for folder in folders {
        watch_if_there(&mut watcher, folder, RecursiveMode::Recursive)?;
    }
    Ok(Box::new(watcher))
}

/// A folder that is not there now is watched when the folder above tells of it.
fn watch_if_there(watcher: &mut impl Watcher, folder: &Path, mode: RecursiveMode) -> notify::Result<()> {
    match watcher.watch(folder, mode) {
        Err(_) if !folder.is_dir() => Ok(()),
        other => other,
    }
}

fn poll_watcher(folders: &[PathBuf], rings: &Sender<Ring>) -> Option<Box<dyn Watcher + Send>> {
    let config = Config::default().with_poll_interval(POLL_INTERVAL).with_compare_contents(true);
    let mut watcher = PollWatcher::new(ringer(rings), config).ok()?;
    for folder in folders {
        watch_if_there(&mut watcher, folder, RecursiveMode::Recursive).ok()?;
    }
    Some(Box::new(watcher))
}

fn ringer(rings: &Sender<Ring>) -> impl FnMut(notify::Result<notify::Event>) + Send + 'static {
    let rings = rings.clone();
    move |event| {
        let _ = rings.send(Ring::Noted(event));
    }
}

fn exercise_folders(course: &Course) -> Vec<PathBuf> {
    course.exercises.iter().map(|exercise| course.root.join(exercise.folder())).collect()
}

/// The file system at `root`, if it is one on which others can change files unheard.
fn blind_filesystem(root: &Path) -> Option<String> {
    let mounts = fs_err::read_to_string("/proc/self/mountinfo").ok()?;
    blind_mount(&mounts, root)
}

/// `36 35 98:0 / /mnt/c rw,noatime - 9p drvfs rw`: the fifth word is where, the first after the dash is what.
fn blind_mount(mounts: &str, root: &Path) -> Option<String> {
    const BLIND: [&str; 10] =
        ["9p", "afs", "cifs", "drvfs", "fuse.sshfs", "fuse.vmhgfs-fuse", "nfs", "nfs4", "smb3", "vboxsf"];
    let mount = |line: &str| {
        let (before, after) = line.split_once(" - ")?;
        let at = before.split(' ').nth(4)?.replace("\\040", " ");
        let kind = after.split(' ').next()?.to_owned();
        root.starts_with(&at).then_some((at.len(), kind))
    };
    // The longest is the nearest; of equal ones the last covers the others.
    let (_, kind) = mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length)?;
    BLIND.contains(&kind.as_str()).then_some(kind)
}

fn lock(eye: &Mutex<Eye>) -> MutexGuard<'_, Eye> {
    eye.lock().unwrap_or_else(PoisonError::into_inner)
}
