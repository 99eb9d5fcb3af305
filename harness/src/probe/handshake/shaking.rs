//! A handshake by rustls under way, from the socket to the end of the handshake.

use std::io::{self, ErrorKind, Read as _};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::{
    ALL_VERSIONS, ClientConfig, ClientConnection, HandshakeKind, InvalidMessage, ProtocolVersion,
    SupportedProtocolVersion,
};

use super::certificate::Witness;
use super::incoming::Incoming;
use super::{HandshakeRequest, TimedStream, full_handshakes};
use crate::escape::printable;
use crate::evidence::{Acceptance, ServerHelloDetails};
use crate::scenario::HostName;
use crate::version::{Version, VersionRange};
use crate::wire::{CipherSuite, NamedGroup};

/// Why a handshake ended before it was finished.
#[derive(Debug)]
pub(super) enum Stop {
    /// rustls had a complaint, or got a fatal alert.
    Rustls(rustls::Error),
    /// The server closed the connection.
    Closed,
    /// Reading or writing failed; with [`ErrorKind::TimedOut`] the deadline was reached.
    Io(io::Error),
}

/// How far a handshake came that ended before the ServerHello.
#[derive(Debug)]
pub(super) struct Progress {
    pub(super) hello_sent: bool,
    pub(super) retried: bool,
    pub(super) offered: VersionRange,
}

/// A handshake under way.
#[derive(Debug)]
pub(super) struct Shaking {
    pub(super) connection: ClientConnection,
    pub(super) stream: TimedStream,
    pub(super) witness: Arc<Witness>,
    pub(super) incoming: Incoming,
    pub(super) hello_sent: bool,
    hello_accepted: bool,
}

impl Shaking {
    /// Also gives the name that the certificate must hold. An error is words about our side.
    pub(super) fn begin(
        socket: TcpStream,
        request: &HandshakeRequest<'_>,
    ) -> Result<(Shaking, ServerName<'static>), String> {
        let verified_name = match request.host {
            HostName::Ip(address) => ServerName::from(*address),
            HostName::Dns(name) => server_name(name)?,
        };
        let sent_name = match request.server_name {
            Some(name) => server_name(name)?,
            None => verified_name.clone(),
        };
        let provider = Arc::new(ring::default_provider());
        let witness = Witness::new(provider.signature_verification_algorithms);
        let config = client_config(provider, &witness, request)?;
        let connection = ClientConnection::new(Arc::new(config), sent_name).map_err(|error| words(&error))?;
        let stream = TimedStream::new(socket, request.timeout).map_err(|error| words(&error))?;
        let incoming = Incoming::default();
        let shaking =
            Shaking { connection, stream, witness, incoming, hello_sent: false, hello_accepted: false };
        Ok((shaking, verified_name))
    }

    /// Writes and reads until the handshake is finished, or only until the certificate is known.
    pub(super) fn shake(&mut self, until_certificate: bool) -> Result<(), Stop> {
        let mut buffer = [0; 4096];
        let mut writable = true;
        loop {
            while writable && self.connection.wants_write() {
                match self.connection.write_tls(&mut self.stream) {
                    Ok(_) => self.hello_sent = true,
                    // A server that hung up may have said why before.
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) if self.hello_sent && error.kind() != ErrorKind::TimedOut => writable = false,
                    Err(error) => return Err(Stop::Io(error)),
                }
            }
            if !self.connection.is_handshaking() {
                return Ok(());
            }
            let bytes = match self.stream.read(&mut buffer) {
                Ok(0) => return Err(Stop::Closed),
                Ok(count) => buffer.get(..count).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Stop::Io(error)),
            };
            if !self.hello_accepted {
                self.incoming.see(bytes);
            }
            let processed = process(&mut self.connection, bytes);
            self.hello_accepted |= self.acceptance().is_some();
            if let Err(stop) = processed {
                // The alert that tells the server what was wrong; it may not want to hear it.
                let _ = self.connection.write_tls(&mut self.stream);
                return Err(stop);
            }
            if until_certificate && self.witness.has_chain() {
                return Ok(());
            }
        }
    }

    /// What the server accepted, once its ServerHello was processed. A HelloRetryRequest has a
    /// version and a suite too, but completes no key exchange.
    pub(super) fn acceptance(&self) -> Option<Acceptance> {
        let connection = &self.connection;
        let group = connection.negotiated_key_exchange_group().map(|group| NamedGroup(group.name().into()));
        let version = match connection.protocol_version()? {
            ProtocolVersion::TLSv1_2 => Version::Tls12,
            ProtocolVersion::TLSv1_3 if group.is_some() => Version::Tls13,
            _ => return None,
        };
        let suite = connection.negotiated_cipher_suite()?.suite();
        Some(Acceptance {
            version,
            cipher_suite: CipherSuite(u32::from(u16::from(suite))),
            group,
            hello_retry: self.retried(),
            client_certificate_wanted: self.witness.client_certificate_wanted(),
            details: ServerHelloDetails::default(),
        })
    }

    fn retried(&self) -> bool {
        self.connection.handshake_kind() == Some(HandshakeKind::FullWithHelloRetryRequest)
    }

    pub(super) fn progress(&self, request: &HandshakeRequest<'_>) -> Progress {
        let offered = full_handshakes(request.versions).unwrap_or(request.versions);
        Progress { hello_sent: self.hello_sent, retried: self.retried(), offered }
    }
}

/// Hands over `bytes` and has them processed. After close_notify rustls takes none.
fn process(connection: &mut ClientConnection, mut bytes: &[u8]) -> Result<(), Stop> {
    // Reading from memory fails where rustls has no room for more: a message that is longer than any may be.
    let full = |_| Stop::Rustls(rustls::Error::InvalidMessage(InvalidMessage::HandshakePayloadTooLarge));
    while !bytes.is_empty() && connection.read_tls(&mut bytes).map_err(full)? > 0 {
        connection.process_new_packets().map_err(Stop::Rustls)?;
    }
    Ok(())
}

fn client_config(
    provider: Arc<CryptoProvider>,
    witness: &Arc<Witness>,
    request: &HandshakeRequest<'_>,
) -> Result<ClientConfig, String> {
    let versions = rustls_versions(request.versions);
    if versions.is_empty() {
        return Err(format!("no full handshake is possible with {}", request.versions));
    }
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions)
        .map_err(|error| words(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(witness) as _)
        .with_client_cert_resolver(Arc::clone(witness) as _);
    config.resumption = Resumption::disabled();
    config.enable_sni = request.server_name.is_some();
    // Without a request there is no protocol to agree on, and a server of HTTP/2 alone is as ready
    // as any.
    if let Some(protocol) = request.protocol {
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    } else if request.get.is_some() {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
    }
    Ok(config)
}

/// The versions of `range` that rustls speaks.
pub(crate) fn rustls_versions(range: VersionRange) -> Vec<&'static SupportedProtocolVersion> {
    ALL_VERSIONS
        .iter()
        .copied()
        .filter(|supported| {
            Version::from_code(supported.version.into()).is_some_and(|version| range.contains(version))
        })
        .collect()
}

fn server_name(name: &str) -> Result<ServerName<'static>, String> {
    ServerName::try_from(name.to_owned())
        .map_err(|_| format!("`{}` is no DNS name, so no TLS client can ask for it", printable(name)))
}

fn words(error: &dyn std::error::Error) -> String {
    printable(&error.to_string())
}

#[cfg(test)]
mod tests;
