//! Servers on this machine that programs go through the gate to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// Each stands for the port of a server.
pub(crate) const ONLY_1_1: &str = "PORT_ONLY_1_1";
pub(crate) const ONLY_1_2: &str = "PORT_ONLY_1_2";
pub(crate) const ONLY_1_3: &str = "PORT_ONLY_1_3";
pub(crate) const BOTH: &str = "PORT_BOTH";
/// It asks for a certificate of the client's.
pub(crate) const MUTUAL: &str = "PORT_MUTUAL";
pub(crate) const NOT_TLS: &str = "PORT_NOT_TLS";
pub(crate) const SILENT: &str = "PORT_SILENT";
/// Nothing listens there.
pub(crate) const DOWN: &str = "PORT_DOWN";

/// The bundle with the authority of the servers.
pub(crate) const CA: &str = "server-ca.pem";

const BY_OPENSSL: [(&str, &[&str]); 5] = [
    (ONLY_1_1, &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]),
    (ONLY_1_2, &["-tls1_2"]),
    (ONLY_1_3, &["-tls1_3"]),
    (BOTH, &[]),
    (MUTUAL, &["-Verify", "1"]),
];

/// Servers that run until this is dropped.
pub(crate) struct Servers {
    /// Their placeholders and ports.
    pub(crate) ports: Vec<(&'static str, u16)>,
    children: Vec<Child>,
    /// Connections wait here that nobody takes.
    _silent: TcpListener,
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Servers {
    /// Starts them in `folder`, which gets their authority too.
    pub(crate) fn start(folder: &Path) -> Result<Servers, String> {
        write_certificates(folder);
        let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
        let down = port(&TcpListener::bind(("127.0.0.1", 0)).unwrap());
        let ports =
            vec![(SILENT, port(&silent)), (DOWN, down), (NOT_TLS, speak_http("HTTP/1.1 400 Bad Request"))];
        let mut servers = Servers { ports, children: Vec::new(), _silent: silent };
        for (name, arguments) in BY_OPENSSL {
            let mut child = Command::new("openssl")
                .args([
                    "s_server",
                    "-accept",
                    "127.0.0.1:0",
                    "-www",
                    "-cert",
                    "server.pem",
                    "-key",
                    "server.key",
                ])
                .args(arguments)
                .current_dir(folder)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .map_err(|error| format!("openssl s_server: {error}"))?;
            let mut stdout = BufReader::new(child.stdout.take().unwrap());
            servers.children.push(child);
            let mut line = String::new();
            // It says where it listens: `ACCEPT 127.0.0.1:40001`.
            while !line.starts_with("ACCEPT") {
                line.clear();
                if stdout.read_line(&mut line).unwrap() == 0 {
                    return Err(format!("openssl s_server {arguments:?} does not listen"));
                }
            }
            let port = line.trim_end().rsplit(':').next().unwrap().parse().unwrap();
            servers.ports.push((name, port));
            thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        }
        Ok(servers)
    }
}

/// Starts a server that answers every connection with this line, and gives its port. It ends with the
/// process.
pub(crate) fn speak_http(line: &'static str) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = move |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ =
            stream.write_all(format!("{line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes());
    };
    thread::spawn(move || listener.incoming().flatten().for_each(answer));
    port
}

/// An RSA key, which all programs know; by openssl, because ring makes none.
fn write_certificates(folder: &Path) {
    let made = Command::new("openssl").args(["genpkey", "-algorithm", "RSA"]).output().unwrap();
    let key = KeyPair::from_pem(&String::from_utf8(made.stdout).unwrap()).unwrap();
    let authority_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Authority of the servers");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    std::fs::write(folder.join(CA), params.self_signed(&authority_key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(params, authority_key);
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "localhost");
    std::fs::write(folder.join("server.pem"), params.signed_by(&key, &issuer).unwrap().pem()).unwrap();
    std::fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
}
