//! Other programs that ask servers for their versions, on the same endpoints.

use std::fs::File;
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use super::Result;
use super::ground::Ground;
use super::process::{self, Measured};
use super::proxy::{Proxy, Tally};
use super::scenarios::write_hosts;
use super::servers::path_with_servers;

/// What sslscan is spared, so that it asks for versions and nothing else.
const VERSIONS_ALONE: [&str; 7] = [
    "--no-colour",
    "--no-ciphersuites",
    "--no-compression",
    "--no-fallback",
    "--no-groups",
    "--no-heartbleed",
    "--no-renegotiation",
];

/// A program, and the way in which it is run.
pub(crate) struct Scanner {
    /// As it is shown.
    pub(crate) name: &'static str,
    /// Its commands; the first that is installed is run.
    commands: &'static [&'static str],
    arguments: fn(&mut Command, hosts: &[SocketAddr], file: &str),
    /// Whether it is run on all endpoints; else on a sample, because its time grows with their number.
    pub(crate) on_all: bool,
    /// Whether it is run on local servers too.
    pub(crate) is_fast: bool,
    /// Whether the process does the work itself, so that its memory is what the work takes.
    pub(crate) works_itself: bool,
}

/// From what asks for least to what asks for most.
pub(crate) const SCANNERS: [Scanner; 6] = [
    Scanner {
        name: "sslscan, versions alone, all hosts at once",
        commands: &["xargs"],
        arguments: |command, hosts, _| {
            command.args(["-n", "1", "-P", &hosts.len().to_string(), "sslscan"]).args(VERSIONS_ALONE);
        },
        on_all: true,
        is_fast: true,
        works_itself: false,
    },
    Scanner {
        name: "sslscan, versions alone",
        commands: &["sslscan"],
        arguments: |command, _, file| {
            command.args(VERSIONS_ALONE).arg(format!("--targets={file}"));
        },
        on_all: false,
        is_fast: true,
        works_itself: true,
    },
    Scanner {
        name: "sslscan",
        commands: &["sslscan"],
        arguments: |command, _, file| {
            command.arg("--no-colour").arg(format!("--targets={file}"));
        },
        on_all: false,
        is_fast: false,
        works_itself: true,
    },
    Scanner {
        name: "nmap, ssl-enum-ciphers",
        commands: &["nmap"],
        arguments: |command, hosts, _| {
            let ports: Vec<String> = hosts.iter().map(|host| host.port().to_string()).collect();
            command.args(["-Pn", "-n", "-sT", "--script", "ssl-enum-ciphers", "127.0.0.1", "-p"]);
            command.arg(ports.join(","));
        },
        on_all: true,
        is_fast: false,
        works_itself: true,
    },
    Scanner {
        name: "sslyze, cipher suites of the six versions",
        commands: &["sslyze"],
        arguments: |command, hosts, _| {
            command.args(["--sslv2", "--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3"]);
            command.args(hosts.iter().map(ToString::to_string));
        },
        on_all: false,
        is_fast: false,
        works_itself: false,
    },
    Scanner {
        name: "testssl.sh, versions alone",
        commands: &["testssl.sh", "testssl"],
        arguments: |command, _, file| {
            command.args(["--color", "0", "--warnings", "batch", "-p", "--parallel", "--file", file]);
        },
        on_all: false,
        is_fast: false,
        works_itself: false,
    },
];

/// What a scanner came to.
pub(crate) struct Scan {
    pub(crate) process: Measured,
    /// What passed through the proxy, where there was one.
    pub(crate) passed: Option<Tally>,
    /// How many endpoints it was run on.
    pub(crate) hosts: usize,
}

impl Scanner {
    /// Runs it on `hosts`. `None` where it is not installed.
    ///
    /// # Errors
    /// Where it cannot be run, or asks nobody.
    pub(crate) fn scan(
        &self,
        ground: &Ground<'_>,
        hosts: &[SocketAddr],
        proxy: Option<&Proxy>,
    ) -> Result<Option<Scan>> {
        let Some(program) = self.commands.iter().find(|name| is_installed(name)) else { return Ok(None) };
        if *program == "xargs" && !is_installed("sslscan") {
            return Ok(None);
        }
        let file = ground.new_path();
        write_hosts(&file, hosts)?;
        let mut command = Command::new(program);
        (self.arguments)(&mut command, hosts, &file.display().to_string());
        command.current_dir(ground.folder()).env("PATH", path_with_servers());
        proxy.map(Proxy::take_tally);
        let process = process::run(&mut command, Stdio::from(File::open(&file)?), &ground.new_path())?;
        let passed = proxy.map(Proxy::take_tally);
        let hosts_asked = u64::try_from(hosts.len())?;
        if passed.as_ref().is_some_and(|passed| passed.connections < hosts_asked) {
            return Err(
                format!("{} did not ask all hosts; it said:\n{}", self.name, process.last_words()).into()
            );
        }
        Ok(Some(Scan { process, passed, hosts: hosts.len() }))
    }
}

/// Whether a program is in one of the folders where programs are.
pub(crate) fn is_installed(program: &str) -> bool {
    std::env::split_paths(&path_with_servers()).any(|folder| folder.join(program).is_file())
}
