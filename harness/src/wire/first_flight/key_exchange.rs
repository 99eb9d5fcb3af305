//! After a ServerHello up to TLS 1.2: the group of ServerKeyExchange, and CertificateRequest.

use crate::evidence::Outcome;
use crate::version::Version;
use crate::wire::bytes::Bytes;
use crate::wire::offer::Contents;
use crate::wire::record::{Message, handshake_type};
use crate::wire::{CipherSuite, NamedGroup, SuiteClass};

/// Whether there is more to read after this ServerHello: from TLS 1.3 on it is encrypted.
pub(super) fn follows(outcome: &Outcome) -> bool {
    let readable = Version::Ssl3..=Version::Tls12;
    matches!(outcome, Outcome::Accepted(acceptance) if readable.contains(&acceptance.version))
}

/// Adds what `message` tells; `true` where nothing more is to come.
pub(super) fn read(outcome: &mut Outcome, contents: Option<&Contents>, message: &Message) -> bool {
    let Outcome::Accepted(acceptance) = outcome else {
        return true;
    };
    match message.message_type {
        handshake_type::SERVER_KEY_EXCHANGE => {
            let offered =
                |group: &NamedGroup| contents.is_some_and(|contents| contents.groups.contains(group));
            acceptance.group = named_curve(acceptance.cipher_suite, &message.body).filter(offered);
            acceptance.details.dh_bits = dh_bits(acceptance.cipher_suite, &message.body);
            false
        }
        handshake_type::CERTIFICATE_REQUEST => {
            acceptance.client_certificate_wanted = true;
            false
        }
        message_type => message_type == handshake_type::SERVER_HELLO_DONE,
    }
}

/// The curve in a ServerKeyExchange of ECDHE (RFC 8422 5.4); with PSK a hint comes first
/// (RFC 5489 2).
fn named_curve(suite: CipherSuite, body: &[u8]) -> Option<NamedGroup> {
    const NAMED_CURVE: u8 = 3;
    let name = suite.name()?;
    if !name.starts_with("TLS_ECDHE_") && !name.starts_with("TLS_ECDH_anon_") {
        return None;
    }
    let mut bytes = Bytes::new(body);
    if name.starts_with("TLS_ECDHE_PSK_") {
        bytes.vector16()?;
    }
    (bytes.u8()? == NAMED_CURVE).then(|| bytes.u16().map(NamedGroup))?
}

/// The bits of the prime in a ServerKeyExchange of DHE (RFC 5246 7.4.3).
fn dh_bits(suite: CipherSuite, body: &[u8]) -> Option<u16> {
    if !suite.sends_prime() {
        return None;
    }
    let mut bytes = Bytes::new(body);
    if SuiteClass::Psk.holds(suite) {
        bytes.vector16()?;
    }
    let prime = bytes.vector16()?.rest();
    let significant = prime.iter().position(|byte| *byte != 0).and_then(|zeros| prime.get(zeros..))?;
    let bits =
        significant.len().checked_mul(8)? - usize::try_from(significant.first()?.leading_zeros()).ok()?;
    u16::try_from(bits).ok()
}
