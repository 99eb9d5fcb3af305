//! The words of scenarios on the command line: read by the same rules, told in one line.

use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::wrong::Wrong;
use super::{ConnectTo, Host, ServerNameChoice, duration, host, version};
use crate::escape::printable;
use crate::version::Version;

/// Reads a host: `name`, `name:port`, IPv4, `[IPv6]`, `[IPv6]:port`.
///
/// # Errors
/// What was found, and what to write.
pub fn parse_host(text: &str) -> Result<Host, String> {
    host::host(text).map_err(told)
}

/// Reads where to connect: `address` or `address:port`.
///
/// # Errors
/// What was found, and what to write.
pub fn parse_connect_to(text: &str) -> Result<ConnectTo, String> {
    host::connect_to(text).map_err(told)
}

/// Reads a name for SNI, or `none`.
///
/// # Errors
/// What was found, and what to write.
pub fn parse_server_name(text: &str) -> Result<ServerNameChoice, String> {
    if text == "none" {
        return Ok(ServerNameChoice::Nothing);
    }
    host::server_name(text).map(ServerNameChoice::Name).map_err(told)
}

/// Reads a version in any of its spellings.
///
/// # Errors
/// What was found, and what to write.
pub fn parse_version(text: &str) -> Result<Version, String> {
    version::from_text(text).map_err(told)
}

/// Reads the deadline of a step.
///
/// # Errors
/// What was found, and what to write.
pub fn parse_timeout(text: &str) -> Result<Duration, String> {
    duration::from_text(text, &duration::TIMEOUT).map_err(told)
}

/// The certificates of a PEM bundle, in DER.
///
/// # Errors
/// What is wrong with it.
pub fn certificates(pem: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let certificates: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(pem)
        .map(|certificate| certificate.map(|der| der.to_vec()))
        .collect::<Result<_, _>>()
        .map_err(|error| printable(&error.to_string()))?;
    if certificates.is_empty() { Err("it holds no certificate in PEM".to_owned()) } else { Ok(certificates) }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn told(wrong: Wrong) -> String {
    format!("{}; {}", wrong.found, wrong.write)
}
