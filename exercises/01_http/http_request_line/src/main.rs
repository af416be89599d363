//! The first line of every HTTP request, taken apart by hand: `GET /menu HTTP/1.1`.
//!
//! From the security team: "The proxy in front of us and this service read the same line in two ways. We sent
//! `GET /menu  HTTP/9`, and lines with tabs, and lines without an end. The proxy refused them; this service answered."
//!
//! RFC 9112, section 3, has one grammar for it:
//!
//!     METHOD SP TARGET SP HTTP/1.x
//!
//! SP is one space, and no other white space will do. METHOD is made of one or more letters, digits and !#$%&'*+-.^_`|~
//! and means something else in another case. TARGET is made of one or more visible ASCII characters. x is one digit.
//! The tests call `parse` and look at `method` and `target`.

#[cfg(test)]
mod tests;

mod server;

#[derive(Debug)]
struct RequestLine<'a> {
    method: &'a str,
    target: &'a str,
}

/// The status for a line that is none.
#[derive(Debug)]
struct BadRequest;

/// Takes a request line apart. The CRLF that ended it is gone already.
fn parse(line: &str) -> Result<RequestLine<'_>, BadRequest> {
    let mut parts = line.split_whitespace(); // TODO: where does this split, and how many parts may there be?
    let method = parts.next().ok_or(BadRequest)?;
    let target = parts.next().ok_or(BadRequest)?;
    let version = parts.next().unwrap_or("HTTP/1.0");
    if !version.starts_with("HTTP/") {
        return Err(BadRequest);
    }
    Ok(RequestLine { method, target })
}

fn main() {
    server::run(|line| match parse(line) {
        Ok(RequestLine { method, target }) => ("200 OK", format!("{method} of {target}\n")),
        Err(BadRequest) => ("400 Bad Request", format!("this is no request line: {line:?}\n")),
    });
}
