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
    // Not `split_whitespace`: it joins what stands between two spaces, and takes tabs for spaces. This one gives an
    // empty part for every space too many, and no part of a line that is right is empty.
    let parts: Vec<_> = line.split(' ').collect();
    let &[method, target, version] = parts.as_slice() else {
        return Err(BadRequest);
    };
    if is_token(method) && is_target(target) && is_version_1(version) {
        Ok(RequestLine { method, target })
    } else {
        Err(BadRequest)
    }
}

/// RFC 9110, section 5.6.2. What is allowed is listed; everything else is not.
fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

fn is_target(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_version_1(text: &str) -> bool {
    let minor = text.strip_prefix("HTTP/1.").map(str::as_bytes);
    matches!(minor, Some([digit]) if digit.is_ascii_digit())
}

fn main() {
    server::run(|line| match parse(line) {
        Ok(RequestLine { method, target }) => ("200 OK", format!("{method} of {target}\n")),
        Err(BadRequest) => ("400 Bad Request", format!("this is no request line: {line:?}\n")),
    });
}
