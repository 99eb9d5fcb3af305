//! Certificates of a server, in DER.
//!
//! Input: what the host is wanted to be called and whether the last certificate is a trusted root; then the
//! certificates, each behind its length in two bytes. Where that does not come out even, what is left is the
//! last one.

use tls_readiness::escape::printable_up_to;
use tls_readiness::evidence::{CertificateDetails, CertificateOutcome, ChainEnd, Staple};
use tls_readiness::fuzzing;
use tls_readiness::probe::Roots;

/// The day that is judged, in seconds since 1970.
const NOW: u64 = 1_800_000_000;
/// The most names that are kept.
const NAMES: usize = 100;
/// The most certificates that are looked at.
const LOOKED_AT: usize = 32;

/// All text that is kept of certificates is escaped, and all numbers are within their limits.
pub fn run(input: &[u8]) {
    let [how, der @ ..] = input else { return };
    let sent = split(der);
    let name = if how & 1 == 0 { "a.example" } else { "192.0.2.1" };
    let roots = match sent.last() {
        Some(root) if how & 2 != 0 => Roots::from_der(std::slice::from_ref(root)),
        _ => Roots::from_der(&[]),
    };
    let (each, chain, outcome) = fuzzing::certificates(&sent, &roots, name, NOW).expect("a name");
    each.iter().flatten().for_each(|details| look(details, name));
    assert_eq!(each.len(), sent.len());
    assert_eq!(chain.sent, sent.len());
    assert!(chain.signed.len() <= LOOKED_AT);
    for signed in &chain.signed {
        escaped(&signed.subject);
        signed.signature.iter().for_each(|signature| escaped(&signature.algorithm));
    }
    match &chain.end {
        ChainEnd::IssuerNotSent { issuer: text, .. }
        | ChainEnd::UnknownRoot { root: text }
        | ChainEnd::Broken(text) => escaped(text),
        ChainEnd::Root => {}
    }
    if let CertificateOutcome::Other(text) = &outcome {
        escaped(text);
    }
    // Trusted is only what some root vouches for, or is.
    assert!(outcome != CertificateOutcome::Trusted || how & 2 != 0, "trusted without a root");
    let _ = Staple::of(der);
}

fn split(mut der: &[u8]) -> Vec<Vec<u8>> {
    let mut sent = Vec::new();
    while let [high, low, rest @ ..] = der {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((one, after)) = rest.split_at_checked(length) else { break };
        sent.push(one.to_vec());
        der = after;
    }
    if !der.is_empty() {
        sent.push(der.to_vec());
    }
    sent
}

fn look(details: &CertificateDetails, name: &str) {
    assert!(details.names.len() <= NAMES);
    details.names.iter().for_each(|name| escaped(name));
    escaped(&details.subject);
    escaped(&details.issuer);
    escaped(&details.key.to_string());
    escaped(&details.signature.algorithm);
    assert_eq!(details.sha256.len(), 64);
    let _ = (details.lifespan(), details.holds(name), details.holds("*.a.example"), details.key.bits());
}

fn escaped(text: &str) {
    assert_eq!(printable_up_to(text, usize::MAX), text, "not escaped");
}
