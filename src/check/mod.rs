//! What is done to an exercise and what it means. Pure: text in, [`Verdict`] out; no process, no disk.
//!
//! The runner feeds it Cargo's messages and the test binary's output; everyone who shows something takes [`RunEvent`]s.

mod argv;
mod attachment;
mod diagnostic;
mod event;
pub mod gate;
mod libtest;
mod lints;
mod outcome;
mod service;
mod specification;
mod verdict;

pub use argv::{
    build_all_tests, build_own_tests, build_program, build_programs, build_tests, check_programs, judge_one,
    lint, with_each,
};
pub use attachment::{NotAttached, attachment};
pub use diagnostic::{BuildLog, Diagnostic, Level};
pub use event::{AllEvent, Judged, Notice, RunEvent, Trouble, Wait};
pub use libtest::{Results, TestResult};
pub(crate) use lints::refused;
pub use outcome::{Ending, MEMORY_LIMIT, Ran, judge};
pub use service::{Left, ServiceEnd, ServiceEvent};
pub use specification::{Wanted, spec_tests};
pub use verdict::{Failure, Verdict, sentence};
