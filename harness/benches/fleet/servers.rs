//! The real servers behind the proxy: one nginx, with a certificate for all names that are asked.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Result, process};

/// How long nginx may take to listen. Only a machine that is stuck needs it.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Where Debian puts servers; it is not in everybody's `PATH`.
const SERVER_FOLDERS: &str = "/usr/local/sbin:/usr/sbin:/sbin";

/// How many ports each kind of server has, so that the ports of those who connect to it last: a closed
/// connection occupies one for a minute.
pub(crate) const PORTS: usize = 16;

/// The name in the certificate, beside 127.0.0.1.
const NAME: &str = "fleet.test";

/// A running nginx, ended when dropped.
pub(crate) struct Servers {
    /// Where TLS 1.2 and 1.3 are spoken.
    pub(crate) ready: Vec<SocketAddr>,
    /// Where TLS 1.0 and 1.1 are spoken too.
    pub(crate) old: Vec<SocketAddr>,
    /// The certificate of the CA, as PEM.
    pub(crate) authority: PathBuf,
    process: Child,
}

impl Servers {
    /// Makes the certificates in `folder` and starts nginx on `ready` ports and some for the old kind.
    ///
    /// # Errors
    /// Where openssl or nginx is missing or fails.
    pub(crate) fn start(folder: &Path, ready: usize) -> Result<Servers> {
        certify(folder)?;
        let mut ports = free_ports(ready + PORTS)?;
        let old = ports.split_off(ready.min(ports.len()));
        fs::write(folder.join("nginx.conf"), configuration(&ports, &old)?)?;
        let process = Command::new("nginx")
            .arg("-p")
            .arg(folder)
            .args(["-c", "nginx.conf", "-e", "stderr"])
            .env("PATH", path_with_servers())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.join("nginx.log"))?)
            .spawn()
            .map_err(|error| format!("nginx could not be started: {error}"))?;
        let mut servers = Servers { ready: ports, old, authority: folder.join("ca.pem"), process };
        servers.await_listening(folder)?;
        Ok(servers)
    }

    /// The process to end.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// CPU of the workers, which do all the work.
    pub(crate) fn cpu(&self) -> Duration {
        process::used_by_children_of(self.process.id())
    }

    fn await_listening(&mut self, folder: &Path) -> Result {
        let deadline = Instant::now() + START_LIMIT;
        for address in self.ready.iter().chain(&self.old) {
            while TcpStream::connect(address).is_err() {
                if self.process.try_wait()?.is_some() || Instant::now() > deadline {
                    let log = fs::read_to_string(folder.join("nginx.log")).unwrap_or_default();
                    return Err(format!("nginx does not listen: {log}").into());
                }
                thread::sleep(Duration::from_millis(5));
            }
        }
        Ok(())
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        end(self.process.id());
        let _ = self.process.wait();
    }
}

/// Tells nginx to end, and its workers with it, which a kill would leave behind.
pub(crate) fn end(id: u32) {
    if let Ok(id) = i32::try_from(id) {
        let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
}

/// What nginx says that it is: `nginx/1.22.1`.
pub(crate) fn version() -> String {
    let output = Command::new("nginx").arg("-v").env("PATH", path_with_servers()).output();
    let words = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    words.split_whitespace().find(|word| word.starts_with("nginx/")).unwrap_or("nginx").to_owned()
}

/// The `PATH`, and where servers are beside it.
pub(crate) fn path_with_servers() -> String {
    format!("{}:{SERVER_FOLDERS}", std::env::var("PATH").unwrap_or_default())
}

/// A CA and a certificate with an ECDSA key, as most servers of today have.
fn certify(folder: &Path) -> Result {
    let names = format!("subjectAltName=DNS:{NAME},IP:127.0.0.1\nextendedKeyUsage=serverAuth\n");
    fs::write(folder.join("names.cnf"), names)?;
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256";
    for arguments in [
        format!("req -x509 {key} -keyout ca.key -out ca.pem -days 30 -subj /CN=fleet-ca"),
        format!("req -new {key} -keyout server.key -out server.csr -subj /CN={NAME}"),
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -sha256 \
         -extfile names.cnf -out server.pem"
            .to_owned(),
    ] {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(folder)
            .output()
            .map_err(|error| format!("openssl could not be started: {error}"))?;
        if !output.status.success() {
            return Err(format!("openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
    }
    Ok(())
}

fn configuration(ready: &[SocketAddr], old: &[SocketAddr]) -> Result<String> {
    let mut text = "daemon off; pid nginx.pid; error_log stderr crit; worker_processes auto;\n\
        worker_rlimit_nofile 16384;\nevents { worker_connections 16000; }\n\
        http {\naccess_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;\n\
        uwsgi_temp_path t4; scgi_temp_path t5; root .;\n\
        ssl_certificate server.pem; ssl_certificate_key server.key;\n"
        .to_owned();
    for (addresses, settings) in [
        (ready, "ssl_protocols TLSv1.2 TLSv1.3;"),
        (old, "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT:@SECLEVEL=0;"),
    ] {
        text.push_str("server {\n");
        for address in addresses {
            writeln!(text, "  listen {address} ssl backlog=4096;")?;
        }
        writeln!(text, "  {settings}\n  location / {{ return 200 ok; }}\n}}")?;
    }
    text.push_str("}\n");
    Ok(text)
}

/// Ports that nothing listens on, below those that the system gives to outgoing connections.
fn free_ports(count: usize) -> Result<Vec<SocketAddr>> {
    let first = 10_000 + u16::try_from(std::process::id() % 20_000)?;
    let listeners: Vec<TcpListener> = (first..32_000)
        .chain(10_000..first)
        .filter_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .take(count)
        .collect();
    if listeners.len() < count {
        return Err("too few free ports".into());
    }
    Ok(listeners.iter().map(TcpListener::local_addr).collect::<std::io::Result<_>>()?)
}
