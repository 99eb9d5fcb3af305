//! Ways into readers of peers' bytes that only a connection leads to, for the fuzz targets below `harness/fuzz`.
//! Nothing else uses them, and nothing rests on them.

use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use crate::evidence::{CertificateDetails, CertificateOutcome, Chain, HeaderField, HttpOutcome};
use crate::probe::{self, Roots};
use crate::scenario::Host;
use crate::verdict::{RedirectFault, hsts, redirect};

/// What is read out of certificates.
pub type Read = (Vec<Option<CertificateDetails>>, Chain, CertificateOutcome);

/// What is read out of the certificates that a server sent, in DER, its own first: each by itself, where they
/// lead, and how a client finds them that wants `name`. `now` is in seconds since 1970. `None` where `name` is
/// none.
#[must_use]
pub fn certificates(sent: &[Vec<u8>], roots: &Roots, name: &str, now: u64) -> Option<Read> {
    let sent: Vec<_> = sent.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let name = ServerName::try_from(name).ok()?;
    let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
    Some(probe::certificates_of_recorded(&sent, roots, &name, now))
}

/// What a GET comes to that is answered with these bytes, so many at a time, and the fields of the header.
#[must_use]
pub fn http(answer: &[u8], at_a_time: usize) -> (HttpOutcome, Vec<HeaderField>) {
    probe::http_of_recorded(answer, at_a_time)
}

/// `max-age`, `includeSubDomains` and `preload` of an answer, or why clients ignore its
/// Strict-Transport-Security.
#[must_use]
pub fn hsts(headers: &[HeaderField]) -> Option<Result<(u64, bool, bool), &'static str>> {
    let policy = hsts::policy(headers)?;
    Some(policy.map(|policy| (policy.max_age, policy.include_subdomains, policy.preload)))
}

/// What is wrong with an answer by plain HTTP that has to lead to HTTPS at `host`.
#[must_use]
pub fn redirect(status: u16, location: Option<&str>, host: &Host) -> Option<RedirectFault> {
    redirect::fault(status, location, host)
}
