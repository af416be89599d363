//! Cargo as this runner calls it: which one, in which environment, and what its failures mean.

use std::env;
use std::io;
use std::path::Path;

use duct::Expression;

use super::leftovers::Mark;
use super::limits::Limits;
use super::process::{self, End, Plan, Stream};
use super::stop::Stop;
use crate::check::{BuildLog, Diagnostic, Trouble, Wait};

/// Cargo's own words are kept up to this many bytes, for its errors.
const STDERR_CAP: usize = 64 * 1024;

/// What Cargo is called for.
pub(super) struct Call<'a> {
    pub(super) argv: Vec<String>,
    /// The workspace's folder.
    pub(super) folder: &'a Path,
    pub(super) target: &'a Path,
    /// The workspace's folder in the course that it is built for.
    pub(super) below: &'a str,
    pub(super) purpose: Purpose,
    pub(super) compiler: Compiler,
    pub(super) mark: Mark,
}

/// Who compiles the packages of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compiler {
    Rustc,
    /// The same with clippy's lints: what `cargo clippy` sets, but for a build, too.
    Clippy,
}

/// What a build is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Somebody waits for it.
    Verdict,
    /// What may be wanted next: the next exercise, what clippy says. It leaves the processor to what somebody waits for.
    Ahead,
    /// A layer of the author's gate: without data for the next build, and with small binaries, since there are many.
    Layer,
    /// The programs of a course that is one package: without data for the next build, but with the course's own flags.
    Programs,
}

impl Purpose {
    fn is_built_once(self) -> bool {
        matches!(self, Self::Layer | Self::Programs)
    }

    fn limits(self) -> Limits {
        if self == Self::Ahead { Limits::LowPriority } else { Limits::None }
    }
}

/// A build that ran to its end.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) log: BuildLog,
    pub(super) success: bool,
    pub(super) stderr: String,
}

/// How far a build is: `done` of `total` units, and the one that is being built.
pub(super) struct Progress<'a> {
    pub(super) done: u64,
    pub(super) total: u64,
    pub(super) unit: &'a str,
}

/// Runs Cargo and hands over what it says of itself. `None` where it was stopped.
pub(super) fn call(
    call: &Call<'_>,
    stop: &Stop,
    mut said: impl FnMut(&str),
) -> Result<Option<Built>, Trouble> {
    let mut lines = Lines::default();
    let mut log = BuildLog::below(call.below);
    let mut stderr = Vec::new();
    let (mark, limits) = (call.mark.clone(), call.purpose.limits());
    let plan = Plan { command: command(call), mark, stop, deadline: None, merged: false, limits };
    let finished = process::run(plan, |stream, bytes| match stream {
        Stream::Out => lines.feed(bytes, |line| log.line(line)),
        Stream::Err => {
            said(&String::from_utf8_lossy(bytes));
            stderr.extend_from_slice(bytes);
            let excess = stderr.len().saturating_sub(STDERR_CAP);
            stderr.drain(..excess);
        }
    });
    let finished = finished.map_err(|error| not_started(&error, &call.argv))?;
    match finished.end {
        End::Stopped | End::TimedOut => Ok(None),
        End::Exited(status) => Ok(Some(Built {
            log,
            success: status.success(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        })),
    }
}

/// `$CARGO` where it is set, as Cargo itself and rustup do it, else the one on PATH.
pub(super) fn program() -> String {
    env::var("CARGO").ok().filter(|path| !path.is_empty()).unwrap_or_else(|| "cargo".to_owned())
}

fn command(call: &Call<'_>) -> Expression {
    let command = duct::cmd(program(), &call.argv)
        .dir(call.folder)
        .env("CARGO_TARGET_DIR", call.target)
        .env("CARGO_BUILD_BUILD_DIR", call.target)
        .env("CARGO_INCREMENTAL", if call.purpose.is_built_once() { "0" } else { "1" })
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "100")
        .env("CARGO_TERM_COLOR", "never");
    let command = cleaned(command, decides_the_build);
    let command = match call.compiler {
        Compiler::Rustc => command,
        Compiler::Clippy => command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver"),
    };
    if call.purpose != Purpose::Layer {
        return command;
    }
    // Together a third smaller. The linker that comes with Rust on this target packs relocations; others keep them.
    command
        .env("CARGO_PROFILE_DEV_STRIP", "symbols")
        .env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", "-Clink-arg=-Wl,-z,pack-relative-relocs")
}

