//! A pizza chain: its authority, its servers, and a till that talks to one of them in memory, at a time of the test's own.

use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::crypto::ring::{default_provider, sign};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::time_provider::TimeProvider;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use support::{any, expect, fail, random_name};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::runtime::Builder;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::{Trust, send};

pub type Authority = CertifiedIssuer<'static, KeyPair>;

pub struct Chain {
    pub kitchen: String,
    /// Seconds since 1970.
    pub now: u64,
    pub name: String,
    pub authority: Authority,
}

impl Chain {
    /// Somewhere between 2033 and 2064: whoever asks the machine is too early. The authority is old enough even so.
    pub fn new() -> Self {
        let now = any(2_000_000_000..=2_999_999_999);
        let name = random_name("Pizza Authority");
        Self {
            kitchen: format!("{}.pizza.example", random_name("kitchen").replace(' ', "-")),
            now,
            authority: authority(&name, IN_2020, now + 200_000_000),
            name,
        }
    }

    /// Somebody else's, by a name that he chooses.
    pub fn authority_called(&self, name: &str) -> Authority {
        authority(name, self.now - 9, self.now + 9)
    }

    /// An authority that ours has certified.
    pub fn branch(&self, from: u64, until: u64) -> Authority {
        let params = authority_params(&random_name("Branch"), from, until);
        let key = KeyPair::generate().expect("a key");
        CertifiedIssuer::signed_by(params, key, &self.authority).expect("a certificate")
    }

    /// A certificate for servers that is good today.
    pub fn params(&self, names: &[&str]) -> CertificateParams {
        let long = any(1..=99_999_999);
        server_params(names, self.now - long, self.now + long)
    }

    pub fn server(&self, names: &[&str]) -> Server {
        Server::new(&self.params(names), &self.authority, &[])
    }

    pub fn server_valid(&self, from: u64, until: u64) -> Server {
        let params = server_params(&[&self.kitchen], from, until);
        Server::new(&params, &self.authority, &[])
    }

    pub fn told_validity(&self, from: u64, until: u64) -> String {
        let [from, until] =
            [from, until].map(|at| match at.cast_signed() - self.now.cast_signed() {
                0 => "now".to_owned(),
                seconds => format!("{seconds:+} s"),
            });
        format!("a certificate of our authority, valid from {from} to {until}")
    }

    #[track_caller]
    pub fn answers(&self, what: &str, server: &Server) {
        for version in [&TLS13, &TLS12] {
            let order = order();
            let (answer, heard) = self.talk(server, version, &order);
            let story = self.story(what, version, &order);
            expect(&story, format_args!("Ok({:?})", thanks(&order)), answer);
            expect(format_args!("{story}\n  heard by the kitchen"), &order, heard);
        }
    }

    #[track_caller]
    pub fn refuses(&self, what: &str, server: &Server) {
        for version in [&TLS13, &TLS12] {
            let order = order();
            let (answer, heard) = self.talk(server, version, &order);
            let story = self.story(what, version, &order);
            if answer.starts_with("Ok") {
                fail(&story, "an error", answer);
            }
            expect(format_args!("{story}\n  heard by that server"), "", heard);
        }
    }

    fn story(&self, what: &str, version: &SupportedProtocolVersion, order: &str) -> String {
        format!(
            "send {order:?}\n  to        {}\n  which has {what}\n  and talks {:?}",
            self.kitchen, version.version
        )
    }

    /// What the till gets, and what the server has heard of the order.
    fn talk(
        &self,
        server: &Server,
        version: &'static SupportedProtocolVersion,
        order: &str,
    ) -> (String, String) {
        let trust = Trust {
            authority: self.authority.der().clone(),
            clock: Arc::new(At(self.now)),
        };
        let (till, kitchen) = duplex(1 << 16);
        let acceptor = server.acceptor(version, self.now);
        // The clock jumps as soon as both wait for nothing but it.
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let till = timeout(A_DAY, send(till, &self.kitchen, &trust, order));
            match tokio::join!(till, timeout(A_DAY, serve(acceptor, kitchen))) {
                (Ok(answer), Ok(heard)) => (told(answer), heard),
                _ => ("nothing: both wait for each other".to_owned(), String::new()),
            }
        })
    }
}

