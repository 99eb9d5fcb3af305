//! What a stand-in does so that a scenario's requirements can be rehearsed: as its certificate, so its header
//! and its protocols are whatever the scenario expects.

use std::time::Duration;

use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SanType};

use crate::certificate::PublicKey;
use crate::scenario::requirements::{CertificateName, HeaderWanted, Requirements};
use crate::scenario::{Acceptable, Expectation, Host};

/// A successful OCSPResponse without anything in it (RFC 6960 4.2.1). No client is to take it for more than
/// a staple.
const EMPTY_OCSP_RESPONSE: &[u8] = &[0x30, 3, 0x0a, 1, 0];

/// What a stand-in has beside versions and a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Rehearsal {
    /// How long its certificate is valid; `None` for the longest.
    pub(super) lifespan: Option<Duration>,
    /// The key of its certificate; `None` for what the client wants.
    pub(super) key: Option<PublicKey>,
    /// Further names of its certificate.
    pub(super) names: Vec<CertificateName>,
    /// Whether it staples an OCSP response.
    staples: bool,
    /// The protocols that it agrees on; empty where it knows nothing of ALPN.
    protocols: Vec<String>,
    /// Fields of its answer's header.
    pub(super) headers: Vec<(String, String)>,
    /// The host that its plain HTTP redirects to; `None` where it has no plain HTTP.
    pub(super) redirects: Option<Host>,
}

impl Rehearsal {
    /// What `expectation` requires of `host`.
    #[must_use]
    pub fn of(expectation: &Expectation, host: &Host) -> Rehearsal {
        let Expectation::Accepted(Acceptable { requirements, .. }) = expectation else {
            return Rehearsal::default();
        };
        let Requirements { alpn, http_redirects, .. } = &**requirements;
        let mut protocols = alpn.as_ref().map(|rule| rule.some.clone()).unwrap_or_default();
        // Beside them the request of the scenario itself is served.
        let http = "http/1.1".to_owned();
        if !protocols.is_empty() && !alpn.as_ref().is_some_and(|rule| rule.none.contains(&http)) {
            protocols.push(http);
        }
        Rehearsal {
            lifespan: requirements.certificate_lifespan,
            key: requirements.certificate_key.iter().find(|key| is_at_hand(key)).cloned(),
            names: requirements.certificate_names.clone(),
            staples: requirements.ocsp_staple == Some(true),
            protocols,
            headers: headers(requirements),
            redirects: http_redirects.map(|_| host.clone()),
        }
    }

    /// The protocols as ALPN has them.
    pub(super) fn alpn(&self) -> Vec<Vec<u8>> {
        self.protocols.iter().map(|protocol| protocol.clone().into_bytes()).collect()
    }

    /// What is stapled.
    pub(super) fn staple(&self) -> Option<Vec<u8>> {
        self.staples.then(|| EMPTY_OCSP_RESPONSE.to_vec())
    }

    /// The names as a certificate has them; those that no certificate can have are left out.
    pub(super) fn alternative_names(&self) -> impl Iterator<Item = SanType> {
        self.names.iter().filter_map(|name| match (name, name.to_string()) {
            (CertificateName::Exactly(name), text) => match name.parse() {
                Ok(address) => Some(SanType::IpAddress(address)),
                Err(_) => text.try_into().ok().map(SanType::DnsName),
            },
            (CertificateName::Below(_), text) => text.try_into().ok().map(SanType::DnsName),
        })
    }

    /// A new key where the scenario wants one that clients would not be given by themselves.
    pub(super) fn new_key(&self) -> Option<Result<KeyPair, rcgen::Error>> {
        match self.key {
            Some(PublicKey::P384) => Some(KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)),
            Some(PublicKey::Ed25519) => Some(KeyPair::generate_for(&PKCS_ED25519)),
            _ => None,
        }
    }
}

/// Whether a stand-in can have such a key: its RSA key has 2048 bits, and ring makes none of the others.
fn is_at_hand(key: &PublicKey) -> bool {
    match key {
        PublicKey::Rsa(bits) => *bits <= 2048,
        PublicKey::P256 | PublicKey::P384 | PublicKey::Ed25519 => true,
        PublicKey::P521 | PublicKey::Ed448 | PublicKey::Other(_) => false,
    }
}

fn headers(requirements: &Requirements) -> Vec<(String, String)> {
    let hsts = requirements.hsts.map(|rule| {
        let subdomains = if rule.include_subdomains { "; includeSubDomains" } else { "" };
        let preload = if rule.preload { "; preload" } else { "" };
        // The next whole second: what is left of one would be too little.
        let age = rule.min_age.as_secs() + u64::from(rule.min_age.subsec_nanos() > 0);
        ("Strict-Transport-Security".to_owned(), format!("max-age={age}{subdomains}{preload}"))
    });
    // Those that every answer of a stand-in has are set by it.
    let is_own = |name: &str| {
        ["strict-transport-security", "connection", "content-length"]
            .contains(&name.to_ascii_lowercase().as_str())
    };
    let others = requirements.headers.iter().filter(|rule| !is_own(&rule.name)).filter_map(|rule| {
        let value = match &rule.wanted {
            HeaderWanted::Absent => return None,
            HeaderWanted::Present => "stand-in".to_owned(),
            HeaderWanted::Exactly(value) => value.clone(),
        };
        Some((rule.name.clone(), value))
    });
    hsts.into_iter().chain(others).collect()
}
