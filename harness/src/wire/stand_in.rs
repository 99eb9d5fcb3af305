//! What a stand-in server writes: alerts, and the ServerHello of the versions that rustls lacks.

use crate::version::Version;

use super::alert::AlertDescription;
use super::bytes::{push_u16, push_vector8, push_vector16};
use super::cipher_suite::CipherSuite;
use super::client_hello::ClientHello;
use super::record::{content_type, handshake_type, records};

/// A fatal alert (RFC 8446 6) in a record of this version: best the one of the ClientHello's.
#[must_use]
pub fn alert_record(record_version: u16, description: AlertDescription) -> [u8; 7] {
    let [major, minor] = record_version.to_be_bytes();
    [content_type::ALERT, major, minor, 0, 2, 2, description.0]
}

/// The ServerHello that chooses `version` and `cipher_suite`, in a record of its own: of SSL 2.0 a
/// SERVER-HELLO without a certificate. Without extensions, but `renegotiation_info` where it is due. For TLS 1.3,
/// which needs a key exchange, it is that of TLS 1.2.
#[must_use]
pub fn server_hello(
    hello: &ClientHello,
    version: Version,
    cipher_suite: CipherSuite,
    random: [u8; 32],
) -> Vec<u8> {
    if version == Version::Ssl2 {
        return ssl2_server_hello(cipher_suite, random);
    }
    let version = version.min(Version::Tls12).code();
    let mut body = Vec::new();
    push_u16(&mut body, version);
    body.extend_from_slice(&random);
    // The id that a client sends is one to resume, and this server knows none: a new, empty one.
    body.push(0);
    push_u16(&mut body, u16::try_from(cipher_suite.0).unwrap_or_default());
    body.push(0);
    if hello.cipher_suites.contains(&CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV) {
        // RFC 5746 3.6: a client that signals it must be answered.
        let _ = push_vector16(&mut body, |extensions| {
            push_u16(extensions, super::extension::RENEGOTIATION_INFO);
            push_vector16(extensions, |info| push_vector8(info, |_| Ok(())))
        });
    }
    records(content_type::HANDSHAKE, version, &message(handshake_type::SERVER_HELLO, &body))
}

/// A handshake message: its type, its length in three bytes, its body.
pub(super) fn message(message_type: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut out = vec![message_type];
    out.extend_from_slice(length.get(1..).unwrap_or_default());
    out.extend_from_slice(body);
    out
}

/// draft-hickman-netscape-ssl 5.5.2.1.
fn ssl2_server_hello(cipher_suite: CipherSuite, random: [u8; 32]) -> Vec<u8> {
    let [_, cipher @ ..] = cipher_suite.0.to_be_bytes();
    let connection_id = random.split_at(16).0;
    let mut body = vec![4, 0, 1];
    for number in [Version::Ssl2.code(), 0, 3, 16] {
        push_u16(&mut body, number);
    }
    body.extend_from_slice(&cipher);
    body.extend_from_slice(connection_id);
    let mut out = Vec::new();
    push_u16(&mut out, 0x8000 | u16::try_from(body.len()).unwrap_or_default());
    out.extend_from_slice(&body);
    out
}

/// The first suite of the offer that a server may choose in `version`.
#[must_use]
pub fn common_suite(hello: &ClientHello, version: Version) -> Option<CipherSuite> {
    hello.cipher_suites.iter().copied().find(|suite| suite.name().is_some() && suite.is_lawful_in(version))
}
