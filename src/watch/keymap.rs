//! The keys, what they mean, and their words. The prompt line and the help page are drawn from these tables.

use super::event::Key;
use crate::ui::{KeyHelp, Outline, Row};

/// What a learner can ask for while an exercise is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Hint,
    Failure,
    Next,
    Edit,
    List,
    Output,
    Warnings,
    Readme,
    Solution,
    Try,
    Run,
    Back,
    CheckAll,
    Reset,
    Quit,
    Help,
}

pub(super) struct Binding {
    pub(super) key: char,
    /// The key as it is written.
    pub(super) label: &'static str,
    pub(super) action: Action,
    /// For the prompt line.
    pub(super) word: &'static str,
    help: &'static str,
}

const fn bind(
    key: char,
    label: &'static str,
    action: Action,
    word: &'static str,
    help: &'static str,
) -> Binding {
    Binding { key, label, action, word, help }
}

/// Most needed first: the prompt line shows as many as fit, and always the last two.
pub(super) const BINDINGS: [Binding; 16] = [
    bind('h', "h", Action::Hint, "hint", "show the next hint; each says more than the one before"),
    bind('f', "f", Action::Failure, "more", "show the next failing test, or the next error"),
    bind('n', "n", Action::Next, "next", "go on to the next exercise that is pending"),
    bind('e', "e", Action::Edit, "edit", "open the file in your editor (VS Code, $VISUAL or $EDITOR)"),
    bind(
        'l',
        "l",
        Action::List,
        "list",
        "list all exercises: Enter goes to one, / searches, p shows what is pending",
    ),
    bind('a', "a", Action::Output, "output", "show all that the tests or the compiler printed"),
    bind('w', "w", Action::Warnings, "warnings", "show the compiler's warnings"),
    bind('i', "i", Action::Readme, "read", "read what the chapter teaches"),
    bind('s', "s", Action::Solution, "diff", "compare your code with the reference, after a pass"),
    bind('t', "t", Action::Try, "try", "start the service as it is now, and show how to ask it"),
    bind('r', "r", Action::Run, "run", "run the tests again, as a save does"),
    bind('b', "b", Action::Back, "back", "go back by one exercise"),
    bind('c', "c", Action::CheckAll, "all", "check all exercises again"),
    bind(
        'x',
        "x",
        Action::Reset,
        "reset",
        "put the exercise back to how it was shipped; asks first, keeps your version",
    ),
    bind('q', "q", Action::Quit, "quit", "leave; progress is saved all the time"),
    bind('?', "?", Action::Help, "help", "this page; any key leaves it"),
];

/// In the list, on an exercise.
const LIST_PROMPT: [(&str, &str); 6] =
    [("j/k", "move"), ("Enter", "go"), ("/", "search"), ("p", "pending"), ("x", "reset"), ("l", "back")];
/// In the list, on a chapter.
const CHAPTER_PROMPT: [(&str, &str); 5] =
    [("/", "search"), ("p", "pending"), ("j/k", "move"), ("Enter", "fold or unfold"), ("l", "back")];
const SEARCH_PROMPT: [(&str, &str); 3] = [("type", "to search"), ("Enter", "keep it"), ("Esc", "end it")];
/// What a learner wants first after a pass.
pub(super) const AFTER_PASS: [Action; 2] = [Action::Next, Action::Solution];

pub(super) const SERVICE_PROMPT: [(&str, &str); 3] =
    [("r", "run"), ("j/k", "scroll"), ("t", "stop it, go back")];
pub(super) const PAGE_PROMPT: [(&str, &str); 2] = [("j/k", "scroll"), ("any other key", "back")];

pub(super) fn binding(key: Key) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| key == Key::Char(binding.key))
}

pub(super) fn list_prompt(outline: &Outline) -> &'static [(&'static str, &'static str)] {
    match outline.cursor {
        _ if outline.is_typing => &SEARCH_PROMPT,
        Row::Exercise(_) => &LIST_PROMPT,
        Row::Chapter(_) => &CHAPTER_PROMPT,
    }
}

pub(super) fn help() -> Vec<KeyHelp> {
    BINDINGS.iter().map(|binding| KeyHelp { key: binding.label, help: binding.help }).collect()
}

/// How a list or a long text is moved through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Motion {
    Up,
    Down,
    PageUp,
    PageDown,
    Start,
    End,
}

impl Motion {
    pub(super) fn of(key: Key) -> Option<Self> {
        Some(match key {
            Key::Up | Key::Char('k') => Self::Up,
            Key::Down | Key::Char('j') => Self::Down,
            Key::PageUp => Self::PageUp,
            Key::PageDown | Key::Char(' ') => Self::PageDown,
            Key::Home | Key::Char('g') => Self::Start,
            Key::End | Key::Char('G') => Self::End,
            Key::Char(_) | Key::Enter | Key::Escape | Key::Backspace | Key::Left | Key::Right => return None,
        })
    }

    /// From `at`, where `last` is the furthest and a page has `page` lines.
    pub(super) fn moved(self, at: usize, last: usize, page: usize) -> usize {
        let to = match self {
            Self::Up => at.saturating_sub(1),
            Self::Down => at + 1,
            Self::PageUp => at.saturating_sub(page),
            Self::PageDown => at + page,
            Self::Start => 0,
            Self::End => last,
        };
        to.min(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_meaning() {
        for (at, binding) in BINDINGS.iter().enumerate() {
            assert!(BINDINGS[at + 1..].iter().all(|other| other.key != binding.key), "{}", binding.label);
            assert_eq!(binding.label, binding.key.to_string());
        }
    }

    #[test]
    fn motions_stay_inside() {
        assert_eq!(Motion::Up.moved(0, 9, 5), 0);
        assert_eq!(Motion::PageDown.moved(7, 9, 5), 9);
        assert_eq!(Motion::End.moved(0, 9, 5), 9);
        assert_eq!(Motion::Down.moved(0, 0, 5), 0);
    }
}
