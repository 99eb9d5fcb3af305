//! What follows where something that is required is not met, and what to do about it.

use super::super::words::{all_of, any_of};
use crate::evidence::ChainEnd;
use crate::scenario::in_largest_unit;
use crate::scenario::requirements::HeaderWanted;
use crate::verdict::{RedirectFault, Unmet};

/// What follows from it, in a clause.
#[must_use]
pub(super) fn consequence(unmet: &Unmet) -> &'static str {
    match unmet {
        Unmet::Unreadable => "nothing that is required of the certificate can be seen in it",
        Unmet::Lifespan { .. } => {
            "a key that is lost stays good for too long, and clients reject what lives longer than they allow"
        }
        Unmet::Key { .. } => "the key is not of a kind that is allowed",
        Unmet::Signature { .. } => "a signature that can be forged vouches for nothing",
        Unmet::Names(_) => "clients that ask for these names reject the certificate",
        Unmet::Chain { end: ChainEnd::IssuerNotSent { .. }, .. } => {
            "clients that do not have the missing certificate by chance reject the host; browsers often fetch it, programs do not"
        }
        Unmet::Chain { .. } => "clients reject the certificate",
        Unmet::Differs { .. } => "who connects gets one certificate or the other",
        Unmet::NoProtocol(_) => "clients that speak nothing else over TLS do not get through",
        Unmet::Protocols(_) => "clients that offer it still speak it",
        Unmet::Staple { required: true, .. } => {
            "clients have to ask the authority themselves, or do not ask at all"
        }
        Unmet::Staple { .. } => "the response is there, though it should not be",
        Unmet::Hsts(_) => "browsers may still be led to plain HTTP by whoever is on the way",
        Unmet::Header { .. } => "TLS works; the header of the answer is not what is required",
        Unmet::Redirect { fault: RedirectFault::PortClosed, .. } => {
            "nothing is served in the clear; but who follows an old link, or types the bare name, finds nothing"
        }
        Unmet::Redirect { .. } => "who comes by plain HTTP does not end at HTTPS",
    }
}

/// What to do about it at `place`.
#[must_use]
pub(super) fn to_do(unmet: &Unmet, place: &str) -> String {
    match unmet {
        Unmet::Unreadable => format!("replace the certificate at {place}"),
        Unmet::Lifespan { allowed, .. } => {
            format!("issue a certificate for {place} that is valid for at most {}", in_largest_unit(*allowed))
        }
        Unmet::Key { allowed, .. } => {
            format!("issue a certificate for {place} with a new key: {}", any_of(allowed))
        }
        Unmet::Signature { .. } => format!("have what is signed so issued anew, and serve that at {place}"),
        Unmet::Names(missing) => {
            format!("issue a certificate that holds {} too, and serve it at {place}", all_of(missing))
        }
        Unmet::Chain { end, .. } => mend_chain(end, place),
        Unmet::Differs { .. } => {
            format!("roll the same certificate out to every address; {place} has another")
        }
        Unmet::NoProtocol(wanted) => format!("enable {} at {place}", any_of(wanted)),
        Unmet::Protocols(agreed) => format!("disable {} at {place}", all_of(agreed)),
        Unmet::Staple { required: true, .. } => {
            format!("enable OCSP stapling at {place}; the certificate must name an OCSP server that answers")
        }
        Unmet::Staple { .. } => format!("disable OCSP stapling at {place}"),
        Unmet::Hsts(_) => format!("let {place} send one Strict-Transport-Security header as it is required"),
        Unmet::Header { name, wanted: HeaderWanted::Absent, .. } => {
            format!("remove the header {name} at {place}")
        }
        Unmet::Header { name, .. } => format!("set the header {name} at {place}"),
        Unmet::Redirect { fault: RedirectFault::PortClosed, .. } => {
            format!(
                "let {place} listen there and redirect, or remove `http_redirects` where the port is closed on purpose"
            )
        }
        Unmet::Redirect { .. } => {
            format!("let plain HTTP at {place} answer 301 or 308 with https and the same host in Location")
        }
    }
}

/// What to do about a chain at `place` that leads to no trusted root.
#[must_use]
pub(super) fn mend_chain(end: &ChainEnd, place: &str) -> String {
    match end {
        ChainEnd::IssuerNotSent { issuer, of_leaf: true } => format!(
            "serve the intermediate certificate {issuer} behind the host's own at {place}, as a file with the full chain has it; where {issuer} is a private root, name it by `ca` in the scenario"
        ),
        ChainEnd::IssuerNotSent { issuer, of_leaf: false } => format!(
            "where {issuer} is a root, name it by `ca` in the scenario; where it is one more intermediate, serve it at {place} too"
        ),
        ChainEnd::UnknownRoot { root } => format!(
            "nothing is missing at {place}: name the private root {root} by `ca` in the scenario, or serve a certificate of a trusted authority"
        ),
        ChainEnd::Root | ChainEnd::Broken(_) => {
            format!("serve the whole chain at {place}, or name the private CA by `ca` in the scenario")
        }
    }
}

/// The standard behind it.
#[must_use]
pub(super) fn reference(unmet: &Unmet) -> Option<&'static str> {
    match unmet {
        Unmet::Unreadable => Some("https://www.rfc-editor.org/rfc/rfc5280"),
        Unmet::Key { .. } | Unmet::Differs { .. } => Some("https://www.rfc-editor.org/rfc/rfc9325"),
        Unmet::Signature { .. } => Some("https://www.rfc-editor.org/rfc/rfc9155"),
        Unmet::Names(_) => Some("https://www.rfc-editor.org/rfc/rfc9525"),
        Unmet::Chain { .. } => Some("https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2"),
        Unmet::NoProtocol(_) | Unmet::Protocols(_) => Some("https://www.rfc-editor.org/rfc/rfc7301"),
        Unmet::Staple { .. } => Some("https://www.rfc-editor.org/rfc/rfc6066#section-8"),
        Unmet::Hsts(_) => Some("https://www.rfc-editor.org/rfc/rfc6797"),
        Unmet::Lifespan { .. } | Unmet::Header { .. } | Unmet::Redirect { .. } => None,
    }
}
