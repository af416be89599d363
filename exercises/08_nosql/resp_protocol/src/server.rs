//! A server that knows two commands, PING and ECHO.

use std::env;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use super::{Decoder, Frame, Invalid};

pub fn run() {
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
    println!("redis://{}", listener.local_addr().unwrap());
    for connection in listener.incoming().flatten() {
        thread::spawn(|| serve(connection));
    }
}

fn serve(mut connection: TcpStream) -> std::io::Result<()> {
    let mut decoder = Decoder::default();
    let mut piece = [0; 4096];
    loop {
        let count = connection.read(&mut piece)?;
        if count == 0 {
            return Ok(());
        }
        decoder.push(&piece[..count]);
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => connection.write_all(&answer(frame))?,
                Ok(None) => break,
                Err(Invalid(why)) => {
                    // Nobody knows where the next frame would begin.
                    return connection.write_all(format!("-ERR protocol: {why}\r\n").as_bytes());
                }
            }
        }
    }
}

fn answer(frame: Frame) -> Vec<u8> {
    let Frame::Array(command) = frame else {
        return b"-ERR a command is an array\r\n".to_vec();
    };
    let name =
        |name: &Frame| matches!(name, Frame::Bulk(bytes) if bytes.eq_ignore_ascii_case(b"PING"));
    match command.as_slice() {
        [ping] if name(ping) => b"+PONG\r\n".to_vec(),
        [_, Frame::Bulk(text)] => {
            [format!("${}\r\n", text.len()).as_bytes(), text, b"\r\n"].concat()
        }
        _ => b"-ERR unknown command\r\n".to_vec(),
    }
}
