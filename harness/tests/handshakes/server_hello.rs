//! What comes in place of a ServerHello, and what comes after it.

use std::net::TcpStream;
use std::time::Instant;

use tls_readiness::evidence::{Answer, Doubt, Followed, Outcome, Refusal, Violation};
use tls_readiness::probe::handshake::{HandshakeRequest, Roots, handshake};
use tls_readiness::scenario::HostName;
use tls_readiness::version::{Version, VersionRange};
use tls_readiness::wire::{AlertDescription, CipherSuite, NamedGroup};

use crate::canned::{self, Act};
use crate::{LONG, SHORT, TLS_1_2, TLS_1_3, both, request_for, shake};

/// A record of TLS.
fn record(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3], &length[..], payload].concat()
}

/// A ServerHello of this version, with these last eight bytes of its random.
fn server_hello(version: u16, tail: &[u8; 8], suite: u16) -> Vec<u8> {
    let body = [&version.to_be_bytes()[..], &[7; 24], tail, &[0], &suite.to_be_bytes(), &[0]].concat();
    record(22, &[&[2, 0, 0, u8::try_from(body.len()).unwrap()], &body[..]].concat())
}

fn alert(level: u8, description: u8) -> Vec<u8> {
    record(21, &[level, description])
}

/// By the table in the design: what comes in place of a ServerHello.
#[test]
fn what_comes_in_place_of_a_server_hello_is_told_apart() {
    use Act::{Drip, Flood, Hold, Peek, Read, Write};
    let refused = |code| Outcome::Refused(Refusal::Alert(AlertDescription(code)));
    let doubt = |code| Outcome::Inconclusive(Doubt::Alert(AlertDescription(code)));
    let not_tls = |text: &str| Outcome::NotTls { first_bytes: text.into() };
    let answered = |version, suite| Outcome::Answered(Answer { version, cipher_suite: CipherSuite(suite) });
    let violation = Outcome::Violation;
    let write = |bytes: &[u8]| vec![Read, Write(bytes.to_vec())];
    let downgraded = b"DOWNGRD\x01";
    let plain = &[7; 8];

    let mut cases = vec![
        ("silence", both(), vec![Hold], Outcome::Inconclusive(Doubt::Silence)),
        ("closed after the hello", both(), vec![Read], Outcome::Refused(Refusal::Closed)),
        ("reset after the hello", both(), vec![Peek], Outcome::Refused(Refusal::Reset)),
        ("close_notify and closed", both(), write(&alert(1, 0)), Outcome::Refused(Refusal::Closed)),
        ("HTTP", both(), write(b"HTTP/1.1 400 Bad Request\r\n\r\n"), not_tls("HTTP/1.1 400 Bad Request\r\n\r\n")),
        ("SSH", both(), write(b"SSH-2.0-x\r\n"), not_tls("SSH-2.0-x\r\n")),
        ("three bytes of SMTP", both(), vec![Read, Write(b"220".to_vec()), Hold], not_tls("220")),
        ("SSL 2.0 alone", both(), write(&[0x80, 3, 0, 0, 1]), Outcome::Refused(Refusal::Ssl2Error(1))),
        ("half an alert", both(), write(&alert(2, 70)[..6]), Outcome::Inconclusive(Doubt::HalfAlert)),
        (
            "half a hello",
            both(),
            write(&server_hello(0x0303, plain, 0xc02b)[..30]),
            violation(Violation::CutOff),
        ),
        (
            "half a hello, held",
            both(),
            vec![Read, Write(server_hello(0x0303, plain, 0xc02b)[..30].to_vec()), Hold],
            Outcome::Inconclusive(Doubt::Slow),
        ),
        ("a drip", both(), vec![Drip(record(22, &[0; 4000]))], Outcome::Inconclusive(Doubt::Slow)),
        ("TLS 1.1", both(), write(&server_hello(0x0302, plain, 0xc013)), answered(Version::Tls11, 0xc013)),
        ("SSL 3.0", TLS_1_2, write(&server_hello(0x0300, plain, 0x0005)), answered(Version::Ssl3, 0x0005)),
        ("TLS 1.2 for 1.3", TLS_1_3, write(&server_hello(0x0303, plain, 0xc02b)), answered(Version::Tls12, 0xc02b)),
        (
            "TLS 1.2 for 1.3, downgraded",
            TLS_1_3,
            write(&server_hello(0x0303, downgraded, 0xc02b)),
            violation(Violation::DowngradeSentinel(Version::Tls12)),
        ),
        (
            "TLS 1.2 for both, downgraded",
            both(),
            write(&server_hello(0x0303, downgraded, 0xc02b)),
            violation(Violation::DowngradeSentinel(Version::Tls12)),
        ),
        (
            "an unknown version",
            both(),
            write(&server_hello(0x0399, plain, 0xc02b)),
            violation(Violation::VersionNotOffered(0x0399)),
        ),
        (
            "a suite that was not offered",
            TLS_1_2,
            write(&server_hello(0x0303, plain, 0xc013)),
            violation(Violation::CipherSuiteNotOffered(CipherSuite(0xc013))),
        ),
        (
            "a Finished first",
            both(),
            write(&record(22, &[20, 0, 0, 0])),
            violation(Violation::Handshake(
                "received unexpected handshake message: got Finished when expecting ServerHello or HelloRetryRequest".into(),
            )),
        ),
        (
            "an alert of no known level",
            both(),
            write(&alert(9, 40)),
            violation(Violation::Malformed("an alert that is neither a warning nor fatal")),
        ),
        (
            "a flood of warnings",
            both(),
            vec![Read, Flood(alert(1, 112))],
            violation(Violation::Handshake("peer misbehaved: TooManyWarningAlertsReceived".into())),
        ),
    ];
    for code in [40, 47, 50, 70, 71, 80, 86, 109, 120] {
        cases.push(("an alert that refuses", both(), write(&alert(2, code)), refused(code)));
    }
    for code in [0, 10, 20, 42, 48, 112, 116, 117, 255] {
        cases.push(("an alert that does not tell", both(), write(&alert(2, code)), doubt(code)));
    }
    for (name, versions, acts, expected) in cases {
        let started = Instant::now();
        let shaken = shake(canned::serve(acts), &Roots::from_der(&[]), versions, Some("/"), SHORT);
        assert_eq!(shaken.outcome, expected, "{name}");
        assert_eq!(shaken.followed, None, "{name}");
        assert!(started.elapsed() < LONG, "{name} hangs");
    }
}

