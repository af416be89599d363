//! The command lines of Cargo. Pure, so that they can be read and tested in one place.

/// Diagnostics as rustc draws them, inside JSON that also names the test binaries.
const MESSAGES: &str = "--message-format=json-diagnostic-rendered-ansi";

/// Builds the test binary of one exercise: the same unit and the same cost as `cargo test -p NAME`.
pub fn judge_one(name: &str) -> Vec<String> {
    ["test", "--no-run", "--locked", MESSAGES, "-p", name, "--bin", name].map(str::to_owned).to_vec()
}

/// Builds the program of one exercise, as `cargo run -p NAME` does.
pub fn build_program(name: &str) -> Vec<String> {
    ["build", "--locked", MESSAGES, "-p", name, "--bin", name].map(str::to_owned).to_vec()
}

/// Builds the test binaries of many packages in one call and does not stop at the first that fails.
/// (`cargo test --no-run` has no `--keep-going`.)
pub fn build_tests<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    with_each(&["build", "--tests", "--keep-going", "--locked", MESSAGES], "-p", names)
}

/// Lints the programs of many packages in one call.
pub fn lint<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    with_each(&["clippy", "--bins", "--keep-going", "--locked", MESSAGES], "-p", names)
}

/// Builds these programs of one package and does not stop at the first that fails.
pub fn build_programs<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    with_each(&["build", "--keep-going", MESSAGES], "--bin", names)
}

/// Builds the tests of one program of a package with many.
pub fn build_own_tests(name: &str) -> Vec<String> {
    ["test", "--no-run", MESSAGES, "--bin", name].map(str::to_owned).to_vec()
}

/// Builds the tests of one package, all that its manifest has.
pub fn build_all_tests() -> Vec<String> {
    ["build", "--tests", "--keep-going", MESSAGES].map(str::to_owned).to_vec()
}

/// Checks these programs of one package without building them, in the profile that rustlings names for clippy.
pub fn check_programs<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    with_each(&["check", "--profile", "test", "--keep-going", MESSAGES], "--bin", names)
}

/// The same command with a flag for each name.
pub fn with_each<'a>(
    argv: &[impl AsRef<str>],
    flag: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let argv = argv.iter().map(|argument| argument.as_ref().to_owned());
    argv.chain(names.into_iter().flat_map(|name| [flag.to_owned(), name.to_owned()])).collect()
}
