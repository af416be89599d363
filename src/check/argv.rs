//! The command lines of Cargo. Pure, so that they can be read and tested in one place.

/// Diagnostics as rustc draws them, inside JSON that also names the test binaries.
const MESSAGES: &str = "--message-format=json-diagnostic-rendered-ansi";

/// Builds the test binary of one exercise: the same unit and the same cost as `cargo test -p NAME`.
pub fn judge_one(name: &str) -> Vec<String> {
    ["test", "--no-run", "--locked", MESSAGES, "-p", name, "--bin", name].map(str::to_owned).to_vec()
}

/// Builds the test binaries of many packages in one call and does not stop at the first that fails.
/// (`cargo test --no-run` has no `--keep-going`.)
pub fn build_tests<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut argv = ["build", "--tests", "--keep-going", "--locked", MESSAGES].map(str::to_owned).to_vec();
    for name in names {
        argv.extend(["-p".to_owned(), name.to_owned()]);
    }
    argv
}
