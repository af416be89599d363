//! All integration tests in one binary: it links once, and its tests share the machine fairly.

mod cli;
mod init;
mod journeys;
mod support;
