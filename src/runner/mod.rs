//! The only room that starts processes: Cargo, test binaries, their groups and deadlines; and what they work on, the
//! originals and the mirror.
//!
//! [`Runner`] is called by `watch`, `commands` and `verify`; it answers with `check`'s events.

mod batch;
mod beside;
mod binary;
mod cargo;
mod copy;
mod editor;
mod fetch;
mod format;
mod git;
mod judge;
mod layer;
mod leftovers;
mod limits;
mod lockfile;
mod mirror;
mod originals;
mod package;
mod prefetch;
mod process;
mod programs;
mod reference;
mod run;
mod serve;
mod service;
mod stop;
mod tail;
mod tidy;
mod turn;

pub use editor::Editor;
pub use fetch::{FetchEvent, fetch};
pub(crate) use format::Unformatted;
pub use git::{Changes, NoChanges, changes_since};
pub(crate) use layer::{Layer, LayerMember, mirror_files};
pub use leftovers::end_all;
pub(crate) use lockfile::lock_members;
pub(crate) use mirror::files_below;
pub(crate) use originals::keep_as_shipped;
pub(crate) use programs::{Programs, cargo_settings, read_package, toolchain, unformatted_in};
pub use reference::{keep_reference, reference};
pub use run::{Reset, Run, Runner};
pub(crate) use service::Answer;
pub(crate) use stop::Stop;
