//! `openssl s_server` as a peer that nobody here wrote.

use std::io::{BufRead as _, BufReader, ErrorKind};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running `openssl s_server`, stopped on drop.
pub(crate) struct OpensslServer {
    child: Child,
    /// Kept open: the server writes to it.
    _output: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl OpensslServer {
    /// Starts it with these arguments after the port; `None`, with the reason printed, where
    /// openssl is not installed.
    pub(crate) fn start(arguments: &[&str]) -> Option<OpensslServer> {
        let spawned = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = match spawned {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                assert!(!crate::peers::peers_are_required(), "openssl is not installed");
                eprintln!("skipped: openssl is not installed");
                return None;
            }
            Err(error) => panic!("openssl: {error}"),
        };
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            if output.read_line(&mut line).unwrap() == 0 {
                let _ = child.kill();
                panic!("openssl s_server {arguments:?} ended: {:?}", child.wait());
            }
            if let Some(address) = line.strip_prefix("ACCEPT ") {
                break address.trim().parse().unwrap();
            }
        };
        Some(OpensslServer { child, _output: output, address })
    }
}

impl Drop for OpensslServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
