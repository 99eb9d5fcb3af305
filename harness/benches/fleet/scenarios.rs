//! The folders of scenarios that the gate is run on.

use std::fmt::Write as _;
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

/// What six versions must come to, each a test of its own.
const VERSIONS: [(&str, &str, &str); 6] = [
    ("ssl-2.0", "SSLv2", "refused"),
    ("ssl-3.0", "SSLv3", "refused"),
    ("tls-1.0", "1.0", "refused"),
    ("tls-1.1", "1.1", "refused"),
    ("tls-1.2", "1.2", "accepted"),
    ("tls-1.3", "1.3", "accepted"),
];

/// Writes a folder `name` below `folder` with a test for each host and version.
///
/// # Errors
/// Where the folder cannot be written.
pub(crate) fn write_versions(
    folder: &Path,
    name: &str,
    evidence: Evidence,
    authority: &Path,
    hosts: &[SocketAddr],
) -> Result<PathBuf> {
    let mut text = format!("hosts: {{ file: hosts.txt }}\nca: {}\n", authority.display());
    if evidence == Evidence::Hello {
        text.push_str("evidence: hello\n");
    }
    text.push_str("scenarios:\n");
    for (key, version, outcome) in VERSIONS {
        writeln!(text, "  {key}: {{ min_version: {version}, max_version: {version}, expect: {outcome} }}")?;
    }
    write(&folder.join(name), &text, hosts)
}

fn write(folder: &Path, scenarios: &str, hosts: &[SocketAddr]) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("fleet.yaml"), scenarios)?;
    let hosts: String = hosts.iter().map(|host| format!("{host}\n")).collect();
    fs::write(folder.join("hosts.txt"), hosts)?;
    Ok(folder.to_path_buf())
}
