//! A server in one loop: one connection at a time, one request on each. `main` runs it. Nothing to mend here.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

/// No request of ours is longer, headers and all.
const LONGEST: u64 = 16 * 1024;

/// Answers each request line with what `reply` makes of it: a status and a text.
pub fn run(reply: impl Fn(&str) -> (&'static str, String)) {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
    println!("http://{}/menu", listener.local_addr().unwrap());
    for connection in listener.incoming() {
        if let Err(error) = connection.and_then(|connection| answer(connection, &reply)) {
            eprintln!("a connection broke: {error}");
        }
    }
}

fn answer(connection: TcpStream, reply: impl Fn(&str) -> (&'static str, String)) -> io::Result<()> {
    connection.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut reader = BufReader::new((&connection).take(LONGEST));
    let line = read_line(&mut reader)?;
    // The headers go on to an empty line. This server reads them, and uses none.
    while !read_line(&mut reader)?.is_empty() {}

    let (status, text) = reply(&line);
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
