//! Full handshakes and GETs, against openssl and against servers that misbehave.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "what the tests share fails like a test"
)]

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use rustls::pki_types::UnixTime;
use tls_readiness::evidence::{CertificateOutcome, Followed, HttpOutcome, Outcome, Refusal, Session};
use tls_readiness::probe::handshake::{Get, HandshakeRequest, Roots, Shaken, handshake};
use tls_readiness::scenario::{CertificateExpectation, Host, HostName};
use tls_readiness::version::{Version, VersionRange};
use tls_readiness::wire::AlertDescription;

#[path = "handshakes/canned.rs"]
mod canned;
#[path = "handshakes/client_certificate.rs"]
mod client_certificate;
#[path = "handshakes/encrypted.rs"]
mod encrypted;
#[path = "handshakes/http.rs"]
mod http;
#[path = "handshakes/openssl.rs"]
mod openssl;
#[path = "peers/required.rs"]
mod peers;
#[path = "handshakes/server_hello.rs"]
mod server_hello;

use openssl::OpensslServer;

const TLS_1_2: VersionRange = VersionRange::only(Version::Tls12);
const TLS_1_3: VersionRange = VersionRange::only(Version::Tls13);

fn both() -> VersionRange {
    VersionRange::new(Version::Tls12, Version::Tls13).unwrap()
}

/// The request of a client of TLS 1.2 and 1.3 that trusts `roots`.
fn request_for<'a>(host: &'a HostName, roots: &'a Roots) -> HandshakeRequest<'a> {
    HandshakeRequest {
        versions: both(),
        host,
        server_name: Some("localhost"),
        roots,
        now: UnixTime::now(),
        valid_ahead: None,
        until_certificate: false,
        certificate: CertificateExpectation::Trusted,
        get: None,
        protocol: None,
        timeout: LONG,
    }
}

/// Shakes hands with `localhost` at `address`.
fn shake(
    address: SocketAddr,
    roots: &Roots,
    versions: VersionRange,
    path: Option<&str>,
    timeout: Duration,
) -> Shaken {
    let name = HostName::Dns("localhost".to_owned());
    let host = Host { name: name.clone(), port: address.port() };
    let get = path.map(|path| Get { host: &host, path });
    let request = HandshakeRequest { versions, get, timeout, ..request_for(&name, roots) };
    handshake(TcpStream::connect(address).unwrap(), &request)
}

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_secs(1);

fn session(shaken: &Shaken) -> &Session {
    match &shaken.followed {
        Some(Followed::Session(session)) => session,
        other => panic!("{:?} followed by {other:?}", shaken.outcome),
    }
}

/// A key and a self-signed certificate in files for openssl, and the roots that trust it.
struct Files {
    folder: tempfile::TempDir,
    roots: Roots,
}

impl Files {
    fn new() -> Files {
        let made = encrypted::self_signed();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        fs::write(folder.path().join("certificate.pem"), made.cert.pem()).unwrap();
        Files { folder, roots: Roots::from_der(&[made.cert.der().to_vec()]) }
    }

    fn start(&self, arguments: &[&str]) -> Option<OpensslServer> {
        let path = |name| self.folder.path().join(name).display().to_string();
        let (key, certificate) = (path("key.pem"), path("certificate.pem"));
        // With -www it answers by HTTP; without, it would talk to a terminal.
        OpensslServer::start(&[&["-www", "-key", &key, "-cert", &certificate], arguments].concat())
    }
}

fn refused(alert: AlertDescription) -> Result<(Version, u32, Option<u16>, bool), Outcome> {
    Err(Outcome::Refused(Refusal::Alert(alert)))
}

