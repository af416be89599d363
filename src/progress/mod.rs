//! Where the learner is: what is passed, tried and hinted, and which exercise is current.
//!
//! [`Progress`] is the pure record, [`Store`] the only code that touches `.backendlings/progress.toml`.

mod record;
mod store;

pub use record::{Progress, Record, State};
pub use store::{Loaded, Store, StoreError};
pub(crate) use store::{create_below, prepare_folder};
