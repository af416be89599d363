//! A learner's machine: a home, a course, and the program run in it.
//!
//! Nothing of the machine that runs the tests gets in but the toolchain: no variables, no home, no network.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use fs_err as fs;
use tempfile::TempDir;

pub(crate) struct World {
    folder: TempDir,
}

impl World {
    /// With one of the courses in tests/courses, as somebody would have it who copied its folder.
    pub(crate) fn with(course: &str) -> Self {
        let world = Self::without_a_course();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/courses").join(course);
        for (path, bytes) in bytes_below(&source) {
            world.write(&path, bytes);
        }
        world
    }

    /// With an empty folder where the course would be.
    pub(crate) fn without_a_course() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["home", "course"] {
            fs::create_dir(folder.path().join(name)).expect("a folder in it");
        }
        Self { folder }
    }

    /// The course's folder, without links.
    pub(crate) fn root(&self) -> PathBuf {
        fs::canonicalize(self.path("")).expect("the course's folder")
    }

    /// A path in the course.
    pub(crate) fn path(&self, file: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join("course").join(file)
    }

    /// Writes a file of the course, and the folders it needs.
    pub(crate) fn write(&self, file: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let file = self.path(file);
        fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("the file's folder");
        fs::write(file, text).expect("the file");
    }

    pub(crate) fn read(&self, file: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path(file)).expect("a readable file")
    }

    /// Copies the reference of an exercise, `01_words/greet`, over the learner's files.
    pub(crate) fn solve(&self, member: &str) {
        let solution = self.path("solutions").join(member);
        for (path, bytes) in bytes_below(&solution) {
            if path != Path::new("check.toml") {
                self.write(Path::new("exercises").join(member).join(path), bytes);
            }
        }
    }

    /// The program in the course's folder, ready to be started.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("backendlings"));
        command.args(arguments.split_whitespace()).current_dir(self.path(""));
        command.env_clear().env("HOME", self.folder.path().join("home")).env("CARGO_NET_OFFLINE", "true");
        for toolchain in ["PATH", "CARGO", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "TMPDIR"] {
            if let Some(value) = env::var_os(toolchain) {
                command.env(toolchain, value);
            }
        }
        command
    }

    /// Runs git in the course's folder, without anybody's settings.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &str) {
        let mut git = Command::new("git");
        git.args(arguments.split(' ')).current_dir(self.path(""));
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        let output = git.output().expect("git runs");
        assert!(output.status.success(), "git {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Commits the course as it is.
    #[track_caller]
    pub(crate) fn commit(&self) {
        self.git("add .");
        self.git(
            "-c user.name=a -c user.email=a@example.com -c commit.gpgsign=false commit --quiet -m message",
        );
    }

    /// Runs the program in the course's folder, without a terminal.
    pub(crate) fn run(&self, arguments: &str) -> Told {
        let output = self.command(arguments).output().expect("the program starts");
        Told::of(arguments, &output)
    }
}

/// What the program said, and how it ended.
pub(crate) struct Told {
    asked: String,
    code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Told {
    pub(crate) fn of(arguments: &str, output: &Output) -> Self {
        Self {
            asked: arguments.to_owned(),
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "the exit code of {self}");
        self
    }

    /// On standard output.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.out.contains(words), "{words:?} is not in what was said by {self}");
        self
    }

    /// On standard error.
    #[track_caller]
    pub(crate) fn complains(self, words: &str) -> Self {
        assert!(self.err.contains(words), "{words:?} is not among the complaints of {self}");
        self
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`backendlings {}`\n-- out\n{}-- err\n{}", self.asked, self.out, self.err)
    }
}

/// All files below a folder with their bytes, by their paths relative to it.
pub(crate) fn bytes_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(folder.join(&below)).expect("a readable folder") {
            let entry = entry.expect("an entry");
            let path = below.join(entry.file_name());
            if entry.file_type().expect("its type").is_dir() {
                folders.push(path);
            } else {
                files.insert(path, fs::read(entry.path()).expect("a readable file"));
            }
        }
    }
    files
}

/// Looks again and again until it is so.
#[track_caller]
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
