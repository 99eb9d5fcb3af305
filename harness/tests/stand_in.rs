//! The stand-in for a host, as clients find it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests share fails like a test"
)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rustls::pki_types::UnixTime;
use tls_readiness::evidence::client::{Came, ClientConnection, Then};
use tls_readiness::evidence::{CertificateOutcome, Followed, HttpOutcome, Outcome, Refusal, Session};
use tls_readiness::probe::handshake::{Get, HandshakeRequest, Roots, Shaken, handshake};
use tls_readiness::replica::{Authority, ReplicaCertificate, ReplicaSpec, Running, start};
use tls_readiness::report::client::line;
use tls_readiness::scenario::{CertificateExpectation, Host, HostName, Replica};
use tls_readiness::version::{Version, VersionRange};
use tls_readiness::wire::AlertDescription;

#[path = "stand_in/first_flights.rs"]
mod first_flights;

use Version::{Ssl2, Ssl3, Tls11, Tls12, Tls13};

fn range(min: Version, max: Version) -> VersionRange {
    VersionRange::new(min, max).unwrap()
}

fn spec(versions: VersionRange) -> ReplicaSpec {
    let replica = Replica { versions, status: 200, body: "up".to_owned() };
    ReplicaSpec::new(replica, HostName::Dns("api.example.com".to_owned()), Some("/pingdom".to_owned()))
}

fn authority() -> Authority {
    Authority::new(UnixTime::now()).unwrap()
}

/// A stand-in for `versions`, and what it tells of its connections.
fn started(versions: VersionRange) -> (Running, mpsc::Receiver<ClientConnection>) {
    let (told, events) = mpsc::channel();
    let log = Arc::new(move |_, connection| drop(told.send(connection)));
    (start(spec(versions), &authority(), Some(log)).unwrap(), events)
}

fn request<'a>(host: &'a Host, roots: &'a Roots, path: Option<&'a str>) -> HandshakeRequest<'a> {
    HandshakeRequest {
        versions: range(Tls12, Tls13),
        host: &host.name,
        server_name: Some("api.example.com"),
        roots,
        now: UnixTime::now(),
        valid_ahead: None,
        until_certificate: false,
        certificate: CertificateExpectation::Any,
        get: path.map(|path| Get { host, path }),
        protocol: None,
        timeout: Duration::from_secs(20),
    }
}

fn shake(stand_in: &Running, request: &HandshakeRequest<'_>) -> Shaken {
    handshake(TcpStream::connect(stand_in.address()).unwrap(), request)
}

fn session(shaken: &Shaken) -> &Session {
    match &shaken.followed {
        Some(Followed::Session(session)) => session,
        other => panic!("{:?} followed by {other:?}", shaken.outcome),
    }
}

fn host() -> Host {
    Host { name: HostName::Dns("api.example.com".to_owned()), port: 443 }
}

#[test]
fn the_best_version_of_both_ranges_is_spoken() {
    let (host, none) = (host(), Roots::from_der(&[]));
    for (served, offered, expected) in [
        (range(Tls12, Tls12), range(Tls12, Tls13), Some(Tls12)),
        (range(Tls12, Tls13), range(Tls12, Tls13), Some(Tls13)),
        (range(Ssl2, Tls12), range(Tls12, Tls13), Some(Tls12)),
        (range(Ssl2, Tls13), range(Tls12, Tls12), Some(Tls12)),
        (range(Tls13, Tls13), range(Tls12, Tls13), Some(Tls13)),
        (range(Tls13, Tls13), range(Tls12, Tls12), None),
        (range(Tls12, Tls12), range(Tls13, Tls13), None),
        (range(Ssl3, Tls11), range(Tls12, Tls13), None),
    ] {
        let (stand_in, events) = started(served);
        let shaken = shake(&stand_in, &HandshakeRequest { versions: offered, ..request(&host, &none, None) });
        let came = events.recv().unwrap().came;
        match (expected, shaken.outcome) {
            (Some(version), Outcome::Accepted(accepted)) => {
                assert_eq!(accepted.version, version);
                assert!(
                    matches!(came, Came::Chosen { version: it, then: Then::Finished, .. } if it == version),
                    "{came:?}"
                );
            }
            (None, outcome) => {
                let alert = Refusal::Alert(AlertDescription::PROTOCOL_VERSION);
                assert_eq!(outcome, Outcome::Refused(alert), "{served} {offered}");
                assert_eq!(came, Came::NoVersion);
            }
            (Some(version), outcome) => {
                panic!("{served}, {offered}: {outcome:?} where {version} was expected")
            }
        }
    }
}

