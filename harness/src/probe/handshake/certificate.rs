//! Verifying a server's certificate without breaking off: version, certificate and HTTP are
//! separate facts, and a wrong certificate hides none of the others.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::roots::Roots;
use super::{chain, details};
use crate::certificate::PublicKey;
use crate::escape::printable;
use crate::evidence::{CertificateDetails, CertificateOutcome, Chain, Staple};

/// A verifier that lets every certificate pass and keeps it for [`Witness::judge`]. What the
/// server signs in the handshake is still verified: it does have the key. Only what an RSA key signs of
/// a size that rustls verifies nothing by is let pass, so that the key can be told; nobody finds such a
/// certificate trusted.
#[derive(Debug)]
pub(super) struct Witness {
    algorithms: WebPkiSupportedAlgorithms,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    chain: Vec<CertificateDer<'static>>,
    ocsp_response: Vec<u8>,
    client_certificate_wanted: bool,
    /// The bits of a key by which nothing could be verified.
    unusable_rsa: Option<u32>,
}

/// The bits of RSA keys that ring verifies by.
const USABLE_RSA: RangeInclusive<u32> = 2048..=8192;

impl Witness {
    /// A witness that has seen nothing yet.
    pub(super) fn new(algorithms: WebPkiSupportedAlgorithms) -> Arc<Witness> {
        Arc::new(Witness { algorithms, seen: Mutex::default() })
    }

    /// Whether the server asked for a client certificate.
    pub(super) fn client_certificate_wanted(&self) -> bool {
        self.with(|seen| seen.client_certificate_wanted)
    }

    /// Whether the server's certificate came.
    pub(super) fn has_chain(&self) -> bool {
        self.with(|seen| !seen.chain.is_empty())
    }

    /// How a client with these roots finds the certificate at `now`, when it wants `name`.
    pub(super) fn judge(&self, roots: &Roots, name: &ServerName<'_>, now: UnixTime) -> CertificateOutcome {
        let (chain, unusable_rsa) = self.with(|seen| (seen.chain.clone(), seen.unusable_rsa));
        let found = match chain.split_first() {
            Some((leaf, intermediates)) => judge(leaf, intermediates, roots, name, now, &self.algorithms),
            None => return CertificateOutcome::Other("the server sent no certificate".to_owned()),
        };
        match (found, unusable_rsa) {
            (CertificateOutcome::Trusted, Some(bits)) => {
                let (fewest, most) = (USABLE_RSA.start(), USABLE_RSA.end());
                CertificateOutcome::Other(format!(
                    "its RSA key has {bits} bits, and none but {fewest} to {most} are accepted"
                ))
            }
            (found, _) => found,
        }
    }

    /// Lets pass what `cert` has signed with a key of a size that nothing can be verified by, and
    /// remembers it.
    fn unless_unusable(
        &self,
        cert: &CertificateDer<'_>,
        verified: Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        verified.or_else(|error| match details::details(cert).map(|details| details.key) {
            Some(PublicKey::Rsa(bits)) if !USABLE_RSA.contains(&bits) => {
                self.with(|seen| seen.unusable_rsa = Some(bits));
                Ok(HandshakeSignatureValid::assertion())
            }
            _ => Err(error),
        })
    }

    /// The server's own certificate, for people.
    pub(super) fn leaf(&self) -> Option<CertificateDetails> {
        self.with(|seen| seen.chain.first().and_then(|leaf| details::details(leaf)))
    }

    /// All that the server sent, and where it leads.
    pub(super) fn chain(&self, roots: &Roots, now: UnixTime) -> Chain {
        let sent = self.with(|seen| seen.chain.clone());
        chain::chain(&sent, roots, now, &self.algorithms)
    }

    /// The OCSP response that came with the certificate.
    pub(super) fn staple(&self) -> Staple {
        self.with(|seen| Staple::of(&seen.ocsp_response))
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut Seen) -> T) -> T {
        // Nothing that holds the lock can panic half-way through a change.
        use_it(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What all readers of certificates make of those that were sent, the host's own first: each by itself, where
/// they lead, and how a client finds them that trusts what `roots` holds and wants `name`.
pub(crate) fn of_recorded(
    sent: &[CertificateDer<'static>],
    roots: &Roots,
    name: &ServerName<'_>,
    now: UnixTime,
) -> (Vec<Option<CertificateDetails>>, Chain, CertificateOutcome) {
    let witness = Witness::new(rustls::crypto::ring::default_provider().signature_verification_algorithms);
    witness.with(|seen| seen.chain = sent.to_vec());
    let each = sent.iter().map(|der| details::details(der)).collect();
    (each, witness.chain(roots, now), witness.judge(roots, name, now))
}

fn judge(
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    roots: &Roots,
    name: &ServerName<'_>,
    now: UnixTime,
    algorithms: &WebPkiSupportedAlgorithms,
) -> CertificateOutcome {
    let parsed = match ParsedCertificate::try_from(leaf) {
        Ok(parsed) => parsed,
        Err(error) => return outcome(error),
    };
    // A self-signed server certificate is its own issuer, which webpki refuses as a matter of form.
    // To put it into the list of roots is the usual way to say that it is trusted.
    let trusted = if roots.hold(leaf) {
        valid_at(leaf, now)
    } else {
        verify_server_cert_signed_by_trust_anchor(&parsed, roots.store(), intermediates, now, algorithms.all)
            .map_err(outcome)
            .map_err(|found| match found {
                CertificateOutcome::Other(_) if details::is_self_issued(leaf) => {
                    valid_at(leaf, now).err().unwrap_or(CertificateOutcome::UnknownIssuer)
                }
                found => found,
            })
    };
    match trusted.and_then(|()| verify_server_name(&parsed, name).map_err(outcome)) {
        Ok(()) => CertificateOutcome::Trusted,
        Err(found) => found,
    }
}

/// The dates of one certificate.
fn valid_at(leaf: &CertificateDer<'_>, now: UnixTime) -> Result<(), CertificateOutcome> {
    let Some(details) = details::details(leaf) else {
        return Err(CertificateOutcome::Other("the certificate cannot be read".to_owned()));
    };
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if now > details.not_after {
        Err(CertificateOutcome::Expired)
    } else if now < details.not_before {
        let seconds = details.not_before - now;
        Err(CertificateOutcome::Other(format!("certificate not valid yet, but in {seconds} seconds")))
    } else {
        Ok(())
    }
}

fn outcome(error: Error) -> CertificateOutcome {
    match error {
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            CertificateOutcome::Expired
        }
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => CertificateOutcome::UnknownIssuer,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => CertificateOutcome::NameMismatch,
        error => CertificateOutcome::Other(words(&error)),
    }
}

/// What rustls finds wrong, in the words of who runs the host.
pub(super) fn words(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(
            CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. },
        ) => "it, or what it rests on, is signed by an algorithm that is not accepted".to_owned(),
        Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        ) => "not valid yet".to_owned(),
        error => printable(&error.to_string()),
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = std::iter::once(end_entity).chain(intermediates);
        self.with(|seen| {
            seen.chain = chain.map(|certificate| certificate.clone().into_owned()).collect();
            seen.ocsp_response = ocsp_response.to_vec();
        });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.unless_unusable(cert, verify_tls12_signature(message, cert, dss, &self.algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.unless_unusable(cert, verify_tls13_signature(message, cert, dss, &self.algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl ResolvesClientCert for Witness {
    fn resolve(
        &self,
        _root_hint_subjects: &[&[u8]],
        _schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        self.with(|seen| seen.client_certificate_wanted = true);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
