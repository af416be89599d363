//! What a style looks like. The only file that uses `colored`.

use std::fmt::Write as _;
use std::path::Path;

use colored::{ColoredString, Colorize};

use super::text::{defuse, linked, strip_ansi};

/// Names for styles; without colour all of them leave the text as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    colour: bool,
    links: bool,
}

impl Theme {
    pub fn new(colour: bool) -> Self {
        // Left alone, `colored` would decide anew from the environment. Here the caller has decided: what goes
        // through `colored` at all is meant to have colours.
        colored::control::set_override(true);
        Self { colour, links: false }
    }

    /// Whether places in files and addresses are links, for terminals that know them.
    #[must_use]
    pub fn with_links(self, links: bool) -> Self {
        Self { links, ..self }
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

    /// A level-two heading of a text.
    pub(super) fn subheading(self, text: &str) -> String {
        self.paint(text, |text| text.bold().cyan())
    }

    pub(super) fn emphasis(self, text: &str) -> String {
        self.paint(text, Colorize::italic)
    }

    pub(super) fn code(self, text: &str) -> String {
        self.paint(text, Colorize::cyan)
    }

    /// The part of what was expected that did not come.
    pub(super) fn missing(self, text: &str) -> String {
        self.paint(text, |text| text.green().bold())
    }

    /// The part of what came that was not expected.
    pub(super) fn unexpected(self, text: &str) -> String {
        self.paint(text, |text| text.red().bold())
    }

    /// A place such as `exercises/10_jwt/jwt_alg/src/tests.rs:21`, relative to `root`, which opens that file. `shown` is
    /// the place as it fits. The line is the fragment: kitty and iTerm2 take it, others open the file.
    pub(super) fn place(self, root: &Path, place: &str, shown: &str) -> String {
        let painted = self.path(shown);
        let (file, line) = match place.rsplit_once(':') {
            Some((file, line)) if line.bytes().all(|byte| byte.is_ascii_digit()) => {
                (file, format!("#{line}"))
            }
            _ => (place, String::new()),
        };
        let file = root.join(file);
        if self.links && file.is_absolute() {
            linked(&painted, &format!("file://{}{line}", percent_encoded(&file)))
        } else {
            painted
        }
    }

    /// An address in the net, where `text` stands for it.
    pub(super) fn address(self, text: &str, url: &str) -> String {
        let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic());
        if self.links && is_plain { linked(text, url) } else { format!("{text} ({url})") }
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

fn percent_encoded(path: &Path) -> String {
    let mut encoded = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => encoded.push(char::from(*byte)),
            byte => write!(encoded, "%{byte:02X}").expect("a String grows"),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_link_with_an_absolute_path_no_host_and_the_line() {
        let place = "exercises/1 ä/src/tests.rs:21";
        let theme = Theme::plain().with_links(true);
        let link = theme.place(Path::new("/home/a"), place, place);
        let url = "file:///home/a/exercises/1%20%C3%A4/src/tests.rs#21";
        assert_eq!(link, format!("\u{1b}]8;;{url}\u{1b}\\{place}\u{1b}]8;;\u{1b}\\"));
        assert_eq!(Theme::plain().place(Path::new("/home/a"), place, place), place);
    }

    #[test]
    fn an_address_is_shown_where_it_cannot_be_a_link() {
        assert_eq!(Theme::plain().address("RFC 9110", "https://a.example"), "RFC 9110 (https://a.example)");
        let link = Theme::plain().with_links(true).address("RFC 9110", "https://a.example");
        assert_eq!(strip_ansi(&link), "RFC 9110");
    }

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
