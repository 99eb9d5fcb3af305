//! One connection to a stand-in: the ClientHello, and the answer to it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::crypto::{CryptoProvider, ring};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{NamedGroup as RustlsGroup, ServerConfig};

use super::answer::Page;
use super::authority::Credentials;
use super::session::{self, Session};
use super::{Authority, ReplicaSpec};
use crate::escape::printable;
use crate::evidence::NOT_TLS_EXCERPT;
use crate::evidence::client::{Came, ClientConnection, Lacking, Then};
use crate::probe::handshake::{TimedStream, full_handshakes, rustls_versions};
use crate::scenario::Replica;
use crate::version::{Version, VersionRange};
use crate::wire::{
    self, AlertDescription, CipherSuite, ClientHello, ClientHelloReader, ClientTurn, NamedGroup, Progress,
    Turn,
};

/// What is read after the last word, so that it is not lost: to close a socket with unread bytes
/// resets the connection, and a reset discards what the client has not read yet.
const DRAINED: usize = 64 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// All that is needed to serve a connection.
pub(super) struct Stage {
    versions: VersionRange,
    page: Page,
    /// The suites that it is narrowed to.
    cipher_suites: Option<Arc<Vec<CipherSuite>>>,
    /// `None` where it speaks no version that rustls does.
    tls: Option<Tls>,
    credentials: Credentials,
    provider: CryptoProvider,
}

/// The two ways to make a whole handshake.
struct Tls {
    rsa: Arc<ServerConfig>,
    ecdsa: Arc<ServerConfig>,
    suites: Vec<CipherSuite>,
}

impl Stage {
    pub(super) fn new(spec: ReplicaSpec, authority: &Authority) -> io::Result<Stage> {
        if spec.replica.status < 200 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "a stand-in cannot answer with status {}: final answers begin at 200",
                    spec.replica.status
                ),
            ));
        }
        let versions = spec.replica.versions;
        let credentials = authority.issue(&spec.host, spec.certificate, &spec.rehearsal)?;
        let provider = narrowed(&spec);
        let tls = match full_handshakes(versions) {
            Some(range) if !provider.cipher_suites.is_empty() && !provider.kx_groups.is_empty() => {
                let config = |key: &Arc<CertifiedKey>| {
                    server_config(provider.clone(), range, key, spec.rehearsal.alpn())
                };
                let suites = provider.cipher_suites.iter().map(|suite| u16::from(suite.suite()));
                let suites = suites.map(|code| CipherSuite(code.into())).collect();
                Some(Tls { rsa: config(&credentials.rsa)?, ecdsa: config(&credentials.ecdsa)?, suites })
            }
            _ => None,
        };
        let Replica { status, body, .. } = spec.replica;
        let page = Page { path: spec.path, status, body, headers: spec.rehearsal.headers };
        let cipher_suites = spec.cipher_suites;
        Ok(Stage { versions, page, cipher_suites, tls, credentials, provider })
    }

    /// The version that is chosen: a server does not speak one that it has no suite for. Where the client
    /// offers no other, suites are what is not in common.
    fn best_for(&self, hello: &ClientHello) -> Option<Version> {
        let has_suite = |version: Version| match &self.cipher_suites {
            Some(suites) => suites.iter().any(|suite| suite.is_lawful_in(version)),
            None => true,
        };
        let spoken = self.versions.iter().rev().find(|version| hello.offers(*version) && has_suite(*version));
        spoken.or_else(|| hello.best_in(self.versions))
    }
}

/// What rustls can do, narrowed to what the scenario names.
fn narrowed(spec: &ReplicaSpec) -> CryptoProvider {
    let mut provider = ring::default_provider();
    if let Some(suites) = &spec.cipher_suites {
        let is_named = |code: u16| suites.contains(&CipherSuite(code.into()));
        provider.cipher_suites.retain(|suite| is_named(suite.suite().into()));
    }
    if let Some(groups) = &spec.groups {
        let is_named = |group: RustlsGroup| groups.contains(&NamedGroup(group.into()));
        provider.kx_groups.retain(|group| is_named(group.name()));
    }
    provider
}

