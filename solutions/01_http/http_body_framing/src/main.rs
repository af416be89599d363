//! The letters that doctors send to a clinic. A letter is the body of a request, read from the connection by hand.
//!
//! From the doctors: "Long letters arrive cut off. Short ones do, too, when the line is bad."
//! From the security team: "We sent a request that says in two ways where its body ends. The proxy in front of you
//! believed one of them, you believed the other. What was left over you took for the beginning of the next doctor's
//! request."
//!
//! The documentation promises: the body is as long as Content-Length says, in digits; without one there is no body.
//!
//! 400 for a length that is no number, for lengths that disagree, for a Content-Length beside a Transfer-Encoding, and
//! for a client that hangs up before the end. 411 for a Transfer-Encoding alone: letters are not sent in chunks. 413
//! for more than 10,000 bytes, before the first of them is read.
//!
//! The tests call `read_body` and look at the status in `Refused`.

#[cfg(test)]
mod tests;

mod server;

use std::io::Read;

/// The status that a request is refused with.
#[derive(Debug)]
struct Refused(u16);

const LONGEST: usize = 10_000;

/// Reads the body of a request. The names of its headers are as they were sent, spaces around their values are gone.
/// What comes after the body is the next request, and not ours to read.
fn read_body(headers: &[(&str, &str)], connection: &mut impl Read) -> Result<Vec<u8>, Refused> {
    let mut body = vec![0; body_length(headers)?];
    // `read` gives what has arrived, a byte or many. `read_exact` goes on until the body is full or the client is gone.
    connection.read_exact(&mut body).map_err(|_| Refused(400))?;
    Ok(body)
}

/// How long the body is, if there is only one way to read that (RFC 9112, section 6.3).
fn body_length(headers: &[(&str, &str)]) -> Result<usize, Refused> {
    let mut lengths = values(headers, "content-length");
    let length = lengths.next();
    // Any Transfer-Encoding, whatever it says: somebody on the way here may read it in another way than we do.
    if values(headers, "transfer-encoding").next().is_some() {
        return Err(Refused(if length.is_some() { 400 } else { 411 }));
    }
    let Some(length) = length else {
        return Ok(0);
    };
    // Digits are checked first, since `parse` takes "+5", too.
    let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || lengths.any(|other| other != length) {
        return Err(Refused(400));
    }
    match length.parse() {
        Ok(length) if length <= LONGEST => Ok(length),
        // Digits that are no usize are a number that is too large.
        _ => Err(Refused(413)),
    }
}

/// The values of all headers of this name, in any case.
fn values<'a>(headers: &[(&str, &'a str)], name: &str) -> impl Iterator<Item = &'a str> {
    let headers = headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name));
    headers.map(|(_, value)| *value)
}

fn main() {
    server::run(|headers, connection| match read_body(headers, connection) {
        Ok(body) => (200, format!("a letter of {} bytes, thank you\n", body.len())),
        Err(Refused(status)) => (status, "this letter we cannot take\n".to_owned()),
    });
}
