//! The learner's files: notify rings, the [`Eye`] looks, [`Event::FilesChanged`] tells.
//!
//! Watched are the folders of the exercises with what is below them, and for themselves alone the folders above, where
//! an exercise's folder may come back. Nothing is ever built in any of them. Where the platform's watcher fails, or where
//! others may change files unheard, the eye looks at everything again and again.

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
use notify::{EventKind, RecursiveMode, Watcher};

use super::common::folders as common_folders;
use super::event::{Event, Mailbox, Place};
use super::eye::{Eye, PATIENCE, exercise_folders};
use crate::course::Course;

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

type BoxedWatcher = Box<dyn Watcher + Send>;

impl Files {
    /// Watches, takes a first look, and from then on reports what differs from the look before.
    pub(super) fn start(course: &Course, mailbox: Mailbox) -> io::Result<Self> {
        let (rings, bell) = channel();
        let watcher = platform_watcher(course, &rings);
        let blind = blind_filesystem(&course.root).map(|kind| format!("changes on {kind} are not announced"));
        Self::with(course, mailbox, (rings, bell), watcher, blind)
    }

    fn with(
        course: &Course,
        mailbox: Mailbox,
        (rings, bell): (Sender<Ring>, Receiver<Ring>),
        watcher: notify::Result<BoxedWatcher>,
        blind: Option<String>,
    ) -> io::Result<Self> {
        let eye = Arc::new(Mutex::new(Eye::open(course)));
        let mut watch =
            Watch { watcher: None, next_poll: None, has_rung_for_all: false, eye: Arc::clone(&eye), mailbox };
        match watcher {
            // Also where it is blind to others: what is saved here it hears at once.
            Ok(watcher) => watch.watcher = Some(watcher),
            Err(error) => watch.poll(&in_words(&error)),
        }
        if let Some(why) = blind {
            watch.poll(&why);
        }
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
    watcher: Option<BoxedWatcher>,
    /// When to look at everything, where nobody rings for it.
    next_poll: Option<Instant>,
    /// It rang for what all exercises are built with.
    has_rung_for_all: bool,
    eye: Arc<Mutex<Eye>>,
    mailbox: Mailbox,
}

impl Watch {
    fn answer(&mut self, bell: &Receiver<Ring>) {
        loop {
            let due = lock(&self.eye).due().into_iter().chain(self.next_poll).min();
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
                    Ring::Noted(Err(error)) => self.poll(&in_words(&error)),
                }
            }
            let now = Instant::now();
            if self.next_poll.is_some_and(|at| at <= now) {
                rung = lock(&self.eye).all();
                self.has_rung_for_all = true;
                self.next_poll = Some(now + POLL_INTERVAL);
            }
            let mut eye = lock(&self.eye);
            let missed = eye.without_main();
            let mut changed = eye.look(&rung, now);
            if std::mem::take(&mut self.has_rung_for_all) {
                changed.extend(eye.look_at_common());
            }
            let (gone, saved): (BTreeSet<_>, _) =
                changed.into_iter().partition(|place| missed.contains(place) || eye.misses_main(*place));
            drop(eye);
            if !gone.is_empty() {
                self.mailbox.send(Event::FilesGone(gone));
            }
            if !saved.is_empty() {
                self.mailbox.send(Event::FilesChanged(saved));
            }
        }
    }

    /// Where an event asks to look.
    fn places(&mut self, event: &notify::Event) -> BTreeSet<Place> {
        let mut eye = lock(&self.eye);
        if event.need_rescan() {
            self.has_rung_for_all = true;
            return eye.all();
        }
        if !rings(event.kind) {
            return BTreeSet::new();
        }
        self.has_rung_for_all |= event.paths.iter().any(|path| eye.is_common(path));
        let places: BTreeSet<_> = event.paths.iter().flat_map(|path| eye.places(path)).collect();
        let is_new = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
        if is_new && event.paths.iter().any(|path| path.is_dir()) {
            // A new folder. What is written to it before it is watched does not ring: watch it, look, look again.
            for place in &places {
                eye.look_again(*place, Instant::now() + PATIENCE);
            }
            let folders: Vec<_> = places.iter().map(|place| eye.folders[*place].clone()).collect();
            drop(eye);
            self.watch_anew(&folders);
        }
        places
    }

    /// Watches the exercises' folders and those above them, which may be others than before.
    fn watch_anew(&mut self, folders: &[PathBuf]) {
        if let Some(watcher) = &mut self.watcher
            && let Err(error) = watch_all(watcher.as_mut(), folders)
        {
            self.poll(&in_words(&error));
        }
    }

    /// Nobody can be relied on to ring, for this reason.
    fn poll(&mut self, why: &str) {
        let interval = POLL_INTERVAL.as_millis();
        self.mailbox.send(Event::Trouble(format!("looking for changes every {interval} ms ({why})")));
        self.next_poll.get_or_insert(Instant::now());
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

fn platform_watcher(course: &Course, rings: &Sender<Ring>) -> notify::Result<BoxedWatcher> {
    let rings = rings.clone();
    let mut watcher = notify::recommended_watcher(move |event| {
        let _ = rings.send(Ring::Noted(event));
    })?;
    // The root for the sake of `exercises`, which may be swapped for another folder.
    watch_if_there(&mut watcher, &course.root, RecursiveMode::NonRecursive)?;
    watch_all(&mut watcher, &exercise_folders(course))?;
    for folder in common_folders(course) {
        watch_if_there(&mut watcher, &folder, RecursiveMode::Recursive)?;
    }
    Ok(Box::new(watcher))
}

/// Watches the exercises' folders, their chapters, and the folder of these.
fn watch_all(watcher: &mut dyn Watcher, folders: &[PathBuf]) -> notify::Result<()> {
    let above: BTreeSet<_> = folders.iter().flat_map(|folder| folder.ancestors().skip(1).take(2)).collect();
    for folder in above {
        watch_if_there(watcher, folder, RecursiveMode::NonRecursive)?;
    }
    folders.iter().try_for_each(|folder| watch_if_there(watcher, folder, RecursiveMode::Recursive))
}

/// A folder that is not there now is watched when the folder above tells of it.
fn watch_if_there(watcher: &mut dyn Watcher, folder: &Path, mode: RecursiveMode) -> notify::Result<()> {
    match watcher.watch(folder, mode) {
        Err(_) if !folder.is_dir() => Ok(()),
        other => other,
    }
}

/// The limits are in numbers only root can change, and the system names them after files and disks.
fn in_words(error: &notify::Error) -> String {
    const TOO_MANY: i32 = 24;
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => "too many folders are watched on this machine".to_owned(),
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(TOO_MANY) => {
            "too many programs watch files on this machine".to_owned()
        }
        _ => error.to_string(),
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
    use crate::watch::eye::tests::World;

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
                Ok(Event::FilesChanged(places) | Event::FilesGone(places)) if places.contains(&place) => {
                    return;
                }
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

    /// With this in the place of the platform's watcher.
    fn watching(world: &World, watcher: notify::Result<BoxedWatcher>) -> (Files, Receiver<Event>) {
        let (sender, events) = channel();
        let files = Files::with(&world.course, Mailbox(sender), channel(), watcher, None);
        (files.expect("a thread"), events)
    }

    /// It never rings by itself.
    fn deaf() -> BoxedWatcher {
        Box::new(notify::NullWatcher)
    }

    #[track_caller]
    fn is_told_of_polling(events: &Receiver<Event>, why: &str) {
        match events.recv_timeout(DEADLINE) {
            Ok(Event::Trouble(words)) => assert!(words.contains(why), "{words}"),
            other => panic!("no word of polling: {other:?}"),
        }
    }

    #[test]
    fn without_the_platforms_watcher_it_looks_again_and_again_and_says_so() {
        let world = World::new();
        let failed = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
        let (_files, events) = watching(&world, Err(failed));
        is_told_of_polling(&events, "too many folders are watched");
        for text in ["fn main() { 1; }", "fn main() { 2; }"] {
            world.write(1, "src/main.rs", text);
            told_of(&events, 1);
        }
        let chapter = world.path(2, "..");
        fs::remove_dir_all(&chapter).expect("the chapter");
        told_of(&events, 2);
        world.write(2, "src/main.rs", "fn main() { 3; }");
        told_of(&events, 2);
    }

    #[test]
    fn a_watcher_that_fails_later_is_told_of_and_what_it_missed_is_found() {
        let world = World::new();
        let (files, events) = watching(&world, Ok(deaf()));
        world.write(1, "src/main.rs", "fn main() { 1; }");
        let failed = io::Error::from_raw_os_error(24);
        files.rings.send(Ring::Noted(Err(notify::Error::io(failed)))).expect("it listens");
        is_told_of_polling(&events, "too many programs watch files");
        told_of(&events, 1);
        world.write(0, "src/main.rs", "fn main() { 2; }");
        told_of(&events, 0);
    }

    #[test]
    fn a_watcher_that_lost_events_makes_the_eye_look_everywhere() {
        let world = World::new();
        let (files, events) = watching(&world, Ok(deaf()));
        world.write(2, "src/main.rs", "fn main() { 1; }");
        let lost = notify::Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        files.rings.send(Ring::Noted(Ok(lost))).expect("it listens");
        told_of(&events, 2);
    }

    #[test]
    fn a_mount_that_announces_nothing_is_looked_at_again_and_again() {
        let world = World::new();
        let (sender, events) = channel();
        let blind = Some("changes on nfs4 are not announced".to_owned());
        let files = Files::with(&world.course, Mailbox(sender), channel(), Ok(deaf()), blind);
        let _files = files.expect("a thread");
        is_told_of_polling(&events, "nfs4");
        world.write(0, "src/main.rs", "fn main() { 1; }");
        told_of(&events, 0);
    }
}
