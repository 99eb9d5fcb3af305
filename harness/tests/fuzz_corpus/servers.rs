//! Real servers and clients, and what they say to one another.

use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tls_readiness::wire::{Follow, Next};

use crate::targets::first_flight;

/// How long a server may take to listen, and a program to end. Only a machine that is stuck needs it.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a server may keep silent where it has said all.
const SILENCE: Duration = Duration::from_millis(400);

/// A program and what it is told; `{port}` and `{folder}` stand for themselves.
struct Server {
    program: &'static str,
    arguments: &'static str,
}

const SERVERS: [Server; 20] = [
    openssl(""),
    openssl("-tls1 -cipher ALL:@SECLEVEL=0"),
    openssl("-tls1_1 -cipher ALL:@SECLEVEL=0"),
    openssl("-tls1_2 -cipher ALL:@SECLEVEL=0"),
    openssl("-tls1_2 -serverpref -cipher DHE-RSA-AES128-SHA256"),
    openssl("-tls1_2 -cipher AES128-SHA"),
    openssl("-tls1_2 -cipher AECDH-AES128-SHA:@SECLEVEL=0"),
    openssl("-tls1_2 -psk 1a2b -psk_hint somebody -cipher ECDHE-PSK-AES128-CBC-SHA256"),
    openssl("-tls1_3"),
    openssl("-tls1_3 -groups P-521"),
    openssl("-tls1_3 -groups X448:ffdhe2048"),
    openssl("-no_tls1_2 -cipher ALL:@SECLEVEL=0"),
    openssl("-Verify 1"),
    openssl("-cert {folder}/ecdsa.pem -key {folder}/ecdsa.key"),
    openssl("-cert {folder}/ed25519.pem -key {folder}/ed25519.key"),
    gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+SHA1"),
    gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2:+DHE-RSA:-ECDHE-RSA"),
    gnutls("NORMAL"),
    Server { program: "nginx", arguments: "-e stderr -p {folder} -c {folder}/{port}.nginx" },
    Server { program: "haproxy", arguments: "-f {folder}/{port}.haproxy" },
];

const fn openssl(arguments: &'static str) -> Server {
    Server { program: "openssl", arguments }
}

const fn gnutls(priority: &'static str) -> Server {
    Server { program: "gnutls-serv", arguments: priority }
}

/// Programs that connect to a port; `{port}` stands for it.
const CLIENTS: [&str; 10] = [
    "openssl s_client -connect 127.0.0.1:{port} -servername example.com",
    "openssl s_client -connect 127.0.0.1:{port} -tls1_2 -alpn h2,http/1.1 -status",
    "openssl s_client -connect 127.0.0.1:{port} -tls1 -cipher ALL:@SECLEVEL=0",
    "openssl s_client -connect 127.0.0.1:{port} -tls1_3 -groups P-521:X25519",
    "openssl s_client -connect 127.0.0.1:{port} -CAfile {folder}/rsa.pem -verify_return_error",
    "curl --silent --insecure https://localhost:{port}/",
    "curl --silent https://localhost:{port}/",
    "gnutls-cli --insecure --port {port} localhost",
    "node -e require('https').get('https://localhost:{port}/').on('error',()=>0)",
    "wget --quiet --tries=1 --no-check-certificate --output-document=- https://localhost:{port}/",
];

/// The versions and hellos that every server is asked with, in the bytes of the target `first_flight`.
const OFFERS: [(u8, u8); 16] = [
    (0x45, 255),
    (0x55, 255),
    (0x44, 255),
    (0x33, 255),
    (0x22, 255),
    (0x11, 255),
    (0x00, 255),
    (0x05, 0),
    (0x44, 0),
    (0x44, 1),
    (0x55, 0),
    (0x55, 6),
    (0x44, 8),
    (0x44, 9),
    (0x55, 9),
    (0x14, 2),
];

