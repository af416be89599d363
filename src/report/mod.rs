//! Output for pipes, scripts and CI: one file per format, and the two streams they go to.
//!
//! [`Output`] is standard output, for what was asked for; [`Bar`] and [`note`] use standard error, for everything
//! beside it. Called by `commands`.

mod bar;
mod gate;
mod human;
mod json;
mod output;

pub use bar::Bar;
pub use gate::{Reports, Wanted};
pub use human::{list, not_passed};
pub use json::list as list_json;
pub use output::{Output, note};