fn server_config(
    provider: CryptoProvider,
    range: VersionRange,
    key: &Arc<CertifiedKey>,
    protocols: Vec<Vec<u8>>,
) -> io::Result<Arc<ServerConfig>> {
    // A version without a suite is left out: rustls builds no such configuration.
    let has_suite = |version: &&rustls::SupportedProtocolVersion| {
        provider.cipher_suites.iter().any(|suite| suite.version() == *version)
    };
    let versions: Vec<_> = rustls_versions(range).into_iter().filter(has_suite).collect();
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&versions)
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(key))));
    config.alpn_protocols = protocols;
    Ok(Arc::new(config))
}

/// Serves one connection, for at most `time`, and says what came of it. Times are since `begun`.
pub(super) fn serve(socket: TcpStream, stage: &Stage, time: Duration, begun: Instant) -> ClientConnection {
    let started = begun.elapsed();
    let mut hello = None;
    let came = TimedStream::new(socket, time)
        .and_then(|stream| converse(stream, stage, &mut hello))
        .unwrap_or_else(|error| Came::OurSide(printable(&error.to_string())));
    let elapsed = begun.elapsed().saturating_sub(started);
    ClientConnection { started, elapsed, by_proxy: false, hello, came }
}

fn converse(mut stream: TimedStream, stage: &Stage, seen: &mut Option<Box<ClientHello>>) -> io::Result<Came> {
    let (hello, bytes) = match read_hello(&mut stream) {
        Ok(read) => read,
        Err(came) => {
            part(stream);
            return Ok(came);
        }
    };
    let hello = &**seen.insert(hello);
    let Some(version) = stage.best_for(hello) else {
        last_words(stream, &alert(hello, AlertDescription::PROTOCOL_VERSION));
        return Ok(Came::NoVersion);
    };
    // rustls reads no hello in the format of SSL 2.0, whatever version it offers.
    let tls = stage.tls.as_ref().filter(|_| version >= Version::Tls12 && !hello.is_ssl2);
    if let Some(tls) = tls {
        let common: Vec<CipherSuite> =
            hello.suites_for(version).filter(|suite| tls.suites.contains(suite)).collect();
        if !common.is_empty() {
            let config = if wants_rsa(hello, version, &common) { &tls.rsa } else { &tls.ecdsa };
            let session = Session { version, read_already: bytes, config: Arc::clone(config) };
            return session::serve(stream, session, &stage.page);
        }
    }
    // Where rustls could serve others, a suite that only begins a handshake is not offered in its place:
    // unless the scenario names it.
    let allowed = stage.cipher_suites.as_deref().map(Vec::as_slice);
    let may_begin = tls.is_none() || allowed.is_some();
    let suite = wire::common_suite(hello, version, allowed).filter(|_| may_begin && version < Version::Tls13);
    let Some(cipher_suite) = suite else {
        last_words(stream, &alert(hello, AlertDescription::HANDSHAKE_FAILURE));
        let lacking = if may_begin { Lacking::CipherSuite } else { Lacking::ModernCipherSuite };
        return Ok(Came::NothingInCommon { version, lacking });
    };
    begin(stream, stage, hello, version, cipher_suite)
}

/// Whether the certificate with the RSA key is the one that a client wants which has these suites in
/// common. Servers with two certificates choose so too.
fn wants_rsa(hello: &ClientHello, version: Version, common: &[CipherSuite]) -> bool {
    // RFC 8446 4.2.3: PSS with the keys of such certificates; in TLS 1.2 PKCS #1 too.
    let pss = hello.signature_algorithms.iter().any(|code| (0x0804..=0x0806).contains(code));
    let pkcs1 = hello.signature_algorithms.iter().any(|code| [0x0401, 0x0501, 0x0601].contains(code));
    match version {
        Version::Tls13 => pss,
        _ => (pss || pkcs1) && common.iter().any(|suite| suite.is_signed_by_rsa()),
    }
}