#[test]
fn warnings_are_noted_and_are_no_outcome() {
    let answer = [alert(1, 112), alert(2, 40)].concat();
    let address = canned::serve(vec![Act::Read, Act::Write(answer)]);
    let shaken = shake(address, &Roots::from_der(&[]), both(), None, SHORT);
    assert_eq!(shaken.outcome, Outcome::Refused(Refusal::Alert(AlertDescription::HANDSHAKE_FAILURE)));
    assert_eq!(shaken.warnings, [AlertDescription::UNRECOGNIZED_NAME]);
}

#[test]
fn what_our_side_cannot_do_is_no_fact_about_the_server() {
    let roots = Roots::from_der(&[]);
    let (good, bad) = (HostName::Dns("localhost".to_owned()), HostName::Dns("no name\u{1b}".to_owned()));
    for (request, words) in [
        (
            HandshakeRequest { versions: VersionRange::only(Version::Tls11), ..request_for(&good, &roots) },
            "no full handshake is possible with TLS 1.1",
        ),
        (request_for(&bad, &roots), "`no name\\u{1b}` is no DNS name, so no TLS client can ask for it"),
        (
            HandshakeRequest { server_name: Some(""), ..request_for(&good, &roots) },
            "`` is no DNS name, so no TLS client can ask for it",
        ),
    ] {
        let shaken = handshake(TcpStream::connect(canned::serve(vec![Act::Read])).unwrap(), &request);
        assert_eq!(shaken.outcome, Outcome::Inconclusive(Doubt::OurSide(words.to_owned())));
    }
}

/// HelloRetryRequest is not yet an acceptance.
#[test]
fn silence_after_a_hello_retry_request_is_a_doubt() {
    // Its session id must be that of the hello, which lies at a fixed place.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut socket, _) = listener.accept().unwrap();
        let mut hello = [0; 4096];
        let count = socket.read(&mut hello).unwrap();
        assert!(count > 76);
        let random: [u8; 32] = [
            0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
            0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
        ];
        let extensions = [0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 24];
        let body = [&[3, 3][..], &random, &[32], &hello[44..76], &[0x13, 0x01, 0], &extensions].concat();
        let message = [&[2, 0, 0, u8::try_from(body.len()).unwrap()], &body[..]].concat();
        socket.write_all(&record(22, &message)).unwrap();
        while let Ok(1..) = socket.read(&mut hello) {}
    });
    let shaken = shake(address, &Roots::from_der(&[]), TLS_1_3, None, SHORT);
    assert_eq!(shaken.outcome, Outcome::Inconclusive(Doubt::RetryUnanswered));
    server.join().unwrap();
}

#[test]
fn a_handshake_that_breaks_off_after_the_server_hello_is_accepted_and_broken() {
    let hello = || server_hello(0x0303, &[7; 8], 0xc02b);
    let read_then = |more: Vec<u8>| vec![Act::Read, Act::Write([hello(), more].concat())];
    let mut held = read_then(Vec::new());
    held.push(Act::Hold);
    for (acts, words) in [
        (read_then(Vec::new()), "connection closed after the ServerHello"),
        (read_then(alert(2, 80)), "alert internal_error (80) after the ServerHello"),
        (read_then(record(22, &[20, 0, 0, 0])), "received unexpected handshake message"),
        (held, "handshake not finished within 1000 ms"),
    ] {
        let shaken = shake(canned::serve(acts), &Roots::from_der(&[]), both(), Some("/"), SHORT);
        let Outcome::Accepted(accepted) = &shaken.outcome else { panic!("{shaken:?}") };
        assert_eq!(accepted.version, Version::Tls12);
        assert_eq!(accepted.cipher_suite, CipherSuite(0xc02b));
        assert_eq!(accepted.group, None::<NamedGroup>);
        match &shaken.followed {
            Some(Followed::Broken(found)) => assert!(found.starts_with(words), "{found}"),
            other => panic!("{other:?} where {words} was expected"),
        }
    }
}
