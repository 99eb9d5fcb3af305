use super::*;
use crate::evidence::{Doubt, Refusal, Strength, Violation};
use crate::version::Version::{Ssl2, Tls10};
use crate::wire::{AlertDescription, ClientHelloReader, Progress, common_suite, server_flight};

/// A SERVER-HELLO with a certificate of 3 bytes, these ciphers and a connection id of 2 bytes.
fn answer(ciphers: &[u8]) -> Vec<u8> {
    let length = u8::try_from(ciphers.len()).unwrap();
    let header = [4, 0, 1, 0, 2, 0, 3, 0, length, 0, 2];
    in_record(&[&header[..], &[9; 3], ciphers, &[8; 2]].concat())
}

fn in_record(message: &[u8]) -> Vec<u8> {
    [&[0x80, u8::try_from(message.len()).unwrap()][..], message].concat()
}

fn changed(index: usize, byte: u8) -> Vec<u8> {
    let mut bytes = answer(&[1, 0, 0x80]);
    bytes[index] = byte;
    bytes
}

#[test]
fn a_server_hello_is_an_acceptance_where_it_shares_a_cipher() {
    let accepted = |suite| {
        Outcome::Accepted(Acceptance {
            version: Ssl2,
            cipher_suite: CipherSuite(suite),
            group: None,
            hello_retry: false,
            client_certificate_wanted: false,
            details: Default::default(),
        })
    };
    let lengths = Violation::Malformed("a message of SSL 2.0 whose lengths do not add up");
    let no_cipher = || Outcome::Refused(Refusal::Ssl2NoCipher);
    let violation = Outcome::Violation;
    for (offer, bytes, outcome) in [
        (only(Ssl2), answer(&[1, 0, 0x80]), accepted(0x01_0080)),
        (only(Ssl2), answer(&[0xFF, 8, 0, 7, 0, 0xC0]), accepted(0x07_00C0)),
        (only(Ssl2), answer(&[]), no_cipher()),
        (only(Ssl2), answer(&[0xFF, 8, 0]), no_cipher()),
        (only(Ssl2), in_record(&[0, 0, 1]), Outcome::Refused(Refusal::Ssl2Error(1))),
        (only(Ssl2), changed(6, 3), violation(Violation::VersionNotOffered(3))),
        (only(Ssl2), changed(8, 4), violation(lengths.clone())),
        (only(Ssl2), changed(12, 3), violation(lengths.clone())),
        (only(Ssl2), changed(12, 1), violation(lengths)),
        // Too short for one, so it is something else.
        (only(Ssl2), vec![0x80, 10, 4], Outcome::NotTls { first_bytes: vec![0x80, 10, 4] }),
        (
            only(Ssl2),
            changed(3, 1),
            violation(Violation::Malformed("a SERVER-HELLO that resumes a session that was never there")),
        ),
        (
            only(Ssl2),
            answer(&[1, 0, 0x80, 1]),
            violation(Violation::Malformed("a SERVER-HELLO with a part of a cipher")),
        ),
        (only(Ssl2), answer(&[1, 0, 0x80]).repeat(2), violation(Violation::SecondServerHello)),
        // A hello of TLS offers no SSL 2.0, whatever its range.
        (only(Tls10), answer(&[1, 0, 0x80]), violation(Violation::VersionNotOffered(2))),
        (range(Ssl2, Tls10), answer(&[1, 0, 0x80]), violation(Violation::VersionNotOffered(2))),
        (only(Tls10), in_record(&[0, 0, 1]), Outcome::Refused(Refusal::Ssl2Error(1))),
    ] {
        assert_eq!(outcome_of(offer, &bytes, End::Closed), outcome, "{bytes:?}");
    }
}

#[test]
fn a_fatal_alert_is_a_refusal_whatever_it_says() {
    // Erlang 25 and NSS 3.87 answer 10; 22 and 50 are what the record looks like; 112 misses a name.
    for (description, strength) in [
        (10, Strength::Weak),
        (22, Strength::Weak),
        (50, Strength::Weak),
        (112, Strength::Weak),
        (70, Strength::Strong),
    ] {
        let refusal = Refusal::Alert(AlertDescription(description));
        assert_eq!(
            outcome_of(only(Ssl2), &record(21, &[2, description]), End::Closed),
            Outcome::Refused(refusal)
        );
        assert_eq!(refusal.strength(), strength);
    }
    // A warning is none, and neither is a part.
    let warned = outcome_of(only(Ssl2), &record(21, &[1, 10]), End::Deadline);
    assert_eq!(warned, Outcome::Inconclusive(Doubt::Slow));
    let half = outcome_of(only(Ssl2), &record(21, &[2]), End::Closed);
    assert_eq!(half, Outcome::Inconclusive(Doubt::HalfAlert));
}

#[test]
fn a_part_of_a_server_hello_decides_nothing() {
    let bytes = answer(&[1, 0, 0x80]);
    for length in 1..bytes.len() {
        let part = &bytes[..length];
        assert_eq!(outcome_of(only(Ssl2), part, End::Deadline), Outcome::Inconclusive(Doubt::Slow));
        assert_eq!(outcome_of(only(Ssl2), part, End::Closed), Outcome::Violation(Violation::CutOff));
    }
}

#[test]
fn what_a_stand_in_writes_is_accepted() {
    for version in Version::ALL.into_iter().filter(|version| *version < Version::Tls13) {
        let flight = begin(only(version), Follow::ServerHello);
        let Progress::Hello(hello) = ClientHelloReader::new().read(flight.hello()) else {
            panic!("no hello");
        };
        let suite = common_suite(&hello, version, None).unwrap();
        let bytes = server_flight(&hello, version, suite, [5; 32], &[9; 300]);
        let outcome = outcome_of(only(version), &bytes, End::Closed);
        let Outcome::Accepted(acceptance) = outcome else { panic!("{outcome:?}") };
        assert_eq!((acceptance.version, acceptance.cipher_suite), (version, suite));
    }
}
