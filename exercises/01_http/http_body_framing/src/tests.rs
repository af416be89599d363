use std::fmt::{self, Display, Formatter};

use support::{Wire, any, expect, random_name};

use super::{Refused, read_body};

const BAD_REQUEST: &str = "400 Bad Request";

#[test]
fn a_letter_that_arrives_at_once_is_read_whole() {
    let letter = letter();
    Request::of(&letter).is_read_as(&letter);
    let length = letter.len().to_string();
    for name in ["content-length", "CONTENT-LENGTH"] {
        let headers = [("Host", "clinic.example.com"), (name, &length)];
        Request::with(&headers).sending(&letter).is_read_as(&letter);
    }
}

#[test]
fn a_letter_that_arrives_byte_by_byte_is_read_whole() {
    let letter = letter();
    Request::of(&letter).in_pieces_of(1).is_read_as(&letter);
    Request::of(&letter).in_pieces_of(any(2..=9)).is_read_as(&letter);
}

#[test]
fn a_request_without_a_body_is_answered_at_once() {
    Request::with(&[("Host", "clinic.example.com")]).is_read_as("");
    Request::with(&[("Content-Length", "0")]).is_read_as("");
}

#[test]
fn the_next_request_stays_on_the_line() {
    let letter = letter();
    let next = format!("GET /letters/{} HTTP/1.1\r\n\r\n", any(1..=9_999));
    for bytes in [usize::MAX, 1, any(2..=9)] {
        let request = Request::of(&letter).and_then(&next).in_pieces_of(bytes);
        let left = request.is_read_as(&letter);
        let story = format!("{request}\n  and then the next request is read");
        expect(story, format!("{next:?}"), format!("{left:?}"));
    }
}

#[test]
fn half_a_letter_is_no_letter() {
    let letter = letter();
    for missing in [1, any(2..=9), letter.len()] {
        let request = Request::of(&letter).in_pieces_of(any(1..=9));
        request.hanging_up_before(missing).is_refused_with(BAD_REQUEST);
    }
}

#[test]
fn a_length_is_made_of_digits() {
    for length in [
        "", "many", "-1", "0x10", "1e1", "٣", "1 2", "1, 2", "1;2", "1.0",
    ] {
        Request::with(&[("Content-Length", length)])
            .sending("letter")
            .is_refused_with(BAD_REQUEST);
    }
    let letter = letter();
    for length in [format!("+{}", letter.len()), format!("{}b", letter.len())] {
        Request::with(&[("Content-Length", &length)])
            .sending(&letter)
            .is_refused_with(BAD_REQUEST);
    }
}

#[test]
fn two_lengths_that_disagree_are_none() {
    let letter = letter();
    let (short, long) = (any(1..=9).to_string(), letter.len().to_string());
    for (first, second) in [(&short, &long), (&long, &short)] {
        for headers in [
            &[
                ("Content-Length", first.as_str()),
                ("Content-Length", second),
            ][..],
            &[
                ("Content-Length", first),
                ("Host", "clinic.example.com"),
                ("content-length", second),
            ],
        ] {
            Request::with(headers).sending(&letter).is_refused_with(BAD_REQUEST);
        }
    }
}

#[test]
fn every_length_counts_and_each_is_made_of_digits() {
    let letter = letter();
    let length = letter.len().to_string();
    let others = [
        any(1..=9).to_string(),
        any(10_000..=99_999).to_string(),
        "many".to_owned(),
        String::new(),
        format!("+{length}"), // The same number, and not the same text.
    ];
    for other in &others {
        for place in 0..3 {
            let mut headers = [("Content-Length", length.as_str()); 3];
            headers[place].1 = other;
            Request::with(&headers).sending(&letter).is_refused_with(BAD_REQUEST);
        }
    }
    let plus = &others[4];
    for (first, second) in [(&length, plus), (plus, &length), (plus, plus)] {
        let headers = [
            ("Content-Length", first.as_str()),
            ("Content-Length", second),
        ];
        Request::with(&headers).sending(&letter).is_refused_with(BAD_REQUEST);
    }
}

#[test]
fn a_letter_of_ten_thousand_bytes_is_read() {
    let letter = format!("{:.>10000}", random_name("Dr. Silva"));
    Request::of(&letter).in_pieces_of(any(500..=1_500)).is_read_as(&letter);
}

#[test]
fn a_longer_letter_is_refused_before_it_is_read() {
    let huge = "9".repeat(any(40..=60)); // A number, if for no number type of Rust's.
    // Numbers that become small ones in a type that has no room for them.
    let small = any(1..=9);
    let wraps = [16, 32, 64].map(|bits| ((1_u128 << bits) + small).to_string());
    let large = any(10_002..=999_999).to_string();
    for length in ["10001", &large, &huge, &wraps[0], &wraps[1], &wraps[2]] {
        let request = Request::with(&[("Content-Length", length)]).sending(&"x".repeat(9_999));
        let left = request.is_refused_with("413 Content Too Large");
        expect(request, "0 bytes read", format!("{} bytes read", 9_999 - left.len()));
    }
}

