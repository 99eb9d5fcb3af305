//! Healthy servers of TLS 1.2 and 1.3: rustls plays them, with certificates of one authority that the
//! scenarios trust.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, OnceLock};

use rcgen::{CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

use crate::hello::{TLS12, TLS13};

/// The name that the scenarios ask for.
pub(crate) const NAME: &str = "hostile.test";

pub(crate) type Session = StreamOwned<ServerConnection, TcpStream>;

/// What a server does once the request was read.
pub(crate) type Reply = fn(&mut Session);

/// The authority that the scenarios trust.
pub(crate) fn authority() -> &'static CertifiedIssuer<'static, KeyPair> {
    static AUTHORITY: OnceLock<CertifiedIssuer<'static, KeyPair>> = OnceLock::new();
    AUTHORITY.get_or_init(|| {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        authority.distinguished_name.push(DnType::CommonName, "The zoo's authority");
        CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap()
    })
}

/// A server's side with this chain and key, that staples these bytes.
pub(crate) fn config_of(
    chain: Vec<CertificateDer<'static>>,
    key: &KeyPair,
    staple: Vec<u8>,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    #[derive(Debug)]
    struct Fixed(Arc<rustls::sign::CertifiedKey>);
    impl rustls::server::ResolvesServerCert for Fixed {
        fn resolve(&self, _: rustls::server::ClientHello<'_>) -> Option<Arc<rustls::sign::CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let key = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
    // Not `with_single_cert`, which looks at the certificate: a hostile one has to get through.
    let mut certified = rustls::sign::CertifiedKey::new(chain, key);
    certified.ocsp = (!staple.is_empty()).then_some(staple);
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Fixed(Arc::new(certified))));
    Arc::new(config)
}

/// A server's side with a certificate of this name that staples these bytes.
pub(crate) fn config(certificate_name: &str, staple: Vec<u8>) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new(Vec::new()).unwrap();
    leaf.subject_alt_names = vec![SanType::DnsName(certificate_name.try_into().unwrap())];
    leaf.distinguished_name.push(DnType::CommonName, certificate_name);
    let leaf = leaf.signed_by(&key, authority()).unwrap();
    config_of(vec![leaf.der().clone()], &key, staple, rustls::ALL_VERSIONS)
}

/// The healthy server's side of those of `spoken` that rustls speaks.
pub(crate) fn healthy_config(spoken: &[u16]) -> Option<Arc<ServerConfig>> {
    static CONFIGS: OnceLock<[Arc<ServerConfig>; 3]> = OnceLock::new();
    let configs = CONFIGS.get_or_init(|| {
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec![NAME.to_owned()]).unwrap();
        let chain = vec![leaf.signed_by(&key, authority()).unwrap().der().clone()];
        [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13], rustls::ALL_VERSIONS]
            .map(|versions| config_of(chain.clone(), &key, Vec::new(), versions))
    });
    let index = match (spoken.contains(&TLS12), spoken.contains(&TLS13)) {
        (true, false) => 0,
        (false, true) => 1,
        (true, true) => 2,
        (false, false) => return None,
    };
    Some(Arc::clone(&configs[index]))
}

/// The healthy server's side of TLS 1.3 with so many session tickets.
pub(crate) fn with_tickets(count: usize) -> Arc<ServerConfig> {
    let mut config = (*healthy_config(&[TLS13]).unwrap()).clone();
    config.send_tls13_tickets = count;
    Arc::new(config)
}

/// The healthy server's side of these versions, for clients with a certificate alone.
pub(crate) fn wanting_a_certificate(spoken: &[u16]) -> Arc<ServerConfig> {
    let healthy = healthy_config(spoken).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority().der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let versions: &[&SupportedProtocolVersion] =
        if spoken.contains(&TLS13) { &[&rustls::version::TLS13] } else { &[&rustls::version::TLS12] };
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::clone(&healthy.cert_resolver));
    Arc::new(config)
}

/// A handshake, a request, and this reply to it.
pub(crate) fn serve(stream: TcpStream, config: &Arc<ServerConfig>, reply: Reply) {
    let connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut session = StreamOwned::new(connection, stream);
    if read_request(&mut session).is_some() {
        reply(&mut session);
        session.conn.send_close_notify();
        let _ = session.flush();
    }
    let _ = session.sock.shutdown(Shutdown::Write);
    let _ = std::io::copy(&mut session.sock, &mut std::io::sink());
}

/// The healthy reply.
pub(crate) fn ok(session: &mut Session) {
    say(session, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

pub(crate) fn say(session: &mut Session, bytes: &[u8]) {
    let _ = session.write_all(bytes).and_then(|()| session.flush());
}

/// Reads to the empty line after the request's headers.
fn read_request(session: &mut Session) -> Option<()> {
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        session.read_exact(&mut byte).ok()?;
        seen.push(byte[0]);
    }
    Some(())
}