/// Begins a handshake that cannot be finished here: the first flight up to its end, and what the client
/// says to it.
fn begin(
    mut stream: TimedStream,
    stage: &Stage,
    hello: &ClientHello,
    version: Version,
    cipher_suite: CipherSuite,
) -> io::Result<Came> {
    let mut random = [0; 32];
    stage.provider.secure_random.fill(&mut random).map_err(|_| io::Error::other("no randomness"))?;
    let Credentials { rsa, ecdsa } = &stage.credentials;
    let key = if cipher_suite.is_signed_by_ecdsa() { ecdsa } else { rsa };
    let certificate = key.cert.first().map(AsRef::as_ref).unwrap_or_default();
    let then = match stream.write_all(&wire::server_flight(hello, version, cipher_suite, random, certificate))
    {
        Ok(()) => read_turn(&mut stream, ClientTurn::new(version == Version::Ssl2)),
        Err(error) => session::after_failure(&error),
    };
    part(stream);
    Ok(Came::Chosen { version, cipher_suite: Some(cipher_suite), group: None, then })
}

fn read_turn(stream: &mut TimedStream, mut turn: ClientTurn) -> Then {
    let mut buffer = [0; 4096];
    loop {
        let bytes = match stream.read(&mut buffer) {
            Ok(0) => return Then::Left,
            Ok(count) => buffer.get(..count).unwrap_or_default(),
            Err(error) => return session::after_failure(&error),
        };
        match turn.read(bytes) {
            Turn::More => {}
            Turn::KeyExchange => return Then::KeyExchange,
            Turn::Alert(alert) => return Then::Alert(alert),
            Turn::CloseNotify => return Then::Left,
            Turn::Unexpected(what) => return Then::Broke(what.to_owned()),
        }
    }
}

/// A ClientHello with the bytes that brought it, or what came in its place.
fn read_hello(stream: &mut TimedStream) -> Result<(Box<ClientHello>, Vec<u8>), Came> {
    let mut reader = ClientHelloReader::default();
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let new = match stream.read(&mut buffer) {
            Ok(count) => buffer.get(..count).unwrap_or_default(),
            // Reset, or silent until the deadline.
            Err(_) => &[],
        };
        if new.is_empty() {
            return Err(if bytes.is_empty() { Came::Nothing } else { Came::NotAHello("it ended within it") });
        }
        bytes.extend_from_slice(new);
        match reader.read(new) {
            Progress::More => {}
            Progress::Hello(hello) => return Ok((hello, bytes)),
            Progress::Alert(alert) => return Err(Came::AlertFirst(alert)),
            Progress::NotAHello(why) => return Err(Came::NotAHello(why)),
            Progress::NotTls => {
                bytes.truncate(NOT_TLS_EXCERPT);
                return Err(Came::NotTls { first_bytes: bytes });
            }
        }
    }
}

/// An alert in the record version of the client, which may understand no other. A client that
/// speaks SSL 2.0 first has no such record; SSL 3.0 is the oldest that has alerts.
fn alert(hello: &ClientHello, description: AlertDescription) -> [u8; 7] {
    let oldest = Version::Ssl3.code();
    let record_version = if hello.is_ssl2 { hello.legacy_version } else { hello.record_version };
    wire::alert_record(record_version.max(oldest), description)
}

/// Writes `bytes` as the last thing, and lets the client read them. That it left already is its own
/// business: what it said is known.
fn last_words(mut stream: TimedStream, bytes: &[u8]) {
    if stream.write_all(bytes).is_ok() {
        part(stream);
    }
}

/// Closes our half and reads what the client still has to say.
pub(super) fn part(mut stream: TimedStream) {
    stream.restart(DRAIN_TIME);
    if stream.finish_writing().is_ok() {
        let _ = io::copy(&mut stream.take(DRAINED as u64), &mut io::sink());
    }
}
