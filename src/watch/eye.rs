//! The last look at the exercises' files, and what has changed since. No thread, no clock, no watcher.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::common::Common;
use super::event::Place;
use super::stamps::{Difference, Scope, Stamps};
use crate::course::{Course, EXERCISES};

/// So long may a file be gone while an editor replaces it.
pub(super) const PATIENCE: Duration = Duration::from_millis(150);

/// What the files held at the last look.
#[derive(Debug)]
pub(super) struct Eye {
    exercises: PathBuf,
    /// By path relative to `exercises`.
    members: HashMap<PathBuf, Place>,
    pub(super) folders: Vec<PathBuf>,
    scopes: Vec<Scope>,
    looks: Vec<Stamps>,
    /// Where to look once more, whatever has rung.
    again: BTreeMap<Place, Instant>,
    common: Common,
}

impl Eye {
    pub(super) fn open(course: &Course) -> Self {
        let members = course.exercises.iter().enumerate();
        let folders = exercise_folders(course);
        let scopes: Vec<_> = course.exercises.iter().map(|exercise| Scope::of(course, exercise)).collect();
        Self {
            exercises: course.root.join(EXERCISES),
            members: members.map(|(place, exercise)| (exercise.own_path(), place)).collect(),
            looks: scopes.iter().map(Stamps::first).collect(),
            folders,
            scopes,
            again: BTreeMap::new(),
            common: Common::open(course),
        }
    }

    pub(super) fn all(&self) -> BTreeSet<Place> {
        (0..self.folders.len()).collect()
    }

    /// The exercise that a path lies in; for a folder above exercises all of those.
    pub(super) fn places(&self, path: &Path) -> BTreeSet<Place> {
        let Ok(path) = path.strip_prefix(&self.exercises) else {
            return BTreeSet::new();
        };
        let member: PathBuf = path.components().take(2).collect();
        if let Some(place) = self.members.get(&member) {
            return [*place].into();
        }
        self.members.iter().filter(|(member, _)| member.starts_with(path)).map(|(_, place)| *place).collect()
    }

    /// Whether a path lies among what all exercises are built with.
    pub(super) fn is_common(&self, path: &Path) -> bool {
        self.common.has(path)
    }

    /// Looks at what all exercises are built with. Every one of them has changed with it.
    pub(super) fn look_at_common(&mut self) -> BTreeSet<Place> {
        if self.common.has_changed() { self.all() } else { BTreeSet::new() }
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.again.values().min().copied()
    }

    pub(super) fn look_again(&mut self, place: Place, at: Instant) {
        self.again.entry(place).or_insert(at);
    }

    pub(super) fn accept(&mut self, place: Place) {
        self.looks[place] = self.looks[place].again(&self.scopes[place]);
        self.again.remove(&place);
    }

    /// Whether the main.rs of an exercise, or its one file, was gone or empty at the last look.
    pub(super) fn misses_main(&self, place: Place) -> bool {
        !self.looks[place].has(&self.scopes[place].main)
    }

    pub(super) fn without_main(&self) -> BTreeSet<Place> {
        self.all().into_iter().filter(|place| self.misses_main(*place)).collect()
    }