/// What was recorded, for each target.
#[derive(Default)]
pub(crate) struct Recorded {
    pub(crate) inputs: Vec<(&'static str, Vec<u8>)>,
    /// Programs that are not there.
    pub(crate) missing: Vec<String>,
}

/// Starts one server after another, asks it with every hello, and lets every client talk with it.
pub(crate) fn record() -> Recorded {
    let folder = tempfile::tempdir().unwrap();
    let mut recorded = Recorded::default();
    for (name, key) in [("rsa", "rsa:2048"), ("ecdsa", "ec"), ("ed25519", "ed25519")] {
        let mut words = format!("req -x509 -nodes -days 3650 -subj /CN=example.com -newkey {key}");
        if key == "ec" {
            words.push_str(" -pkeyopt ec_paramgen_curve:P-256");
        }
        let files = folder.path().join(name).display().to_string();
        write!(words, " -keyout {files}.key -out {files}.pem -outform PEM").unwrap();
        if !Command::new("openssl").args(words.split(' ')).output().is_ok_and(|made| made.status.success()) {
            recorded.missing.push("openssl".to_owned());
            return recorded;
        }
        let der = Command::new("openssl")
            .args(["x509", "-outform", "DER", "-in", &format!("{files}.pem")])
            .output()
            .unwrap()
            .stdout;
        recorded.inputs.push(("certificates", [&[0][..], &der].concat()));
    }
    let servers = SERVERS.map(|server| (server, free_ports()));
    let all: Vec<Recorded> = thread::scope(|scope| {
        let talks = servers.iter().map(|(server, ports)| scope.spawn(|| talk(server, folder.path(), ports)));
        talks.collect::<Vec<_>>().into_iter().map(|talk| talk.join().unwrap()).collect()
    });
    for one in all {
        recorded.inputs.extend(one.inputs);
        recorded.missing.extend(one.missing);
    }
    recorded.missing.sort();
    recorded.missing.dedup();
    recorded
}

/// All that is said to one server, and what it says.
fn talk(server: &Server, folder: &Path, ports: &[u16; 2]) -> Recorded {
    let mut recorded = Recorded::default();
    let [port, plain] = *ports;
    let Some(mut running) = start(server, folder, ports) else {
        recorded.missing.push(server.program.to_owned());
        return recorded;
    };
    await_listening(&mut running.0, port, server.arguments);
    recorded.inputs.extend(OFFERS.iter().filter_map(|offer| ask(*offer, port)));
    for client in CLIENTS {
        relay(client, folder, port, &mut recorded);
    }
    if server.program == "nginx" {
        recorded.inputs.push(("http", [&[6][..], &get(plain)].concat()));
    }
    recorded
}

/// A process that is killed when it is no longer needed.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Ports that nothing listens on, for TLS and for plain HTTP, below those that the system gives to outgoing
/// connections.
fn free_ports() -> [u16; 2] {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 20_000).unwrap();
    let mut free = std::iter::from_fn(|| Some(first + NEXT.fetch_add(1, Ordering::Relaxed)))
        .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    [free.next().unwrap(), free.next().unwrap()]
}

fn start(server: &Server, folder: &Path, [port, plain]: &[u16; 2]) -> Option<Running> {
    let shown = folder.display().to_string();
    let filled = server.arguments.replace("{port}", &port.to_string()).replace("{folder}", &shown);
    let mut command = Command::new(server.program);
    match server.program {
        "openssl" => {
            let files = [("-cert", "rsa.pem"), ("-key", "rsa.key")];
            let has_own = filled.contains("-cert ");
            command.args(["s_server", "-quiet", "-www", "-accept", &format!("127.0.0.1:{port}")]);
            for (option, file) in files.into_iter().filter(|_| !has_own) {
                command.args([option, &format!("{shown}/{file}")]);
            }
            command.args(filled.split_whitespace());
        }
        "gnutls-serv" => {
            command.args(["--quiet", "--http", "--priority", &filled, "--port", &port.to_string()]);
            command.args(["--x509certfile", &format!("{shown}/rsa.pem")]);
            command.args(["--x509keyfile", &format!("{shown}/rsa.key")]);
        }
        program => {
            let text = configuration(program, &shown);
            let text = text.replace("{port}", &port.to_string()).replace("{plain}", &plain.to_string());
            fs::write(folder.join(format!("{port}.{program}")), text).unwrap();
            command.args(filled.split_whitespace());
        }
    }
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match quiet.spawn() {
        Ok(child) => Some(Running(child)),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{}: {error}", server.program),
    }
}

