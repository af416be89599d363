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

/// Reads the body of a request. The names of its headers are as they were sent, spaces around their values are gone.
/// What comes after the body is the next request, and not ours to read.
fn read_body(headers: &[(&str, &str)], connection: &mut impl Read) -> Result<Vec<u8>, Refused> {
    let Some(length) = header(headers, "content-length") else {
        return Ok(Vec::new());
    };
    let length = length.parse().map_err(|_| Refused(400))?;
    let mut body = vec![0; length];
    // TODO: what does the number say that `read` gives back?
    let count = connection.read(&mut body).map_err(|_| Refused(400))?;
    body.truncate(count);
    Ok(body)
}

/// The value of the first header of this name, in any case.
fn header<'a>(headers: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    let mut headers = headers.iter();
    headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

fn main() {
    server::run(|headers, connection| match read_body(headers, connection) {
        Ok(body) => (200, format!("a letter of {} bytes, thank you\n", body.len())),
        Err(Refused(status)) => (status, "this letter we cannot take\n".to_owned()),
    });
}
