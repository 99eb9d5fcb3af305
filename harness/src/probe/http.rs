//! One GET by ureq over a connection that is there already, encrypted or not. Redirects are not followed,
//! no proxy is asked, no name resolved, and of the body nothing is read.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustls::{ClientConnection, StreamOwned};
use ureq::http::{Response, Uri};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Agent, Body, Error};

use super::handshake::{Get, TimedStream, client_certificate_words};
use crate::escape::printable;
use crate::evidence::{HeaderField, HttpOutcome, Reply};
use crate::scenario::{Host, HostName};
use crate::wire::AlertDescription;

/// The longest head of a response that is read, in bytes.
const HEAD: usize = 64 * 1024;
/// The most that is read at once. Larger than [`HEAD`], or a head of that size could never end.
const INPUT: usize = 2 * HEAD;
const OUTPUT: usize = 16 * 1024;

/// Sends `get` over `connection`; the deadline is the stream's, `timeout` is for the words. Also the fields
/// of the answer's header.
pub(super) fn get(
    connection: ClientConnection,
    stream: TimedStream,
    get: &Get<'_>,
    timeout: Duration,
) -> (HttpOutcome, Vec<HeaderField>) {
    let address = match stream.peer_addr() {
        Ok(address) => address,
        Err(error) => return (HttpOutcome::Failed(io_words(&error, timeout)), Vec::new()),
    };
    // The `Host` header is taken from it, with the port only where it is not 443.
    let uri = format!("https://{}{}", get.host, get.path);
    exchange(StreamOwned::new(connection, stream), address, uri, timeout)
}

/// Sends a GET and keeps what the head of the answer says.
fn exchange<S: Channel>(
    channel: S,
    address: SocketAddr,
    uri: String,
    timeout: Duration,
) -> (HttpOutcome, Vec<HeaderField>) {
    match call(channel, address, uri) {
        Ok(response) => {
            let location = location(&response).map(|it| printable(&it));
            let fields = response.headers().iter();
            let headers = fields.map(|(name, value)| HeaderField {
                name: name.as_str().to_owned(),
                value: value.as_bytes().to_vec(),
            });
            (HttpOutcome::Status { status: response.status().as_u16(), location }, headers.collect())
        }
        Err(error) => (HttpOutcome::Failed(words(&error, timeout)), Vec::new()),
    }
}

/// Sends a GET for `path` in the clear to `host`, whose plain HTTP listens on `port`.
pub(super) fn get_plainly(
    stream: TimedStream,
    host: &HostName,
    port: u16,
    path: &str,
    timeout: Duration,
) -> Reply {
    let address = match stream.peer_addr() {
        Ok(address) => address,
        Err(error) => return Reply::Unclear(io_words(&error, timeout)),
    };
    // The `Host` header is taken from it, with the port only where it is not 80.
    let authority = Host { name: host.clone(), port };
    match call(stream, address, format!("http://{authority}{path}")) {
        Ok(response) => Reply::Http { status: response.status().as_u16(), location: location(&response) },
        // It may be a firewall that swallows what it does not know.
        Err(Error::Io(error)) if error.kind() == ErrorKind::TimedOut => {
            Reply::Unclear(io_words(&error, timeout))
        }
        Err(error) => Reply::NoHttp(words(&error, timeout)),
    }
}

/// Every `Location`, each in a line: of several it is the client's guess which one counts.
fn location(response: &Response<Body>) -> Option<String> {
    let all = response.headers().get_all(ureq::http::header::LOCATION);
    let lines: Vec<_> = all.iter().map(|one| String::from_utf8_lossy(one.as_bytes())).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// One GET over what is connected to `address` already.
fn call<S: Channel>(channel: S, address: SocketAddr, uri: String) -> Result<Response<Body>, Error> {
    let connected = Connected { buffers: LazyBuffers::new(INPUT, OUTPUT), channel, broken: false };
    let config = Agent::config_builder()
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .max_response_header_size(HEAD)
        .user_agent(concat!("tls-readiness/", env!("CARGO_PKG_VERSION")))
        .build();
    let connector = TheConnection(Mutex::new(Some(connected)));
    Agent::with_parts(config, connector, TheAddress(address)).get(uri).call()
}

fn words(error: &Error, timeout: Duration) -> String {
    match error {
        Error::Io(error) => io_words(error, timeout),
        Error::LargeResponseHeader(..) => {
            format!("the head of the answer is longer than {} KiB", HEAD / 1024)
        }
        error => printable(&error.to_string()),
    }
}

fn io_words(error: &io::Error, timeout: Duration) -> String {
    let tls = error.get_ref().and_then(|source| source.downcast_ref::<rustls::Error>());
    match (tls, error.kind()) {
        (Some(rustls::Error::AlertReceived(rustls::AlertDescription::CertificateRequired)), _) => {
            client_certificate_words(AlertDescription::CERTIFICATE_REQUIRED)
        }
        (Some(rustls::Error::AlertReceived(alert)), _) => {
            format!("alert {} in place of an answer", AlertDescription(u8::from(*alert)).with_code())
        }
        (_, ErrorKind::TimedOut) => format!("no answer within {} ms", timeout.as_millis()),
        (_, ErrorKind::UnexpectedEof) => "connection closed before the answer was complete".to_owned(),
        (_, ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe) => {
            "connection reset before the answer was complete".to_owned()
        }
        _ => printable(&error.to_string()),
    }
}

/// Hands out the one connection that there is.
struct TheConnection<S: Channel>(Mutex<Option<Connected<S>>>);

impl<S: Channel> fmt::Debug for TheConnection<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TheConnection").field(&self.0).finish()
    }
}

