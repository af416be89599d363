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
