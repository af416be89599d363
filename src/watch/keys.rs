//! Keys from the terminal. A thread waits for bytes, or for the session's end; a small parser makes keys of them.
//!
//! crossterm's reader is not used: it spins once its terminal is gone, and after a paste of more than its buffer.

use std::io::{self, IsTerminal};
use std::os::fd::OwnedFd;
use std::thread::{self, JoinHandle};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::pipe;
use rustix::stdio::stdin;
use signal_hook::consts::SIGHUP;

use super::event::{Event, Key, Mailbox};

/// The bytes of one key arrive together; so long after a lone Escape it was the Escape key.
const SEQUENCE_GAP: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// Reads keys for as long as it lives. After that, whatever is typed is there for others to read.
#[derive(Debug)]
pub(super) struct Keys {
    /// Closing it wakes the thread, which then ends.
    wake: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Keys {
    pub(super) fn start(mailbox: Mailbox) -> io::Result<Self> {
        let (ended, wake) = pipe()?;
        let thread = thread::Builder::new().name("keys".into()).spawn(move || {
            match read_keys(&ended, &mailbox) {
                Ok(()) => {}
                Err(_) if !stdin().is_terminal() => mailbox.send(Event::NoMoreKeys),
                // A terminal that cannot be read is gone.
                Err(_) => mailbox.send(Event::Signal(SIGHUP)),
            }
        })?;
        Ok(Self { wake: Some(wake), thread: Some(thread) })
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            // Its panic is an event of its own.
            let _ = thread.join();
        }
    }
}

fn read_keys(ended: &OwnedFd, mailbox: &Mailbox) -> Result<(), Errno> {
    let terminal = stdin();
    let mut parser = Parser::default();
    let mut bytes = [0; 1024];
    loop {
        let mut waiting = [PollFd::new(&terminal, PollFlags::IN), PollFd::new(ended, PollFlags::IN)];
        let timeout = parser.is_inside_sequence().then_some(&SEQUENCE_GAP);
        let ready = match poll(&mut waiting, timeout) {
            Err(Errno::INTR) => continue,
            other => other?,
        };
        if !waiting[1].revents().is_empty() {
            return Ok(());
        }
        let keys = if ready == 0 {
            parser.finish()
        } else {
            match rustix::io::read(terminal, &mut bytes) {
                Err(Errno::INTR | Errno::AGAIN) => continue,
                Ok(0) => return Err(Errno::IO),
                read => parser.feed(&bytes[..read?]),
            }
        };
        for key in keys {
            mailbox.send(Event::Key(key));
        }
    }
}

/// Bytes to keys. What is pasted is no key, or a pasted "xy" would reset an exercise.
#[derive(Debug, Default)]
struct Parser {
    pending: Vec<u8>,
    pasting: bool,
}

impl Parser {
    fn is_inside_sequence(&self) -> bool {
        !self.pending.is_empty()
    }

    fn feed(&mut self, bytes: &[u8]) -> Vec<Key> {
        self.pending.extend_from_slice(bytes);
        let mut keys = Vec::new();
        while let Some((token, length)) = token(&self.pending) {
            self.pending.drain(..length);
            match token {
                Token::PasteBegins => self.pasting = true,
                Token::PasteEnds => self.pasting = false,
                Token::Key(key) if !self.pasting => keys.push(key),
                Token::Key(_) | Token::Nothing => {}
            }
        }
        keys
    }

    /// Nothing more came: what looked like the start of a sequence was a key of its own.
    fn finish(&mut self) -> Vec<Key> {
        let is_escape = self.pending == [ESCAPE] && !self.pasting;
        self.pending.clear();
        if is_escape { vec![Key::Escape] } else { Vec::new() }
    }
}

const ESCAPE: u8 = 0x1b;

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Key(Key),
    PasteBegins,
    PasteEnds,
    /// A key without a meaning here.
    Nothing,
}

/// The first token and its length; none if it is not complete yet.
fn token(bytes: &[u8]) -> Option<(Token, usize)> {
    match bytes {
        [] | [ESCAPE] => None,
        [ESCAPE, b'[' | b'O', rest @ ..] => {
            let end = rest.iter().position(|byte| (0x40..=0x7e).contains(byte))?;
            Some((sequence(&rest[..=end]), 2 + end + 1))
        }
        // Escape twice, or Alt and a key.
        [ESCAPE, ESCAPE, ..] => Some((Token::Key(Key::Escape), 1)),
        [ESCAPE, _, ..] => Some((Token::Nothing, 2)),
        [b'\r' | b'\n', ..] => Some((Token::Key(Key::Enter), 1)),
        [0x7f | 0x08, ..] => Some((Token::Key(Key::Backspace), 1)),
        [byte, ..] if byte.is_ascii_control() => Some((Token::Nothing, 1)),
        letter => char_at(letter),
    }
}

