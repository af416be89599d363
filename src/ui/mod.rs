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
mod outline;
mod terminal;
mod text;
mod theme;
mod verdict;

pub use diff::{Compared, diff_lines};
pub use frame::{Above, Content, Hint, Now, Prompt, Step, View, page, render};
pub use help::KeyHelp;
pub use list::list_lines;
#[cfg(test)]
pub(crate) use outline::tests as outline_tests;
pub use outline::{Outline, Row};
pub use terminal::{Size, Terminal, restore};
pub use text::{plural, strip_ansi, width, wrap};
pub use theme::Theme;
pub use verdict::{first_failure, trouble_lines, verdict_lines};

use bar::bar;
use block::Block;
use text::{cut, cut_start};
