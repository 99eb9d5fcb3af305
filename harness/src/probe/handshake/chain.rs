//! Where the certificates lead that a server sent. Clients fetch none that is missing: those that do hide a
//! fault from whoever tries with them.

use std::time::Duration;

use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error};
use x509_parser::certificate::X509Certificate;

use super::certificate::words;
use super::details::{name_of, parse};
use super::roots::Roots;
use super::{algorithms, details};
use crate::evidence::{CERTIFICATES, Chain, ChainEnd, Signed};

/// What was sent, the host's own first, and where it leads by `roots`.
pub(super) fn chain(
    sent: &[CertificateDer<'_>],
    roots: &Roots,
    now: UnixTime,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Chain {
    let seen = sent.get(..CERTIFICATES.min(sent.len())).unwrap_or_default();
    let parsed: Vec<Option<X509Certificate<'_>>> = seen.iter().map(|der| parse(der)).collect();
    let signed = parsed
        .iter()
        .enumerate()
        .filter(|(index, certificate)| *index == 0 || !certificate.as_ref().is_some_and(issued_itself))
        .map(|(_, certificate)| signed(certificate.as_ref()))
        .collect();
    let end = end(seen, &parsed, roots, now, algorithms);
    Chain { sent: sent.len(), signed, end }
}

fn signed(certificate: Option<&X509Certificate<'_>>) -> Signed {
    match certificate {
        Some(certificate) => Signed {
            subject: name_of(certificate.subject()),
            signature: Some(algorithms::signature(&certificate.signature_algorithm)),
        },
        None => Signed { subject: "a certificate that cannot be read".to_owned(), signature: None },
    }
}

fn issued_itself(certificate: &X509Certificate<'_>) -> bool {
    certificate.issuer().as_raw() == certificate.subject().as_raw()
}

fn end(
    sent: &[CertificateDer<'_>],
    parsed: &[Option<X509Certificate<'_>>],
    roots: &Roots,
    now: UnixTime,
    algorithms: &WebPkiSupportedAlgorithms,
) -> ChainEnd {
    let Some((leaf, intermediates)) = sent.split_first() else {
        return ChainEnd::Broken("no certificate was sent".to_owned());
    };
    if roots.hold(leaf) {
        return ChainEnd::Root;
    }
    let verify = |moment| {
        let leaf = ParsedCertificate::try_from(leaf)?;
        verify_server_cert_signed_by_trust_anchor(&leaf, roots.store(), intermediates, moment, algorithms.all)
    };
    let found = verify(now).or_else(|error| {
        // Dates are another matter: at one time all were valid, or they never were.
        let moment = match &error {
            Error::InvalidCertificate(
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. },
            ) => common_moment(parsed),
            _ => None,
        };
        moment.map_or(Err(error), verify)
    });
    match found {
        Ok(()) => ChainEnd::Root,
        Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => walk(parsed, roots),
        Err(_) if details::is_self_issued(leaf) => walk(parsed, roots),
        Err(error) => ChainEnd::Broken(words(&error)),
    }
}

/// When all of them were valid for the first time.
fn common_moment(parsed: &[Option<X509Certificate<'_>>]) -> Option<UnixTime> {
    let begins = parsed.iter().flatten().map(|it| it.validity().not_before.timestamp()).max()?;
    u64::try_from(begins).ok().map(|seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
}

/// Follows the names of issuers as far as they go. No trusted root was found: which one is missing?
fn walk(parsed: &[Option<X509Certificate<'_>>], roots: &Roots) -> ChainEnd {
    let Some(Some(mut last)) = parsed.first().map(Option::as_ref) else {
        return ChainEnd::Broken("the host's own certificate cannot be read".to_owned());
    };
    // No way is longer than there are certificates; names can go round in a circle.
    for steps in 0..=parsed.len() {
        if issued_itself(last) {
            return ChainEnd::UnknownRoot { root: name_of(last.subject()) };
        }
        if roots.are_named(last.issuer().as_raw()) {
            let issuer = name_of(last.issuer());
            return ChainEnd::Broken(format!(
                "the trusted root of the name {issuer} did not sign what names it"
            ));
        }
        let issuer = parsed.iter().flatten().find(|it| it.subject().as_raw() == last.issuer().as_raw());
        match issuer {
            Some(issuer) => last = issuer,
            None => {
                return ChainEnd::IssuerNotSent { issuer: name_of(last.issuer()), of_leaf: steps == 0 };
            }
        }
    }
    ChainEnd::Broken("each of the certificates names another of them as its issuer".to_owned())
}

#[cfg(test)]
mod tests;
