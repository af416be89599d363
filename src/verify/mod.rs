//! The author's gate, `dev check`: proves for every exercise what its check.toml declares, and that it keeps the rules.
//!
//! The starter fails in the declared way, the reference passes, every known mistake makes exactly the declared tests
//! fail, every accepted variant passes; `rules` has one file for each rule. Everything that is wrong is found in one run.
//! [`start`] is called by `commands`; it judges what is on disk, never the originals.

mod evidence;
mod expectation;
mod facts;
mod gate;
mod layers;
mod plan;
mod rules;
mod rustlings;
mod selection;
mod source;
mod toml_text;

pub use crate::check::gate::{Finding, GateEvent, Outcome, Proved};
#[cfg(feature = "schema")]
pub use facts::check_schema;
pub use gate::{Request, start};
pub use selection::{Shard, Touched};
