//! The only room that starts processes: Cargo, test binaries, their groups and deadlines; and what they work on, the
//! originals and the mirror.
//!
//! [`Runner`] is called by `watch`, `commands` and `verify`; it answers with `check`'s events.

mod binary;
mod cargo;
mod fetch;
mod git;
mod judge;
mod layer;
mod leftovers;
mod mirror;
mod originals;
mod process;
mod run;
mod stop;

pub use fetch::{FetchEvent, fetch};
pub(crate) use layer::{Layer, LayerMember, mirror_files};
pub(crate) use mirror::files_below;
pub(crate) use originals::keep_as_shipped;
pub use run::{Reset, Run, Runner};
pub(crate) use stop::Stop;
