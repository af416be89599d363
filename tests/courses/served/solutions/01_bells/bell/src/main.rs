#[cfg(test)]
mod tests;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

/// What the bell at this path says.
fn ring(path: &str) -> String {
    format!("ding {path}")
}

fn main() {
    let port = std::env::var("PORT").unwrap_or("3000".into());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    println!("the bell hangs");
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        let said = ring(line.split(' ').nth(1).unwrap_or_default());
        println!("{said}");
        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{said}", said.len());
    }
}
