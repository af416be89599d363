//! Serves the store to everybody who sends it lines, and sweeps it once a second.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use super::Store;

pub fn run() {
    let now = || SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    let store = Arc::new(Mutex::new(Store::new(now)));
    let swept = store.clone();
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_secs(1));
            swept.lock().unwrap().sweep();
        }
    });
    let port = env::var("PORT").map_or(3000, |port| port.parse().expect("PORT is a number"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
    println!("telnet://{}", listener.local_addr().unwrap());
    for connection in listener.incoming().flatten() {
        let store = store.clone();
        thread::spawn(move || serve(connection, &store));
    }
}

fn serve(mut connection: TcpStream, store: &Mutex<Store>) -> std::io::Result<()> {
    for line in BufReader::new(connection.try_clone()?).lines() {
        let reply = store.lock().unwrap().run(&line?);
        writeln!(connection, "{reply}")?;
    }
    Ok(())
}
