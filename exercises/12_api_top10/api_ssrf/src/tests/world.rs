//! A network with two servers: a public website, and one inside that nobody may get to.

use std::collections::{HashMap, VecDeque};
use std::future;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use serde_json::json;
use support::{Client, Reply, expect, fail, random_name};

use super::addresses::public_v4;
use crate::app;
use crate::network::Network;

pub fn word() -> String {
    random_name("w").replace(' ', "")
}

const PIECE: usize = 64 * 1024;
pub const ENDLESS: usize = 512 * PIECE;
/// How long the website takes for a late answer.
pub const PAUSE: Duration = Duration::from_millis(300);

/// How the website answers for a path. For all others it says which one it was, and by which name it was asked.
#[derive(Clone)]
pub enum Answer {
    Moved(usize, String),
    Long(usize),
    /// Tells how many bytes somebody was ready to take.
    Endless(Sender<usize>),
    Slow,
    /// A redirect, after a pause.
    Late(String),
    Never,
    Gone,
}

/// All addresses that there are, and two servers behind them.
pub struct World {
    client: Client,
    names: Arc<Mutex<Names>>,
    addresses: Arc<Mutex<HashMap<IpAddr, Place>>>,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    /// Connections that the service got to the website.
    begun: Arc<AtomicUsize>,
    /// Says so when one of them is over.
    over: Receiver<()>,
    pub inside: SocketAddr,
    visitors: Arc<AtomicUsize>,
    /// Those that were the test itself.
    own_visits: AtomicUsize,
}

/// What the resolver says, one time after the other. The last answer stays; where there is none, it never comes.
pub type Names = HashMap<String, VecDeque<Vec<IpAddr>>>;

/// What is at an address. Whatever is not named here is inside.
#[derive(Clone, Copy)]
enum Place {
    Site,
    Down,
    Mute,
}

impl World {
    /// The service has more patience than the client, whose is three seconds.
    pub fn new() -> Self {
        Self::with_patience(Duration::from_secs(60))
    }

    pub fn with_patience(patience: Duration) -> Self {
        let visitors = Arc::new(AtomicUsize::new(0));
        let count = visitors.clone();
        let arrives = move || {
            count.fetch_add(1, Ordering::SeqCst);
        };
        let inside = listen(arrives, keys);
        let answers = Arc::new(Mutex::new(HashMap::new()));
        let known = answers.clone();
        let (tell, over) = channel();
        let serve = move |stream| {
            website(stream, &known);
            let _ = tell.send(());
        };
        let site = listen(|| (), serve);
        let begun = Arc::<AtomicUsize>::default();
        let names = Arc::<Mutex<Names>>::default();
        let addresses = Arc::<Mutex<HashMap<_, _>>>::default();
        let lines = Lines {
            names: names.clone(),
            addresses: addresses.clone(),
            begun: begun.clone(),
            site,
            inside,
        };
        Self {
            client: Client::new(app(lines, patience)),
            names,
            addresses,
            answers,
            begun,
            over,
            inside,
            visitors,
            own_visits: AtomicUsize::new(0),
        }
    }

    pub fn names(&self) -> MutexGuard<'_, Names> {
        self.names.lock().unwrap()
    }

    /// The website is at this address, too.
    pub fn site(&self, address: IpAddr) -> IpAddr {
        self.addresses.lock().unwrap().insert(address, Place::Site);
        address
    }

    /// A public address where nobody is.
    pub fn down(&self) -> IpAddr {
        let address = Ipv4Addr::from([192, 31, 196, 255]).into();
        self.addresses.lock().unwrap().insert(address, Place::Down);
        address
    }

    /// A public address where nobody says so.
    pub fn mute(&self) -> IpAddr {
        let address = Ipv4Addr::from([192, 52, 193, 255]).into();
        self.addresses.lock().unwrap().insert(address, Place::Mute);
        address
    }

    /// A new name that has these addresses. Those that are public lead to the website.
    pub fn name(&self, what: &str, addresses: &[IpAddr]) -> String {
        for address in addresses {
            let is_public = match address {
                IpAddr::V4(v4) => matches!(v4.octets(), [192, 31 | 52 | 175, _, 1..=254]),
                IpAddr::V6(v6) => v6.segments()[0] == 0x2620,
            };
            if is_public {
                self.site(*address);
            }
        }
        let name = format!("{what}-{}.example", word());
        self.names().insert(name.clone(), [addresses.to_vec()].into());
        name
    }

    pub fn url(&self, what: &str, addresses: &[IpAddr]) -> String {
        format!("http://{}/keys", self.name(what, addresses))
    }

    pub fn serves(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// A page on the website that leads to this one.
    pub fn redirect(&self, status: usize, to: &str) -> String {
        let path = format!("/{}", word());
        self.serves(&path, Answer::Moved(status, to.to_owned()));
        format!("http://{}{path}", self.name("short", &[public_v4()]))
    }

    pub fn late_redirect(&self, to: &str) -> String {
        let path = format!("/{}", word());
        self.serves(&path, Answer::Late(to.to_owned()));
        format!("http://{}{path}", self.name("late", &[public_v4()]))
    }

    #[track_caller]
    pub fn preview(&self, url: &str) -> Reply {
        self.client.post("/previews", &json!({ "url": url }))
    }

    #[track_caller]
    pub fn shows(&self, url: &str, text: &str) {
        self.preview(url).is_ok().has("/text", text);
    }

    #[track_caller]
    pub fn refuses(&self, url: &str) {
        self.never_inside(url).has_status(403);
    }

    #[track_caller]
    pub fn never_inside(&self, url: &str) -> Reply {
        let reply = self.preview(url).hides(KEYS);
        reply.counts(0, "connections to a server inside", self.visitors_inside())
    }

    /// The service has closed every connection that it had to the website.
    #[track_caller]
    pub fn has_been_left(&self, story: &str) {
        for _ in 0..self.begun.swap(0, Ordering::SeqCst) {
            if self.over.recv_timeout(Duration::from_secs(3)).is_err() {
                fail(story, "a closed connection", "one that stays open");
            }
        }
    }

    /// Whoever has come is counted once the next one, who is this test, gets an answer.
    fn visitors_inside(&self) -> usize {
        self.own_visits.fetch_add(1, Ordering::SeqCst);
        let mut stream = TcpStream::connect(self.inside).expect("the server inside");
        let mut reply = String::new();
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n").expect("a request");
        stream.read_to_string(&mut reply).expect("a reply");
        expect("the server inside answers", true, reply.ends_with(KEYS));
        self.visitors.load(Ordering::SeqCst) - self.own_visits.load(Ordering::SeqCst)
    }
}

