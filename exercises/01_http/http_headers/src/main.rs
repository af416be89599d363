//! The headers of a request to a streaming service, a line each: `Accept-Language: pt`.
//!
//! From the app team: "The new app sends its headers in lower case, as HTTP/2 does. You no longer find any of them."
//! From a listener: "I set Portuguese and English, my browser sends a line for each. You only know English."
//! From the security team: "`Content-Length : 5`, with a space before the colon. The proxy in front of you takes that
//! for no Content-Length at all, you take it for one. Somebody will make something of it."
//!
//! RFC 9110 (section 5) and RFC 9112 (section 5) promise: a name means the same in upper and lower case. Spaces and
//! tabs around a value are not part of it. Lines of one name are one list: their values in the order they came in, with
//! `, ` between them. A name is made of one or more letters, digits and !#$%&'*+-.^_`|~ and the colon follows at once;
//! a line without such a name is a bad request. The tests call `Headers::parse` and `get`.

#[cfg(test)]
mod tests;

mod server;

use std::collections::HashMap;

#[derive(Debug)]
struct Headers(HashMap<String, String>);

/// The status for lines that are no headers.
#[derive(Debug)]
struct BadRequest;

impl Headers {
    /// Reads header lines. The CRLFs that ended them are gone already.
    fn parse(lines: &[&str]) -> Result<Self, BadRequest> {
        let mut headers = HashMap::new();
        for line in lines {
            let (name, value) = line.split_once(':').ok_or(BadRequest)?;
            // TODO: is this a name? And what if there is a header of this name already?
            headers.insert(name.to_owned(), value.to_owned());
        }
        Ok(Self(headers))
    }

    /// The value of the header of this name.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

fn main() {
    server::run(|lines| match Headers::parse(lines) {
        Ok(headers) => {
            let languages = headers.get("accept-language").unwrap_or("any");
            ("200 OK", format!("languages: {languages}\n"))
        }
        Err(BadRequest) => ("400 Bad Request", "one of these lines is no header\n".to_owned()),
    });
}
