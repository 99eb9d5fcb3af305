//! A certificate as people want to read it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

use super::algorithms;
use crate::digest::sha256;
use crate::escape::printable;
use crate::evidence::CertificateDetails;

/// How many names of a certificate are kept; lawful ones have a thousand and more.
const NAMES: usize = 100;

/// What a certificate says of itself, where it can be read.
pub(super) fn details(der: &[u8]) -> Option<CertificateDetails> {
    let certificate = parse(der)?;
    let mut names = alternative_names(&certificate);
    if names.is_empty() {
        names.extend(certificate.subject().iter_common_name().filter_map(|name| text(name.as_str().ok()?)));
    }
    names.truncate(NAMES);
    Some(CertificateDetails {
        names,
        subject: name_of(certificate.subject()),
        issuer: name_of(certificate.issuer()),
        not_before: certificate.validity().not_before.timestamp(),
        not_after: certificate.validity().not_after.timestamp(),
        key: algorithms::public_key(certificate.public_key()),
        signature: algorithms::signature(&certificate.signature_algorithm),
        sha256: sha256(der).as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
        der: der.to_vec(),
    })
}

/// Whether a certificate says that it issued itself; `false` where it cannot be read.
pub(super) fn is_self_issued(der: &[u8]) -> bool {
    parse(der).is_some_and(|certificate| certificate.issuer().as_raw() == certificate.subject().as_raw())
}

pub(super) fn parse(der: &[u8]) -> Option<X509Certificate<'_>> {
    X509Certificate::from_der(der).ok().map(|(_, certificate)| certificate)
}

/// Its names and addresses (RFC 5280 4.2.1.6); kinds that no TLS client compares are left out.
fn alternative_names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let names = extension.value.general_names.iter().take(NAMES);
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => text(name),
            GeneralName::IPAddress(octets) => address(octets).map(|address| address.to_string()),
            _ => None,
        })
        .collect()
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        return Some(Ipv4Addr::from(octets).into());
    }
    <[u8; 16]>::try_from(octets).ok().map(|octets| Ipv6Addr::from(octets).into())
}

/// The common name of a subject or issuer, or its organisation, or all of its name.
pub(super) fn name_of(name: &X509Name<'_>) -> String {
    let common_name = name.iter_common_name().find_map(|name| text(name.as_str().ok()?));
    let organization = || name.iter_organization().find_map(|name| text(name.as_str().ok()?));
    common_name.or_else(organization).unwrap_or_else(|| printable(&name.to_string()))
}

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| printable(text))
}
