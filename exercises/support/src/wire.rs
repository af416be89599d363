//! The service's end of a connection, without a network: what arrives, in which pieces, and what comes after it.

use std::collections::VecDeque;
use std::fmt::Display;
use std::io::{self, Read};

use crate::fail;

/// So many times may a service look again whether a closed connection is still closed.
const PATIENCE: usize = 1_000;

/// A connection that a service can read from. On a real one, a service that reads too much waits for ever; here, it
/// fails the test with words.
#[derive(Debug)]
pub struct Wire {
    story: String,
    coming: VecDeque<u8>,
    piece: usize,
    closes: bool,
    reads_after_the_end: usize,
}

impl Wire {
    /// A client that sends all of this at once, and then waits for the reply.
    #[must_use]
    pub fn new(story: impl Display, bytes: impl AsRef<[u8]>) -> Self {
        Self {
            story: story.to_string(),
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
    #[must_use]
    pub fn left(&self) -> String {
        String::from_utf8_lossy(&self.coming.iter().copied().collect::<Vec<_>>()).into_owned()
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.coming.is_empty() && !buffer.is_empty() {
            self.reads_after_the_end += 1;
            if !self.closes {
                fail(&self.story, "a reply", "none: the service waits for bytes that never come");
            }
            if self.reads_after_the_end > PATIENCE {
                fail(&self.story, "a reply", "none: the service reads a closed line for ever");
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
    #[should_panic(expected = "none: the service waits for bytes that never come")]
    fn a_service_that_reads_too_much_of_an_open_line_is_told_so() {
        let _ = Wire::new("a client", "ab").read_to_end(&mut Vec::new());
    }

    #[test]
    #[should_panic(expected = "none: the service reads a closed line for ever")]
    fn a_service_that_reads_a_closed_line_for_ever_is_told_so() {
        let mut wire = Wire::new("a client", "").then_closes();
        while wire.read(&mut [0]).is_ok() {}
    }
}
