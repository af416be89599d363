//! Who shows the state: frames on a screen, or lines one after the other.

use std::io;

use crate::ui::{Mode, Teller, Terminal, Theme, View, render};

pub(super) struct Presenter {
    terminal: Terminal,
    theme: Theme,
    shown: Shown,
}

enum Shown {
    /// The frame on the screen.
    Frame(String),
    Lines(Box<Teller>),
}

impl Presenter {
    /// Takes over the terminal.
    pub(super) fn enter(mode: Mode, theme: Theme) -> io::Result<Self> {
        let shown = match mode {
            Mode::Frames => Shown::Frame(String::new()),
            Mode::Lines => Shown::Lines(Box::default()),
        };
        Ok(Self { terminal: Terminal::enter(mode)?, theme, shown })
    }

    /// Shows what is new. Does nothing while the terminal is lent.
    pub(super) fn present(&mut self, view: &View<'_>) -> io::Result<()> {
        if !self.terminal.is_ours() {
            return Ok(());
        }
        match &mut self.shown {
            Shown::Frame(shown) => {
                let frame = render(view, Terminal::size(), self.theme);
                if frame != *shown {
                    self.terminal.present(&frame)?;
                    *shown = frame;
                }
                Ok(())
            }
            Shown::Lines(teller) => self.terminal.say(&teller.news(view, self.theme)),
        }
    }

    /// What is on the screen is not what was shown.
    pub(super) fn forget(&mut self) {
        if let Shown::Frame(shown) = &mut self.shown {
            shown.clear();
        }
    }

    /// Gives the terminal to somebody else.
    pub(super) fn lend(&self) {
        self.terminal.lend();
    }

    pub(super) fn take_back(&mut self) -> io::Result<()> {
        self.forget();
        self.terminal.take_back()
    }

    /// Gives the terminal back for good, with a last line.
    pub(super) fn leave(&self, last_line: &str) {
        self.terminal.leave(last_line);
    }
}