    /// Looks where it rang, and where the patience ends. Returns what has changed.
    pub(super) fn look(&mut self, rung: &BTreeSet<Place>, now: Instant) -> BTreeSet<Place> {
        let due: BTreeSet<_> =
            self.again.iter().filter(|(_, at)| **at <= now).map(|(place, _)| *place).collect();
        let mut changed = BTreeSet::new();
        for place in rung.union(&due).copied() {
            let look = self.looks[place].again(&self.scopes[place]);
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

pub(super) fn exercise_folders(course: &Course) -> Vec<PathBuf> {
    course.exercises.iter().map(|exercise| course.root.join(exercise.folder())).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use fs_err as fs;

    use super::*;
    use crate::course::{Chapter, Exercise, Home, Proof, Workspace};

    /// A course of three exercises on disk.
    pub(in crate::watch) struct World {
        folder: tempfile::TempDir,
        pub(in crate::watch) course: Course,
    }

    impl World {
        pub(in crate::watch) fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let chapter = |dir: &str| Chapter { dir: dir.into(), title: String::new(), readme: None };
            let exercises = [("01_a", "ask"), ("01_a", "bid"), ("02_b", "cap")];
            let course = Course {
                root: folder.path().canonicalize().expect("the folder"),
                name: String::new(),
                workspace: Workspace::AsShipped,
                welcome_message: String::new(),
                final_message: String::new(),
                chapters: vec![chapter("01_a"), chapter("02_b")],
                exercises: exercises.map(|(dir, name)| exercise(dir, name)).into(),
            };
            let world = Self { folder, course };
            for place in 0..3 {
                world.write(place, "src/main.rs", "fn main() {}");
            }
            world
        }

        pub(in crate::watch) fn path(&self, place: Place, file: &str) -> PathBuf {
            self.course.root.join(self.course.exercises[place].folder()).join(file)
        }

        pub(in crate::watch) fn write(&self, place: Place, file: &str, text: &str) {
            let path = self.path(place, file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
    }

    fn exercise(dir: &str, name: &str) -> Exercise {
        Exercise {
            name: name.into(),
            dir: dir.into(),
            home: Home::Package,
            proof: Proof::Specification,
            title: String::new(),
            difficulty: 1,
            minutes: 1,
            topics: Vec::new(),
            security: false,
            hints: Vec::new(),
            hint_for: [].into(),
            takeaway: String::new(),
            try_lines: Vec::new(),
            edit: vec!["src/main.rs".into()],
            timeout: Duration::from_secs(10),
        }
    }

    pub(in crate::watch) fn set(places: &[Place]) -> BTreeSet<Place> {
        places.iter().copied().collect()
    }

    #[test]
    fn a_path_belongs_to_its_exercise_and_a_folder_above_to_all_in_it() {
        let world = World::new();
        let eye = Eye::open(&world.course);
        let exercises = world.course.root.join(EXERCISES);
        let places = |path: &str| eye.places(&exercises.join(path));
        assert_eq!(places("01_a/bid/src/main.rs"), set(&[1]));
        assert_eq!(places("01_a/bid"), set(&[1]));
        assert_eq!(places("01_a"), set(&[0, 1]));
        assert_eq!(places(""), set(&[0, 1, 2]));
        for elsewhere in ["target/debug/x", "Cargo.lock", "01_a/README.md", "01_a/.vscode", "03_c"] {
            assert_eq!(places(elsewhere), set(&[]), "{elsewhere}");
        }
        assert_eq!(eye.places(&world.folder.path().join("info.toml")), set(&[]));
    }

    #[test]
    fn a_ring_without_another_content_tells_nothing_and_a_save_tells_once() {
        let world = World::new();
        let mut eye = Eye::open(&world.course);
        let now = Instant::now();
        assert_eq!(eye.look(&eye.all(), now), set(&[]));
        world.write(1, "src/main.rs", "fn main() { todo!() }");
        assert_eq!(eye.look(&set(&[0, 1]), now), set(&[1]));
        assert_eq!(eye.look(&set(&[0, 1]), now), set(&[]));
    }

    #[test]
    fn a_file_that_is_gone_is_waited_for_and_then_told_of() {
        let world = World::new();
        let mut eye = Eye::open(&world.course);
        let now = Instant::now();
        fs::remove_file(world.path(0, "src/main.rs")).expect("the file");
        assert_eq!(eye.look(&set(&[0]), now), set(&[]));
        assert_eq!(eye.due(), Some(now + PATIENCE));
        // More rings in the meantime neither tell nor prolong.
        assert_eq!(eye.look(&set(&[0]), now + PATIENCE / 2), set(&[]));
        assert_eq!(eye.due(), Some(now + PATIENCE));
        assert_eq!(eye.look(&set(&[]), now + PATIENCE), set(&[0]));
        assert_eq!(eye.due(), None);
    }

    #[test]
    fn a_file_that_comes_back_in_time_is_judged_by_its_content() {
        let world = World::new();
        let mut eye = Eye::open(&world.course);
        let now = Instant::now();
        for (text, expected) in [("fn main() {}", set(&[])), ("fn main() { todo!() }", set(&[0]))] {
            fs::remove_file(world.path(0, "src/main.rs")).expect("the file");
            assert_eq!(eye.look(&set(&[0]), now), set(&[]));
            world.write(0, "src/main.rs", text);
            assert_eq!(eye.look(&set(&[0]), now), expected);
            assert_eq!(eye.look(&set(&[]), now + PATIENCE), set(&[]));
            assert_eq!(eye.due(), None);
        }
    }

    #[test]
    fn what_the_runner_writes_is_known_already() {
        let world = World::new();
        let mut eye = Eye::open(&world.course);
        world.write(0, "src/main.rs", "fn main() { todo!() }");
        eye.accept(0);
        assert_eq!(eye.look(&set(&[0]), Instant::now()), set(&[]));
    }
}
