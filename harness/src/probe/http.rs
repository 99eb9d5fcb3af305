//! One GET by ureq over a connection that is already encrypted. Redirects are not followed, no
//! proxy is asked, no name resolved, and of the body nothing is read.

use std::fmt;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustls::{ClientConnection, StreamOwned};
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Agent, Error};

use super::handshake::{Get, TimedStream, client_certificate_words};
use crate::escape::printable;
use crate::evidence::HttpOutcome;
use crate::wire::AlertDescription;

/// The longest head of a response that is read, in bytes.
const HEAD: usize = 64 * 1024;
/// The most that is read at once. Larger than [`HEAD`], or a head of that size could never end.
const INPUT: usize = 2 * HEAD;
const OUTPUT: usize = 16 * 1024;

/// Sends `get` over `connection`; the deadline is the stream's, `timeout` is for the words.
pub(super) fn get(
    connection: ClientConnection,
    stream: TimedStream,
    get: &Get<'_>,
    timeout: Duration,
) -> HttpOutcome {
    let address = match stream.peer_addr() {
        Ok(address) => address,
        Err(error) => return HttpOutcome::Failed(io_words(&error, timeout)),
    };
    let encrypted = Encrypted {
        buffers: LazyBuffers::new(INPUT, OUTPUT),
        stream: StreamOwned::new(connection, stream),
        broken: false,
    };
    let config = Agent::config_builder()
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .max_response_header_size(HEAD)
        .user_agent(concat!("tls-readiness/", env!("CARGO_PKG_VERSION")))
        .build();
    let connector = TheConnection(Mutex::new(Some(encrypted)));
    // The `Host` header is taken from it, with the port only where it is not 443.
    let uri = format!("https://{}{}", get.host, get.path);
    match Agent::with_parts(config, connector, TheAddress(address)).get(uri).call() {
        Ok(response) => {
            let location = response.headers().get(ureq::http::header::LOCATION);
            HttpOutcome::Status {
                status: response.status().as_u16(),
                location: location.map(|value| printable(&String::from_utf8_lossy(value.as_bytes()))),
            }
        }
        Err(error) => HttpOutcome::Failed(words(&error, timeout)),
    }
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
#[derive(Debug)]
struct TheConnection(Mutex<Option<Encrypted>>);

impl Connector for TheConnection {
    type Out = Encrypted;

    fn connect(
        &self,
        _details: &ConnectionDetails<'_>,
        _chained: Option<()>,
    ) -> Result<Option<Encrypted>, Error> {
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

/// The connection as ureq wants it. Its deadline is the stream's, so ureq's own timeouts are unset.
struct Encrypted {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TimedStream>,
    broken: bool,
}

impl fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encrypted").field("stream", &self.stream.sock).finish_non_exhaustive()
    }
}

impl Transport for Encrypted {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _timeout: NextTimeout) -> Result<(), Error> {
        let output = self.buffers.output();
        let output = output.get(..amount).unwrap_or_default();
        let written = self.stream.write_all(output).and_then(|()| self.stream.flush());
        // A server that refuses the client certificate closes at once; its alert is still to be read.
        self.broken |= written.is_err();
        match written {
            Err(error) if error.kind() == ErrorKind::TimedOut => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn await_input(&mut self, _timeout: NextTimeout) -> Result<bool, Error> {
        let amount = self.stream.read(self.buffers.input_append_buf())?;
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
        true
    }
}

impl Drop for Encrypted {
    fn drop(&mut self) {
        self.stream.conn.send_close_notify();
        let _ = self.stream.conn.write_tls(&mut self.stream.sock);
    }
}
