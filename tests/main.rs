//! All integration tests in one binary: it links once, and its tests share the machine fairly.

mod cli;
mod gate;
mod init;
mod journeys;
mod learner;
mod processes;
mod progress_kill;
mod rooms;
mod support;
mod truth;
