//! What a style looks like. The only file that uses `colored`.

use colored::{ColoredString, Colorize};

use super::text::{defuse, strip_ansi};

/// Names for styles; without colour all of them leave the text as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    pub fn new(colour: bool) -> Self {
        // Left alone, `colored` would decide anew from the environment. Here the caller has decided: what goes
        // through `colored` at all is meant to have colours.
        colored::control::set_override(true);
        Self { colour }
    }

    /// For pipes, files and `NO_COLOR`.
    pub fn plain() -> Self {
        Self::new(false)
    }

    pub fn pass(self, text: &str) -> String {
        self.paint(text, |text| text.green().bold())
    }

    pub fn fail(self, text: &str) -> String {
        self.paint(text, |text| text.red().bold())
    }

    pub fn hint(self, text: &str) -> String {
        self.paint(text, Colorize::yellow)
    }

    pub fn path(self, text: &str) -> String {
        self.paint(text, Colorize::cyan)
    }

    pub fn key(self, text: &str) -> String {
        self.paint(text, Colorize::bold)
    }

    pub fn faint(self, text: &str) -> String {
        self.paint(text, Colorize::dimmed)
    }

    pub fn heading(self, text: &str) -> String {
        self.paint(text, Colorize::bold)
    }

    /// Where the cursor is.
    pub(super) fn marked(self, text: &str) -> String {
        self.paint(text, Colorize::reversed)
    }

    pub(super) fn added(self, text: &str) -> String {
        self.paint(text, Colorize::green)
    }

    pub(super) fn removed(self, text: &str) -> String {
        self.paint(text, Colorize::red)
    }

    /// Text of rustc or of the learner's program: made harmless, its colours kept where this theme has any.
    pub fn foreign(self, text: &str) -> String {
        let harmless = defuse(text);
        if self.colour { harmless } else { strip_ansi(&harmless) }
    }

    fn paint(self, text: &str, style: impl Fn(ColoredString) -> ColoredString) -> String {
        if self.colour && !text.is_empty() { style(text.into()).to_string() } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_there_is_no_escape() {
        let theme = Theme::plain();
        assert_eq!(theme.pass("ok") + &theme.foreign("\u{1b}[31mred\u{1b}[0m"), "okred");
    }

    #[test]
    fn with_colour_there_is_one_whatever_the_environment_says() {
        assert_eq!(Theme::new(true).faint("x"), "\u{1b}[2mx\u{1b}[0m");
        assert_eq!(Theme::new(true).faint(""), "");
    }
}
