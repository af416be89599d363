//! Files that changed.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use super::{Changes, Hints, Screen, State};
use crate::watch::event::{Change, Effect, Moment, Place};

/// Changes this close together are one change of many files, such as a checkout. Only a change away from the exercise
/// at hand waits for it.
const TOGETHER: Duration = Duration::from_millis(40);

impl State {
    /// The exercise at hand runs at once. Another one runs, and becomes the one at hand, when it is clear that it is
    /// the only one that changed.
    pub(super) fn files_changed(&mut self, places: &BTreeSet<Place>, now: Moment) -> Vec<Effect> {
        let soon = now.instant + TOGETHER;
        self.prefetched = self.prefetched.filter(|place| !places.contains(place));
        if places.contains(&self.current) {
            self.changes = Changes { here: Some(now.instant), ..Changes::default() };
            return self.run_again();
        }
        if self.changes.here.is_some_and(|here| now.instant.saturating_duration_since(here) < TOGETHER) {
            return Vec::new();
        }
        if !places.is_empty() {
            self.changes.elsewhere.extend(places);
            self.changes.due = Some(soon);
        }
        Vec::new()
    }

    /// The exercise at hand says so. Nobody works on another one by taking it away or putting it back, as a checkout does.
    pub(super) fn files_gone(&mut self, places: &BTreeSet<Place>) -> Vec<Effect> {
        self.prefetched = self.prefetched.filter(|place| !places.contains(place));
        if places.contains(&self.current) { self.go_to(self.current) } else { Vec::new() }
    }

    pub(super) fn settle(&mut self, now: Moment) -> Vec<Effect> {
        if self.changes.due.is_none_or(|due| now.instant < due) {
            return Vec::new();
        }
        let changed: Vec<_> = std::mem::take(&mut self.changes).elsewhere.into_iter().collect();
        match changed[..] {
            [only] if only < self.course.exercises.len() => self.go_to(only),
            _ => Vec::new(),
        }
    }

    pub(super) fn was_reset(&mut self, place: Place, done: Result<Option<PathBuf>, String>) -> Vec<Effect> {
        let name = self.name(place);
        // Whoever resets from the list goes on reading the list.
        let mut effects = match self.screen {
            Screen::List(_) if place != self.current => Vec::new(),
            Screen::List(_) => self.start(place),
            _ => self.go_to(place),
        };
        match done {
            Err(why) => self.note = Some(format!("{name} was not reset: {why}")),
            Ok(backup) => {
                let kept = backup.map(|folder| format!("; your version is in {}", folder.display()));
                self.note = Some(format!("{name} is as it was shipped{}", kept.unwrap_or_default()));
                if place == self.current {
                    self.hints = Hints::default();
                }
                effects.push(self.record(Change::Reset(name)));
            }
        }
        effects
    }
}
