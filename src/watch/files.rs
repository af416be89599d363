//! The learner's files: notify rings, the [`Eye`] looks, [`Event::FilesChanged`] tells.
//!
//! Watched are the folders of the exercises with what is below them, and for themselves alone the folders above, where
//! an exercise's folder may come back. Nothing is ever built in any of them.

use std::collections::BTreeSet;
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
use super::eye::{Eye, PATIENCE, exercise_folders};
use crate::course::{Course, EXERCISES};

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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::Receiver;

    use fs_err as fs;

    use super::*;
    use crate::watch::eye::tests::{World, set};

    /// Far more than any watcher needs; a wait ends with what it waits for.
    const DEADLINE: Duration = Duration::from_secs(30);

    #[test]
    fn reading_and_permissions_do_not_ring_and_everything_else_does() {
        let rung = [
            EventKind::Any,
            EventKind::Create(CreateKind::File),
            EventKind::Modify(ModifyKind::Data(DataChange::Any)),
            EventKind::Modify(ModifyKind::Name(RenameMode::To)),
            EventKind::Remove(RemoveKind::File),
            EventKind::Access(AccessKind::Close(AccessMode::Write)),
        ];
        let silent = [
            EventKind::Access(AccessKind::Open(AccessMode::Any)),
            EventKind::Access(AccessKind::Read),
            EventKind::Access(AccessKind::Close(AccessMode::Read)),
            EventKind::Modify(ModifyKind::Metadata(MetadataKind::Permissions)),
            EventKind::Other,
        ];
        assert!(rung.into_iter().all(rings));
        assert!(!silent.into_iter().any(rings));
    }

    #[test]
    fn mounts_that_change_unheard_are_recognised() {
        let mounts = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n\
                      2 1 0:5 / /mnt/c rw,noatime shared:1 - 9p drvfs rw\n\
                      3 1 0:6 / /mnt/my\\040share rw - nfs4 host:/x rw\n\
                      4 2 0:7 / /mnt/c/linux rw - ext4 /dev/sdb rw";
        let kind = |root: &str| blind_mount(mounts, Path::new(root));
        assert_eq!(kind("/home/ana/course"), None);
        assert_eq!(kind("/mnt/c/course").as_deref(), Some("9p"));
        assert_eq!(kind("/mnt/my share/course").as_deref(), Some("nfs4"));
        assert_eq!(kind("/mnt/c/linux/course"), None);
        assert_eq!(kind("/mnt/cc"), None);
    }

    /// Waits for the exercise's turn; other news may come before it.
    #[track_caller]
    fn told_of(events: &Receiver<Event>, place: Place) {
        loop {
            match events.recv_timeout(DEADLINE) {
                Ok(Event::FilesChanged(places)) if places.contains(&place) => return,
                Ok(_) => {}
                Err(error) => panic!("nothing was told of exercise {place}: {error}"),
            }
        }
    }

    #[test]
    fn the_platforms_watcher_tells_of_saves_replacements_and_folders_that_come_back() {
        let world = World::new();
        let (sender, events) = channel();
        let files = Files::start(&world.course, Mailbox(sender)).expect("a watcher");
        world.write(0, "src/main.rs", "fn main() { 1; }");
        told_of(&events, 0);
        world.write(1, "src/new.rs", "fn main() { 2; }");
        fs::rename(world.path(1, "src/new.rs"), world.path(1, "src/main.rs")).expect("a replacement");
        told_of(&events, 1);
        let chapter = world.path(2, "..");
        fs::remove_dir_all(&chapter).expect("the chapter");
        told_of(&events, 2);
        world.write(2, "src/main.rs", "fn main() { 3; }");
        told_of(&events, 2);
        // The new folder is looked at once more; what comes after that only its watcher can tell.
        while lock(&files.eye).due().is_some() {
            thread::yield_now();
        }
        world.write(2, "src/main.rs", "fn main() { 4; }");
        told_of(&events, 2);
    }

    #[test]
    fn the_polling_watcher_rings_for_a_save() {
        let world = World::new();
        let (rings, bell) = channel();
        let _watcher = poll_watcher(&exercise_folders(&world.course), &rings).expect("a watcher");
        world.write(1, "src/main.rs", "fn main() { 1; }");
        let eye = Eye::open(&world.course);
        loop {
            match bell.recv_timeout(DEADLINE).expect("a ring") {
                Ring::Noted(Ok(event)) if event.paths.iter().any(|path| eye.places(path) == set(&[1])) => {
                    return;
                }
                _ => {}
            }
        }
    }
}
