//! A server in one loop: one connection at a time, one request on each. `main` runs it. Nothing to mend here.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

/// No request of ours is longer, headers and all.
const LONGEST: u64 = 16 * 1024;

/// Answers each request with what `reply` makes of its header lines: a status and a text.
pub fn run(reply: impl Fn(&[&str]) -> (&'static str, String)) {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
    println!("http://{}/", listener.local_addr().unwrap());
    for connection in listener.incoming() {
        if let Err(error) = connection.and_then(|connection| answer(connection, &reply)) {
            eprintln!("a connection broke: {error}");
        }
    }
}

fn answer(
    connection: TcpStream,
    reply: impl Fn(&[&str]) -> (&'static str, String),
) -> io::Result<()> {
    connection.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut reader = BufReader::new((&connection).take(LONGEST));
    // The exercise before this one was about the first line. This server answers whatever it asks for.
    read_line(&mut reader)?;
    let mut lines = Vec::new();
    loop {
        let line = read_line(&mut reader)?;
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }

    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let (status, text) = reply(&lines);
    let length = text.len();
    let reply =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}");
    (&connection).write_all(reply.as_bytes())
}

/// The next line, without the CRLF at its end.
fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(String::from_utf8_lossy(line).into_owned())
}
