//! First flights: which versions are spoken, and how the others are refused.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use tls_readiness::evidence::client::{Came, Lacking, Then};
use tls_readiness::evidence::{Hello, Offer, Outcome, Refusal};
use tls_readiness::replica::Running;
use tls_readiness::version::Version::{self, Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};
use tls_readiness::version::VersionRange;
use tls_readiness::wire::{AlertDescription, End, FirstFlight, Follow, Next, variants};

use crate::{range, started};

/// A ClientHello of a version below TLS 1.2, without extensions, in two records.
fn hello(version: Version, suite: u16) -> Vec<u8> {
    let [major, minor] = version.code().to_be_bytes();
    let suite = suite.to_be_bytes();
    let body = [&[major, minor], &[7; 32][..], &[0], &[0, 4], &suite, &[0, 0xff], &[1, 0]].concat();
    let message = [&[1, 0, 0, u8::try_from(body.len()).unwrap()], &body[..]].concat();
    let record = |part: &[u8]| [&[22, major, minor, 0, u8::try_from(part.len()).unwrap()], part].concat();
    [record(&message[..9]), record(&message[9..])].concat()
}

/// A CLIENT-HELLO of SSL 2.0 with one cipher.
const SSL2_HELLO: [u8; 30] =
    [0x80, 28, 1, 0, 2, 0, 3, 0, 0, 0, 16, 1, 0, 0x80, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7];

/// Sends `bytes` in pieces and reads until the end; an end by reset fails.
fn exchange(stand_in: &Running, bytes: &[u8], piece: usize) -> Vec<u8> {
    let mut socket = TcpStream::connect(stand_in.address()).unwrap();
    for piece in bytes.chunks(piece) {
        socket.write_all(piece).unwrap();
    }
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    answer
}

