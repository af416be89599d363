//! The only door to the terminal.
//!
//! While a [`Terminal`] lives, the terminal shows the alternate screen (or, told line by line, what it showed) and hands
//! over each key at once, unechoed. Nothing else changes: Ctrl-C stays a signal, and output is still processed. [`restore`] puts back exactly what
//! was found; it runs when the value is dropped, when any thread panics, and wherever a signal ends the program.

use std::env;
use std::io;
use std::panic;
use std::sync::{Mutex, Once, PoisonError};

use rustix::io::retry_on_intr;
use rustix::stdio::{stdin, stdout};
use rustix::termios::{InputModes, LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};

/// Alternate screen, no cursor, and pasted text in brackets, so that it is not taken for keys.
const ENTER: &str = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?2004h\u{1b}[2J";
const LEAVE: &str = "\u{1b}[?2004l\u{1b}[?25h\u{1b}[?1049l";
/// Between these a terminal shows nothing half drawn; a line too wide for it is cut and not wrapped.
const BEGIN_FRAME: &str = "\u{1b}[?2026h\u{1b}[?7l\u{1b}[H";
const END_FRAME: &str = "\u{1b}[?7h\u{1b}[?2026l";
/// Where a terminal does not know its size.
const USUAL: Size = Size { columns: 80, rows: 24 };

/// What was found, while something else is in force.
static FOUND: Mutex<Option<Found>> = Mutex::new(None);

struct Found {
    /// None where standard input is no terminal.
    modes: Option<Termios>,
    leave: &'static str,
}

/// How a session uses the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Frames on the alternate screen.
    Frames,
    /// Line after line, which needs no terminal at all.
    Lines,
}

/// A terminal's size in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub columns: usize,
    pub rows: usize,
}

/// Whether this environment asks for lines instead of anything that is drawn: `TERM` is `dumb`, or `ACCESSIBLE` is set.
pub fn wants_lines() -> bool {
    let is = |name: &str, is_so: fn(&str) -> bool| env::var(name).is_ok_and(|value| is_so(&value));
    is("TERM", |value| value == "dumb") || is("ACCESSIBLE", |value| !value.is_empty() && value != "0")
}

/// The terminal, taken over.
#[derive(Debug)]
#[must_use = "the terminal is given back when this is dropped"]
pub struct Terminal(Mode);

impl Terminal {
    /// Takes over the terminal at standard input and output.
    pub fn enter(mode: Mode) -> io::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let report = panic::take_hook();
            panic::set_hook(Box::new(move |panic| {
                restore();
                report(panic);
            }));
        });
        take_over(mode)?;
        Ok(Self(mode))
    }

    /// Whether it is ours now: not lent, and not given back by a panic elsewhere.
    pub fn is_ours(&self) -> bool {
        lock().is_some()
    }

    /// Shows a frame, in one write.
    pub fn present(&self, frame: &str) -> io::Result<()> {
        write_all(&frame_bytes(frame))
    }

    /// Writes lines below those that are there.
    pub fn say(&self, lines: &[String]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        write_all(format!("{}\n", lines.join("\n")).as_bytes())
    }

    /// Gives the terminal back, until it is taken again.
    pub fn lend(&self) {
        restore();
    }

    pub fn take_back(&self) -> io::Result<()> {
        take_over(self.0)
    }

    /// Gives the terminal back and writes a last line to it.
    pub fn leave(&self, last_line: &str) {
        restore();
        // The terminal may be gone, and then there is nobody to tell.
        let _ = write_all(format!("{last_line}\n").as_bytes());
    }

    pub fn size() -> Size {
        match tcgetwinsize(stdout()) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => {
                Size { columns: size.ws_col.into(), rows: size.ws_row.into() }
            }
            _ => USUAL,
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Puts the terminal back as it was found. Harmless at any time and from any thread.
pub fn restore() {
    if let Some(found) = lock().take() {
        // On the way out nothing can be done about a terminal that is gone.
        let _ = write_all(found.leave.as_bytes());
        if let Some(modes) = found.modes {
            let _ = tcsetattr(stdin(), OptionalActions::Now, &modes);
        }
    }
}

fn take_over(mode: Mode) -> io::Result<()> {
    let modes = match (tcgetattr(stdin()), mode) {
        (Err(_), Mode::Lines) => None,
        (modes, _) => Some(modes?),
    };
    let (enter, leave) = match mode {
        Mode::Frames => (ENTER, LEAVE),
        Mode::Lines => ("", ""),
    };
    *lock() = Some(Found { modes: modes.clone(), leave });
    if let Some(mut keys) = modes {
        keys.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        // Ctrl-S is what a hand that saves presses: it must not stop the output, and us with it.
        keys.input_modes.remove(InputModes::IXON);
        tcsetattr(stdin(), OptionalActions::Now, &keys)?;
    }
    write_all(enter.as_bytes())
}

/// Each line is cleared before it is written: clearing behind a line as wide as the terminal would take its last
/// column away.
fn frame_bytes(frame: &str) -> Vec<u8> {
    let lines: Vec<_> = frame.split('\n').map(|line| format!("\u{1b}[K{line}")).collect();
    format!("{BEGIN_FRAME}{}{END_FRAME}", lines.join("\r\n")).into_bytes()
}

fn lock() -> std::sync::MutexGuard<'static, Option<Found>> {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Past std's buffer, which would break a frame in two at its last line.
fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = retry_on_intr(|| rustix::io::write(stdout(), bytes))?;
        bytes = &bytes[written..];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_synchronized_write_that_clears_each_line_first() {
        let bytes = String::from_utf8(frame_bytes("a\nb")).expect("text");
        assert_eq!(bytes, "\u{1b}[?2026h\u{1b}[?7l\u{1b}[H\u{1b}[Ka\r\n\u{1b}[Kb\u{1b}[?7h\u{1b}[?2026l");
    }

    #[test]
    fn what_is_switched_on_is_switched_off() {
        for mode in ["1049", "2004"] {
            assert!(ENTER.contains(&format!("?{mode}h")) && LEAVE.contains(&format!("?{mode}l")));
        }
        assert!(ENTER.contains("?25l") && LEAVE.contains("?25h"));
    }
}