/// The command without those variables of this process whose name `unwanted` picks.
pub(super) fn cleaned(command: Expression, unwanted: impl Fn(&str) -> bool) -> Expression {
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names.filter(|name| unwanted(name)).fold(command, |command, name| command.env_remove(name))
}

/// Settings of the learner's shell that would rebuild everything, or build something else.
fn decides_the_build(variable: &str) -> bool {
    const EXACT: &[&str] = &[
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "CARGO_BUILD_TARGET_DIR",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_CRATE_NAME",
        "CARGO_BIN_NAME",
        "OUT_DIR",
    ];
    EXACT.contains(&variable)
        || ["CARGO_PROFILE_", "CARGO_PKG_", "CARGO_BIN_EXE_"].iter().any(|start| variable.starts_with(start))
        || variable.starts_with("CARGO_TARGET_") && variable.ends_with("_RUSTFLAGS")
}

fn not_started(error: &io::Error, argv: &[String]) -> Trouble {
    let program = program();
    match error.kind() {
        io::ErrorKind::NotFound => Trouble::NoCargo(program),
        io::ErrorKind::StorageFull => Trouble::NoSpace,
        _ => Trouble::Other(format!("could not run `{program} {}`: {error}", argv.join(" "))),
    }
}

/// What Cargo says of itself while it works.
pub(super) enum News<'a> {
    Waiting(Wait),
    Step(Progress<'a>),
}

/// The last news in what Cargo just wrote.
pub(super) fn news(text: &str) -> Option<News<'_>> {
    last_step(text).map(News::Step).or_else(|| blocked(text).map(News::Waiting))
}

/// `    Blocking waiting for file lock on package cache`, or on `build directory`, `artifact directory`.
fn blocked(text: &str) -> Option<Wait> {
    let (_, lock) = text.rsplit_once("waiting for file lock on ")?;
    Some(if lock.starts_with("package cache") { Wait::PackageCache } else { Wait::BuildDirectory })
}

/// `    Building [====>    ] 57/101: syn, tokio(build)`: the last such line of what Cargo just wrote.
pub(super) fn last_step(text: &str) -> Option<Progress<'_>> {
    text.rsplit(['\r', '\n']).find_map(|line| {
        let rest = line.split_once("Building [")?.1.split_once("] ")?.1;
        let (counts, unit) = rest.split_once(": ").unwrap_or((rest, ""));
        let (done, total) = counts.trim().split_once('/')?;
        Some(Progress { done: done.parse().ok()?, total: total.parse().ok()?, unit: unit.trim() })
    })
}

/// What a failed build means that is not the fault of the exercise's own code. `None` where nothing but the learner's
/// code is to blame.
pub(super) fn trouble(built: &Built, is_exercise: impl Fn(&str) -> bool) -> Option<Trouble> {
    let said = || built.log.diagnostics.values().flatten().map(|diagnostic| diagnostic.message.as_str());
    let all = || said().chain([built.stderr.as_str()]);
    let anywhere = |words: &str| all().any(|text| text.contains(words));
    if anywhere("No space left on device") || anywhere("os error 28") {
        return Some(Trouble::NoSpace);
    }
    if let Some(linker) = all().find_map(missing_linker) {
        return Some(Trouble::NoLinker(linker));
    }
    if !built.success && built.stderr.contains("clippy-driver") && all().any(says_no_clippy) {
        return Some(Trouble::NoClippy);
    }
    let failed_exercises = built
        .log
        .diagnostics
        .iter()
        .any(|(name, all)| is_exercise(name) && all.iter().any(Diagnostic::is_error));
    if built.success || failed_exercises {
        return None;
    }
    Some(trouble_in_words(&built.stderr))
}

fn trouble_in_words(stderr: &str) -> Trouble {
    const OFFLINE: &[&str] = &[
        "failed to download",
        "Could not resolve host",
        "Couldn't resolve host",
        "unable to update registry",
        "Unable to update registry",
        "attempting to make an HTTP request",
        "download of ",
        "failed to get `",
        "network failure",
        "you're using offline mode",
    ];
    const COURSE: &[&str] = &[
        "failed to parse manifest",
        "failed to load manifest",
        "failed to read ",
        "because --locked was passed",
        "cannot update the lock file",
        "the lock file",
        "did not match any packages",
        "no bin target named",
        "current package believes it's in a workspace",
    ];
    let words = error_words(stderr);
    let any = |list: &[&str]| list.iter().any(|part| stderr.contains(part));
    if any(OFFLINE) {
        Trouble::Offline(words)
    } else if any(COURSE) {
        Trouble::Course(words)
    } else {
        Trouble::Other(format!("cargo failed: {words}"))
    }
}

