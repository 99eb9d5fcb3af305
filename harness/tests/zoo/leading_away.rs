//! A server that names other places wherever it can: where its issuer's certificate lies, who answers for it by
//! OCSP, where the list of revoked ones is (RFC 5280 4.2.1.13, 4.2.2.1), where to go on to (RFC 9110 10.2.2).
//! The gate asks none of them, whatever a scenario wants to know.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CrlDistributionPoint, CustomExtension, DnType,
    IsCa, KeyPair, SanType,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::gate::Gate;

use crate::peer::{Behaviour, HostilePeer};
use crate::serving::NAME;

/// What is asked of it, and the verdict; each makes a client curious that fetches what is named.
const QUESTIONS: [(&str, &str); 8] = [
    ("accepted", "failed"),
    ("{ certificate_chain: complete }", "failed"),
    ("{ certificate: unknown-issuer, status: 302 }", "passed"),
    ("{ certificate: any, ocsp_staple: true }", "failed"),
    ("{ certificate: any, http_redirects: PLAIN }", "failed"),
    ("{ certificate: any, hsts: 1d }", "failed"),
    ("{ certificate: any, alpn: http/1.1, headers: { Location: true } }", "passed"),
    ("{ certificate: any, same_certificate: true, certificate_signature: { only: SHA-256 } }", "passed"),
];

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("leads_away::to_a_place_that_nobody_goes_to", leads_away),
        Trial::test("leads_away::to_a_port_where_the_run_may_not_go", leads_to_another_port),
    ]
}

/// A server, encrypted and plain, that names other places wherever it can.
struct Servers {
    encrypted: HostilePeer,
    plain: HostilePeer,
    authority: String,
}

impl Servers {
    /// They all lead to this port of this machine.
    fn leading_to(port: u16) -> Servers {
        let places = [format!("http://127.0.0.1:{port}/a"), format!("http://localhost:{port}/b")];
        let (config, authority) = config(&places);
        let reply = format!(
            "HTTP/1.1 302 Found\r\nLocation: https://localhost:{port}/\r\nRefresh: 0; url={0}\r\n\
             Alt-Svc: http/1.1=\"localhost:{port}\"\r\nLink: <{0}>; rel=preload\r\nContent-Length: 0\r\n\r\n",
            places[0]
        );
        let plain_reply = reply.clone();
        let plain: Behaviour = Arc::new(move |mut stream, _| say(&mut stream, &plain_reply));
        let encrypted: Behaviour = Arc::new(move |stream, _| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut session = StreamOwned::new(connection, stream);
            say(&mut session, &reply);
            session.conn.send_close_notify();
            let _ = session.flush();
            let _ = session.sock.shutdown(Shutdown::Write);
        });
        Servers {
            encrypted: HostilePeer::start(encrypted, usize::MAX),
            plain: HostilePeer::start(plain, usize::MAX),
            authority,
        }
    }

    /// A gate with a scenario for each of these.
    fn gate(&self, expectations: &[&str]) -> Gate {
        let to = self.encrypted.address;
        let mut text = format!("host: {NAME}\nconnect_to: {to}\npath: /\nca: ../ca.pem\nscenarios:\n");
        for (number, expect) in expectations.iter().enumerate() {
            let expect = expect.replace("PLAIN", &self.plain.address.port().to_string());
            text.push_str(&format!("  q{number}: {{ expect: {expect} }}\n"));
        }
        let gate = Gate::new().scenario("test.yaml", &text);
        std::fs::write(gate.folder().join("ca.pem"), &self.authority).unwrap();
        gate
    }
}

fn leads_away() -> Result<(), Failed> {
    let elsewhere = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let servers = Servers::leading_to(elsewhere.local_addr().unwrap().port());
    let run = servers.gate(&QUESTIONS.map(|(expect, _)| expect)).check();
    for (number, (expect, verdict)) in QUESTIONS.iter().enumerate() {
        let found = run.verdict(&format!("test::q{number}"));
        assert_eq!(found, *verdict, "{expect}: {}", run.console());
    }
    match elsewhere.accept() {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
        other => Err(format!("the gate went where it was led: {other:?}; {}", run.console()).into()),
    }
}

/// What is asked of another port than that of HTTPS is asked within the same bounds.
fn leads_to_another_port() -> Result<(), Failed> {
    let servers = Servers::leading_to(1);
    let gate = servers.gate(&["{ certificate: any, http_redirects: PLAIN }"]);
    let allowed = servers.encrypted.address.to_string();
    let run = gate.check_with(&["--allow", &allowed]);
    assert_eq!(run.verdict("test::q0"), "inconclusive", "{}", run.console());
    assert_eq!(run.test("test::q0")["finding"], "http_redirect_unsettled");
    let words = format!("no --allow is for {}", servers.plain.address);
    assert!(run.test("test::q0")["reason"].as_str().unwrap().contains(&words), "{}", run.console());
    match servers.plain.connections() {
        0 => Ok(()),
        _ => Err("plain HTTP was asked where the run may not go".into()),
    }
}

/// Reads a request and answers it.
fn say(stream: &mut (impl Read + Write), reply: &str) {
    let mut seen = Vec::new();
    let mut byte = [0];
    while !seen.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        seen.push(byte[0]);
    }
    let _ = stream.write_all(reply.as_bytes()).and_then(|()| stream.flush());
}

/// A server whose certificate names these places, and does not send the intermediate behind it.
fn config(places: &[String]) -> (Arc<ServerConfig>, String) {
    let issuer = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        params
    };
    let root = CertifiedIssuer::self_signed(issuer("root"), KeyPair::generate().unwrap()).unwrap();
    let middle = CertifiedIssuer::signed_by(issuer("middle"), KeyPair::generate().unwrap(), &root).unwrap();
    let mut leaf = CertificateParams::new(Vec::new()).unwrap();
    leaf.subject_alt_names = vec![SanType::DnsName(NAME.try_into().unwrap())];
    leaf.crl_distribution_points = vec![CrlDistributionPoint { uris: places.to_vec() }];
    // id-pe-authorityInfoAccess.
    leaf.custom_extensions =
        vec![CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], information_access(places))];
    let key = KeyPair::generate().unwrap();
    let leaf = leaf.signed_by(&key, &middle).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    (Arc::new(config), root.pem())
}

/// OCSP and the issuer's certificate at each of them (RFC 5280 4.2.2.1), in DER.
fn information_access(places: &[String]) -> Vec<u8> {
    yasna::construct_der(|writer| {
        writer.write_sequence(|writer| {
            for (place, method) in places.iter().flat_map(|place| [(place, 1), (place, 2)]) {
                writer.next().write_sequence(|writer| {
                    let id = [1, 3, 6, 1, 5, 5, 7, 48, method];
                    writer.next().write_oid(&yasna::models::ObjectIdentifier::from_slice(&id));
                    let uri = yasna::Tag::context(6);
                    writer.next().write_tagged_implicit(uri, |writer| writer.write_ia5_string(place));
                });
            }
        });
    })
}
