//! The reports of the author's gate: one file per format, all from the one model, [`Outcome`].
//!
//! A format is a function from the outcome to text. [`Reports`] knows where each text goes.

mod github;
mod human;
mod json;
mod junit;
mod wanted;

use std::io::{self, Write};
use std::mem;

use fs_err as fs;

use super::Output;
use crate::check::gate::Outcome;
use crate::course::Course;
use crate::ui::Theme;
use github::Job;
use wanted::Format;
pub use wanted::Wanted;

/// The reports of one run of the gate, each with a place to go to.
pub struct Reports {
    on_stdout: Vec<Format>,
    in_files: Vec<(Format, fs::File)>,
    job: Job,
}

impl Reports {
    /// Opens the files now: one that cannot be written is told before minutes of work, not after.
    pub fn open(wanted: Vec<Wanted>) -> io::Result<Self> {
        let mut reports = Self { on_stdout: Vec::new(), in_files: Vec::new(), job: Job::here() };
        for Wanted { format, file } in wanted {
            match file {
                Some(file) => reports.in_files.push((format, fs::File::create(file)?)),
                None => reports.on_stdout.push(format),
            }
        }
        // What comes before the annotations can be kept from looking like one.
        reports.on_stdout.sort_by_key(|format| *format == Format::Github);
        Ok(reports)
    }

    /// To be called before anything is said: from here on, what looks like a command of GitHub's is only text.
    pub fn begin(&self, output: &mut Output) -> io::Result<()> {
        if self.on_stdout.contains(&Format::Github) {
            output.line(&self.job.stop_commands())?;
        }
        Ok(())
    }

    /// Writes them all.
    pub fn write(mut self, course: &Course, outcome: &Outcome, output: &mut Output) -> io::Result<()> {
        for (format, mut file) in mem::take(&mut self.in_files) {
            file.write_all(self.text(format, Theme::plain(), course, outcome).as_bytes())?;
        }
        for format in &self.on_stdout {
            if *format == Format::Github {
                output.line(&self.job.resume_commands())?;
                self.job.summarize(course, outcome)?;
            }
            output.line(self.text(*format, output.theme, course, outcome).trim_end())?;
        }
        Ok(())
    }

    fn text(&self, format: Format, theme: Theme, course: &Course, outcome: &Outcome) -> String {
        match format {
            Format::Human => human::text(outcome, theme),
            Format::Json => json::lines(course, outcome),
            Format::Junit => junit::document(course, outcome),
            Format::Github => self.job.annotations(course, outcome),
        }
    }
}

#[cfg(test)]
mod samples {
    use std::time::Duration;

    use crate::check::gate::{Finding, Outcome, Proved};
    use crate::course::{Course, Workspace};

    /// A course without a folder.
    pub(super) fn course() -> Course {
        Course {
            root: "/home/ana/course".into(),
            name: "Sample".to_owned(),
            workspace: Workspace::AsShipped,
            welcome_message: String::new(),
            final_message: String::new(),
            chapters: Vec::new(),
            exercises: Vec::new(),
        }
    }

    /// A proof that does not hold.
    pub(super) fn failed(exercise: &str, rule: &'static str, subject: &str, what: &str) -> Proved {
        let finding = Finding {
            rule,
            exercise: exercise.to_owned(),
            file: format!("solutions/01_a/{exercise}/check.toml").into(),
            line: Some(5),
            what: format!("{subject} {what}"),
        };
        Proved { findings: vec![finding], ..passed(exercise, rule, subject) }
    }

    pub(super) fn passed(exercise: &str, rule: &'static str, subject: &str) -> Proved {
        Proved {
            exercise: exercise.to_owned(),
            rule,
            subject: subject.to_owned(),
            took: Duration::from_millis(250),
            findings: Vec::new(),
        }
    }

    /// Two proofs of `one`, of which the second fails, and one of `two`.
    pub(super) fn outcome() -> Outcome {
        let proofs = vec![
            passed("one", "starter", "the starter"),
            failed("one", "mistake", "the mistake \"<a> & b\"", "passes every test\n\u{1b}[31mred\u{1b}[0m"),
            passed("two", "solution", "the solution"),
        ];
        Outcome { proofs, compiled: 4, remembered: 0 }
    }
}
