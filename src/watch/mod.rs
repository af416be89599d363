//! The live session: what happens becomes an [`Event`](event::Event), one pure function answers it with effects, and
//! [`run`] performs those and shows the frame.
//!
//! ```text
//! keys.rs  files.rs  signals.rs  runner ──Event──> state.rs (pure) ──Effect──> session.rs ──> runner, progress, terminal
//! ```
//!
//! A new key is one row in `keymap.rs` and one arm in `state.rs`.

mod common;
mod event;
mod eye;
mod files;
mod keymap;
mod keys;
mod presenter;
mod serve;
mod session;
mod signals;
mod stamps;
mod state;

pub use serve::{Heard, Served, serve};
pub use session::{Options, WatchError, run};

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchExit {
    /// With the key q.
    Quit,
    /// By this signal; the exit code is 128 and its number.
    Signalled(i32),
}
