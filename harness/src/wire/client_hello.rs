//! A ClientHello that somebody sent, as far as it says what its sender can do.

use crate::version::{Version, VersionRange};

use super::bytes::Bytes;
use super::cipher_suite::{CipherSuite, is_grease};
use super::extension;
use super::named_group::NamedGroup;

mod reader;

pub use reader::{ClientHelloReader, Progress};

/// A ClientHello (RFC 8446 4.1.2), or one in the format of SSL 2.0 (RFC 5246 appendix E.2).
///
/// Lists are in the order in which they were sent; GREASE values (RFC 8701) are left out of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientHello {
    /// The version in the first record's header; in the format of SSL 2.0 the message's version.
    pub record_version: u16,
    /// The version in the message: up to TLS 1.2 the highest that the client speaks.
    pub legacy_version: u16,
    /// Whether it came in the format of SSL 2.0.
    pub is_ssl2: bool,
    /// The client's random; for SSL 2.0 the challenge, with zeros before it.
    pub random: [u8; 32],
    /// The session id.
    pub session_id: Vec<u8>,
    /// The cipher suites.
    pub cipher_suites: Vec<CipherSuite>,
    /// The host name in `server_name`, raw: escape before showing. What is no UTF-8 is replaced.
    pub server_name: Option<String>,
    /// The list of `supported_versions`; `None` without that extension.
    pub supported_versions: Option<Vec<u16>>,
    /// `supported_groups`.
    pub groups: Vec<NamedGroup>,
    /// The groups that `key_share` holds a share of.
    pub key_shares: Vec<NamedGroup>,
    /// `signature_algorithms`.
    pub signature_algorithms: Vec<u16>,
    /// The protocols of `application_layer_protocol_negotiation`, raw.
    pub alpn: Vec<Vec<u8>>,
    /// The types of all extensions.
    pub extensions: Vec<u16>,
}

impl ClientHello {
    /// Whether the client offers `version`. Without `supported_versions` a ClientHello offers all
    /// versions from SSL 3.0 up to its own, and none above TLS 1.2 (RFC 8446 4.2.1).
    #[must_use]
    pub fn offers(&self, version: Version) -> bool {
        match (&self.supported_versions, version) {
            (_, Version::Ssl2) => self.cipher_suites.iter().any(|suite| suite.0 > 0xFFFF),
            (Some(versions), _) => versions.contains(&version.code()),
            (None, Version::Tls13) => false,
            (None, _) => version.code() <= self.legacy_version,
        }
    }

    /// The newest version that the client offers and that lies in `range`.
    #[must_use]
    pub fn best_in(&self, range: VersionRange) -> Option<Version> {
        range.iter().rev().find(|version| self.offers(*version))
    }

    /// The suites of the offer that a server may choose in `version`.
    pub fn suites_for(&self, version: Version) -> impl Iterator<Item = CipherSuite> {
        self.cipher_suites.iter().copied().filter(move |suite| suite.is_lawful_in(version))
    }

    /// Reads the body of a ClientHello message; the error says what is wrong with it.
    fn parse(record_version: u16, body: &[u8]) -> Result<ClientHello, &'static str> {
        let mut bytes = Bytes::new(body);
        let cut = "a ClientHello that is too short";
        let legacy_version = bytes.u16().ok_or(cut)?;
        let random = bytes.array().ok_or(cut)?;
        let session_id = bytes.vector8().ok_or(cut)?.rest();
        if session_id.len() > 32 {
            return Err("a session id longer than 32 bytes");
        }
        let cipher_suites = bytes.vector16().ok_or(cut)?.u16s().ok_or("half a cipher suite")?;
        bytes.vector8().ok_or(cut)?;
        let mut hello = ClientHello {
            record_version,
            legacy_version,
            is_ssl2: false,
            random,
            session_id: session_id.to_vec(),
            cipher_suites: without_grease(cipher_suites).map(|code| CipherSuite(u32::from(code))).collect(),
            server_name: None,
            supported_versions: None,
            groups: Vec::new(),
            key_shares: Vec::new(),
            signature_algorithms: Vec::new(),
            alpn: Vec::new(),
            extensions: Vec::new(),
        };
        if !bytes.is_empty() {
            let mut extensions = bytes.vector16().ok_or(cut)?;
            while !extensions.is_empty() {
                let code = extensions.u16().ok_or(cut)?;
                let body = extensions.vector16().ok_or(cut)?;
                hello.read_extension(code, body).ok_or("a malformed extension")?;
            }
        }
        if bytes.is_empty() { Ok(hello) } else { Err("bytes after a ClientHello's extensions") }
    }

    fn read_extension(&mut self, code: u16, mut body: Bytes<'_>) -> Option<()> {
        if is_grease(u32::from(code)) {
            return Some(());
        }
        if self.extensions.contains(&code) {
            return None;
        }
        self.extensions.push(code);
        match code {
            extension::SERVER_NAME => {
                let mut names = body.vector16()?;
                while !names.is_empty() {
                    let (kind, name) = (names.u8()?, names.vector16()?);
                    if kind == 0 {
                        self.server_name = Some(String::from_utf8_lossy(name.rest()).into_owned());
                    }
                }
            }
            extension::SUPPORTED_GROUPS => {
                self.groups = without_grease(body.vector16()?.u16s()?).map(NamedGroup).collect();
            }
            extension::SIGNATURE_ALGORITHMS => {
                self.signature_algorithms = without_grease(body.vector16()?.u16s()?).collect();
            }
            extension::SUPPORTED_VERSIONS => {
                self.supported_versions = Some(without_grease(body.vector8()?.u16s()?).collect());
            }
            extension::ALPN => {
                let mut protocols = body.vector16()?;
                while !protocols.is_empty() {
                    self.alpn.push(protocols.vector8()?.rest().to_vec());
                }
            }
            extension::KEY_SHARE => {
                let mut shares = body.vector16()?;
                while !shares.is_empty() {
                    let (group, _) = (shares.u16()?, shares.vector16()?);
                    if !is_grease(u32::from(group)) {
                        self.key_shares.push(NamedGroup(group));
                    }
                }
            }
            _ => return Some(()),
        }
        body.is_empty().then_some(())
    }
}

fn without_grease(codes: Vec<u16>) -> impl Iterator<Item = u16> {
    codes.into_iter().filter(|code| !is_grease(u32::from(*code)))
}

#[cfg(test)]
mod tests;
