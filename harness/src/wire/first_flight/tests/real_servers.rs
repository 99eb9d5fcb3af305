//! What OpenSSL 3.0 and GnuTLS 3.7 answered to these very hellos, a line for each flight.

use super::*;
use crate::evidence::{Answer, ServerHelloDetails};
use crate::version::Version::{Tls10, Tls11, Tls12, Tls13};

macro_rules! captured {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/data/wire/", $name, ".hex"))
    };
}

/// A server's flights, and what they come to.
pub(super) struct Captured {
    pub(super) name: &'static str,
    pub(super) offer: Offer,
    pub(super) flights: Vec<Vec<u8>>,
    pub(super) outcome: Outcome,
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.chars().filter_map(|digit| digit.to_digit(16)).collect::<Vec<_>>();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

pub(super) fn captured() -> Vec<Captured> {
    let x25519 = Some(NamedGroup::X25519);
    let accepted = |version, suite, group, hello_retry, client_certificate_wanted| {
        Outcome::Accepted(Acceptance {
            version,
            cipher_suite: CipherSuite(suite),
            group,
            hello_retry,
            client_certificate_wanted,
            // Both servers have what is safe, up to TLS 1.2 where a hello can say so.
            details: ServerHelloDetails {
                extended_master_secret: version < Tls13,
                secure_renegotiation: version < Tls13,
                ..ServerHelloDetails::default()
            },
        })
    };
    // It speaks TLS 1.3 too, and says so.
    let below_tls13 = match accepted(Tls12, 0xC02B, x25519, false, true) {
        Outcome::Accepted(acceptance) => Outcome::Accepted(Acceptance {
            details: ServerHelloDetails { sentinel: true, ..acceptance.details },
            ..acceptance
        }),
        other => other,
    };
    let p521 = Some(NamedGroup::SECP521R1);
    let psk = Offer { hello: Hello::Variant(2), ..only(Tls12) };
    [
        (
            "OpenSSL, TLS 1.3",
            captured!("openssl-1.3"),
            only(Tls13),
            accepted(Tls13, 0x1301, x25519, false, false),
        ),
        (
            "OpenSSL, TLS 1.3 with P-521 alone",
            captured!("openssl-1.3-retry-p521"),
            only(Tls13),
            accepted(Tls13, 0x1301, p521, true, false),
        ),
        (
            "OpenSSL, TLS 1.2 that asks for a certificate",
            captured!("openssl-1.2-client-certificate"),
            only(Tls12),
            accepted(Tls12, 0xC02B, x25519, false, true),
        ),
        (
            "OpenSSL, TLS 1.2 with PSK and a hint",
            captured!("openssl-1.2-psk"),
            psk,
            accepted(Tls12, 0xC035, x25519, false, false),
        ),
        (
            "OpenSSL, TLS 1.0",
            captured!("openssl-1.0"),
            only(Tls10),
            accepted(Tls10, 0xC013, x25519, false, false),
        ),
        (
            "OpenSSL, TLS 1.1 when asked for 1.2",
            captured!("openssl-1.1-for-1.2"),
            only(Tls12),
            Outcome::Answered(Answer { version: Tls11, cipher_suite: CipherSuite(0x002F) }),
        ),
        ("GnuTLS, TLS 1.2", captured!("gnutls-1.2"), only(Tls12), below_tls13),
    ]
    .into_iter()
    .map(|(name, lines, offer, outcome)| Captured {
        name,
        offer,
        flights: lines.lines().map(bytes).collect(),
        outcome,
    })
    .collect()
}

#[test]
fn real_flights_are_read_as_they_were_meant() {
    for captured in captured() {
        let pieces = captured.flights.iter().map(Vec::as_slice).collect::<Vec<_>>();
        let flight = flight_of(captured.offer, Follow::ServerHelloDone, &pieces, End::Deadline);
        assert_eq!(flight, Flight { outcome: captured.outcome, warnings: Vec::new() }, "{}", captured.name);
    }
}
