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
        if self.buffer.is_empty() {
            return Ok(None);
        }
        // TODO: what if this is half a frame, or three?
        let buffer = std::mem::take(&mut self.buffer);
        frame(&mut buffer.as_slice()).map(Some)
    }
}

/// Takes one frame from the beginning of the input.
fn frame(input: &mut &[u8]) -> Result<Frame, Invalid> {
    let line = line(input)?;
    let (kind, rest) = line.split_at_checked(1).ok_or(Invalid("an empty line"))?;
    match kind {
        "+" => Ok(Frame::Text(rest.to_owned())),
        "-" => Ok(Frame::Error(rest.to_owned())),
        ":" => Ok(Frame::Integer(number(rest)?)),
        "$" if rest == "-1" => Ok(Frame::Null),
        "$" => {
            let length = number(rest)? as usize;
            let bulk = input.get(..length).ok_or(Invalid("a bulk that ends too early"))?;
            *input = &input[length + 2..];
            Ok(Frame::Bulk(bulk.to_vec()))
        }
        "*" if rest == "-1" => Ok(Frame::Null),
        "*" => {
            let count = number(rest)? as usize;
            let mut frames = Vec::with_capacity(count);
            for _ in 0..count {
                frames.push(frame(input)?);
            }
            Ok(Frame::Array(frames))
        }
        _ => Err(Invalid("an unknown kind of frame")),
    }
}

/// Takes one line, without its CRLF.
fn line<'a>(input: &mut &'a [u8]) -> Result<&'a str, Invalid> {
    let end = input.windows(2).position(|two| two == b"\r\n");
    let end = end.ok_or(Invalid("a line without an end"))?;
    let line = std::str::from_utf8(&input[..end]).map_err(|_| Invalid("no text"))?;
    *input = &input[end + 2..];
    Ok(line)
}

fn number(text: &str) -> Result<i64, Invalid> {
    text.parse().map_err(|_| Invalid("no number"))
}

fn main() {
    server::run();
}
