//! backendlings: a course of small, broken backend services, and the runner that judges every save.
//!
//! The rooms, each of which may use only those named to its right:
//!
//! `commands -> watch | report | verify -> runner, ui -> check, progress -> course`
//!
//! ARCHITECTURE.md tells the way of a save through them. Words used throughout: an *exercise* is a Cargo package, its
//! *specification* is `src/tests.rs`, the *starter* is its code as shipped, the *reference* is the author's solution,
//! a *verdict* is what a run of the specification says.

pub mod check;
pub mod cli;
pub mod commands;
pub mod course;
pub mod exit;
pub mod progress;
pub mod report;
pub mod runner;
pub mod ui;
pub mod verify;
pub mod watch;
