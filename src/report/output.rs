//! The two streams of a command.

use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::ui::{Terminal, Theme};

/// Standard output, and how text on it may look.
///
/// Its reader may close it early, as `head` does: then the rest is dropped without a word, and the command still does
/// its work and ends with its true exit code.
pub struct Output {
    stream: Box<dyn Write>,
    pub theme: Theme,
    /// The longest line that fits; no limit outside a terminal.
    pub columns: usize,
    /// Nobody reads any more.
    pub is_closed: bool,
}

impl Output {
    /// Standard output of this process.
    pub fn stdout(theme: Theme) -> Self {
        let stdout = io::stdout();
        let columns = if stdout.is_terminal() { Terminal::size().columns } else { usize::MAX };
        Self { stream: Box::new(stdout), theme, columns, is_closed: false }
    }

    /// Writes a line; `text` may be several.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        match writeln!(self.stream, "{text}") {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.stream = Box::new(io::sink());
                self.is_closed = true;
                Ok(())
            }
            Err(error) => {
                Err(io::Error::new(error.kind(), format!("could not write to standard output: {error}")))
            }
            Ok(()) => Ok(()),
        }
    }

    pub fn lines(&mut self, lines: &[String]) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.line(line))
    }
}

/// Writes a line to standard error.
pub fn note(text: &str) {
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn output_to(kind: ErrorKind) -> Output {
        Output {
            stream: Box::new(Failing(kind)),
            theme: Theme::plain(),
            columns: usize::MAX,
            is_closed: false,
        }
    }

    #[test]
    fn a_reader_that_has_left_is_no_error() {
        let mut output = output_to(ErrorKind::BrokenPipe);
        output.line("one").unwrap();
        output.line("two").unwrap();
        assert!(output.is_closed);
    }

    #[test]
    fn a_full_disk_is_one() {
        let error = output_to(ErrorKind::StorageFull).line("one").unwrap_err();
        assert!(error.to_string().starts_with("could not write to standard output"), "{error}");
    }
}
