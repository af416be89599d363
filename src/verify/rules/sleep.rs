//! `no-sleep`: a test that sleeps is slow where it passes and wrong where the machine is busy. tokio's sleep under a paused
//! clock takes no time at all, and is fine.

use super::super::source::is_named;
use super::material::SourceFile;
use super::{Fault, Material, Rule};

const HELP: &str = "pause the clock (#[tokio::test(start_paused = true)] and tokio's sleep), count polls, or wait for \
                    the thing itself";

pub(super) struct NoSleep;

impl Rule for NoSleep {
    fn id(&self) -> &'static str {
        "no-sleep"
    }

    fn subject(&self) -> &'static str {
        "no test sleeps by the wall's clock"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let of_file = |tests: &SourceFile| -> Vec<Fault> {
            let sleeps = sleeping(tests.source.lines()).into_iter();
            sleeps
                .map(|(line, what)| Fault::new(&tests.file, line, format!("{what}\n  help: {HELP}")))
                .collect()
        };
        Some(material.tests().flat_map(of_file).collect())
    }
}

fn sleeping<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Vec<(usize, &'static str)> {
    let lines: Vec<_> = lines.collect();
    let pauses = |code: &str| {
        let code: String = code.split_whitespace().collect();
        // The last is `support`'s client.
        ["start_paused=true", "time::pause()", "with_paused_clock("].iter().any(|how| code.contains(how))
    };
    let mut found = Vec::new();
    // Whether the clock of the function that a line is in stands still; a helper's does where it does anywhere.
    let anywhere = lines.iter().any(|(_, code)| pauses(code));
    let (mut stands_still, mut attributes) = (anywhere, String::new());
    for (line, code) in lines {
        let trimmed = code.trim_start();
        if trimmed.starts_with("#[") {
            attributes.push_str(trimmed);
        } else if is_named(code, "fn") {
            let is_test = attributes.contains("test");
            stands_still = if is_test { pauses(&attributes) } else { anywhere };
            attributes.clear();
        }
        stands_still |= pauses(code) && !trimmed.starts_with("#[");
        let import = trimmed.starts_with("use std::thread::{") && is_named(code, "sleep");
        if import || ["thread::sleep", "thread::park_timeout"].iter().any(|call| is_named(code, call)) {
            found.push((line, "a test sleeps by the wall's clock"));
        } else if !stands_still && ["sleep", "sleep_until"].iter().any(|call| calls(code, call)) {
            found.push((line, "a test sleeps while its clock runs"));
        }
    }
    found
}

fn calls(code: &str, name: &str) -> bool {
    is_named(code, name) && code.contains(&format!("{name}("))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<usize> {
        let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
        sleeping(lines).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn the_standard_sleep_is_never_right_and_tokios_only_under_a_paused_clock() {
        assert_eq!(found("std::thread::sleep(x);"), [1]);
        assert_eq!(found("use std::thread::{self, sleep};"), [1]);
        assert_eq!(found("#[tokio::test]\nasync fn a() {\n    sleep(x).await;\n}"), [3]);
        assert_eq!(
            found("#[tokio::test(start_paused = true)]\nasync fn a() {\n    sleep(x).await;\n}"),
            [] as [usize; 0]
        );
        let two = "#[tokio::test(start_paused = true)]\nasync fn a() {}\n#[tokio::test]\nasync fn b() {\nsleep(x) }";
        assert_eq!(found(two), [5]);
        assert_eq!(found("fn sleepy() { oversleep(1); }"), [] as [usize; 0]);
        assert_eq!(
            found("fn slow() { sleep(x) }\n#[test]\nfn a() {\n Client::with_paused_clock(app());\n}"),
            [] as [usize; 0]
        );
        assert_eq!(
            found("#[tokio::test]\nasync fn a() {\n tokio::time::pause();\n sleep(x).await;\n}"),
            [] as [usize; 0]
        );
    }
}
