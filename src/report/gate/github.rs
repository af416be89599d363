//! For a job of GitHub Actions: annotations on the lines of a pull request, and the step's summary.
//!
//! The ten worst findings become annotations, since GitHub drops the eleventh without a word; the summary has them all.
//! What others wrote (a mistake's name, a test's message) never begins a line here, so it cannot be a command.

use std::collections::hash_map::RandomState;
use std::env;
use std::hash::BuildHasher;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::check::gate::{Finding, Outcome};
use crate::course::Course;
use crate::ui::{plural, strip_ansi};

/// The errors that GitHub keeps of one step.
const ANNOTATIONS: usize = 10;

/// Of one finding; what a test prints may be a book.
const LONGEST: usize = 4000;

/// Beyond 1 MiB GitHub throws the whole summary away.
const SUMMARY: usize = 900 * 1024;

/// Without these nothing else is known of an exercise; other rules come after them.
const WORST: [&str; 6] = ["check-toml", "solution", "flaky", "starter", "mistake", "accepts"];

/// What GitHub told the process about its job.
pub(super) struct Job {
    /// Where the repository is checked out.
    workspace: Option<PathBuf>,
    /// The file for the step's summary.
    summary: Option<PathBuf>,
    /// Nobody can guess it, so nobody can switch commands on again.
    token: String,
}

impl Job {
    pub(super) fn here() -> Self {
        let path = |name| env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
        // The keys of a RandomState are random; two of its hashes are 128 bits.
        let [first, second] = [0, 1].map(|number| RandomState::new().hash_one(number));
        Self {
            workspace: path("GITHUB_WORKSPACE").and_then(|folder| folder.canonicalize().ok()),
            summary: path("GITHUB_STEP_SUMMARY"),
            token: format!("{first:016x}{second:016x}"),
        }
    }

    /// From this line on, nothing is a command.
    pub(super) fn stop_commands(&self) -> String {
        format!("::stop-commands::{}", self.token)
    }

    /// Until this one.
    pub(super) fn resume_commands(&self) -> String {
        format!("::{}::", self.token)
    }

    /// The ten worst findings, and how many more there are.
    pub(super) fn annotations(&self, course: &Course, outcome: &Outcome) -> String {
        let findings = worst_first(outcome);
        let folder = self.folder_of(course);
        let shown = findings.iter().take(ANNOTATIONS);
        let mut lines: Vec<_> = shown.map(|finding| annotation(finding, &folder)).collect();
        let left = findings.len() - lines.len();
        if left > 0 {
            lines.push(format!("{} more in the step's summary", plural(left, "finding")));
        }
        lines.join("\n")
    }

    /// Appends to the step's summary, if there is one.
    pub(super) fn summarize(&self, course: &Course, outcome: &Outcome) -> io::Result<()> {
        let Some(file) = &self.summary else { return Ok(()) };
        let mut file = fs::OpenOptions::new().create(true).append(true).open(file)?;
        file.write_all(summary(outcome, &self.folder_of(course)).as_bytes())
    }

    /// The course's folder relative to the workspace, where it lies in it: annotations count from there.
    fn folder_of(&self, course: &Course) -> PathBuf {
        let folder = self.workspace.as_ref().and_then(|workspace| course.root.strip_prefix(workspace).ok());
        folder.unwrap_or(Path::new("")).to_path_buf()
    }
}

/// Stable: among equals, in the order of the course.
fn worst_first(outcome: &Outcome) -> Vec<&Finding> {
    let mut findings: Vec<_> = outcome.findings().collect();
    findings
        .sort_by_key(|finding| WORST.iter().position(|rule| *rule == finding.rule).unwrap_or(WORST.len()));
    findings
}

fn annotation(finding: &Finding, folder: &Path) -> String {
    let file = property(&folder.join(&finding.file).display().to_string());
    let line = finding.line.map(|line| format!(",line={line}")).unwrap_or_default();
    let title = property(&format!("{} [{}]", finding.exercise, finding.rule));
    format!("::error file={file}{line},title={title}::{}", data(&shortened(&finding.what)))
}

/// GitHub's escapes for the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// GitHub's escapes for a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn shortened(text: &str) -> String {
    let plain = strip_ansi(text);
    match plain.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", &plain[..end]),
        None => plain,
    }
}

/// Markdown: the count, and under each exercise what is wrong with it.
fn summary(outcome: &Outcome, folder: &Path) -> String {
    let mut text = format!("## dev check: {} passed, {} failed\n", outcome.passed(), outcome.failed());
    let findings: Vec<_> = outcome.findings().collect();
    let mut exercise = "";
    for (told, finding) in findings.iter().enumerate() {
        let mut item = item(finding, folder);
        if exercise != finding.exercise {
            exercise = &finding.exercise;
            item = format!("\n### {exercise}\n\n{item}");
        }
        if text.len() + item.len() > SUMMARY {
            return text + &format!("\n{} more\n", plural(findings.len() - told, "finding"));
        }
        text += &item;
    }
    text
}