#[test]
fn a_letter_with_two_ends_is_refused() {
    let smuggled = format!("0\r\n\r\nGET /letters/{} HTTP/1.1\r\n\r\n", any(1..=9_999));
    let length = smuggled.len().to_string();
    for coding in [
        "chunked",
        "Chunked",
        "gzip, chunked",
        "identity",
        "xchunked",
        "",
    ] {
        for headers in [
            [
                ("Content-Length", length.as_str()),
                ("Transfer-Encoding", coding),
            ],
            [("transfer-encoding", coding), ("content-length", &length)],
            [("CONTENT-LENGTH", "0"), ("TRANSFER-ENCODING", coding)],
        ] {
            Request::with(&headers).sending(&smuggled).is_refused_with(BAD_REQUEST);
            let [first, second] = headers;
            let host = ("Host", "clinic.example.com");
            Request::with(&[host, first, host, second, host])
                .sending(&smuggled)
                .is_refused_with(BAD_REQUEST);
        }
    }
}

#[test]
fn a_letter_in_chunks_needs_a_length() {
    let chunks = format!("6\r\nletter\r\n4\r\n{}\r\n0\r\n\r\n", any(1_000..=9_999));
    for coding in [
        "chunked",
        "CHUNKED",
        "gzip, chunked",
        "identity",
        "xchunked",
        "",
    ] {
        let host = ("Host", "clinic.example.com");
        for headers in [
            &[("Transfer-Encoding", coding)][..],
            &[host, ("transfer-encoding", coding)],
        ] {
            Request::with(headers).sending(&chunks).is_refused_with("411 Length Required");
        }
    }
}

/// A few of its letters are two bytes long: a length counts bytes.
fn letter() -> String {
    let patient = random_name("José Müller");
    let dots = ".".repeat(any(1..=40));
    format!("Dear colleague, I am sending you {patient}{dots}")
}

/// A body as a failure tells of it: a long one with its length and its end.
fn told(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    match text.chars().count() {
        0..=200 => format!("the letter {text:?}"),
        length => {
            let end: String = text.chars().skip(length - 40).collect();
            format!("a letter of {} bytes that ends in {end:?}", body.len())
        }
    }
}

/// What a doctor sends, and how it arrives.
struct Request {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    next: String,
    piece: usize,
    hangs_up: bool,
}

impl Request {
    /// A letter, announced with its length.
    fn of(letter: &str) -> Self {
        Self::with(&[("Content-Length", &letter.len().to_string())]).sending(letter)
    }

    /// Headers, and nothing after them: a service that waits for more would wait for ever.
    fn with(headers: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        Self {
            headers: headers.iter().map(owned).collect(),
            body: Vec::new(),
            next: String::new(),
            piece: usize::MAX,
            hangs_up: false,
        }
    }

    fn sending(mut self, body: &str) -> Self {
        self.body = body.into();
        self
    }

    fn and_then(mut self, next: &str) -> Self {
        self.next = next.to_owned();
        self
    }

    fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.piece = bytes;
        self
    }

    fn hanging_up_before(mut self, missing: usize) -> Self {
        self.body.truncate(self.body.len() - missing);
        self.hangs_up = true;
        self
    }

    /// The service reads this body. Gives back what it left on the line.
    #[track_caller]
    fn is_read_as(&self, letter: &str) -> String {
        let (got, left) = self.answer();
        expect(self, told(letter.as_bytes()), got);
        left
    }

    /// The same, and the service does not take it for a body.
    #[track_caller]
    fn is_refused_with(&self, status: &str) -> String {
        let (got, left) = self.answer();
        expect(self, status, got);
        left
    }

    #[track_caller]
    fn answer(&self) -> (String, String) {
        let bytes = [&self.body, self.next.as_bytes()].concat();
        let mut line = Wire::new(self, bytes).in_pieces_of(self.piece);
        if self.hangs_up {
            line = line.then_closes();
        }
        let names = self.headers.iter();
        let headers: Vec<_> = names.map(|(name, value)| (&**name, &**value)).collect();
        let got = match read_body(&headers, &mut line) {
            Ok(body) => told(&body),
            Err(Refused(400)) => BAD_REQUEST.to_owned(),
            Err(Refused(411)) => "411 Length Required".to_owned(),
            Err(Refused(413)) => "413 Content Too Large".to_owned(),
            Err(Refused(status)) => status.to_string(),
        };
        (got, line.left())
    }
}

/// The request as one would see it on the line.
impl Display for Request {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "POST /letters")?;
        for (name, value) in &self.headers {
            write!(f, "\n  {name}: {value}")?;
        }
        write!(f, "\n  then      {} bytes", self.body.len())?;
        if self.piece < self.body.len() {
            write!(f, ", {} at a time", self.piece)?;
        }
        if self.hangs_up {
            write!(f, ", and hangs up")?;
        }
        Ok(())
    }
}
