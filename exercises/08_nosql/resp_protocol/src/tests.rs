use std::panic::{AssertUnwindSafe, catch_unwind};

use support::{any, expect};

use super::Frame::{Array, Bulk, Error, Integer, Null, Text};
use super::{Decoder, Frame, Invalid};

#[test]
fn a_frame_that_arrives_at_once_is_read() {
    for (bytes, frame) in frames() {
        let mut line = Line::default();
        line.sends(&bytes).gets(&frame).waits();
    }
}

#[test]
fn half_a_frame_is_no_frame_yet_and_no_error() {
    for (bytes, frame) in frames() {
        for split in 1..bytes.len() {
            let mut line = Line::default();
            line.sends(&bytes[..split]).waits();
            line.sends(&bytes[split..]).gets(&frame).waits();
        }
    }
}

#[test]
fn frames_that_arrive_together_are_read_one_after_the_other() {
    let mut line = Line::default();
    let (bytes, frames): (Vec<_>, Vec<_>) = frames().into_iter().unzip();
    line.sends(&bytes.concat());
    for frame in frames {
        line.gets(&frame);
    }
    line.waits();
}

#[test]
fn it_does_not_matter_where_the_network_cuts() {
    let frames = frames();
    let bytes: Vec<u8> = frames.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
    for split in 0..=bytes.len() {
        let mut line = Line::default();
        let mut end = 0;
        let mut sent = false;
        line.sends(&bytes[..split]);
        for (own, frame) in &frames {
            end += own.len();
            if end > split && !sent {
                line.waits().sends(&bytes[split..]);
                sent = true;
            }
            line.gets(frame);
        }
        line.waits();
    }
}

#[test]
fn a_line_that_brings_one_byte_at_a_time_brings_all_frames() {
    let mut line = Line::default();
    for (bytes, frame) in frames() {
        let (last, others) = bytes.split_last().expect("no frame is empty");
        for byte in others {
            line.sends(&[*byte]).waits();
        }
        line.sends(&[*last]).gets(&frame).waits();
    }
}

#[test]
fn a_bulk_may_hold_what_looks_like_frames() {
    let bulk = format!("+OK\r\n$-1\r\n{}\r\n*3\r\n", any(1..=9_999));
    let mut line = Line::default();
    line.sends(format!("${}\r\n{bulk}\r\n+{}\r\n", bulk.len(), bulk.len()).as_bytes());
    line.gets(&Bulk(bulk.clone().into())).gets(&Text(bulk.len().to_string())).waits();
}

#[test]
fn a_length_below_zero_is_invalid() {
    let below = any(2..=99_999);
    for length in [
        "-5".to_owned(),
        "-2".to_owned(),
        "-10".to_owned(),
        format!("-1{below}"),
        format!("-{below}"),
        i64::MIN.to_string(),
    ] {
        for kind in ["$", "*"] {
            let bytes = format!("{kind}{length}\r\n");
            Line::default().sends(bytes.as_bytes()).is_invalid();
            Line::default().sends(format!("*2\r\n+OK\r\n{bytes}").as_bytes()).is_invalid();
        }
    }
}

#[test]
fn a_length_that_is_no_number_is_invalid() {
    for length in [
        "", "x", "1.0", " 1", "1 ", "0x1", "1e1", "--1", "-", "1,0", "٣",
    ] {
        for kind in ["$", "*"] {
            Line::default().sends(format!("{kind}{length}\r\n").as_bytes()).is_invalid();
        }
    }
}

#[test]
fn nobody_waits_for_what_is_too_large() {
    let lengths = [
        "99999999999999999999".to_owned(),
        i64::MAX.to_string(),
        u64::MAX.to_string(),
    ];
    let bulks = [
        "536870913".to_owned(),
        any(536_870_914..=u64::from(u32::MAX)).to_string(),
        (1_u64 << 32).to_string(),
    ];
    for length in lengths.iter().chain(&bulks) {
        Line::default().sends(format!("${length}\r\n").as_bytes()).is_invalid();
    }
    for count in lengths.iter().chain(&[
        "1000001".to_owned(),
        any(1_000_002..=99_999_999).to_string(),
    ]) {
        Line::default().sends(format!("*{count}\r\n").as_bytes()).is_invalid();
        Line::default().sends(format!("*1\r\n*{count}\r\n").as_bytes()).is_invalid();
    }
    // As large as may be.
    Line::default().sends(b"$536870912\r\nhello").waits();
    Line::default().sends(b"*1000000\r\n:1\r\n").waits();
}

#[test]
fn a_bulk_ends_where_it_said() {
    for end in ["XX", "X\r\n", "\n", "\n\r", "\rX"] {
        Line::default().sends(format!("$5\r\nhello{end}").as_bytes()).is_invalid();
    }
    Line::default().sends(b"$5\r\nhello\r").waits();
}

#[test]
fn a_line_ends_with_both_and_has_neither_within() {
    for line in [
        "+OK\n",
        "+O\nK\r\n",
        "+O\rK\r\n",
        "+OK\r\r\n",
        "$5\nhello\r\n",
        ":5\n",
        "-no\n\r\n",
    ] {
        Line::default().sends(line.as_bytes()).is_invalid();
    }
}

#[test]
fn what_is_no_integer_is_invalid() {
    for integer in [
        "",
        "x",
        "1.5",
        " 1",
        "1 ",
        "9223372036854775808",
        "0x1",
        "--1",
    ] {
        Line::default().sends(format!(":{integer}\r\n").as_bytes()).is_invalid();
    }
}