/// Before anybody runs these tests.
pub const IN_2020: u64 = 1_600_000_000;

const A_DAY: Duration = Duration::from_secs(86_400);

fn told(answer: std::io::Result<String>) -> String {
    match answer {
        Ok(answer) => format!("Ok({answer:?})"),
        Err(error) => format!("an error: {error}"),
    }
}

/// Whoever shows these certificates, and signs with this key.
pub struct Server {
    pub key: KeyPair,
    params: CertificateParams,
    shows: Vec<CertificateDer<'static>>,
}

/// What a server's certificate and key can be abused for.
pub struct Abused {
    pub issuer: Issuer<'static, KeyPair>,
    pub certificate: CertificateDer<'static>,
}

impl Server {
    /// With a certificate of this authority, and others that it shows behind it.
    pub fn new(
        params: &CertificateParams,
        authority: &Issuer<'_, KeyPair>,
        behind: &[&CertificateDer<'static>],
    ) -> Self {
        let key = KeyPair::generate().expect("a key");
        let own = params.signed_by(&key, authority).expect("a certificate");
        let mut shows = vec![own.der().clone()];
        shows.extend(behind.iter().copied().cloned());
        let params = params.clone();
        Self { key, params, shows }
    }

    pub fn by_itself(params: &CertificateParams) -> Self {
        let key = KeyPair::generate().expect("a key");
        let own = params.self_signed(&key).expect("a certificate");
        let (params, shows) = (params.clone(), vec![own.der().clone()]);
        Self { key, params, shows }
    }

    pub fn as_authority(self) -> Abused {
        Abused {
            certificate: self.shows[0].clone(),
            issuer: Issuer::new(self.params, self.key),
        }
    }

    fn acceptor(&self, version: &'static SupportedProtocolVersion, now: u64) -> TlsAcceptor {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).expect("a private key");
        let key = sign::any_ecdsa_type(&key).expect("a key to sign with");
        let shown = SingleCertAndKey::from(CertifiedKey::new(self.shows.clone(), key));
        let provider = Arc::new(default_provider());
        let config = ServerConfig::builder_with_details(provider, Arc::new(At(now)))
            .with_protocol_versions(&[version])
            .expect("a version that rustls knows")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(shown));
        TlsAcceptor::from(Arc::new(config))
    }
}

/// What the server has heard.
async fn serve(acceptor: TlsAcceptor, line: DuplexStream) -> String {
    let Ok(mut line) = acceptor.accept(line).await else {
        return String::new();
    };
    let mut heard = Vec::new();
    // Whoever hangs up in the middle has been heard all the same.
    let _ = line.read_to_end(&mut heard).await;
    let heard = String::from_utf8_lossy(&heard).into_owned();
    let _ = line.write_all(thanks(&heard).as_bytes()).await;
    let _ = line.shutdown().await;
    heard
}

fn order() -> String {
    format!("{} margheritas, for {}", any(2..=9), random_name("Ana"))
}

fn thanks(order: &str) -> String {
    format!("in the oven: {order}")
}

fn authority(name: &str, from: u64, until: u64) -> Authority {
    let key = KeyPair::generate().expect("a key");
    let params = authority_params(name, from, until);
    CertifiedIssuer::self_signed(params, key).expect("a certificate")
}

fn authority_params(name: &str, from: u64, until: u64) -> CertificateParams {
    let mut params = params(&[], from, until);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.distinguished_name = named(name);
    params
}

fn server_params(names: &[&str], from: u64, until: u64) -> CertificateParams {
    let mut params = params(names, from, until);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.distinguished_name = named("a server");
    params
}

fn params(names: &[&str], from: u64, until: u64) -> CertificateParams {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names for a certificate");
    let at = |seconds| date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds);
    (params.not_before, params.not_after) = (at(from), at(until));
    params
}

pub fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

/// It is always this time.
#[derive(Debug)]
struct At(u64);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(self.0)))
    }
}
