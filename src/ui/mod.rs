//! How things look. Pure text in and out, but for [`Terminal`], the only door to the terminal.
//!
//! [`render`] turns a [`View`] into the frame of the live session; [`verdict_lines`] are the words of a verdict, for
//! the frame and for commands without a terminal alike. Only `theme.rs` knows what a style looks like.

mod bar;
mod block;
mod diff;
mod frame;
mod help;
mod list;
mod look;
mod news;
mod outline;
mod page;
mod plain;
mod readme;
mod service;
mod story;
mod terminal;
mod text;
mod theme;
mod verdict;
mod view;

pub use diff::{Compared, diff_lines};
pub use frame::{Extent, extent, render};
pub use help::KeyHelp;
pub use list::list_lines;
pub use look::Look;
#[cfg(test)]
pub(crate) use outline::tests as outline_tests;
pub use outline::{Outline, Row};
pub use page::Page;
pub use plain::Teller;
pub use service::{Log, Service, Stage, failure_lines, try_lines};
pub use terminal::{Mode, Size, Terminal, restore, wants_lines};
pub use text::{plural, strip_ansi, width, wrap};
pub use theme::Theme;
pub use verdict::{failing_test, failures, trouble_lines, verdict_lines};
pub use view::{Above, Content, Hint, Now, Prompt, Seen, Step, View};

use bar::bar;
use block::Block;
use text::{cut, cut_start};