#[test]
fn a_text_that_is_no_utf_8_is_invalid() {
    for text in [&b"\xff"[..], b"caf\xe9", b"\xc3", b"\xed\xa0\x80"] {
        for kind in [b"+", b"-"] {
            let line = [kind, text, b"\r\n"].concat();
            Line::default().sends(&line).is_invalid();
            Line::default().sends(&[b"*1\r\n", &*line].concat()).is_invalid();
        }
    }
}

#[test]
fn no_other_first_byte_begins_a_frame() {
    for line in [
        "GET / HTTP/1.1\r\n",
        "?1\r\n",
        " +OK\r\n",
        "#t\r\n",
        "\r\n",
        "_\r\n",
        "\0\r\n",
    ] {
        Line::default().sends(line.as_bytes()).is_invalid();
        Line::default().sends(format!("*1\r\n{line}").as_bytes()).is_invalid();
    }
}

#[test]
fn arrays_may_be_nested_but_not_for_ever() {
    let number = any(1..=9_999);
    let nested = |depth: usize| format!("{}:{number}\r\n", "*1\r\n".repeat(depth));
    for depth in [2, 31] {
        let frame = (0..depth).fold(Integer(number), |frame, _| Array(vec![frame]));
        let mut line = Line::default();
        line.sends_nested(depth, &nested(depth)).gets(&frame).waits();
    }
    for depth in [32, any(33..=999)] {
        Line::default().sends_nested(depth, &nested(depth)).is_invalid();
        // Nobody needs to see the end of it.
        Line::default().sends_nested(depth, &"*1\r\n".repeat(depth)).is_invalid();
    }
    // Wide is not deep.
    let wide = format!("*40\r\n{}", "*1\r\n:1\r\n".repeat(40));
    Line::default().sends(wide.as_bytes()).gets(&Array(vec![Array(vec![Integer(1)]); 40]));
}

#[test]
fn what_came_before_an_invalid_frame_is_read() {
    let number = any(1..=9_999);
    let mut line = Line::default();
    line.sends(format!("+OK\r\n:{number}\r\n$-5\r\n").as_bytes());
    line.gets(&Text("OK".to_owned())).gets(&Integer(number)).is_invalid();
}

/// Twelve frames: all kinds, the smallest and the strangest of each.
fn frames() -> Vec<(Vec<u8>, Frame)> {
    let bulk = |text: &str| Bulk(text.as_bytes().to_vec());
    vec![
        (b"+OK\r\n".to_vec(), Text("OK".to_owned())),
        ("+Grüße\r\n".as_bytes().to_vec(), Text("Grüße".to_owned())),
        (b"+\r\n".to_vec(), Text(String::new())),
        (b"-ERR no such key\r\n".to_vec(), Error("ERR no such key".to_owned())),
        (b":-9223372036854775808\r\n".to_vec(), Integer(i64::MIN)),
        (b"$5\r\nhe\r\no\r\n".to_vec(), bulk("he\r\no")),
        (b"$0\r\n\r\n".to_vec(), bulk("")),
        (b"$3\r\n\xff\x00\r\r\n".to_vec(), Bulk(vec![0xff, 0, b'\r'])),
        (b"$-1\r\n".to_vec(), Null),
        (b"*-1\r\n".to_vec(), Null),
        (b"*0\r\n".to_vec(), Array(Vec::new())),
        (
            b"*4\r\n$3\r\nSET\r\n*2\r\n:1\r\n$-1\r\n$2\r\n\r\n\r\n-no\r\n".to_vec(),
            Array(vec![
                bulk("SET"),
                Array(vec![Integer(1), Null]),
                bulk("\r\n"),
                Error("no".to_owned()),
            ]),
        ),
    ]
}

/// A connection with a client, and all that has come over it.
#[derive(Default)]
struct Line {
    decoder: Decoder,
    story: String,
}

impl Line {
    fn sends(&mut self, bytes: &[u8]) -> &mut Self {
        let mut told = bytes.escape_ascii().to_string();
        if told.len() > 150 {
            told.replace_range(100..told.len() - 40, " ... ");
        }
        self.pushes(bytes, &format!("\"{told}\""))
    }

    /// Bytes that begin with so many arrays of one, as nobody would count them.
    fn sends_nested(&mut self, depth: usize, bytes: &str) -> &mut Self {
        let rest = bytes["*1\r\n".len() * depth..].escape_debug();
        self.pushes(bytes.as_bytes(), &format!("\"*1\\r\\n\" {depth} times, \"{rest}\""))
    }

    fn pushes(&mut self, bytes: &[u8], told: &str) -> &mut Self {
        self.decoder.push(bytes);
        let join = if self.story.is_empty() {
            "push"
        } else {
            ", push"
        };
        self.story.push_str(&format!("{join} {told}"));
        self
    }

    #[track_caller]
    fn gets(&mut self, frame: &Frame) -> &mut Self {
        self.next_is(&format!("{frame:?}"))
    }

    /// Nothing to read, as long as no more arrives.
    #[track_caller]
    fn waits(&mut self) -> &mut Self {
        self.next_is("no frame yet")
    }

    #[track_caller]
    fn is_invalid(&mut self) {
        self.next_is("Invalid");
    }

    #[track_caller]
    fn next_is(&mut self, expected: &str) -> &mut Self {
        self.story.push_str(", next_frame");
        let next = catch_unwind(AssertUnwindSafe(|| self.decoder.next_frame()));
        let got = match next {
            Ok(Ok(Some(frame))) => format!("{frame:?}"),
            Ok(Ok(None)) => "no frame yet".to_owned(),
            Ok(Err(_)) if expected == "Invalid" => expected.to_owned(),
            Ok(Err(Invalid(why))) => format!("Invalid: {why}"),
            Err(_) => "a panic, see above".to_owned(),
        };
        expect(&self.story, expected, got);
        self
    }
}
