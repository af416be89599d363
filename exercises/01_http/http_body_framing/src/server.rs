//! A server in one loop: one connection at a time, one request on each. `main` runs it. Nothing to mend here.

use std::env;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::time::Duration;

/// No head of a request, first line and headers, is longer.
const LONGEST_HEAD: usize = 16 * 1024;

/// Answers each request with what `reply` makes of its headers and of what comes after them: a status and a text.
pub fn run(reply: impl Fn(&[(&str, &str)], &mut TcpStream) -> (u16, String)) {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
    println!("http://{}/letters", listener.local_addr().unwrap());
    for connection in listener.incoming() {
        if let Err(error) = connection.and_then(|connection| answer(connection, &reply)) {
            eprintln!("a connection broke: {error}");
        }
    }
}

fn answer(
    mut connection: TcpStream,
    reply: impl Fn(&[(&str, &str)], &mut TcpStream) -> (u16, String),
) -> io::Result<()> {
    connection.set_read_timeout(Some(Duration::from_secs(30)))?;
    let head = read_head(&mut connection)?;
    // The two exercises before this one were about these lines. This server is not strict with them.
    let headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let headers: Vec<_> = headers.map(|(name, value)| (name, value.trim())).collect();

    let (status, text) = reply(&headers, &mut connection);
    let reason = match status {
        200 => "OK",
        400 => "Bad Request",
        411 => "Length Required",
        413 => "Content Too Large",
        _ => "",
    };
    let length = text.len();
    let reply = format!(
        "HTTP/1.1 {status} {reason}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}"
    );
    connection.write_all(reply.as_bytes())?;

    // A connection that is closed with bytes unread is reset, and the client may never see the reply.
    connection.shutdown(Shutdown::Write)?;
    connection.set_read_timeout(Some(Duration::from_secs(1)))?;
    let _ = io::copy(&mut connection.take(1024 * 1024), &mut io::sink());
    Ok(())
}

/// Everything up to the empty line, and not a byte of the body.
fn read_head(connection: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD {
            return Err(ErrorKind::InvalidData.into());
        }
        connection.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
