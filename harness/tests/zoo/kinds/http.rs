//! Servers that finish the handshake and misbehave after it. rustls plays the server, with a
//! certificate whose name can be as hostile as the rest.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rcgen::{CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::peer::Behaviour;

type Session = StreamOwned<ServerConnection, TcpStream>;

/// What a server does once the request was read.
pub(crate) type Reply = fn(&mut Session);

/// A server, the scenario's `expect`, and the verdict, as the letters of `table`.
pub(crate) struct HttpRow {
    pub(crate) name: &'static str,
    /// What the certificate says that its name is.
    pub(crate) certificate_name: &'static str,
    pub(crate) reply: Reply,
    pub(crate) expect: &'static str,
    pub(crate) timeout: &'static str,
    pub(crate) verdict: char,
}

/// The name that the scenarios ask for.
pub(crate) const NAME: &str = "hostile.test";

fn row(name: &'static str, expect: &'static str, verdict: char, reply: Reply) -> HttpRow {
    HttpRow { name, certificate_name: NAME, reply, expect, timeout: "20s", verdict }
}

impl HttpRow {
    /// With a short deadline, where the gate has to wait for it.
    fn waiting(self) -> HttpRow {
        HttpRow { timeout: "1s", ..self }
    }

    fn named(self, certificate_name: &'static str) -> HttpRow {
        HttpRow { certificate_name, ..self }
    }
}

/// All rows.
pub(crate) fn rows() -> Vec<HttpRow> {
    const OK: &str = "{ status: 200 }";
    vec![
        row("healthy", OK, 'P', |session| say(session, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")),
        row("no_length", OK, 'P', |session| say(session, b"HTTP/1.1 200 OK\r\n\r\nok")),
        row("other_status", OK, 'F', |session| say(session, b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")),
        row("redirect_is_not_followed", "{ status: 302 }", 'P', |session| {
            say(
                session,
                b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            );
        }),
        row("silent", OK, '-', wait_for_the_end).waiting(),
        row("closes", OK, 'F', |_| {}),
        row("not_http", OK, 'F', |session| say(session, b"SSH-2.0-OpenSSH_9.2p1\r\n")),
        row("half_a_status_line", OK, 'F', |session| say(session, b"HTTP/1.1 2")),
        row("status_of_two_digits", OK, 'F', |session| say(session, b"HTTP/1.1 20 OK\r\n\r\n")),
        row("drip", OK, '-', drip).waiting(),
        // The status is known; how much of the rest is read is the gate's affair, as long as it ends.
        row("endless_body", OK, '*', |session| repeat(session, b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 16_384]))
            .waiting(),
        row("endless_headers", OK, '-', |session| {
            repeat(session, b"HTTP/1.1 200 OK\r\n", b"X-Header: value\r\n");
        })
        .waiting(),
        row("endless_status_line", OK, '-', |session| repeat(session, b"HTTP/1.1 200 ", &[b'O'; 4096]))
            .waiting(),
        row("endless_continue", OK, '-', |session| repeat(session, b"", b"HTTP/1.1 100 Continue\r\n\r\n"))
            .waiting(),
        row("commands_in_location", OK, 'F', |session| {
            say(session, b"HTTP/1.1 301 Moved\r\nLocation: ##[error]x\r\nContent-Length: 0\r\n\r\n");
        }),
        row("controls_in_location", OK, 'F', |session| {
            say(
                session,
                b"HTTP/1.1 301 Moved\r\nLocation: \x1b[2J\r::error::x\xc2\x9b\r\nContent-Length: 0\r\n\r\n",
            );
        }),
        row("hsts_among_nonsense", "{ hsts: 1d }", 'P', |session| {
            say(
                session,
                b"HTTP/1.1 200 OK\r\nX: \xff\xfe\r\nStrict-Transport-Security: max-age=86400;;x=\"\\\"\"\r\n\r\n",
            );
        }),
        row("hsts_with_commands", "{ hsts: 1d }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: ##[error]x\xc2\x9b31m\r\n\r\n");
        }),
        row("hsts_in_a_giant_head", "{ hsts: 1d }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=86400\r\nX: ");
            say(session, &[b'x'; 100_000]);
            say(session, b"\r\n\r\n");
        }),
        row("hsts_cut_off", "{ hsts: 1d }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=86400\r\n");
        }),
        row("hsts_among_many_fields", "{ hsts: 1d }", '*', |session| {
            say(session, b"HTTP/1.1 200 OK\r\n");
            say(session, &b"X: y\r\n".repeat(1_000));
            say(session, b"Strict-Transport-Security: max-age=86400\r\n\r\n");
        }),
        row("header_with_commands", "{ headers: { X: false } }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nX: ##[error]x \xc2\x9b31m ::error::\r\n\r\n");
        }),
        row("header_of_bytes", "{ headers: { X: y } }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nX: \xff\r\n\r\n");
        }),
        row("header_endless", "{ headers: { X: false } }", '-', |session| {
            repeat(session, b"HTTP/1.1 200 OK\r\nX: ", &[b'x'; 4096]);
        })
        .waiting(),
        row("other_name", "accepted", 'F', |_| {}).named("other.test"),
        row("commands_in_certificate", "accepted", 'F', |_| {}).named("a\n::error file=x::y\x1b[2J"),
        row("old_commands_in_certificate", "accepted", 'F', |_| {}).named("##[error]z"),
    ]
}

fn drip(session: &mut Session) {
    for byte in b"HTTP/1.1 200 OK\r\n".iter().cycle() {
        if session.write_all(&[*byte]).and_then(|()| session.flush()).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn say(session: &mut Session, bytes: &[u8]) {
    let _ = session.write_all(bytes).and_then(|()| session.flush());
}

fn repeat(session: &mut Session, first: &[u8], bytes: &[u8]) {
    let _ = session.write_all(first);
    while session.write_all(bytes).is_ok() {}
}

fn wait_for_the_end(session: &mut Session) {
    let _ = std::io::copy(session, &mut std::io::sink());
}

/// A server that does the row's reply, and the certificate of its authority in PEM.
pub(crate) fn server(row: &HttpRow) -> (Behaviour, String) {
    let (config, authority) = config(row.certificate_name, Vec::new());
    let reply = row.reply;
    let behaviour: Behaviour = Arc::new(move |stream, _| {
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut session = StreamOwned::new(connection, stream);
        if read_request(&mut session).is_some() {
            reply(&mut session);
            session.conn.send_close_notify();
            let _ = session.flush();
            let _ = session.sock.shutdown(std::net::Shutdown::Write);
            let _ = std::io::copy(&mut session.sock, &mut std::io::sink());
        }
    });
    (behaviour, authority)
}

/// A server's side with a certificate of this name that staples these bytes, and the certificate of its
/// authority in PEM.
pub(crate) fn config(certificate_name: &str, staple: Vec<u8>) -> (Arc<ServerConfig>, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new(Vec::new()).unwrap();
    leaf.subject_alt_names = vec![SanType::DnsName(certificate_name.try_into().unwrap())];
    leaf.distinguished_name.push(DnType::CommonName, certificate_name);
    let leaf = leaf.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert_with_ocsp(vec![leaf.der().clone()], key, staple)
        .unwrap();
    (Arc::new(config), authority.pem())
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
