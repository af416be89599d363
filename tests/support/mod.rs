//! What the tests stand on.

mod terminal;
mod world;

pub(crate) use terminal::Terminal;
pub(crate) use world::{Told, World, bytes_below, wait_until};
