//! A whole session of a stand-in, by rustls: handshake, one answer, and a proper end.

use std::io::{self, Cursor, ErrorKind, Read, Write};
use std::sync::Arc;

use rustls::{Error, PeerIncompatible, ServerConfig, ServerConnection, StreamOwned};

use super::answer::{self, Page};
use super::connection::part;
use crate::escape::printable;
use crate::evidence::client::{Came, Lacking, Then};
use crate::probe::handshake::TimedStream;
use crate::version::Version;
use crate::wire::{AlertDescription, CipherSuite, NamedGroup};

/// What a session begins with.
pub(super) struct Session {
    pub(super) version: Version,
    pub(super) read_already: Vec<u8>,
    pub(super) config: Arc<ServerConfig>,
}

pub(super) fn serve(stream: TimedStream, session: Session, page: &Page) -> io::Result<Came> {
    let Session { version, read_already, config } = session;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let replayed = Replayed { before: Cursor::new(read_already), stream };
    let mut tls = Counted { tls: StreamOwned::new(connection, replayed), data: 0 };
    let answered = answer::answer(&mut tls, page);
    let Counted { mut tls, data } = tls;
    let finished = !tls.conn.is_handshaking();
    tls.conn.send_close_notify();
    while tls.conn.wants_write() && tls.conn.write_tls(&mut tls.sock).is_ok() {}
    let group = tls.conn.negotiated_key_exchange_group().map(|group| NamedGroup(group.name().into()));
    // rustls has it from the HelloRetryRequest on; but the group only from the ServerHello on.
    let suite = tls.conn.negotiated_cipher_suite().filter(|_| version < Version::Tls13 || group.is_some());
    let suite = suite.map(|suite| CipherSuite(u16::from(suite.suite()).into()));
    part(tls.sock.stream);

    let then = match (&answered, finished) {
        (Ok(status), true) if data > 0 => Then::Data { status: *status },
        (Err(_), true) if data > 0 => Then::Data { status: None },
        (Ok(_), true) => Then::Finished,
        (Ok(_), false) => Then::Left,
        (Err(error), _) => match tls_error(error) {
            Some(Error::PeerIncompatible(why)) if !finished => {
                return Ok(Came::NothingInCommon { version, lacking: lacking(why) });
            }
            Some(Error::AlertReceived(alert)) => {
                let alert = AlertDescription(u8::from(*alert));
                // Some look at the certificate only after the handshake; another alert is about what
                // came then, and no refusal of the version.
                let is_late = finished && !AlertDescription::ABOUT_CERTIFICATE.contains(&alert);
                if is_late { Then::Finished } else { Then::Alert(alert) }
            }
            Some(error) => Then::Broke(printable(&error.to_string())),
            None if finished => Then::Finished,
            None => after_failure(error),
        },
    };
    Ok(Came::Chosen { version, cipher_suite: suite, group, then })
}

fn tls_error(error: &io::Error) -> Option<&Error> {
    error.get_ref().and_then(|source| source.downcast_ref::<Error>())
}

/// What a client did whose connection could not be read or written any more.
pub(super) fn after_failure(error: &io::Error) -> Then {
    if error.kind() == ErrorKind::TimedOut { Then::Silent } else { Then::Left }
}

fn lacking(why: &PeerIncompatible) -> Lacking {
    match why {
        PeerIncompatible::NoKxGroupsInCommon
        | PeerIncompatible::NamedGroupsExtensionRequired
        | PeerIncompatible::KeyShareExtensionRequired => Lacking::Group,
        // A suite in common there is, else rustls would not have been asked: it leaves out those that it
        // has no signature for.
        PeerIncompatible::NoCipherSuitesInCommon
        | PeerIncompatible::NoSignatureSchemesInCommon
        | PeerIncompatible::SignatureAlgorithmsExtensionRequired => Lacking::SignatureAlgorithm,
        PeerIncompatible::EcPointsExtensionRequired | PeerIncompatible::UncompressedEcPointsRequired => {
            Lacking::Other("uncompressed points of elliptic curves")
        }
        PeerIncompatible::NullCompressionRequired => Lacking::Other("a hello without compression"),
        PeerIncompatible::ExtendedMasterSecretExtensionRequired => {
            Lacking::Other("the extended master secret (RFC 7627)")
        }
        _ => Lacking::Other("what rustls needs of a ClientHello"),
    }
}

/// Counts the application data that comes.
struct Counted {
    tls: StreamOwned<ServerConnection, Replayed>,
    data: usize,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.tls.read(buffer)?;
        self.data = self.data.saturating_add(count);
        Ok(count)
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tls.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tls.flush()
    }
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
