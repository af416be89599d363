//! The menu, as the office writes it. It lies on a drive that is not always there.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::sync::atomic::{AtomicBool, Ordering};

pub struct Menu {
    cents: BTreeMap<u64, u32>,
    gone: AtomicBool,
}

#[derive(Debug)]
pub struct MenuGone;

impl Display for MenuGone {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the drive with the menu does not answer")
    }
}

impl Error for MenuGone {}

impl Menu {
    pub fn new(cents: impl Into<BTreeMap<u64, u32>>) -> Self {
        Self {
            cents: cents.into(),
            gone: AtomicBool::new(false),
        }
    }

    /// What a pizza costs, if it is on the menu and the menu can be read.
    pub fn cents(&self, pizza: u64) -> Result<Option<u32>, MenuGone> {
        if self.gone.load(Ordering::SeqCst) {
            return Err(MenuGone);
        }
        Ok(self.cents.get(&pizza).copied())
    }

    #[cfg(test)]
    pub fn set_gone(&self, gone: bool) {
        self.gone.store(gone, Ordering::SeqCst);
    }
}
