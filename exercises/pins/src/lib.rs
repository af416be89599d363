//! Nothing to call: this package names the crates that exercises share, with the union of the features they ask for.
//!
//! Cargo builds a crate once for every set of features. Two exercises that ask for different ones would build axum twice,
//! and the learner would wait for it between them. Every exercise depends on this package, so they all ask for the same.
//! It has to be a normal dependency: as a dev-dependency it would count for `cargo test`, and not for `cargo run`.
