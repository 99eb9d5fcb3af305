//! One connection to a stand-in.

use std::io::{self, Cursor, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::{CryptoProvider, ring};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::answer::{self, Page};
use super::event::{Came, Event};
use super::{Authority, Log, ReplicaSpec};
use crate::escape::printable;
use crate::probe::handshake::{TimedStream, full_handshakes, rustls_versions};
use crate::version::{Version, VersionRange};
use crate::wire::{self, AlertDescription, ClientHello, ClientHelloReader, Progress};

/// What is read after the last word, so that it is not lost: to close a socket with unread bytes
/// resets the connection, and a reset discards what the client has not read yet.
const DRAINED: usize = 64 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// All that is needed to serve a connection.
pub(super) struct Stage {
    versions: VersionRange,
    page: Page,
    /// `None` where it speaks no version that rustls does.
    tls: Option<Arc<ServerConfig>>,
    provider: Arc<CryptoProvider>,
    log: Option<Log>,
}

impl Stage {
    pub(super) fn new(spec: ReplicaSpec, authority: &Authority, log: Option<Log>) -> io::Result<Stage> {
        if spec.replica.status < 200 {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                format!(
                    "a stand-in cannot answer with status {}: final answers begin at 200",
                    spec.replica.status
                ),
            ));
        }
        let versions = spec.replica.versions;
        let provider = Arc::new(ring::default_provider());
        let tls = match full_handshakes(versions) {
            Some(range) => {
                let key = authority.issue(&spec.host, spec.certificate)?;
                Some(Arc::new(server_config(Arc::clone(&provider), range, key)?))
            }
            None => None,
        };
        let page = Page { path: spec.path, status: spec.replica.status, body: spec.replica.body };
        Ok(Stage { versions, page, tls, provider, log })
    }
}

fn server_config(
    provider: Arc<CryptoProvider>,
    range: VersionRange,
    key: Arc<CertifiedKey>,
) -> io::Result<ServerConfig> {
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&rustls_versions(range))
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
    Ok(config)
}

/// Serves one connection, for at most `time`, and tells the log what came of it.
pub(super) fn serve(socket: TcpStream, peer: SocketAddr, stage: &Stage, time: Duration) {
    let mut event =
        Event { peer, offered: Vec::new(), server_name: None, came: Came::NotAHello("nothing came") };
    let came = TimedStream::new(socket, time).and_then(|stream| converse(stream, stage, &mut event));
    event.came = came.unwrap_or_else(|error| Came::Broken(printable(&error.to_string())));
    if let Some(log) = &stage.log {
        log(event);
    }
}

fn converse(mut stream: TimedStream, stage: &Stage, event: &mut Event) -> io::Result<Came> {
    let (hello, bytes) = match read_hello(&mut stream)? {
        Ok(read) => read,
        Err(why) => return Ok(Came::NotAHello(why)),
    };
    event.offered = Version::ALL.into_iter().rev().filter(|version| hello.offers(*version)).collect();
    event.server_name = hello.server_name.as_deref().map(printable);
    let Some(version) = hello.best_in(stage.versions) else {
        last_words(stream, &alert(&hello, AlertDescription::PROTOCOL_VERSION))?;
        return Ok(Came::NoVersion);
    };
    // rustls reads no hello in the format of SSL 2.0, whatever version it offers.
    if let (Some(config), Version::Tls12 | Version::Tls13, false) = (&stage.tls, version, hello.is_ssl2) {
        let session = Session { version, read_already: bytes, config: Arc::clone(config) };
        return encrypted(stream, session, &stage.page);
    }
    let Some(cipher_suite) = wire::common_suite(&hello, version) else {
        last_words(stream, &alert(&hello, AlertDescription::HANDSHAKE_FAILURE))?;
        return Ok(Came::NoCipherSuite);
    };
    let mut random = [0; 32];
    stage.provider.secure_random.fill(&mut random).map_err(|_| io::Error::other("no randomness"))?;
    last_words(stream, &wire::server_hello(&hello, version, cipher_suite, random))?;
    Ok(Came::Hello { version, cipher_suite })
}

/// A ClientHello with the bytes that brought it, or why there is none.
type Hello = Result<(ClientHello, Vec<u8>), &'static str>;

fn read_hello(stream: &mut TimedStream) -> io::Result<Hello> {
    let mut reader = ClientHelloReader::default();
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer)?;
        let new = buffer.get(..count).unwrap_or_default();
        if new.is_empty() {
            return Ok(Err(if bytes.is_empty() {
                "nothing came"
            } else {
                "it ended within the ClientHello"
            }));
        }
        bytes.extend_from_slice(new);
        match reader.read(new) {
            Progress::More => {}
            Progress::Hello(hello) => return Ok(Ok((*hello, bytes))),
            Progress::NotAHello(why) => return Ok(Err(why)),
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

/// Writes `bytes` as the last thing, and lets the client read them.
fn last_words(mut stream: TimedStream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    part(stream);
    Ok(())
}

/// Closes our half and reads what the client still has to say.
fn part(mut stream: TimedStream) {
    stream.restart(DRAIN_TIME);
    if stream.finish_writing().is_ok() {
        let _ = io::copy(&mut stream.take(DRAINED as u64), &mut io::sink());
    }
}

/// What a session begins with.
struct Session {
    version: Version,
    read_already: Vec<u8>,
    config: Arc<ServerConfig>,
}

/// A whole session: handshake, one answer, and a proper end.
fn encrypted(stream: TimedStream, session: Session, page: &Page) -> io::Result<Came> {
    let Session { version, read_already, config } = session;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut tls = StreamOwned::new(connection, Replayed { before: Cursor::new(read_already), stream });
    let answered = answer::answer(&mut tls, page);
    let unfinished = tls.conn.is_handshaking();
    tls.conn.send_close_notify();
    while tls.conn.wants_write() && tls.conn.write_tls(&mut tls.sock).is_ok() {}
    part(tls.sock.stream);
    match answered {
        Ok(None) if unfinished => Ok(Came::Unfinished { version }),
        Err(error) if unfinished && is_hang_up(&error) => Ok(Came::Unfinished { version }),
        Ok(status) => Ok(Came::Session { version, status }),
        Err(error) => Err(error),
    }
}

fn is_hang_up(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

/// A stream of which some was read already.
struct Replayed {
    before: Cursor<Vec<u8>>,
    stream: TimedStream,
}

impl Read for Replayed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.before.read(buffer)? {
            0 => self.stream.read(buffer),
            count => Ok(count),
        }
    }
}

impl Write for Replayed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
