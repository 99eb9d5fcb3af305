//! `probe`: what one host does, and that it is said where nothing can be told.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::binary::{Folder, closed_port, note};

const VERSIONS: [&str; 6] = ["SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"];

#[test]
fn a_closed_port_is_unclear_and_exit_code_3() {
    let port = closed_port();
    let ran = Folder::new().run(&["probe", &format!("127.0.0.1:{port}"), "--attempts", "1"]);
    let lines: Vec<&str> = ran.ended_with(3).stdout.lines().collect();
    assert_eq!(lines[0], format!("127.0.0.1:{port} (127.0.0.1)"));
    for (version, line) in VERSIONS.iter().zip(&lines[1..]) {
        assert_eq!(*line, format!("  {version}  unclear  connection refused"));
    }
    assert_eq!(lines[7], "  certificate  not seen: connection refused");
    assert!(lines[8].contains(" connections, "), "{}", ran.console());
}

/// With a resolver the name does not exist (RFC 6761 6.4); without one nobody can say.
#[test]
fn a_name_that_does_not_resolve_is_exit_code_3() {
    let ran = Folder::new().run(&["probe", "nonexistent.invalid", "--timeout", "2s", "--attempts", "1"]);
    ran.ended_with(3);
    assert!(ran.stderr.starts_with("error: nonexistent.invalid: the name "), "{}", ran.console());
    assert!(ran.stderr.ends_with("; nothing was probed\n"), "{}", ran.console());
}

/// A child that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_is_described_version_by_version() {
    let folder = Folder::new();
    let make = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=api.example.com -addext subjectAltName=DNS:api.example.com -keyout key.pem -out cert.pem";
    let made = Command::new("openssl")
        .args(make.split(' '))
        .current_dir(folder.path())
        .stderr(Stdio::null())
        .status();
    let Ok(status) = made else {
        assert!(!crate::peers::peers_are_required(), "openssl is not installed");
        return note("ignored (openssl is not installed)");
    };
    assert!(status.success());
    let port = closed_port();
    let serve = format!(
        "s_server -quiet -accept 127.0.0.1:{port} -key key.pem -cert cert.pem -tls1_2 -groups X25519"
    );
    let server = Command::new("openssl")
        .args(serve.split(' '))
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let _server = Server(server.unwrap());
    let begun = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "openssl does not listen");
        std::thread::yield_now();
    }

    let to = format!("127.0.0.1:{port}");
    let ran = folder.run(&[
        "probe",
        "api.example.com",
        "--connect-to",
        &to,
        "--ca",
        "cert.pem",
        "--timeout",
        "20s",
    ]);
    let lines: Vec<&str> = ran.ended_with(0).stdout.lines().collect();
    assert_eq!(lines[0], format!("api.example.com:443 ({to})"));
    for (version, line) in VERSIONS.iter().zip(&lines[1..]) {
        let word = if *version == "TLS 1.2" { "accepted" } else { "refused" };
        assert!(line.starts_with(&format!("  {version}  {word}")), "{}", ran.console());
    }
    assert!(lines[5].ends_with("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, x25519"), "{}", ran.console());
    let certificate = lines[7].strip_prefix("  certificate  api.example.com, ").unwrap();
    let days = ["8 days left", "9 days left"];
    let rest = days.iter().find_map(|days| certificate.strip_prefix(days));
    assert_eq!(rest, Some(", issued by api.example.com, trusted"), "{}", ran.console());
    assert_eq!(lines[8], "  key          P-256, signed by ecdsa-with-SHA256");
    assert_eq!(lines[9], "  chain        sends 1 certificate, up to a trusted root");
    let fingerprint = lines[10].strip_prefix("  SHA-256      ").unwrap();
    assert!(fingerprint.len() == 64 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()));
}