/// The network of such a world.
struct Lines {
    names: Arc<Mutex<Names>>,
    addresses: Arc<Mutex<HashMap<IpAddr, Place>>>,
    begun: Arc<AtomicUsize>,
    site: SocketAddr,
    inside: SocketAddr,
}

impl Network for Lines {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        if let Ok(address) = name.parse() {
            return Ok(vec![address]);
        }
        let answer = match self.names.lock().unwrap().get_mut(name) {
            None => return Err(ErrorKind::NotFound.into()),
            Some(row) if row.len() > 1 => row.pop_front(),
            Some(row) => row.front().cloned(),
        };
        match answer {
            Some(answer) => Ok(answer),
            None => future::pending().await,
        }
    }

    async fn connect(&self, to: SocketAddr) -> io::Result<tokio::net::TcpStream> {
        let place = self.addresses.lock().unwrap().get(&to.ip()).copied();
        match place {
            Some(Place::Site) => {
                let stream = tokio::net::TcpStream::connect(self.site).await?;
                self.begun.fetch_add(1, Ordering::SeqCst);
                Ok(stream)
            }
            Some(Place::Down) => Err(ErrorKind::ConnectionRefused.into()),
            Some(Place::Mute) => future::pending().await,
            None => tokio::net::TcpStream::connect(self.inside).await,
        }
    }
}

/// Whoever reads this has been let in.
const KEYS: &str = "the keys of our cloud";

fn keys(mut stream: TcpStream) {
    let _ = head(&mut stream);
    let _ = stream.write_all(format!("HTTP/1.0 200 OK\r\n\r\n{KEYS}").as_bytes());
}

fn website(mut stream: TcpStream, answers: &Mutex<HashMap<String, Answer>>) {
    let head = head(&mut stream);
    let path = head.split(' ').nth(1).unwrap_or_default();
    let host = head.split("\r\n").find_map(|line| line.strip_prefix("Host: "));
    let answer = answers.lock().unwrap().get(path).cloned();
    let ok = "HTTP/1.0 200 OK\r\n\r\n";
    let reply = match answer {
        None => format!("{ok}{path} at {}", host.unwrap_or_default()),
        Some(Answer::Moved(status, to)) => {
            let status = [301, 302, 303, 307, 308][status];
            format!("HTTP/1.0 {status} Moved\r\nLocation: {to}\r\n\r\n")
        }
        Some(Answer::Long(length)) => format!("{ok}{}", "x".repeat(length - ok.len())),
        Some(Answer::Gone) => "HTTP/1.0 410 Gone\r\n\r\n".to_owned(),
        Some(Answer::Endless(tell)) => {
            let _ = tell.send(endless(stream));
            return;
        }
        Some(Answer::Slow) => return byte_by_byte(stream),
        Some(Answer::Late(to)) => {
            stream.set_read_timeout(Some(PAUSE)).expect("a setting of a socket");
            let _ = stream.read(&mut [0]);
            format!("HTTP/1.0 302 Found\r\nLocation: {to}\r\n\r\n")
        }
        Some(Answer::Never) => {
            // Until the service has enough.
            let _ = stream.read(&mut [0]);
            return;
        }
    };
    let _ = stream.write_all(reply.as_bytes());
}

/// How many bytes went out.
fn endless(mut stream: TcpStream) -> usize {
    let _ = stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n");
    let piece = [b'x'; PIECE];
    (0..ENDLESS / piece.len()).take_while(|_| stream.write_all(&piece).is_ok()).count()
        * piece.len()
}

/// Often enough that nobody can say that nothing comes, until the service hangs up.
fn byte_by_byte(mut stream: TcpStream) {
    let often = Duration::from_millis(5);
    stream.set_read_timeout(Some(often)).expect("a setting of a socket");
    while stream.write_all(b"x").is_ok() && stream.read(&mut [0]).is_err() {}
}

/// A request without a body.
fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// A server on loopback that lives as long as the tests do.
fn listen(
    arrives: impl Fn() + Send + 'static,
    serve: impl Fn(TcpStream) + Clone + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port of loopback");
    let address = listener.local_addr().expect("its address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            arrives();
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    address
}