/// A letter of any language. Bytes that are none mean nothing.
fn char_at(bytes: &[u8]) -> Option<(Token, usize)> {
    let longest = bytes.len().min(4);
    let read = |length: usize| std::str::from_utf8(&bytes[..length]).ok()?.chars().next();
    if let Some(char) = (1..=longest).find_map(read) {
        let token = if char.is_control() { Token::Nothing } else { Token::Key(Key::Char(char)) };
        return Some((token, char.len_utf8()));
    }
    match std::str::from_utf8(&bytes[..longest]) {
        // Its other bytes are still to come.
        Err(error) if error.error_len().is_none() => None,
        _ => Some((Token::Nothing, 1)),
    }
}

/// What comes after `ESC [` or `ESC O`: `A`, `1;5A` (with Ctrl), `5~`.
fn sequence(rest: &[u8]) -> Token {
    let Some((last, parameters)) = rest.split_last() else {
        return Token::Nothing;
    };
    match (last, parameters) {
        (b'A', _) => Token::Key(Key::Up),
        (b'B', _) => Token::Key(Key::Down),
        (b'C', _) => Token::Key(Key::Right),
        (b'D', _) => Token::Key(Key::Left),
        (b'H', _) | (b'~', b"1" | b"7") => Token::Key(Key::Home),
        (b'F', _) | (b'~', b"4" | b"8") => Token::Key(Key::End),
        (b'M', _) => Token::Key(Key::Enter),
        (b'~', b"5") => Token::Key(Key::PageUp),
        (b'~', b"6") => Token::Key(Key::PageDown),
        (b'~', b"200") => Token::PasteBegins,
        (b'~', b"201") => Token::PasteEnds,
        _ => Token::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        Parser::default().feed(bytes)
    }

    #[test]
    fn letters_arrows_and_pages_are_keys() {
        assert_eq!(keys(b"n?\r"), [Key::Char('n'), Key::Char('?'), Key::Enter]);
        assert_eq!(keys(b"\x1b[A\x1bOB\x1b[5~\x1b[1;5H"), [Key::Up, Key::Down, Key::PageUp, Key::Home]);
    }

    #[test]
    fn letters_of_any_language_are_keys_even_in_pieces() {
        assert_eq!(keys("é求\u{7f}".as_bytes()), [Key::Char('é'), Key::Char('求'), Key::Backspace]);
        let mut parser = Parser::default();
        assert_eq!(parser.feed(&"求".as_bytes()[..2]), []);
        assert_eq!(parser.feed(&"求".as_bytes()[2..]), [Key::Char('求')]);
        assert_eq!(keys(b"\xff\xb1q\xe6q"), [Key::Char('q'), Key::Char('q')]);
    }

    #[test]
    fn unbound_keys_are_nothing() {
        assert_eq!(keys("\u{1b}x\u{1b}[15~\u{1}q".as_bytes()), [Key::Char('q')]);
    }

    #[test]
    fn a_sequence_may_come_in_pieces() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"\x1b["), []);
        assert!(parser.is_inside_sequence());
        assert_eq!(parser.feed(b"B"), [Key::Down]);
        assert!(!parser.is_inside_sequence());
    }

    #[test]
    fn escape_alone_is_escape_once_nothing_follows() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"\x1b"), []);
        assert_eq!(parser.finish(), [Key::Escape]);
        assert_eq!(parser.finish(), []);
    }

    #[test]
    fn pasted_text_presses_no_key() {
        assert_eq!(keys(b"\x1b[200~xy\rq\x1b[201~h"), [Key::Char('h')]);
    }

    proptest! {
        #[test]
        fn cutting_bytes_anywhere_gives_the_same_keys(bytes in proptest::collection::vec(prop_oneof![Just(0x1b), Just(b'['), Just(b'~'), any::<u8>()], 0..30), at in 0_usize..30) {
            let at = at.min(bytes.len());
            let mut parser = Parser::default();
            let mut pieces = parser.feed(&bytes[..at]);
            pieces.extend(parser.feed(&bytes[at..]));
            prop_assert_eq!(pieces, keys(&bytes));
        }
    }
}
