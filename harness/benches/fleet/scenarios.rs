//! The folders of scenarios that the gate is run on.

use std::fmt::{Display, Write as _};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::Result;

/// How far acceptances are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// To the ServerHello.
    Hello,
    /// Through the whole handshake, certificate and all.
    Handshake,
}

/// No server here is slow, but the machine may be.
const TIMEOUT: &str = "60s";

/// What six versions must come to, each a test of its own.
const VERSIONS: [(&str, &str, &str); 6] = [
    ("ssl-2.0", "SSLv2", "refused"),
    ("ssl-3.0", "SSLv3", "refused"),
    ("tls-1.0", "1.0", "refused"),
    ("tls-1.1", "1.1", "refused"),
    ("tls-1.2", "1.2", "accepted"),
    ("tls-1.3", "1.3", "accepted"),
];

/// Tests of each host in [`write_versions`].
pub(crate) const TESTS: usize = VERSIONS.len();

/// Writes a folder with a test for each host and version.
///
/// # Errors
/// Where the folder cannot be written.
pub(crate) fn write_versions(
    folder: &Path,
    evidence: Evidence,
    authority: &Path,
    hosts: &[impl Display],
) -> Result<PathBuf> {
    let mut text = format!("hosts: {{ file: hosts.txt }}\nca: {}\ntimeout: {TIMEOUT}\n", authority.display());
    if evidence == Evidence::Hello {
        text.push_str("evidence: hello\n");
    }
    text.push_str("scenarios:\n");
    for (key, version, outcome) in VERSIONS {
        writeln!(text, "  {key}: {{ min_version: {version}, max_version: {version}, expect: {outcome} }}")?;
    }
    write(folder, &text, hosts)
}

/// Writes a folder that holds each host against a policy.
///
/// # Errors
/// Where the folder cannot be written.
#[cfg(target_os = "linux")]
pub(crate) fn write_policy(folder: &Path, policy: &str, hosts: &[impl Display]) -> Result<PathBuf> {
    write(folder, &format!("hosts: {{ file: hosts.txt }}\npolicy: {policy}\ntimeout: {TIMEOUT}\n"), hosts)
}

fn write(folder: &Path, scenarios: &str, hosts: &[impl Display]) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("fleet.yaml"), scenarios)?;
    write_hosts(&folder.join("hosts.txt"), hosts)?;
    Ok(folder.to_path_buf())
}

/// Writes one host a line.
///
/// # Errors
/// Where the file cannot be written.
pub(crate) fn write_hosts(file: &Path, hosts: &[impl Display]) -> Result {
    let text: String = hosts.iter().map(|host| format!("{host}\n")).collect();
    Ok(fs::write(file, text)?)
}

/// Writes a folder of so many files, each with a group of two tests as people write them.
///
/// # Errors
/// Where the folder cannot be written.
pub(crate) fn write_files(folder: &Path, count: usize) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    for number in 0..count {
        let text = format!(
            "# yaml-language-server: $schema=scenario.schema.json\n\
             host: service-{number}.example.com\n\
             replica: {{ min_version: 1.2, max_version: 1.3 }}\n\
             scenarios:\n  \
             tls-1.2-is-accepted:\n    min_version: 1.2\n    max_version: 1.2\n    path: /health\n    \
             expect: {{ status: 200 }}\n  \
             older-versions-are-refused:\n    min_version: SSLv2\n    max_version: 1.1\n    expect: refused\n    \
             advice: Set ssl_protocols to TLSv1.2 TLSv1.3 in the load balancer's configuration.\n"
        );
        fs::write(folder.join(format!("service-{number}.yaml")), text)?;
    }
    Ok(folder.to_path_buf())
}

/// So many addresses of 127.0.0.0/8, all with the port of `front`.
///
/// # Errors
/// Where there are too many.
#[cfg(target_os = "linux")]
pub(crate) fn addresses(front: SocketAddr, count: usize) -> Result<Vec<SocketAddr>> {
    let first = u32::from(std::net::Ipv4Addr::new(127, 1, 0, 1));
    let numbers = first..first + u32::try_from(count)?;
    Ok(numbers.map(|number| (std::net::Ipv4Addr::from(number), front.port()).into()).collect())
}