#[test]
fn openssl_is_found_as_it_was_configured() {
    const X25519: Option<u16> = Some(29);
    const P_384: Option<u16> = Some(24);
    let no_common = refused(AlertDescription::HANDSHAKE_FAILURE);
    let no_version = refused(AlertDescription::PROTOCOL_VERSION);
    let files = Files::new();
    for (arguments, versions, expected) in [
        (&["-tls1_2"][..], both(), Ok((Version::Tls12, 0xc02c, X25519, false))),
        (&["-tls1_3"], both(), Ok((Version::Tls13, 0x1302, X25519, false))),
        (&[], both(), Ok((Version::Tls13, 0x1302, X25519, false))),
        (&[], TLS_1_2, Ok((Version::Tls12, 0xc02c, X25519, false))),
        (&[], VersionRange::ALL, Ok((Version::Tls13, 0x1302, X25519, false))),
        (&["-tls1_2"], TLS_1_3, no_version.clone()),
        (&["-tls1_3"], TLS_1_2, no_version.clone()),
        (&["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], both(), no_version),
        (&["-tls1_3", "-groups", "P-384"], both(), Ok((Version::Tls13, 0x1302, P_384, true))),
        // What rustls cannot finish the server cannot begin.
        (&["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"], both(), no_common.clone()),
        (&["-tls1_3", "-groups", "P-521"], both(), no_common),
    ] {
        let Some(server) = files.start(arguments) else { return };
        let shaken = shake(server.address, &files.roots, versions, None, LONG);
        let found = match shaken.outcome.clone() {
            Outcome::Accepted(hello) => {
                assert!(!hello.client_certificate_wanted);
                Ok((hello.version, hello.cipher_suite.0, hello.group.map(|group| group.0), hello.hello_retry))
            }
            outcome => Err(outcome),
        };
        assert_eq!(found, expected, "{arguments:?} {versions}");
        assert_eq!(shaken.followed.is_some(), expected.is_ok());
        if expected.is_ok() {
            let session = session(&shaken);
            assert_eq!(session.certificate, CertificateOutcome::Trusted);
            assert_eq!(session.leaf.as_ref().unwrap().names, ["localhost"]);
            assert_eq!(session.http, None);
        }
    }
}

#[test]
fn openssl_answers_a_get() {
    let files = Files::new();
    for version in ["-tls1_2", "-tls1_3"] {
        let Some(server) = files.start(&[version]) else { return };
        let shaken = shake(server.address, &files.roots, both(), Some("/"), LONG);
        assert_eq!(session(&shaken).http, Some(HttpOutcome::Status { status: 200, location: None }));
    }
}

#[test]
fn a_server_that_wants_a_client_certificate_is_accepted_and_says_so() {
    const ONLY_ASKS: &str = "-verify";
    const DEMANDS: &str = "-Verify";
    let files = Files::new();
    for (version, range) in [("-tls1_2", TLS_1_2), ("-tls1_3", TLS_1_3)] {
        for (wants, path, alert) in [
            (ONLY_ASKS, Some("/"), None),
            (ONLY_ASKS, None, None),
            (DEMANDS, None, None),
            (
                DEMANDS,
                Some("/"),
                Some(if version == "-tls1_2" {
                    "handshake_failure (40)"
                } else {
                    "certificate_required (116)"
                }),
            ),
        ] {
            let Some(server) = files.start(&[version, wants, "1"]) else { return };
            let shaken = shake(server.address, &files.roots, range, path, LONG);
            let Outcome::Accepted(hello) = shaken.outcome else { panic!("{shaken:?}") };
            assert!(hello.client_certificate_wanted, "{version} {wants}");
            let session = session(&shaken);
            assert_eq!(session.certificate, CertificateOutcome::Trusted);
            match (&session.http, alert) {
                (None, None) if path.is_none() => {}
                (Some(HttpOutcome::Status { status: 200, .. }), None) => {}
                (Some(HttpOutcome::Failed(words)), Some(alert)) => {
                    assert_eq!(words, &format!("the server wants a client certificate: alert {alert}"));
                }
                (http, alert) => panic!("{version} {wants}: {http:?} where {alert:?} was expected"),
            }
        }
    }
}
