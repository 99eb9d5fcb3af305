//! A TLS server on loopback whose HTTP is as wrong as it is told to be.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use rcgen::{CertifiedKey, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tls_readiness::probe::handshake::Roots;

/// What is written after the request was read; then the connection is held until the client is gone.
pub(crate) enum Answer {
    /// This, once.
    Once(&'static str),
    /// The first, and then the second again and again.
    Endless(&'static str, &'static str),
    /// The first, and then the second again and again, one byte at a time.
    Drip(&'static str, &'static str),
    /// Nothing: it is closed properly.
    Close,
    /// Nothing: the socket is closed.
    HangUp,
}

/// A self-signed certificate for `localhost`, valid for a long time.
pub(crate) fn self_signed() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

/// Starts a server that serves one connection; gives the roots that trust it, and the request.
pub(crate) fn serve(answer: Answer) -> (SocketAddr, Roots, Receiver<String>) {
    let CertifiedKey { cert, signing_key } = self_signed();
    let roots = Roots::from_der(&[cert.der().to_vec()]);
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![cert.der().clone()],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der())),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, request) = mpsc::channel();
    thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        // No test takes this long: it only keeps a thread from staying for ever.
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        speak(StreamOwned::new(connection, socket), &answer, &asked);
    });
    (address, roots, request)
}

fn speak(
    mut stream: StreamOwned<ServerConnection, std::net::TcpStream>,
    answer: &Answer,
    asked: &Sender<String>,
) {
    let mut request = [0; 4096];
    let Ok(count @ 1..) = stream.read(&mut request) else { return };
    let _ = asked.send(String::from_utf8_lossy(&request[..count]).into_owned());
    match answer {
        Answer::Once(text) => drop(stream.write_all(text.as_bytes())),
        Answer::Endless(first, again) => {
            let _ = stream.write_all(first.as_bytes());
            while stream.write_all(again.as_bytes()).is_ok() {}
            return;
        }
        Answer::Drip(first, again) => {
            let _ = stream.write_all(first.as_bytes());
            for byte in again.as_bytes().iter().cycle() {
                if stream.write_all(&[*byte]).and_then(|()| stream.flush()).is_err() {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        Answer::Close => {
            stream.conn.send_close_notify();
            let _ = stream.flush();
            return;
        }
        Answer::HangUp => return,
    }
    let _ = stream.flush();
    while let Ok(1..) = stream.read(&mut request) {}
}
