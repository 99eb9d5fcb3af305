//! What a stand-in server writes: alerts, and the first flight of the versions that rustls lacks.

use crate::version::Version;

use super::alert::AlertDescription;
use super::bytes::push_u16;
use super::cipher_suite::CipherSuite;
use super::client_hello::ClientHello;
use super::extension;
use super::record::{content_type, handshake_type, records};

/// A fatal alert (RFC 8446 6) in a record of this version: best the one of the ClientHello's.
#[must_use]
pub fn alert_record(record_version: u16, description: AlertDescription) -> [u8; 7] {
    let [major, minor] = record_version.to_be_bytes();
    [content_type::ALERT, major, minor, 0, 2, 2, description.0]
}

/// The first flight of a server that chooses `version` and `cipher_suite`, up to the ServerHelloDone:
/// ServerHello, the Certificate in DER, ServerHelloDone; of SSL 2.0 a SERVER-HELLO. There is no
/// ServerKeyExchange, so that only a suite with RSA key exchange can go on from here. Without
/// extensions, but those that clients refuse to go on without. For TLS 1.3, which needs a key exchange,
/// it is that of TLS 1.2.
#[must_use]
pub fn server_flight(
    hello: &ClientHello,
    version: Version,
    cipher_suite: CipherSuite,
    random: [u8; 32],
    certificate: &[u8],
) -> Vec<u8> {
    if version == Version::Ssl2 {
        return ssl2_server_hello(cipher_suite, random, certificate);
    }
    let version = version.min(Version::Tls12).code();
    let mut body = Vec::new();
    push_u16(&mut body, version);
    body.extend_from_slice(&random);
    // The id that a client sends is one to resume, and this server knows none: a new, empty one.
    body.push(0);
    push_u16(&mut body, u16::try_from(cipher_suite.0).unwrap_or_default());
    body.push(0);
    let extensions = answers_due(hello);
    if !extensions.is_empty() {
        push_u16(&mut body, u16::try_from(extensions.len()).unwrap_or_default());
        body.extend(extensions);
    }
    let mut flight = message(handshake_type::SERVER_HELLO, &body);
    let one = [&length24(certificate.len())[..], certificate].concat();
    let list = [&length24(one.len())[..], &one].concat();
    flight.extend(message(handshake_type::CERTIFICATE, &list));
    flight.extend(message(handshake_type::SERVER_HELLO_DONE, &[]));
    records(content_type::HANDSHAKE, version, &flight)
}

/// The extensions of a ServerHello that a client which offers them may insist on.
fn answers_due(hello: &ClientHello) -> Vec<u8> {
    let mut extensions = Vec::new();
    // RFC 5746 3.6: a client that signals it must be answered, and OpenSSL refuses who does not.
    if hello.cipher_suites.contains(&CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV)
        || hello.extensions.contains(&extension::RENEGOTIATION_INFO)
    {
        extensions.extend(extension::RENEGOTIATION_INFO.to_be_bytes());
        extensions.extend([0, 1, 0]);
    }
    // RFC 7627 5.3: Java can be told to refuse who does not answer it.
    if hello.extensions.contains(&extension::EXTENDED_MASTER_SECRET) {
        extensions.extend(extension::EXTENDED_MASTER_SECRET.to_be_bytes());
        extensions.extend([0, 0]);
    }
    extensions
}

/// A handshake message: its type, its length in three bytes, its body.
pub(super) fn message(message_type: u8, body: &[u8]) -> Vec<u8> {
    [&[message_type][..], &length24(body.len()), body].concat()
}

/// A length in three bytes.
fn length24(length: usize) -> [u8; 3] {
    let [_, length @ ..] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    length
}

/// draft-hickman-netscape-ssl 5.5.2.1.
fn ssl2_server_hello(cipher_suite: CipherSuite, random: [u8; 32], certificate: &[u8]) -> Vec<u8> {
    let [_, cipher @ ..] = cipher_suite.0.to_be_bytes();
    let connection_id = random.split_at(16).0;
    // SERVER-HELLO, no session id hit, an X.509 certificate.
    let mut body = vec![4, 0, 1];
    for number in [Version::Ssl2.code(), u16::try_from(certificate.len()).unwrap_or_default(), 3, 16] {
        push_u16(&mut body, number);
    }
    body.extend_from_slice(certificate);
    body.extend_from_slice(&cipher);
    body.extend_from_slice(connection_id);
    let mut out = Vec::new();
    push_u16(&mut out, 0x8000 | u16::try_from(body.len()).unwrap_or_default());
    out.extend_from_slice(&body);
    out
}

/// The suite that a server chooses for `version` out of the offer, by the client's preference; `None`
/// where there is none, or none of `allowed`. One with RSA key exchange comes first: a client can go on
/// from there without a ServerKeyExchange.
#[must_use]
pub fn common_suite(
    hello: &ClientHello,
    version: Version,
    allowed: Option<&[CipherSuite]>,
) -> Option<CipherSuite> {
    let known = |suite: &CipherSuite| suite.name().is_some() && suite.is_lawful_in(version);
    let may = |suite: &CipherSuite| allowed.is_none_or(|allowed| allowed.contains(suite));
    // To a suite of another kind of key, or of none, the stand-in's certificates are a mistake: what a client
    // said to that would be no word about the version.
    let fits = |suite: &CipherSuite| {
        suite.has_rsa_key_exchange() || suite.is_signed_by_rsa() || suite.is_signed_by_ecdsa()
    };
    let common = hello.cipher_suites.iter().copied();
    let mut common = common.filter(|suite| known(suite) && may(suite) && fits(suite));
    let first = common.clone().next();
    common.find(|suite| suite.has_rsa_key_exchange()).or(first)
}