#[test]
fn it_answers_on_its_path() {
    let authority = authority();
    let (host, roots) = (host(), authority.roots());
    for (path, status, asked, expected) in [
        (Some("/pingdom"), 200, "/pingdom", 200),
        (Some("/pingdom"), 200, "/", 404),
        (None, 401, "/any", 401),
        (None, 302, "/any", 302),
        (None, 204, "/any", 204),
        (None, 599, "/any", 599),
    ] {
        let mut spec = spec(range(Tls12, Tls13));
        spec.path = path.map(str::to_owned);
        spec.replica.status = status;
        let stand_in = start(spec, &authority, None).unwrap();
        for versions in [range(Tls12, Tls12), range(Tls13, Tls13)] {
            let request = HandshakeRequest { versions, ..request(&host, &roots, Some(asked)) };
            let shaken = shake(&stand_in, &request);
            let answer = HttpOutcome::Status { status: expected, location: None };
            assert_eq!(session(&shaken).http, Some(answer));
        }
    }
}

#[test]
fn a_status_that_is_no_final_answer_is_refused() {
    let mut spec = spec(range(Tls12, Tls12));
    spec.replica.status = 103;
    let error = start(spec, &authority(), None).unwrap_err();
    assert_eq!(error.to_string(), "a stand-in cannot answer with status 103: final answers begin at 200");
}

#[test]
fn its_certificate_is_made_to_order() {
    let authority = authority();
    let (host, roots) = (host(), authority.roots());
    for (kind, expected) in [
        (ReplicaCertificate::Trusted, CertificateOutcome::Trusted),
        (ReplicaCertificate::Expired, CertificateOutcome::Expired),
        (ReplicaCertificate::UnknownIssuer, CertificateOutcome::UnknownIssuer),
        (ReplicaCertificate::NameMismatch, CertificateOutcome::NameMismatch),
    ] {
        let stand_in =
            start(ReplicaSpec { certificate: kind, ..spec(range(Tls12, Tls13)) }, &authority, None).unwrap();
        let shaken = shake(&stand_in, &request(&host, &roots, None));
        assert_eq!(session(&shaken).certificate, expected);
    }
    // Two authorities have nothing in common.
    let stand_in = start(spec(range(Tls12, Tls13)), &self::authority(), None).unwrap();
    let shaken = shake(&stand_in, &request(&host, &roots, None));
    assert_eq!(session(&shaken).certificate, CertificateOutcome::UnknownIssuer);
}

#[test]
fn its_certificate_is_valid_around_the_day_that_is_judged() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let host = host();
    for year in [1990, 2026, 2049, 2051, 2400] {
        let now = UnixTime::since_unix_epoch(DAY * 365 * (year - 1970));
        let authority = Authority::new(now).unwrap();
        let roots = authority.roots();
        let stand_in = start(spec(range(Tls12, Tls13)), &authority, None).unwrap();
        for (days, expected) in [(90, CertificateOutcome::Trusted), (500, CertificateOutcome::Expired)] {
            let valid_ahead = Some(DAY * days);
            let shaken =
                shake(&stand_in, &HandshakeRequest { now, valid_ahead, ..request(&host, &roots, None) });
            assert_eq!(session(&shaken).certificate, CertificateOutcome::Trusted, "{year}");
            assert_eq!(session(&shaken).certificate_ahead, Some((DAY * days, expected)), "{year}");
        }
    }
}