impl<S: Channel> Connector for TheConnection<S> {
    type Out = Connected<S>;

    fn connect(
        &self,
        _details: &ConnectionDetails<'_>,
        _chained: Option<()>,
    ) -> Result<Option<Connected<S>>, Error> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        connection.take().map(Some).ok_or(Error::ConnectionFailed)
    }
}

/// Gives the address that is connected already.
#[derive(Debug)]
struct TheAddress(SocketAddr);

impl Resolver for TheAddress {
    fn resolve(
        &self,
        _uri: &Uri,
        _config: &ureq::config::Config,
        _timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let mut addresses = self.empty();
        addresses.push(self.0);
        Ok(addresses)
    }
}

/// What a request goes over, encrypted or not.
trait Channel: Read + Write + Send + Sync + 'static {
    const IS_TLS: bool;

    /// Says goodbye, where that is usual.
    fn part(&mut self) {}
}

impl Channel for StreamOwned<ClientConnection, TimedStream> {
    const IS_TLS: bool = true;

    fn part(&mut self) {
        self.conn.send_close_notify();
        let _ = self.conn.write_tls(&mut self.sock);
    }
}

impl Channel for TimedStream {
    const IS_TLS: bool = false;
}

/// The connection as ureq wants it. Its deadline is the stream's, so ureq's own timeouts are unset.
struct Connected<S: Channel> {
    buffers: LazyBuffers,
    channel: S,
    broken: bool,
}

impl<S: Channel> fmt::Debug for Connected<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connected").field("broken", &self.broken).finish_non_exhaustive()
    }
}

impl<S: Channel> Transport for Connected<S> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _timeout: NextTimeout) -> Result<(), Error> {
        let output = self.buffers.output();
        let output = output.get(..amount).unwrap_or_default();
        let written = self.channel.write_all(output).and_then(|()| self.channel.flush());
        // A server that refuses the client certificate closes at once; its alert is still to be read.
        self.broken |= written.is_err();
        match written {
            Err(error) if error.kind() == ErrorKind::TimedOut => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn await_input(&mut self, _timeout: NextTimeout) -> Result<bool, Error> {
        let amount = self.channel.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        if amount == 0 && self.broken {
            return Err(io::Error::from(ErrorKind::ConnectionReset).into());
        }
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        false
    }

    fn is_tls(&self) -> bool {
        S::IS_TLS
    }
}

impl<S: Channel> Drop for Connected<S> {
    fn drop(&mut self) {
        self.channel.part();
    }
}

/// A server that answers everything with the same bytes, so many at a time, and then closes.
struct Recorded {
    answer: io::Cursor<Vec<u8>>,
    at_a_time: usize,
}

impl Read for Recorded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = self.at_a_time.min(buffer.len());
        self.answer.read(buffer.get_mut(..room).unwrap_or_default())
    }
}

impl Write for Recorded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Channel for Recorded {
    const IS_TLS: bool = true;
}

/// What a GET comes to that is answered with these bytes, so many at a time.
pub(crate) fn of_recorded(answer: &[u8], at_a_time: usize) -> (HttpOutcome, Vec<HeaderField>) {
    let channel = Recorded { answer: io::Cursor::new(answer.to_vec()), at_a_time };
    let address = SocketAddr::from(([127, 0, 0, 1], 443));
    exchange(channel, address, "https://a.example/".to_owned(), Duration::ZERO)
}
