use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustls::ServerConnection;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::*;

fn client() -> ClientConnection {
    let provider = Arc::new(ring::default_provider());
    let witness = Witness::new(provider.signature_verification_algorithms);
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(witness)
        .with_no_client_auth();
    let name = ServerName::try_from("api.example.com").unwrap();
    ClientConnection::new(Arc::new(config), name).unwrap()
}

fn server() -> ServerConnection {
    let key = rcgen::generate_simple_self_signed(["api.example.com".to_owned()]).unwrap();
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private)
        .unwrap();
    ServerConnection::new(Arc::new(config)).unwrap()
}

/// rustls takes no bytes after close_notify, which is no reason to offer them for ever.
#[test]
fn bytes_after_the_end_are_left() {
    let mut client = client();
    let mut server = server();
    let mut bytes = Vec::new();
    client.write_tls(&mut bytes).unwrap();
    server.read_tls(&mut bytes.as_slice()).unwrap();
    server.process_new_packets().unwrap();
    server.send_close_notify();
    let mut flight = Vec::new();
    while server.wants_write() {
        server.write_tls(&mut flight).unwrap();
    }
    flight.extend([0; 64 * 1024]);

    let (done, waiting) = mpsc::channel();
    thread::spawn(move || done.send(process(&mut client, &flight).is_ok()));
    assert_eq!(waiting.recv_timeout(Duration::from_secs(60)), Ok(true));
}