#[test]
fn the_name_on_the_wire_and_the_name_that_is_checked_are_two_things() {
    let authority = authority();
    let roots = authority.roots();
    let (told, events) = mpsc::channel();
    let log = Arc::new(move |_, connection| drop(told.send(connection)));
    let stand_in = start(spec(range(Tls12, Tls13)), &authority, Some(log)).unwrap();
    let dns = |name: &str| HostName::Dns(name.to_owned());
    for (host, sent, on_the_wire, expected) in [
        (
            dns("api.example.com"),
            Some("api.example.com"),
            Some("api.example.com"),
            CertificateOutcome::Trusted,
        ),
        (
            dns("api.example.com"),
            Some("other.example.com"),
            Some("other.example.com"),
            CertificateOutcome::Trusted,
        ),
        (dns("api.example.com"), None, None, CertificateOutcome::Trusted),
        (
            dns("other.example.com"),
            Some("api.example.com"),
            Some("api.example.com"),
            CertificateOutcome::NameMismatch,
        ),
        (dns("localhost"), None, None, CertificateOutcome::Trusted),
        (HostName::Ip("127.0.0.1".parse().unwrap()), None, None, CertificateOutcome::Trusted),
        (HostName::Ip("::1".parse().unwrap()), Some("::1"), None, CertificateOutcome::Trusted),
        (HostName::Ip("192.0.2.1".parse().unwrap()), None, None, CertificateOutcome::NameMismatch),
    ] {
        let host = Host { name: host, port: 443 };
        let shaken =
            shake(&stand_in, &HandshakeRequest { server_name: sent, ..request(&host, &roots, None) });
        assert_eq!(session(&shaken).certificate, expected, "{host} {sent:?}");
        let hello = events.recv().unwrap().hello.unwrap();
        assert_eq!(hello.server_name.as_deref(), on_the_wire, "{host} {sent:?}");
    }
}

/// A ClientHello of TLS 1.2 with what an ECDSA server needs: x25519, and ECDSA with P-256.
fn tls_1_2_hello() -> Vec<u8> {
    let extensions = [0, 16, 0, 10, 0, 4, 0, 2, 0, 29, 0, 13, 0, 4, 0, 2, 4, 3];
    let body = [&[3, 3], &[7; 32][..], &[0], &[0, 2, 0xc0, 0x2b], &[1, 0], &extensions].concat();
    let message = [&[1, 0, 0, u8::try_from(body.len()).unwrap()], &body[..]].concat();
    [&[22, 3, 1, 0, u8::try_from(message.len()).unwrap()], &message[..]].concat()
}

#[test]
fn what_is_no_hello_is_closed() {
    let (stand_in, events) = started(range(Tls12, Tls12));
    let http = b"GET / HTTP/1.1\r\n\r\n";
    for (bytes, expected) in [
        (&b""[..], Came::Nothing),
        (http, Came::NotTls { first_bytes: http.to_vec() }),
        (b"\x16\x03\x01\x00\x00", Came::NotAHello("it ended within it")),
        (b"\x15\x03\x01\x00\x02\x02\x46", Came::AlertFirst(AlertDescription::PROTOCOL_VERSION)),
        (b"\x14\x03\x01\x00\x01\x01", Came::NotAHello("a record that is no handshake")),
    ] {
        let mut socket = TcpStream::connect(stand_in.address()).unwrap();
        socket.write_all(bytes).unwrap();
        socket.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        assert_eq!(answer, b"");
        assert_eq!(events.recv().unwrap().came, expected);
    }
}

