//! What an acceptance must hold beside its version: of the certificate, of the protocol above TLS, and
//! of the answer by HTTP.

use std::fmt;
use std::time::Duration;

use crate::certificate::{PublicKey, SignatureHash};

/// Everything that is required beyond version, status and trust. Nothing is by default.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Requirements {
    /// The most time from a certificate's first second to its last, both included (RFC 5280 4.1.2.5).
    pub certificate_lifespan: Option<Duration>,
    /// The kinds of key that the host's own certificate may have; empty for any.
    pub certificate_key: Vec<PublicKey>,
    /// How the certificates that are sent may be signed.
    pub certificate_signature: Option<SignatureRule>,
    /// The names that the host's own certificate must hold.
    pub certificate_names: Vec<CertificateName>,
    /// Whether every intermediate up to a trusted root must be sent (RFC 8446 4.4.2).
    pub complete_chain: bool,
    /// Whether every address must show the same certificate.
    pub same_certificate: bool,
    /// The protocols that are agreed on by ALPN (RFC 7301).
    pub alpn: Option<ProtocolRule>,
    /// Whether an OCSP response must, or must not, be stapled (RFC 6066 8, RFC 8446 4.4.2.1).
    pub ocsp_staple: Option<bool>,
    /// Strict-Transport-Security (RFC 6797).
    pub hsts: Option<HstsRule>,
    /// Fields of the answer's header.
    pub headers: Vec<HeaderRule>,
    /// The port where plain HTTP must redirect to HTTPS.
    pub http_redirects: Option<u16>,
}

impl Requirements {
    /// Whether nothing is required.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Requirements::default()
    }
}

/// Only what is required: most scenarios require nothing of all this.
impl fmt::Debug for Requirements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let none = Requirements::default();
        let mut shown = f.debug_struct("Requirements");
        let mut field = |name, value: &dyn fmt::Debug, is_required| {
            if is_required {
                shown.field(name, value);
            }
        };
        let lifespan = &self.certificate_lifespan;
        field("certificate_lifespan", lifespan, *lifespan != none.certificate_lifespan);
        field("certificate_key", &self.certificate_key, self.certificate_key != none.certificate_key);
        let signature = &self.certificate_signature;
        field("certificate_signature", signature, *signature != none.certificate_signature);
        field("certificate_names", &self.certificate_names, self.certificate_names != none.certificate_names);
        field("complete_chain", &self.complete_chain, self.complete_chain);
        field("same_certificate", &self.same_certificate, self.same_certificate);
        field("alpn", &self.alpn, self.alpn != none.alpn);
        field("ocsp_staple", &self.ocsp_staple, self.ocsp_staple != none.ocsp_staple);
        field("hsts", &self.hsts, self.hsts != none.hsts);
        field("headers", &self.headers, self.headers != none.headers);
        field("http_redirects", &self.http_redirects, self.http_redirects != none.http_redirects);
        shown.finish()
    }
}

/// How certificates may be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureRule {
    /// By one of these.
    Only(Vec<SignatureHash>),
    /// By none of these.
    None(Vec<SignatureHash>),
}

/// A name that a certificate must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CertificateName {
    /// A DNS name or an address, as a client would ask for it.
    Exactly(String),
    /// Every name one label below this one: `*.` and it, in the certificate itself (RFC 9525 6.3).
    Below(String),
}

impl fmt::Display for CertificateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CertificateName::Exactly(name) => f.write_str(name),
            CertificateName::Below(name) => write!(f, "*.{name}"),
        }
    }
}

/// Which protocols are agreed on where each is offered alone. Never without a protocol.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProtocolRule {
    /// At least one of these is; empty where that does not matter.
    pub some: Vec<String>,
    /// None of these is.
    pub none: Vec<String>,
}

/// What Strict-Transport-Security must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HstsRule {
    /// The least `max-age`.
    pub min_age: Duration,
    /// Whether `includeSubDomains` must be there.
    pub include_subdomains: bool,
    /// Whether `preload` must be there (hstspreload.org; no RFC has it).
    pub preload: bool,
}

/// What a field of the answer's header must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderRule {
    /// Its name, as it was written: a token, compared without regard to case (RFC 9110 5.1).
    pub name: String,
    /// What is wanted of it.
    pub wanted: HeaderWanted,
}

/// What is wanted of a field of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderWanted {
    /// That it is not there.
    Absent,
    /// That it is there.
    Present,
    /// That it is there, and each of its lines is exactly this.
    Exactly(String),
}
