//! The service's end of a connection, without a network: what arrives, in which pieces, and what comes after it.

use std::collections::VecDeque;
use std::fmt::Display;
use std::io::{self, ErrorKind, Read};
use std::panic::Location;
use std::thread;

use crate::fail;

/// So many times may a service look again whether more has come.
const PATIENCE: usize = 1_000;

const WAITS: &str = "none: the service waits for bytes that never come";
const READS_ON: &str = "none: the service reads a closed line for ever";

/// A connection that a service can read from. On a real one, a service that reads too much waits for ever; here, its
/// read times out, and [`left`](Self::left) fails the test with words, whatever the service made of that.
#[derive(Debug)]
pub struct Wire {
    story: String,
    /// Where the test made it. A panic inside `read` would name this file, which is nobody's to mend.
    test: &'static Location<'static>,
    coming: VecDeque<u8>,
    piece: usize,
    closes: bool,
    reads_after_the_end: usize,
}

impl Wire {
    /// A client that sends all of this at once, and then waits for the reply.
    #[track_caller]
    #[must_use]
    pub fn new(story: impl Display, bytes: impl AsRef<[u8]>) -> Self {
        Self {
            story: story.to_string(),
            test: Location::caller(),
            coming: bytes.as_ref().iter().copied().collect(),
            piece: usize::MAX,
            closes: false,
            reads_after_the_end: 0,
        }
    }

    /// The same client on a line that brings at most so many bytes at a time.
    #[must_use]
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.piece = bytes.max(1);
        self
    }

    /// The same client, but it hangs up when it has sent everything.
    #[must_use]
    pub fn then_closes(mut self) -> Self {
        self.closes = true;
        self
    }

    /// What the service has not read.
    ///
    /// # Panics
    /// When the service waited for bytes that never come. A test that does not ask is told when the line is dropped.
    #[track_caller]
    #[must_use]
    pub fn left(&self) -> String {
        if self.waited() {
            fail(&self.story, "a reply", WAITS);
        }
        String::from_utf8_lossy(&self.coming.iter().copied().collect::<Vec<_>>()).into_owned()
    }

    fn waited(&self) -> bool {
        self.reads_after_the_end > 0 && !self.closes
    }

    /// Fails from where no caller is the test, and so says where that is.
    fn give_up(&self, got: &str) -> ! {
        let (story, test) = (&self.story, self.test);
        fail(
            format_args!("{story}\n  in        {}:{}", test.file(), test.line()),
            "a reply",
            got,
        )
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.waited() && !thread::panicking() {
            self.give_up(WAITS);
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.coming.is_empty() && !buffer.is_empty() {
            self.reads_after_the_end += 1;
            if self.reads_after_the_end > PATIENCE {
                self.give_up(if self.closes { READS_ON } else { WAITS });
            }
            if !self.closes {
                return Err(ErrorKind::TimedOut.into());
            }
        }
        let count = self.piece.min(buffer.len()).min(self.coming.len());
        for (place, byte) in buffer.iter_mut().zip(self.coming.drain(..count)) {
            *place = byte;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn bytes_arrive_in_pieces_and_what_is_not_read_is_left() {
        let mut wire = Wire::new("a client", "letter and more").in_pieces_of(4);
        let mut buffer = [0; 6];
        assert_eq!(wire.read(&mut buffer).unwrap(), 4);
        assert_eq!(wire.read(&mut buffer[4..]).unwrap(), 2);
        assert_eq!(&buffer, b"letter");
        assert_eq!(wire.left(), " and more");
    }

    #[test]
    fn a_client_that_hung_up_sends_nothing_more() {
        let mut wire = Wire::new("a client", "ab").then_closes();
        let mut read = Vec::new();
        wire.read_to_end(&mut read).unwrap();
        assert_eq!(read, b"ab");
        assert_eq!(wire.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_service_that_reads_too_much_of_an_open_line_is_told_so_where_the_test_is() {
        let mut wire = Wire::new("a client", "ab");
        let error = wire.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        let story = failure(|| drop(wire.left()));
        assert_eq!(story, format!("\n  a client\n  expected  a reply\n  got       {WAITS}\n"));
        wire.closes = true; // So that it has nothing more to say.
    }

    #[test]
    fn a_test_that_does_not_ask_is_told_all_the_same() {
        let mut wire = Wire::new("a client", "ab");
        let line = line!() - 1;
        assert!(wire.read_to_end(&mut Vec::new()).is_err());
        let story = failure(|| drop(wire));
        assert!(story.contains("\n  in        support/src/wire.rs:"), "{story}");
        assert!(story.contains(&format!("wire.rs:{line}\n  expected  a reply\n")), "{story}");
        assert!(story.contains(WAITS), "{story}");
    }

    #[test]
    fn a_service_that_asks_again_for_ever_is_stopped() {
        let mut open = Wire::new("a client", "");
        let story = failure(|| while open.read(&mut [0]).is_err() {});
        assert!(story.contains(WAITS), "{story}");
        open.closes = true;

        let mut closed = Wire::new("a client", "").then_closes();
        let story = failure(|| while closed.read(&mut [0]).is_ok() {});
        assert!(story.contains(READS_ON), "{story}");
    }

    fn failure(test: impl FnOnce()) -> String {
        let panic = catch_unwind(AssertUnwindSafe(test)).expect_err("the test fails");
        panic.downcast_ref::<String>().expect("with words").clone()
    }
}