/// The liar offers TLS 1.2 and refuses it; others reject the certificate, leave, or break the protocol.
#[test]
fn what_a_client_does_with_the_server_hello_is_kept() {
    let (stand_in, events) = started(range(Tls12, Tls13));
    let alert = |level: u8, code: u8| vec![21, 3, 3, 0, 2, level, code];
    let sent = |code: u8| Then::Alert(AlertDescription(code));
    let broken = |then: &Then| matches!(then, Then::Broke(_));
    for (answer, expected) in [
        (alert(2, 70), Some(sent(70))),
        (alert(2, 40), Some(sent(40))),
        (alert(2, 47), Some(sent(47))),
        (alert(2, 48), Some(sent(48))),
        (alert(2, 200), Some(sent(200))),
        ([alert(1, 90), alert(2, 46)].concat(), Some(sent(46))),
        (alert(1, 0), Some(Then::Left)),
        (vec![], Some(Then::Left)),
        (alert(2, 48)[..6].to_vec(), Some(Then::Left)),
        (vec![22, 3, 3, 0, 4, 14, 0, 0, 0], None),
        (b"garbage".to_vec(), None),
    ] {
        let mut socket = TcpStream::connect(stand_in.address()).unwrap();
        socket.write_all(&tls_1_2_hello()).unwrap();
        socket.read_exact(&mut [0; 100]).unwrap();
        socket.write_all(&answer).unwrap();
        socket.shutdown(std::net::Shutdown::Write).unwrap();
        let _ = socket.read_to_end(&mut Vec::new());
        let Came::Chosen { version: Tls12, then, .. } = events.recv().unwrap().came else {
            panic!("{answer:?}")
        };
        match expected {
            Some(expected) => assert_eq!(then, expected, "{answer:?}"),
            None => assert!(broken(&then), "{answer:?}: {then:?}"),
        }
    }
}

