//! What exercises on `SQLite` share in their tests: the [`Statements`] that a connection runs, the [`Plan`] that the
//! database makes for one, a [`Database`] in a file for services with several connections, and a [`Rival`] who writes to it
//! in the worst moment.
//!
//! A package of its own, so that exercises without a database need not build one.

mod database;
mod plan;
mod rival;
mod statements;
#[cfg(test)]
mod tests;

pub use database::Database;
pub use plan::Plan;
pub use rival::Rival;
pub use statements::Statements;
