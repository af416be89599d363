//! Where the learner is: what is passed, tried and hinted, and which exercise is current.
//!
//! [`Progress`] is the pure record, [`Store`] the only code that touches `.backendlings/progress.toml`.

mod record;
mod store;

pub use record::{Progress, Record, State};
pub(crate) use store::prepare_folder;
pub use store::{Loaded, Store, StoreError};