/// Says hello, reads a part of the answer, says more, and leaves.
fn converse(stand_in: &Running, hello: &[u8], more: &[u8]) {
    let mut socket = TcpStream::connect(stand_in.address()).unwrap();
    socket.write_all(hello).unwrap();
    socket.read_exact(&mut [0; 100]).unwrap();
    socket.write_all(more).unwrap();
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    socket.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn older_versions_are_spoken_up_to_the_server_hello() {
    let (stand_in, events) = started(range(Ssl2, Tls12));
    for version in [Ssl3, Tls10, Tls11] {
        for piece in [1, 1000] {
            let answer = exchange(&stand_in, &hello(version, 0xc013), piece);
            let code = version.code().to_be_bytes();
            assert_eq!(answer[..3], [22, code[0], code[1]]);
            assert_eq!((answer[5], &answer[9..11]), (2, &code[..]));
            assert_eq!(answer[44..46], [0xc0, 0x13]);
            // The certificate, and that there is no more to come.
            assert!(answer.ends_with(&[14, 0, 0, 0]));
            let seen = events.recv().unwrap();
            let left = |came: &Came| matches!(came, Came::Chosen { version: it, then: Then::Left, .. } if *it == version);
            assert!(left(&seen.came), "{:?}", seen.came);
            assert_eq!(seen.hello.unwrap().legacy_version, version.code());
        }
        // A suite of TLS 1.2 alone is none that these may choose.
        let code = version.code().to_be_bytes();
        assert_eq!(exchange(&stand_in, &hello(version, 0xc02f), 1000), [21, code[0], code[1], 0, 2, 2, 40]);
        let nothing = Came::NothingInCommon { version, lacking: Lacking::CipherSuite };
        assert_eq!(events.recv().unwrap().came, nothing);
    }
    let answer = exchange(&stand_in, &SSL2_HELLO, 1000);
    assert_eq!(answer[2], 4);
    assert!(matches!(events.recv().unwrap().came, Came::Chosen { version: Ssl2, then: Then::Left, .. }));
}

/// What clients do once they have the first flight of a version that cannot be followed further.
#[test]
fn a_key_exchange_is_the_proof_of_an_older_version_and_an_alert_the_refutation() {
    let (stand_in, events) = started(range(Ssl2, Tls11));
    for (answer, expected) in [
        (vec![22, 3, 1, 0, 6, 16, 0, 0, 2, 9, 9], Then::KeyExchange),
        (vec![21, 3, 1, 0, 2, 2, 70], Then::Alert(AlertDescription::PROTOCOL_VERSION)),
        (vec![21, 3, 1, 0, 2, 2, 48], Then::Alert(AlertDescription::UNKNOWN_CA)),
        (vec![21, 3, 1, 0, 2, 1, 0], Then::Left),
        (vec![], Then::Left),
        (vec![23, 3, 1, 0, 1, 9], Then::Broke("a record that is no handshake".to_owned())),
    ] {
        converse(&stand_in, &hello(Tls10, 0x002f), &answer);
        match events.recv().unwrap().came {
            Came::Chosen { version: Tls10, then, .. } => assert_eq!(then, expected),
            other => panic!("{other:?}"),
        }
    }
    converse(&stand_in, &SSL2_HELLO, &[0x80, 4, 2, 1, 0, 0x80]);
    assert!(matches!(
        events.recv().unwrap().came,
        Came::Chosen { version: Ssl2, then: Then::KeyExchange, .. }
    ));
}

/// What the gate's own first flight finds, with a hello for one version.
fn first_flight(stand_in: &Running, version: Version, hello: Hello) -> Outcome {
    let offer = Offer { versions: VersionRange::only(version), hello };
    let mut flight = FirstFlight::begin(offer, Some("api.example.com"), [7; 96], Follow::ServerHello);
    let mut socket = TcpStream::connect(stand_in.address()).unwrap();
    socket.write_all(flight.hello()).unwrap();
    let mut buffer = [0; 4096];
    loop {
        let count = socket.read(&mut buffer).unwrap();
        if count == 0 {
            return flight.finish(Some(End::Closed)).outcome;
        }
        match flight.read(&buffer[..count]) {
            Next::Read => {}
            Next::Send(bytes) => socket.write_all(&bytes).unwrap(),
            Next::Done => return flight.finish(None).outcome,
        }
    }
}

#[test]
fn the_first_flight_finds_exactly_the_versions_that_are_served() {
    for served in [
        range(Tls12, Tls12),
        range(Tls13, Tls13),
        range(Tls12, Tls13),
        range(Ssl2, Tls12),
        range(Ssl3, Tls13),
        range(Tls10, Tls10),
        VersionRange::only(Ssl2),
    ] {
        let (stand_in, _events) = started(served);
        for version in Version::ALL {
            let outcome = first_flight(&stand_in, version, Hello::Standard);
            if served.contains(version) {
                assert_eq!(chosen(&outcome), Some(version), "{version} of {served}");
                assert!(matches!(outcome, Outcome::Accepted(_)), "{version} of {served}: {outcome:?}");
                continue;
            }
            // A version that is out of range is refused to every hello, for the same reason.
            let others = (1..=variants(VersionRange::only(version)))
                .map(|number| first_flight(&stand_in, version, Hello::Variant(number)));
            for outcome in others.chain([outcome]) {
                // Up to TLS 1.2 a hello offers all versions from SSL 3.0 on.
                let lower = range(Ssl3.min(version), version.max(Ssl3)).intersection(served);
                match lower {
                    Some(lower) if (Tls10..=Tls12).contains(&version) => {
                        assert_eq!(chosen(&outcome), Some(lower.max()), "{version} of {served}");
                    }
                    _ => {
                        let alert = Refusal::Alert(AlertDescription::PROTOCOL_VERSION);
                        assert_eq!(outcome, Outcome::Refused(alert), "{version} of {served}");
                    }
                }
            }
        }
    }
}

fn chosen(outcome: &Outcome) -> Option<Version> {
    match outcome {
        Outcome::Accepted(accepted) => Some(accepted.version),
        Outcome::Answered(answer) => Some(answer.version),
        _ => None,
    }
}

#[test]
fn a_version_out_of_range_gets_an_alert_in_the_record_version_of_the_client() {
    let (stand_in, events) = started(range(Tls12, Tls12));
    for version in [Ssl3, Tls10, Tls11] {
        let code = version.code().to_be_bytes();
        // What follows the hello is unread when the alert goes out, and must not cost the alert.
        let bytes = [hello(version, 0xc013), vec![0; 20_000]].concat();
        assert_eq!(exchange(&stand_in, &bytes, 30_000), [21, code[0], code[1], 0, 2, 2, 70]);
        assert_eq!(events.recv().unwrap().came, Came::NoVersion);
    }
    assert_eq!(exchange(&stand_in, &SSL2_HELLO, 1000), [21, 3, 0, 0, 2, 2, 70]);
}
