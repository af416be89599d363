//! What is built while a verdict is read.

use super::{Outcome, State, Work};
use crate::watch::event::Effect;

impl State {
    /// Once a verdict stands on the screen: the next exercise, if it is not built already.
    pub(super) fn prefetch(&self) -> Option<Effect> {
        let is_read = matches!((&self.work, &self.outcome), (Work::Nothing, Outcome::Judged(_)));
        let next = self.next_pending().filter(|next| is_read && self.prefetched != Some(*next));
        next.map(Effect::Prefetch)
    }
}
