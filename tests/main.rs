//! All integration tests in one binary: it links once, and its tests share the machine fairly.

mod cli;
mod contributing;
mod faults;
mod gate;
mod init;
mod journeys;
mod journeys_list_try;
mod learner;
mod machine;
mod new;
mod processes;
mod progress_kill;
mod reports;
mod rooms;
mod rules;
mod rustlings;
mod rustlings_gate;
mod schemas;
mod screen;
mod selection;
mod support;
mod truth;
mod try_service;
