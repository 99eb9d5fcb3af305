//! GETs, and servers whose HTTP is wrong.

use std::net::TcpStream;

use tls_readiness::evidence::{CertificateOutcome, HttpOutcome};
use tls_readiness::probe::handshake::{Get, HandshakeRequest, Roots, handshake};
use tls_readiness::scenario::{CertificateExpectation, Host, HostName};

use crate::encrypted::{self, Answer};
use crate::{LONG, SHORT, both, request_for, session, shake};

#[test]
fn a_get_ends_in_a_status_or_in_words() {
    let status =
        |status, location: Option<&str>| HttpOutcome::Status { status, location: location.map(Into::into) };
    let failed = |words: &str| HttpOutcome::Failed(words.to_owned());
    let late = || failed("no answer within 1000 ms");
    for (answer, expected) in [
        (Answer::Once("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"), status(401, None)),
        (
            Answer::Once("HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
            status(302, Some("https://127.0.0.1:1/")),
        ),
        (
            Answer::Once("HTTP/1.1 301 Moved\r\nLocation: ::error::x\u{9b}\r\nContent-Length: 9\r\n\r\n"),
            status(301, Some("\\u{3a}:error::x\\u{9b}")),
        ),
        (Answer::Once("HTTP/1.1 503 \r\n\r\n"), status(503, None)),
        (
            Answer::Once("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            status(200, None),
        ),
        (
            Answer::Endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
            status(200, None),
        ),
        (Answer::Drip("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", "x"), status(200, None)),
        (Answer::Once(""), late()),
        (Answer::Drip("HTTP/1.1 200 OK\r\n", "x-drip: x\r\n"), late()),
        (Answer::Close, failed("connection closed before the answer was complete")),
        (Answer::HangUp, failed("connection closed before the answer was complete")),
    ] {
        let (address, roots, _) = encrypted::serve(answer);
        let shaken = shake(address, &roots, both(), Some("/path?query"), SHORT);
        assert_eq!(session(&shaken).http, Some(expected));
    }
    for (answer, words) in [
        (Answer::Endless("HTTP/1.1 200 OK\r\nx-endless: ", "xxxxxxxxxxxxxxxx"), "longer than 64 KiB"),
        (Answer::Endless("HTTP/1.1 200 OK\r\n", "x: x\r\n"), "too many headers"),
        (Answer::Endless("", "SSH-2.0-x"), "invalid HTTP version"),
        (Answer::Once("220 mail.example.com ready\r\n\r\n"), "invalid HTTP version"),
    ] {
        let (address, roots, _) = encrypted::serve(answer);
        let shaken = shake(address, &roots, both(), Some("/"), LONG);
        match &session(&shaken).http {
            Some(HttpOutcome::Failed(found)) => assert!(found.contains(words), "{found}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn nothing_is_sent_to_a_server_with_the_wrong_certificate() {
    let (address, _, request) =
        encrypted::serve(Answer::Once("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    let shaken = shake(address, &Roots::mozilla(), both(), Some("/"), SHORT);
    let session = session(&shaken);
    assert_eq!(session.certificate, CertificateOutcome::UnknownIssuer);
    assert_eq!(session.http, Some(HttpOutcome::NotSent));
    assert!(request.recv().is_err(), "a request was sent");
}

#[test]
fn a_get_names_the_host_and_carries_nothing_private() {
    let dns = |name: &str| HostName::Dns(name.to_owned());
    let ip = |address: &str| HostName::Ip(address.parse().unwrap());
    for (host, port, header) in [
        (dns("localhost"), 443, "localhost"),
        (dns("localhost"), 8443, "localhost:8443"),
        (ip("192.0.2.1"), 443, "192.0.2.1"),
        (ip("2001:db8::1"), 8443, "[2001:db8::1]:8443"),
    ] {
        let (address, roots, request) = encrypted::serve(Answer::Close);
        let name = host.clone();
        let host = Host { name: host, port };
        let get = Get { host: &host, path: "/path?query=1" };
        let certificate = CertificateExpectation::Any;
        let shaken = handshake(
            TcpStream::connect(address).unwrap(),
            &HandshakeRequest { certificate, get: Some(get), ..request_for(&name, &roots) },
        );
        session(&shaken);
        let request = request.recv().unwrap();
        let mut lines: Vec<&str> = request.trim_end().split("\r\n").collect();
        lines[1..].sort_unstable();
        assert_eq!(
            lines,
            [
                "GET /path?query=1 HTTP/1.1",
                "accept: */*",
                &format!("host: {header}"),
                concat!("user-agent: tls-readiness/", env!("CARGO_PKG_VERSION")),
            ]
        );
    }
}
