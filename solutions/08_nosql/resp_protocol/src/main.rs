//! The protocol of Redis, version 2 (RESP2), as a server reads it. Bytes arrive in whatever pieces the network makes of
//! them; `push` takes a piece, `next_frame` gives one frame after the other.
//!
//! | first byte | then | example |
//! |---|---|---|
//! | `+` `-` | a text, an error: UTF-8 up to CRLF, with no CR or LF in it | `+OK\r\n` |
//! | `:` | an integer | `:-5\r\n` |
//! | `$` | so many bytes, whatever they are, and CRLF; -1 is null | `$5\r\nhe\r\no\r\n`, `$-1\r\n` |
//! | `*` | so many frames; -1 is null | `*2\r\n:1\r\n$1\r\na\r\n` |
//!
//! From a client library: "A large value breaks the connection: 'protocol error'. It works if we send it again."
//! From another: "We send ten commands at once and get one answer."
//! From operations: "Somebody sends eight bytes, `*1` and `$-5`, and the server is gone. With a larger number it takes
//! all the memory first."
//!
//! The documentation promises: whatever is no RESP2 is `Invalid`, a line when it ends at the latest, a bulk at the first
//! byte behind it that is wrong. So are a bulk of more than 512 MiB, an array of more than 1,000,000 frames, and arrays
//! in arrays in arrays, 32 deep or more: nobody waits for the rest of those. What came before is read all the same.
//!
//! The tests call `Decoder::default`, `push` and `next_frame`, and compare frames.

#[cfg(test)]
mod tests;

mod server;

const LONGEST_BULK: usize = 512 * 1024 * 1024;
const LONGEST_ARRAY: usize = 1_000_000;
const DEEPEST: usize = 31;

#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    Text(String),
    Error(String),
    Integer(i64),
    Bulk(Vec<u8>),
    Null,
    Array(Vec<Frame>),
}

#[derive(Debug)]
pub struct Invalid(&'static str);

#[derive(Default)]
pub struct Decoder {
    buffer: Vec<u8>,
}

impl Decoder {
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend(bytes);
    }

    /// The next frame; none, if more has to arrive first.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, Invalid> {
        let mut rest = self.buffer.as_slice();
        match frame(&mut rest, 0) {
            Ok(frame) => {
                let read = self.buffer.len() - rest.len();
                self.buffer.drain(..read);
                Ok(Some(frame))
            }
            // Nothing is taken from the buffer: the next piece is added to it, and all is read again.
            Err(Stop::Incomplete) => Ok(None),
            Err(Stop::Invalid(why)) => Err(Invalid(why)),
        }
    }
}

/// Why there is no frame: not yet, or never.
enum Stop {
    Incomplete,
    Invalid(&'static str),
}

/// Takes one frame from the beginning of the input.
fn frame(input: &mut &[u8], depth: usize) -> Result<Frame, Stop> {
    let (kind, rest) = line(input)?;
    match kind {
        b'+' => Ok(Frame::Text(rest.to_owned())),
        b'-' => Ok(Frame::Error(rest.to_owned())),
        b':' => Ok(Frame::Integer(number(rest)?)),
        b'$' => match length(rest, LONGEST_BULK)? {
            Some(length) => bulk(input, length),
            None => Ok(Frame::Null),
        },
        _ if depth >= DEEPEST => Err(Stop::Invalid("arrays in arrays in arrays")),
        _ => match length(rest, LONGEST_ARRAY)? {
            Some(count) => array(input, count, depth + 1),
            None => Ok(Frame::Null),
        },
    }
}

/// Takes one line: its first byte, and the rest without its CRLF.
fn line<'a>(input: &mut &'a [u8]) -> Result<(u8, &'a str), Stop> {
    let (kind, rest) = input.split_first().ok_or(Stop::Incomplete)?;
    if !b"+-:$*".contains(kind) {
        return Err(Stop::Invalid("an unknown kind of frame"));
    }
    let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).ok_or(Stop::Incomplete)?;
    let text = std::str::from_utf8(&rest[..end]).map_err(|_| Stop::Invalid("no text"))?;
    *input = &rest[end..];
    crlf(input)?;
    Ok((*kind, text))
}

fn crlf(input: &mut &[u8]) -> Result<(), Stop> {
    match input {
        [b'\r', b'\n', rest @ ..] => {
            *input = rest;
            Ok(())
        }
        [] | [b'\r'] => Err(Stop::Incomplete),
        _ => Err(Stop::Invalid("no CRLF where it belongs")),
    }
}

fn bulk(input: &mut &[u8], length: usize) -> Result<Frame, Stop> {
    let (bytes, rest) = input.split_at_checked(length).ok_or(Stop::Incomplete)?;
    *input = rest;
    crlf(input)?;
    Ok(Frame::Bulk(bytes.to_vec()))
}

/// Each frame asks for its memory when it is there. How many there will be is only a claim.
fn array(input: &mut &[u8], count: usize, depth: usize) -> Result<Frame, Stop> {
    let frames = (0..count).map(|_| frame(input, depth)).collect::<Result<_, _>>()?;
    Ok(Frame::Array(frames))
}

/// None for -1. Every other number below zero is wrong, and no cast makes it right.
fn length(text: &str, most: usize) -> Result<Option<usize>, Stop> {
    match number(text)? {
        -1 => Ok(None),
        number => match usize::try_from(number) {
            Ok(length) if length <= most => Ok(Some(length)),
            _ => Err(Stop::Invalid("a length below zero, or too large")),
        },
    }
}

fn number(text: &str) -> Result<i64, Stop> {
    text.parse().map_err(|_| Stop::Invalid("no number"))
}

fn main() {
    server::run();
}