/// The first line as text, the rest as it was printed: indented, so that nothing in it can end the block.
fn item(finding: &Finding, folder: &Path) -> String {
    let what = shortened(&finding.what);
    let (first, rest) = what.split_once('\n').unwrap_or((&what, ""));
    let place = markdown(&folder.join(finding.place()).display().to_string());
    let head = format!("- **{}** {}<br>{place}\n", finding.rule, markdown(first));
    let rest: Vec<_> = rest.lines().map(|line| format!("      {line}\n")).collect();
    if rest.is_empty() { head } else { format!("{head}\n{}", rest.concat()) }
}

/// Text in which nothing is markup, but for the underscores of names: within words they are none.
fn markdown(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\r' | '\n' => plain.push(' '),
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '&' | '~' | '$' => plain.extend(['\\', char]),
            _ => plain.push(char),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::gate::samples;

    fn job(folder: Option<&str>) -> Job {
        Job { workspace: folder.map(PathBuf::from), summary: None, token: "t0ken".to_owned() }
    }

    fn many(count: usize) -> Outcome {
        let proofs =
            (0..count).map(|number| samples::failed(&format!("e{number}"), "mistake", "a mistake", "passes"));
        Outcome { proofs: proofs.collect(), ..Outcome::default() }
    }

    #[test]
    fn a_finding_is_one_line_on_its_file_and_line() {
        let text = job(Some("/home/ana")).annotations(&samples::course(), &samples::outcome());
        insta::assert_snapshot!(text, @r#"::error file=course/solutions/01_a/one/check.toml,line=5,title=one [mistake]::the mistake "<a> & b" passes every test%0Ared"#);
    }

    #[test]
    fn nothing_in_a_finding_can_be_a_command() {
        let what = "100%\r\n::error::forged\n::t0ken::\n##[error]forged";
        let mut outcome =
            Outcome { proofs: vec![samples::failed("one", "mistake", "m", what)], ..Outcome::default() };
        outcome.proofs[0].findings[0].file = "a,b:c\n::error::d".into();
        let text = job(None).annotations(&samples::course(), &outcome);
        insta::assert_snapshot!(text, @"::error file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ad,line=5,title=one [mistake]::m 100%25%0D%0A::error::forged%0A::t0ken::%0A##[error]forged");
    }

    #[test]
    fn ten_are_annotations_the_worst_first_and_the_rest_is_counted() {
        let mut outcome = many(10);
        outcome.proofs.push(samples::failed("last", "hints", "the hints", "are two"));
        outcome.proofs.push(samples::failed("last", "solution", "the solution", "fails"));
        let text = job(None).annotations(&samples::course(), &outcome);
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].contains("title=last [solution]"), "{text}");
        assert!(lines[1].contains("title=e0 [mistake]"), "{text}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("::error ")).count(), 10, "{text}");
        assert_eq!(lines[10..], ["2 findings more in the step's summary"]);
        assert!(!text.contains("hints"), "{text}");
    }

    #[test]
    fn the_summary_has_every_finding_and_no_markup_of_others() {
        let mut outcome = samples::outcome();
        outcome.proofs.push(samples::failed(
            "two",
            "mistake",
            "the mistake \"*b*\"",
            "should fail\n```\n# <b>big</b>",
        ));
        insta::assert_snapshot!(summary(&outcome, Path::new("course")), @r##"
        ## dev check: 2 passed, 2 failed

        ### one

        - **mistake** the mistake "\<a\> \& b" passes every test<br>course/solutions/01_a/one/check.toml:5

              red

        ### two

        - **mistake** the mistake "\*b\*" should fail<br>course/solutions/01_a/two/check.toml:5

              ```
              # <b>big</b>
        "##);
    }

    #[test]
    fn a_summary_stays_below_the_limit_of_github() {
        let mut outcome = many(3000);
        for proof in &mut outcome.proofs {
            proof.findings[0].what = "long ".repeat(1000);
        }
        let text = summary(&outcome, Path::new(""));
        assert!(text.len() < 1024 * 1024 && text.ends_with(" more\n"), "{}", text.len());
    }

    #[test]
    fn no_two_tokens_are_the_same() {
        let (one, other) = (Job::here(), Job::here());
        assert_ne!(one.token, other.token);
        assert_eq!(one.token.len(), 32);
        assert_eq!(one.stop_commands(), format!("::stop-commands::{}", one.token));
        assert_eq!(one.resume_commands(), format!("::{}::", one.token));
    }
}