/// Of Cargo that finds no program of this name, and of rustup that knows it but not for this toolchain.
fn says_no_clippy(text: &str) -> bool {
    ["could not execute process `clippy-driver", "'clippy-driver' is not installed"]
        .iter()
        .any(|words| text.contains(words))
}

/// "linker `cc` not found" of rustc, "failed to find tool \"cc\"" of the cc crate.
fn missing_linker(text: &str) -> Option<String> {
    let rustc = text.split_once("linker `").filter(|(_, rest)| rest.contains("` not found"));
    let rustc = rustc.and_then(|(_, rest)| rest.split_once('`'));
    let cc = || text.split_once("failed to find tool \"").and_then(|(_, rest)| rest.split_once('"'));
    rustc.or_else(cc).map(|(tool, _)| tool.to_owned())
}

/// From Cargo's first `error:` on, without its progress and advice.
fn error_words(stderr: &str) -> String {
    let lines = stderr.lines().map(|line| line.rsplit('\r').next().unwrap_or(line).trim_end());
    let from_error = lines.clone().skip_while(|line| !line.starts_with("error"));
    let words: Vec<_> =
        from_error.take_while(|line| !line.starts_with("warning: build failed")).take(12).collect();
    if words.is_empty() {
        return lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    }
    words.join("\n").trim_start_matches("error: ").to_owned()
}