/// Two keys, as servers have them that please everybody: who cannot verify one of them gets the other.
#[test]
fn the_certificate_is_one_that_the_client_can_verify() {
    let (stand_in, events) = started(range(Tls12, Tls12));
    // x25519; rsa_pkcs1_sha256 or ecdsa_secp256r1_sha256.
    for (suite, algorithm, expected) in [
        (0xc02f, [4, 1], Some(0xc02f)),
        (0xc02b, [4, 3], Some(0xc02b)),
        (0xc02f, [4, 3], None),
        (0xc02b, [4, 1], None),
        (0xc02f, [8, 4], Some(0xc02f)),
    ] {
        let mut hello = tls_1_2_hello();
        let at = hello.len() - 22;
        hello[at..at + 2].copy_from_slice(&u16::to_be_bytes(suite));
        let end = hello.len();
        hello[end - 2..].copy_from_slice(&algorithm);
        let mut socket = TcpStream::connect(stand_in.address()).unwrap();
        socket.write_all(&hello).unwrap();
        socket.shutdown(std::net::Shutdown::Write).unwrap();
        let _ = socket.read_to_end(&mut Vec::new());
        let chosen = match events.recv().unwrap().came {
            Came::Chosen { cipher_suite, .. } => cipher_suite.map(|suite| suite.0),
            Came::NothingInCommon { .. } => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(chosen, expected, "{suite:04x} {algorithm:?}");
    }
}

#[test]
fn a_stand_in_is_narrowed_to_what_is_named() {
    let authority = authority();
    let suite = |code: u32| tls_readiness::wire::CipherSuite(code);
    let group = tls_readiness::wire::NamedGroup::SECP384R1;
    let host = host();
    let roots = authority.roots();
    for (suites, groups, newest, oldest, chosen, with) in [
        (Some(vec![0x1302, 0xc030]), None, Tls13, Tls13, Some(0x1302), None),
        (Some(vec![0x1302, 0xc030]), None, Tls12, Tls12, Some(0xc030), None),
        (Some(vec![0xc030]), None, Tls13, Tls13, None, None),
        // A version without a suite is not chosen where there is another one.
        (Some(vec![0xc030]), None, Tls13, Tls12, Some(0xc030), None),
        (Some(vec![0xcca8]), Some(vec![group]), Tls12, Tls12, Some(0xcca8), Some(group)),
        (None, Some(vec![group]), Tls13, Tls13, Some(0x1302), Some(group)),
        (Some(vec![0x002f]), None, Tls12, Tls12, None, None),
    ] {
        let spec = ReplicaSpec {
            cipher_suites: suites.map(|codes| Arc::new(codes.into_iter().map(suite).collect())),
            groups: groups.map(Arc::new),
            ..spec(range(Tls12, Tls13))
        };
        let stand_in = start(spec, &authority, None).unwrap();
        let versions = range(oldest, newest);
        let shaken = shake(&stand_in, &HandshakeRequest { versions, ..request(&host, &roots, None) });
        match (shaken.outcome, chosen) {
            (Outcome::Accepted(accepted), Some(code)) => {
                assert_eq!(accepted.cipher_suite, suite(code));
                assert!(with.is_none_or(|group| accepted.group == Some(group)), "{accepted:?}");
            }
            (Outcome::Refused(_), None) => {}
            (outcome, _) => panic!("{outcome:?} where {chosen:?} was expected"),
        }
    }
}

#[test]
fn a_connection_is_one_line() {
    let (stand_in, events) = started(range(Tls12, Tls12));
    let (host, roots) = (host(), Roots::from_der(&[]));
    shake(&stand_in, &request(&host, &roots, Some("/pingdom")));
    shake(&stand_in, &HandshakeRequest { versions: range(Tls13, Tls13), ..request(&host, &roots, None) });
    // A client that has seen enough with the ServerHello. It has no supported_versions.
    let mut socket = TcpStream::connect(stand_in.address()).unwrap();
    socket.write_all(&tls_1_2_hello()).unwrap();
    assert_eq!(socket.read(&mut [0]).unwrap(), 1);
    drop(socket);
    let peer = "127.0.0.1:1".parse().unwrap();
    let mut shown: Vec<String> =
        events.iter().take(3).map(|seen| line(peer, range(Tls12, Tls12), &seen, false)).collect();
    shown.sort();
    let suite = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, x25519";
    assert_eq!(
        shown,
        [
            "127.0.0.1:1  not ready  offers TLS 1.3, for api.example.com → refused, alert protocol_version (70): does not offer TLS 1.2".to_owned(),
            "127.0.0.1:1  ready      its newest version is TLS 1.2, without SNI → TLS 1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: left without a word".to_owned(),
            format!("127.0.0.1:1  ready      offers TLS 1.2 and TLS 1.3, for api.example.com → TLS 1.2, {suite}: answered HTTP 200"),
        ]
    );
}

#[test]
fn many_clients_are_served_at_once_and_silent_ones_keep_nobody_waiting() {
    let (stand_in, _events) = started(range(Tls12, Tls13));
    let silent: Vec<_> = (0..40).map(|_| TcpStream::connect(stand_in.address()).unwrap()).collect();
    let (host, roots) = (host(), Roots::from_der(&[]));
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| {
                let shaken = shake(&stand_in, &request(&host, &roots, Some("/pingdom")));
                assert!(matches!(session(&shaken).http, Some(HttpOutcome::Status { status: 200, .. })));
            });
        }
    });
    drop(silent);
}

#[test]
fn it_stops_when_it_is_dropped_however_many_are_waiting() {
    let (stand_in, events) = started(range(Tls12, Tls13));
    let address = stand_in.address();
    let _waiting: Vec<_> = (0..80).map(|_| TcpStream::connect(address).unwrap()).collect();
    drop(stand_in);
    assert!(events.try_recv().is_err(), "it waited until connections were over");
    assert!(TcpListener::bind(address).is_ok() || TcpStream::connect(address).is_err());
}
