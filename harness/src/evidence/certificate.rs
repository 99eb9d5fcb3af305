//! What a server showed of certificates, as data.

use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;

use crate::certificate::{PublicKey, SignatureHash};

/// How many of the certificates that are sent are looked at. A chain has three or four; a path is found
/// among fewer than this too (webpki tries six in a row).
pub const CERTIFICATES: usize = 32;

/// A certificate, as far as people want to read it. All text is escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateDetails {
    /// Its subject alternative names, or the common name where there are none.
    pub names: Vec<String>,
    /// Whom it is about.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// Valid from, in seconds since 1970.
    pub not_before: i64,
    /// Valid until, in seconds since 1970.
    pub not_after: i64,
    /// Its key.
    pub key: PublicKey,
    /// How it is signed.
    pub signature: Signature,
    /// The SHA-256 of all of it, in lower hexadecimal digits.
    pub sha256: String,
    /// All of it, in DER.
    pub der: Vec<u8>,
}

impl CertificateDetails {
    /// Whether a client that asks for `name` finds it here: by the library that verifies the host's own
    /// name too (RFC 9525 6.3). Not where it is no name that a client can ask for.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        let der = CertificateDer::from(self.der.as_slice());
        match (ParsedCertificate::try_from(&der), ServerName::try_from(name)) {
            (Ok(parsed), Ok(name)) => verify_server_name(&parsed, &name).is_ok(),
            _ => false,
        }
    }

    /// Seconds from the first to the last, both included (RFC 5280 4.1.2.5); `None` where it ends before it
    /// begins.
    #[must_use]
    pub fn lifespan(&self) -> Option<u64> {
        let seconds = self.not_after.checked_sub(self.not_before)?.checked_add(1)?;
        u64::try_from(seconds).ok().filter(|seconds| *seconds > 0)
    }
}

/// How a certificate is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name of the algorithm, or its object identifier. Escaped.
    pub algorithm: String,
    /// What it stands or falls with; `None` where the algorithm is not known.
    pub hash: Option<SignatureHash>,
}

/// The certificates that a server sent, and where they lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// How many were sent, the host's own included.
    pub sent: usize,
    /// Each that others vouch for, the host's own first; at most [`CERTIFICATES`] are looked at. One that
    /// issued itself is left out unless it is the first: nobody verifies its signature.
    pub signed: Vec<Signed>,
    /// Where they lead.
    pub end: ChainEnd,
}

/// A certificate among those that were sent. All text is escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Whom it is about.
    pub subject: String,
    /// How it is signed; `None` where it cannot be read.
    pub signature: Option<Signature>,
}

/// Where a chain of certificates leads, whatever their dates and names. All text is escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainEnd {
    /// To a trusted root, by what was sent.
    Root,
    /// To one whose issuer was not sent, and is no trusted root.
    IssuerNotSent {
        /// The issuer that is missing.
        issuer: String,
        /// Whether it is that of the host's own certificate.
        of_leaf: bool,
    },
    /// To a root that was sent, and is not trusted; or the host's own certificate issued itself.
    UnknownRoot {
        /// The root.
        root: String,
    },
    /// Nowhere: what was sent does not fit together. Why.
    Broken(String),
}

/// Whether a response to OCSP came with the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Staple {
    /// None came.
    Missing,
    /// One that says something of the certificate (RFC 6960 4.2.1: `successful`).
    Successful,
    /// Something else. What it is.
    Useless(&'static str),
}

impl Staple {
    /// What these bytes are.
    #[must_use]
    pub fn of(response: &[u8]) -> Staple {
        match response {
            [] => Staple::Missing,
            // OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED, … }, behind a length of one to four bytes.
            [0x30, length, rest @ ..] => {
                let more = if *length < 0x80 { 0 } else { usize::from(*length & 0x7f) };
                match rest.get(more..).unwrap_or_default() {
                    [0x0a, 1, 0, ..] => Staple::Successful,
                    [0x0a, 1, 1..=6, ..] => Staple::Useless("a refusal of the OCSP server"),
                    _ => Staple::Useless("no OCSP response"),
                }
            }
            _ => Staple::Useless("no OCSP response"),
        }
    }
}

/// A field of an answer's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderField {
    /// Its name in lower case.
    pub name: String,
    /// Its value, raw: escape before showing.
    pub value: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_staple_is_known_by_its_status() {
        for (bytes, staple) in [
            (&[][..], Staple::Missing),
            (&[0x30, 3, 0x0a, 1, 0], Staple::Successful),
            (&[0x30, 0x82, 1, 0, 0x0a, 1, 0, 0xa0], Staple::Successful),
            (&[0x30, 3, 0x0a, 1, 3], Staple::Useless("a refusal of the OCSP server")),
            (&[0x30, 3, 0x0a, 1, 9], Staple::Useless("no OCSP response")),
            (&[0x30, 3, 0x0a, 1], Staple::Useless("no OCSP response")),
            (&[0x30, 0xff, 0x0a, 1, 0], Staple::Useless("no OCSP response")),
            (&[0x30], Staple::Useless("no OCSP response")),
            (b"OCSP", Staple::Useless("no OCSP response")),
        ] {
            assert_eq!(Staple::of(bytes), staple, "{bytes:x?}");
        }
    }

    fn of_dates(not_before: i64, not_after: i64) -> CertificateDetails {
        CertificateDetails {
            names: Vec::new(),
            subject: String::new(),
            issuer: String::new(),
            not_before,
            not_after,
            key: PublicKey::P256,
            signature: Signature { algorithm: String::new(), hash: None },
            sha256: String::new(),
            der: b"no certificate".to_vec(),
        }
    }

    #[test]
    fn the_last_second_belongs_to_a_lifespan() {
        for (not_before, not_after, lifespan) in [
            (0, 366 * 86_400 - 1, Some(366 * 86_400)),
            (0, 0, Some(1)),
            (1, 0, None),
            (100, 0, None),
            (i64::MIN, i64::MAX, None),
            (0, i64::MAX, None),
        ] {
            assert_eq!(of_dates(not_before, not_after).lifespan(), lifespan);
        }
        assert!(!of_dates(0, 1).holds("a.example"));
    }
}