/// Cuts a stream into lines.
#[derive(Default)]
struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    fn feed(&mut self, bytes: &[u8], mut each: impl FnMut(&str)) {
        self.rest.extend_from_slice(bytes);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            each(&String::from_utf8_lossy(&line));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A build that failed, with what Cargo said and what rustc said of a package.
    fn failed(stderr: &str, said: Option<(&str, &str)>) -> Built {
        let mut log = BuildLog::default();
        if let Some((package, message)) = said {
            let message = json!({
                "reason": "compiler-message",
                "target": { "name": package },
                "message": { "level": "error", "message": message, "rendered": "", "code": null, "spans": [] },
            });
            log.line(&message.to_string());
        }
        Built { log, success: false, stderr: stderr.to_owned() }
    }

    fn trouble_of(built: &Built) -> Option<Trouble> {
        trouble(built, |name| name == "shop")
    }

    #[test]
    fn what_cargo_says_of_the_machine_is_understood() {
        let offline = [
            "error: failed to download `serde v1.0.229`\n\nCaused by:\n  attempting to make an HTTP request, but --offline was specified",
            "    Updating crates.io index\nwarning: spurious network error (3 tries remaining): [6] Could not resolve hostname\nerror: failed to get `serde` as a dependency of package `pins v0.0.0`",
            "error: download of config.json failed\n\nCaused by:\n  [6] Couldn't resolve host name (Could not resolve host: index.crates.io)",
            "error: no matching package named `serde` found\nlocation searched: crates.io index\nAs a reminder, you're using offline mode (--offline)",
        ];
        for stderr in offline {
            assert!(matches!(trouble_of(&failed(stderr, None)), Some(Trouble::Offline(_))), "{stderr}");
        }
        let full = [
            ("error: failed to write /x/y\n\nCaused by:\n  No space left on device (os error 28)", None),
            (
                "",
                Some((
                    "serde",
                    "couldn't create a temp dir: No space left on device (os error 28) at path \"/t\"",
                )),
            ),
            ("", Some(("shop", "failed to write /t/x.o: No space left on device (os error 28)"))),
        ];
        for (stderr, said) in full {
            assert_eq!(trouble_of(&failed(stderr, said)), Some(Trouble::NoSpace), "{stderr} {said:?}");
        }
        let no_linker = [
            ("", Some(("serde", "linker `cc` not found"))),
            ("", Some(("shop", "linker `cc` not found"))),
            (
                "error occurred in cc-rs: failed to find tool \"cc\": No such file or directory (os error 2)",
                None,
            ),
        ];
        for (stderr, said) in no_linker {
            let expected = Trouble::NoLinker("cc".to_owned());
            assert_eq!(trouble_of(&failed(stderr, said)), Some(expected), "{stderr} {said:?}");
        }
    }

    #[test]
    fn what_cargo_says_of_the_course_is_understood() {
        let course = [
            "error: failed to parse manifest at `/c/Cargo.toml`\n\nCaused by:\n  expected `]`",
            "error: failed to load manifest for workspace member `/c/01_a/x`",
            "error: cannot update the lock file /c/Cargo.lock because --locked was passed to prevent this",
            "error: package ID specification `shop` did not match any packages",
            "error: no bin target named `shop` in `shop` package",
        ];
        for stderr in course {
            assert!(matches!(trouble_of(&failed(stderr, None)), Some(Trouble::Course(_))), "{stderr}");
        }
        let other = failed(
            "error: could not compile `support` (lib) due to 1 previous error",
            Some(("support", "no")),
        );
        assert!(matches!(trouble_of(&other), Some(Trouble::Other(_))), "{other:?}");
    }

    #[test]
    fn the_learners_own_errors_are_no_trouble() {
        let said = "error: could not compile `shop` (bin \"shop\" test) due to 1 previous error";
        assert_eq!(trouble_of(&failed(said, Some(("shop", "mismatched types")))), None);
        let passed = Built { success: true, ..failed("warning: something", None) };
        assert_eq!(trouble_of(&passed), None);
    }

    #[test]
    fn a_program_that_is_not_there_is_no_cargo() {
        let argv = ["test".to_owned()];
        let of = |kind| not_started(&io::Error::from(kind), &argv);
        assert!(matches!(of(io::ErrorKind::NotFound), Trouble::NoCargo(_)));
        assert_eq!(of(io::ErrorKind::StorageFull), Trouble::NoSpace);
        assert!(
            matches!(of(io::ErrorKind::PermissionDenied), Trouble::Other(words) if words.contains("test"))
        );
    }

    #[test]
    fn the_last_step_of_a_build_is_read() {
        let rows = [
            (
                "   Compiling syn v2\n    Building [====>    ] 57/101: syn, tokio(build)  \r",
                Some((57, 101, "syn, tokio(build)")),
            ),
            ("Building [>  ] 1/9: a\rBuilding [=> ] 2/9: b\r", Some((2, 9, "b"))),
            ("    Building [=======================> ] 9/9\r", Some((9, 9, ""))),
            ("    Finished `test` profile", None),
            ("Building [=> ] 2/x: b\r", None),
            ("Building [", None),
        ];
        for (text, expected) in rows {
            let step = last_step(text).map(|step| (step.done, step.total, step.unit));
            assert_eq!(step, expected, "{text:?}");
        }
    }

    #[test]
    fn a_cargo_that_waits_for_another_one_says_for_what() {
        let rows = [
            ("    Blocking waiting for file lock on package cache\n", Some(Wait::PackageCache)),
            ("    Blocking waiting for file lock on build directory\n", Some(Wait::BuildDirectory)),
            ("    Blocking waiting for file lock on artifact directory\n", Some(Wait::BuildDirectory)),
            ("   Compiling waiting v1\n", None),
        ];
        for (text, expected) in rows {
            let wait = news(text).map(|news| match news {
                News::Waiting(wait) => wait,
                News::Step(_) => panic!("no step: {text:?}"),
            });
            assert_eq!(wait, expected, "{text:?}");
        }
        let later = "Blocking waiting for file lock on package cache\n    Building [> ] 1/2: a\r";
        assert!(matches!(news(later), Some(News::Step(_))));
    }

    #[test]
    fn errors_are_told_without_progress_and_advice() {
        let stderr = "   Compiling a\n    Building [> ] 1/2: a\rerror: no such crate\n\nCaused by:\n  nothing\nwarning: build failed, waiting";
        assert_eq!(error_words(stderr).trim_end(), "no such crate\n\nCaused by:\n  nothing");
        assert_eq!(error_words("\nkilled\n"), "killed");
    }

    #[test]
    fn settings_of_the_shell_that_would_change_the_build_are_taken_away() {
        for variable in
            ["RUSTFLAGS", "CARGO_PROFILE_DEV_DEBUG", "CARGO_TARGET_X86_64_RUSTFLAGS", "CARGO_BUILD_TARGET"]
        {
            assert!(decides_the_build(variable), "{variable}");
        }
        for variable in ["PATH", "CARGO_HOME", "CARGO_NET_OFFLINE", "RUSTC_WRAPPER", "RUSTUP_TOOLCHAIN"] {
            assert!(!decides_the_build(variable), "{variable}");
        }
    }

    #[test]
    fn lines_may_come_in_any_pieces() {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        for piece in ["on", "e\ntw", "o\n", "\nrest"] {
            lines.feed(piece.as_bytes(), |line| seen.push(line.to_owned()));
        }
        assert_eq!(seen, ["one\n", "two\n", "\n"]);
    }
}