fn configuration(program: &str, folder: &str) -> String {
    if program == "nginx" {
        return format!(
            "daemon off; pid {folder}/nginx.pid; error_log stderr crit; events {{}} http {{ access_log off;
             client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
             uwsgi_temp_path {folder}; scgi_temp_path {folder};
             server {{ listen 127.0.0.1:{{port}} ssl; ssl_protocols TLSv1.2 TLSv1.3;
             ssl_certificate {folder}/rsa.pem; ssl_certificate_key {folder}/rsa.key; return 200 ok; }}
             server {{ listen 127.0.0.1:{{plain}}; add_header Strict-Transport-Security max-age=1 always;
             return 301 https://example.com/; }} }}"
        );
    }
    fs::write(
        Path::new(folder).join("both.pem"),
        ["rsa.pem", "rsa.key"].map(|file| fs::read_to_string(Path::new(folder).join(file)).unwrap()).concat(),
    )
    .unwrap();
    format!(
        "global\n stats timeout 1s\ndefaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\n\
         frontend tls\n bind 127.0.0.1:{{port}} ssl crt {folder}/both.pem\n http-request return status 200\n"
    )
}

fn await_listening(server: &mut Child, port: u16, what: &str) {
    let deadline = Instant::now() + PATIENCE;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(matches!(server.try_wait(), Ok(None)), "the server ended: {what}");
        assert!(Instant::now() < deadline, "the server does not listen: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Both flights of a server, as an input of `first_flight`.
fn ask((versions, hello): (u8, u8), port: u16) -> Option<(&'static str, Vec<u8>)> {
    let mut flight = first_flight::begin(first_flight::offer(versions, hello), Follow::ServerHelloDone);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(SILENCE)).unwrap();
    stream.write_all(flight.hello()).ok()?;
    let (mut all, mut first, mut buffer) = (Vec::new(), None, [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        all.extend_from_slice(&buffer[..count]);
        match flight.read(&buffer[..count]) {
            Next::Read => {}
            Next::Send(hello) => {
                first = Some(all.len());
                stream.write_all(&hello).ok()?;
            }
            Next::Done => break,
        }
    }
    let length = u16::try_from(first.unwrap_or(all.len())).unwrap_or(u16::MAX).to_be_bytes();
    let head = [versions, hello, 1, 6, length[0], length[1]];
    (!all.is_empty()).then(|| ("first_flight", [&head[..], &all].concat()))
}

fn get(port: u16) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

/// Lets a client talk with a server, and keeps what passes by.
fn relay(client: &str, folder: &Path, port: u16, recorded: &mut Recorded) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port().to_string();
    let words = client.replace("{port}", &own).replace("{folder}", &folder.display().to_string());
    let mut words = words.split(' ');
    let program = words.next().unwrap();
    let mut command = Command::new(program);
    // A client that is told nothing more leaves after the handshake.
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.envs([("no_proxy", "*"), ("NODE_TLS_REJECT_UNAUTHORIZED", "0")]);
    let Ok(child) = command.spawn() else {
        recorded.missing.push(program.to_owned());
        return;
    };
    let _running = Running(child);
    listener.set_nonblocking(true).unwrap();
    let deadline = Instant::now() + PATIENCE;
    let client = loop {
        match listener.accept() {
            Ok((client, _)) => break client,
            Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => panic!("{program} does not connect: {error}"),
        }
    };
    let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let passed = pass_on(&client, &server);
    let of_client: Vec<u8> =
        passed.iter().filter(|(head, _)| *head == 0).flat_map(|(_, bytes)| bytes.clone()).collect();
    recorded.inputs.push(("client_hello", [&[6][..], &of_client].concat()));
    let pieces = passed.iter().flat_map(|(head, bytes)| {
        bytes
            .chunks(0x7e)
            .map(move |piece| [&[head | u8::try_from(piece.len()).unwrap()][..], piece].concat())
    });
    recorded.inputs.push(("passage", std::iter::once(vec![2]).chain(pieces).collect::<Vec<_>>().concat()));
}

/// Passes on what both sides say, until both keep silent or one has left: 0 is the client, 0x80 the server.
fn pass_on(client: &TcpStream, server: &TcpStream) -> Vec<(u8, Vec<u8>)> {
    let mut passed: Vec<(u8, Vec<u8>)> = Vec::new();
    client.set_nonblocking(true).unwrap();
    server.set_nonblocking(true).unwrap();
    let mut last = Instant::now();
    while last.elapsed() < SILENCE {
        for (side, mut from, mut to) in [(0, client, server), (0x80, server, client)] {
            let mut buffer = [0; 16_384];
            match from.read(&mut buffer) {
                Ok(0) => return passed,
                Ok(count) => {
                    passed.push((side, buffer[..count].to_vec()));
                    last = Instant::now();
                    if to.write_all(&buffer[..count]).is_err() {
                        return passed;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return passed,
            }
        }
        thread::sleep(Duration::from_millis(1));
    }
    passed
}
