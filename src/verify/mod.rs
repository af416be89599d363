//! The author's gate, `dev check`: proves for every exercise what its check.toml declares.
//!
//! The starter fails in the declared way, the reference passes, every known mistake makes exactly the declared tests
//! fail, every accepted variant passes. Everything that is wrong is found in one run. [`start`] is called by
//! `commands`; it judges what is on disk, never the originals.

mod expectation;
mod facts;
mod gate;
mod outcome;
mod plan;

pub use gate::start;
pub use outcome::{Finding, GateEvent, Outcome, Proved};
