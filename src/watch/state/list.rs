//! Keys in the list.

use super::{Screen, State};
use crate::ui::Row;
use crate::watch::event::{Effect, Key};
use crate::watch::keymap::Motion;

impl State {
    pub(super) fn key_in_list(&mut self, key: Key) -> Vec<Effect> {
        let Screen::List(outline) = &mut self.screen else {
            return Vec::new();
        };
        if outline.is_typing {
            self.type_search(key);
            return Vec::new();
        }
        if matches!(key, Key::Enter | Key::Char('x')) && outline.rows(&self.course, &self.progress).is_empty()
        {
            self.note = Some("there is no exercise here".to_owned());
            return Vec::new();
        }
        match (Motion::of(key), key, outline.cursor) {
            (Some(motion), ..) => self.move_in_list(motion),
            (None, Key::Enter, Row::Exercise(place)) => return self.go_to(place),
            (None, Key::Enter, Row::Chapter(start)) => {
                let unfold = !outline.is_unfolded(start);
                self.fold(unfold);
            }
            (None, Key::Left | Key::Right, _) => self.fold(key == Key::Right),
            (None, Key::Char('/'), _) => outline.is_typing = true,
            (None, Key::Char('p'), _) => outline.pending_only = !outline.pending_only,
            (None, Key::Char('x'), Row::Exercise(place)) => return self.ask_for_reset(place),
            (None, Key::Char('x'), Row::Chapter(_)) => {
                self.note = Some("x: put the arrow on one exercise to reset it".to_owned());
            }
            (None, Key::Escape, _) if outline.is_searching() => outline.end_search(&self.course),
            (None, Key::Escape | Key::Char('l' | 'q'), _) => self.screen = Screen::Exercise,
            (None, ..) => self.note = Some("no such key in the list".to_owned()),
        }
        Vec::new()
    }

    /// The list follows every letter.
    fn type_search(&mut self, key: Key) {
        let Screen::List(outline) = &mut self.screen else {
            return;
        };
        match key {
            Key::Char(char) => outline.search.push(char),
            Key::Backspace => {
                outline.search.pop();
            }
            Key::Enter => outline.is_typing = false,
            Key::Escape => outline.end_search(&self.course),
            _ => {
                if let Some(motion) = Motion::of(key) {
                    self.move_in_list(motion);
                }
            }
        }
    }

    fn move_in_list(&mut self, motion: Motion) {
        let Screen::List(outline) = &mut self.screen else {
            return;
        };
        let rows = outline.rows(&self.course, &self.progress);
        let at = rows.iter().position(|row| *row == outline.cursor).unwrap_or(0);
        let to = motion.moved(at, rows.len().saturating_sub(1), self.size.rows / 2);
        if let Some(row) = rows.get(to) {
            outline.cursor = *row;
        }
    }

    fn fold(&mut self, unfold: bool) {
        let Screen::List(outline) = &mut self.screen else {
            return;
        };
        if outline.is_searching() {
            self.note = Some("a search shows all chapters unfolded; Esc ends it".to_owned());
            return;
        }
        outline.fold(&self.course, unfold);
    }

    /// What there is to see may have changed, by a key or by a pass: the cursor is on something that is seen.
    pub(super) fn settle_list(&mut self) {
        if let Screen::List(outline) = &mut self.screen {
            let rows = outline.rows(&self.course, &self.progress);
            outline.settle(&rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::ui::outline_tests::{course, progress};
    use crate::ui::{Size, Theme, render};
    use crate::watch::event::{Event, Key, Moment};
    use crate::watch::state::{AfterPass, State};

    /// The list of a course of 36 exercises, at the second of them, after these keys.
    fn frame(keys: &str, columns: usize, rows: usize, theme: Theme) -> String {
        let size = Size { columns, rows };
        let mut progress = progress();
        progress.set_current("exercise_1");
        let (mut state, _) = State::new(Arc::new(course(36)), progress, AfterPass::MoveOn, size);
        for key in keys.chars() {
            let key = if key == '\n' { Key::Enter } else { Key::Char(key) };
            state.update(Event::Key(key), Moment::now());
        }
        render(&state.view(), size, theme).replace('\u{1b}', "ESC")
    }

    #[test]
    fn it_opens_on_the_exercise_at_hand_in_any_size_with_colour_and_without() {
        for (columns, rows) in [(80, 24), (40, 15), (120, 40)] {
            let plain = frame("l", columns, rows, Theme::plain());
            insta::assert_snapshot!(format!("list_{columns}x{rows}"), plain);
            let coloured = frame("l", columns, rows, Theme::new(true));
            insta::assert_snapshot!(format!("list_{columns}x{rows}_coloured"), coloured);
        }
    }

    #[test]
    fn what_it_is_limited_to_is_said_in_words() {
        insta::assert_snapshot!("list_searched", frame("lp/請求\n", 80, 24, Theme::plain()));
        insta::assert_snapshot!("list_searched_40x15", frame("lp/title 2\n", 40, 15, Theme::plain()));
        insta::assert_snapshot!("list_typing", frame("l/of another kind", 40, 15, Theme::plain()));
    }
}
