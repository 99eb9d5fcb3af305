//! Servers of TLS 1.2 that ask for a client certificate and answer the second flight with an alert.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rcgen::CertifiedKey;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection};
use tls_readiness::evidence::{Followed, Outcome};
use tls_readiness::probe::handshake::Roots;
use tls_readiness::wire::{AlertDescription, alert_record};

use super::encrypted::self_signed;
use super::{LONG, TLS_1_2, shake};

/// A server that answers the client's second flight with this alert, as it would without having
/// the client's keys.
fn serve(alert: AlertDescription) -> (SocketAddr, Roots) {
    let CertifiedKey { cert, signing_key } = self_signed();
    let roots = Roots::from_der(&[cert.der().to_vec()]);
    let provider = Arc::new(ring::default_provider());
    let mut authorities = RootCertStore::empty();
    authorities.add(cert.der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(authorities), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(
            vec![cert.der().clone()],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der())),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
        while !connection.wants_write() {
            connection.read_tls(&mut socket).unwrap();
            connection.process_new_packets().unwrap();
        }
        while connection.wants_write() {
            connection.write_tls(&mut socket).unwrap();
        }
        let mut flight = [0; 4096];
        let _ = socket.read(&mut flight);
        let _ = socket.write_all(&alert_record(0x0303, alert));
        while let Ok(1..) = socket.read(&mut flight) {}
    });
    (address, roots)
}

#[test]
fn only_an_alert_about_the_certificate_is_one_for_want_of_it() {
    for (alert, is_finished) in [
        (AlertDescription::HANDSHAKE_FAILURE, true),
        (AlertDescription::BAD_CERTIFICATE, true),
        (AlertDescription::CERTIFICATE_REQUIRED, true),
        (AlertDescription::INTERNAL_ERROR, false),
        (AlertDescription::DECRYPT_ERROR, false),
        (AlertDescription::BAD_RECORD_MAC, false),
    ] {
        let (address, roots) = serve(alert);
        let shaken = shake(address, &roots, TLS_1_2, None, LONG);
        assert!(matches!(shaken.outcome, Outcome::Accepted(_)), "{shaken:?}");
        assert_eq!(matches!(shaken.followed, Some(Followed::Session(_))), is_finished, "{alert}: {shaken:?}");
    }
}
