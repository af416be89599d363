//! What the tests of the course share: a [`Client`] that tells the story of one request, values that nobody can
//! hard-code ([`any`], [`random_name`]), a [`Wire`] for services that read bytes themselves, a [`Clock`] for those that are
//! handed one, and [`expect`] and [`fail`] for checks of your own.
//!
//! Every check is a function, never a macro that the file under test could shadow, and takes its place in the failure
//! message from its caller (`#[track_caller]`). A failure reads as what a client saw:
//!
//! ```text
//! GET /products?limit=1000000
//! expected  100 items
//! got       5000 items
//! ```

mod check;
mod client;
mod clock;
mod failure;
mod random;
#[cfg(test)]
mod tests;
mod wire;

pub use check::expect;
pub use client::{Client, Reply};
pub use clock::Clock;
pub use failure::fail;
pub use random::{any, random_name};
pub use wire::Wire;
