//! Servers that are as they should be when they are asked first, and misbehave when they are asked for what a
//! scenario requires besides: nothing of that passes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use libtest_mimic::Trial;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::peer::{Behaviour, HostilePeer};
use crate::serving::{NAME, config};
use crate::trial::ask_one;

/// A successful OCSPResponse without anything in it (RFC 6960 4.2.1).
const OCSP_RESPONSE: &[u8] = &[0x30, 3, 0x0a, 1, 0];

/// What a server does with a connection after its first.
type Later = fn(&mut TcpStream);

pub(crate) fn trials() -> Vec<Trial> {
    staples().chain(later()).chain(plain()).collect()
}

/// What is stapled the first time, the second, and ever after.
fn staples() -> impl Iterator<Item = Trial> {
    let (none, good, garbage): (&[u8], &[u8], &[u8]) = (b"", OCSP_RESPONSE, b"garbage");
    [
        ("the_first_time", [good, good, good], 'P', 'F'),
        // As nginx does, which fetches the response when it is asked for it.
        ("the_second_time", [none, good, good], 'P', 'F'),
        ("the_third_time", [none, none, good], 'P', 'F'),
        ("never", [none, none, none], 'F', 'P'),
        ("garbage", [garbage, garbage, garbage], 'F', 'F'),
        ("garbage_the_second_time", [none, garbage, good], 'F', 'F'),
        ("a_refusal", [&[0x30, 3, 0x0a, 1, 3], none, none], 'F', 'F'),
    ]
    .into_iter()
    .flat_map(|(name, staples, required, forbidden)| {
        [(true, required), (false, forbidden)].map(|(flag, letter)| {
            let expect = format!("{{ ocsp_staple: {flag} }}");
            Trial::test(format!("required::staples_{name}::{flag}"), move || {
                let with_none = config(NAME, Vec::new());
                // One authority for all: only what is stapled differs.
                let configs: Vec<_> = staples.iter().map(|staple| stapling(&with_none, staple)).collect();
                let behaviour: Behaviour = Arc::new(move |stream, number| {
                    serve(stream, &configs[number.min(configs.len() - 1)]);
                });
                ask_one(behaviour, "20s", &expect, "", letter)
            })
        })
    })
}

/// The same server, with this staple.
fn stapling(config: &Arc<ServerConfig>, staple: &[u8]) -> Arc<ServerConfig> {
    #[derive(Debug)]
    struct Stapling(Arc<dyn rustls::server::ResolvesServerCert>, Vec<u8>);
    impl rustls::server::ResolvesServerCert for Stapling {
        fn resolve(&self, hello: rustls::server::ClientHello<'_>) -> Option<Arc<rustls::sign::CertifiedKey>> {
            let key = self.0.resolve(hello)?;
            let mut key = rustls::sign::CertifiedKey::new(key.cert.clone(), Arc::clone(&key.key));
            key.ocsp = (!self.1.is_empty()).then(|| self.1.clone());
            Some(Arc::new(key))
        }
    }
    let resolver = Stapling(Arc::clone(&config.cert_resolver), staple.to_vec());
    let mut stapling = (**config).clone();
    stapling.cert_resolver = Arc::new(resolver);
    Arc::new(stapling)
}

/// A finished handshake, and then whatever the client wants.
fn serve(stream: TcpStream, config: &Arc<ServerConfig>) {
    let connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut session = StreamOwned::new(connection, stream);
    let _ = session.read(&mut [0; 1024]);
    let _ = session.sock.shutdown(Shutdown::Write);
    let _ = std::io::copy(&mut session.sock, &mut std::io::sink());
}

/// Good at first, and what then becomes of the question for a protocol and for a staple.
fn later() -> impl Iterator<Item = Trial> {
    let rows: [(&str, Later); 6] = [
        ("closes", |_| {}),
        ("says_nothing", |stream| drop(std::io::copy(stream, &mut std::io::sink()))),
        ("speaks_ssh", |stream| drop(stream.write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n"))),
        ("sends_alert_40", |stream| drop(stream.write_all(&[21, 3, 3, 0, 2, 2, 40]))),
        ("sends_alert_112", |stream| drop(stream.write_all(&[21, 3, 3, 0, 2, 2, 112]))),
        ("sends_half_a_hello", |stream| drop(stream.write_all(&[22, 3, 3, 0, 100, 2, 0, 0]))),
    ];
    let questions =
        ["{ alpn: h2 }", "{ alpn: { none: h2 } }", "{ ocsp_staple: true }", "{ ocsp_staple: false }"];
    rows.into_iter().flat_map(move |(name, later)| {
        questions.map(|expect| {
            Trial::test(format!("required::then_{name}::{expect}"), move || {
                let config = config(NAME, Vec::new());
                let behaviour: Behaviour = Arc::new(move |mut stream, number| match number {
                    0 => serve(stream, &config),
                    _ => {
                        later(&mut stream);
                        let _ = stream.shutdown(Shutdown::Write);
                        let _ = std::io::copy(&mut stream, &mut std::io::sink());
                    }
                });
                ask_one(behaviour, "2s", expect, "", 'I')
            })
        })
    })
}

/// What plain HTTP does, where it had to redirect.
fn plain() -> impl Iterator<Item = Trial> {
    let rows: [(&str, char, Later); 10] = [
        ("redirects", 'P', |stream| {
            say(stream, b"HTTP/1.1 301 x\r\nLocation: https://hostile.test/\r\n\r\n");
        }),
        ("closes", 'F', |_| {}),
        ("says_nothing", 'I', |stream| drop(std::io::copy(stream, &mut std::io::sink()))),
        ("speaks_ssh", 'F', |stream| say(stream, b"SSH-2.0-OpenSSH_9.2p1\r\n")),
        ("speaks_tls", 'F', |stream| say(stream, &[21, 3, 3, 0, 2, 2, 40])),
        ("redirects_twice", 'F', |stream| {
            say(stream, b"HTTP/1.1 301 x\r\nLocation: http://hostile.test/\r\nLocation: https://hostile.test/\r\n\r\n");
        }),
        ("with_commands", 'F', |stream| {
            say(stream, b"HTTP/1.1 301 x\r\nLocation: ##[error]\xc2\x9b31m::error::\r\n\r\n");
        }),
        ("to_a_name_that_begins_so", 'F', |stream| {
            say(stream, b"HTTP/1.1 301 x\r\nLocation: https://hostile.test.evil.test/\r\n\r\n");
        }),
        ("in_a_giant_head", 'F', |stream| {
            say(stream, b"HTTP/1.1 301 x\r\nLocation: https://hostile.test/\r\nX: ");
            say(stream, &[b'x'; 100_000]);
            say(stream, b"\r\n\r\n");
        }),
        ("without_end", '-', |stream| while stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").is_ok() {}),
    ];
    rows.into_iter().map(|(name, letter, reply)| {
        Trial::test(format!("required::plain_http_{name}"), move || {
            let config = config(NAME, Vec::new());
            let plain: Behaviour = Arc::new(move |mut stream, _| {
                let _ = stream.read(&mut [0; 4096]);
                reply(&mut stream);
                let _ = stream.shutdown(Shutdown::Write);
                let _ = std::io::copy(&mut stream, &mut std::io::sink());
            });
            let plain = HostilePeer::start(plain, usize::MAX);
            let expect = format!("{{ http_redirects: {} }}", plain.address.port());
            ask_one(Arc::new(move |stream, _| serve(stream, &config)), "2s", &expect, "", letter)
        })
    })
}

fn say(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}
