//! What is required beyond version, trust and status, in words, and how it is not met.

use std::time::Duration;

use super::{all_of, any_of};
use crate::escape::printable;
use crate::evidence::{ChainEnd, Question, Reply, Staple};
use crate::scenario::requirements::{HeaderWanted, HstsRule, ProtocolRule, SignatureRule};
use crate::scenario::{Requirements, in_largest_unit};
use crate::verdict::{HstsFault, RedirectFault, Unmet, Unsettled};
use crate::wire::AlertDescription;

const DAY: u64 = 86_400;

/// What a scenario requires, each in a clause.
pub(super) fn clauses(requirements: &Requirements) -> Vec<String> {
    let Requirements {
        certificate_lifespan,
        certificate_key,
        certificate_signature,
        certificate_names,
        complete_chain,
        same_certificate,
        alpn,
        ocsp_staple,
        hsts,
        headers,
        http_redirects,
    } = requirements;
    let mut clauses = Vec::new();
    if let Some(allowed) = certificate_lifespan {
        clauses.push(format!("certificate valid for at most {}", in_largest_unit(*allowed)));
    }
    if !certificate_key.is_empty() {
        clauses.push(format!("key {}", any_of(certificate_key)));
    }
    if let Some(rule) = certificate_signature {
        clauses.push(format!("signed by {}", signature_rule(rule)));
    }
    if !certificate_names.is_empty() {
        clauses.push(format!("names {}", all_of(certificate_names)));
    }
    if *complete_chain {
        clauses.push("chain complete".to_owned());
    }
    if *same_certificate {
        clauses.push("the same certificate at every address".to_owned());
    }
    if let Some(ProtocolRule { some, none }) = alpn {
        if !some.is_empty() {
            clauses.push(format!("{} by ALPN", any_of(some)));
        }
        if !none.is_empty() {
            clauses.push(format!("no {} by ALPN", any_of(none)));
        }
    }
    if let Some(required) = ocsp_staple {
        clauses.push(if *required { "OCSP response stapled" } else { "no OCSP response stapled" }.to_owned());
    }
    if let Some(HstsRule { min_age, include_subdomains, preload }) = hsts {
        let subdomains = if *include_subdomains { " with subdomains" } else { "" };
        let preload = if *preload { " and preload" } else { "" };
        clauses.push(format!("HSTS for {}{subdomains}{preload}", in_largest_unit(*min_age)));
    }
    for rule in headers {
        let name = &rule.name;
        clauses.push(match &rule.wanted {
            HeaderWanted::Absent => format!("no header {name}"),
            HeaderWanted::Present => format!("header {name}"),
            HeaderWanted::Exactly(value) => format!("header {name} {}", printable(value)),
        });
    }
    if let Some(port) = http_redirects {
        clauses.push(format!("port {port} redirects to HTTPS"));
    }
    clauses
}

fn signature_rule(rule: &SignatureRule) -> String {
    match rule {
        SignatureRule::Only(hashes) => any_of(hashes),
        SignatureRule::None(hashes) => format!("anything but {}", any_of(hashes)),
    }
}

/// What was found, as what a host does.
pub(super) fn headline(unmet: &Unmet) -> String {
    match unmet {
        Unmet::Unreadable => "has a certificate that cannot be read".to_owned(),
        Unmet::Lifespan { allowed, found: Some(found) } => {
            format!(
                "has a certificate that is valid for {}, at most {} allowed",
                span(*found),
                in_largest_unit(*allowed)
            )
        }
        Unmet::Lifespan { found: None, .. } => "has a certificate that ends before it begins".to_owned(),
        Unmet::Key { allowed, found } => {
            format!("has a certificate with {found}, expected {}", any_of(allowed))
        }
        Unmet::Signature { rule, whose, found: Some(found) } => {
            format!("sends the certificate of {whose} signed by {found}, expected {}", signature_rule(rule))
        }
        Unmet::Signature { whose, found: None, .. } => {
            format!("sends {whose}, of which the signature cannot be read")
        }
        Unmet::Names(missing) => format!("has a certificate that does not hold {}", all_of(missing)),
        Unmet::Chain { sent, end } => chain(*sent, end),
        Unmet::Differs { own, other, address } => {
            format!("shows another certificate than {address}: {}, not {}", short(own), short(other))
        }
        Unmet::NoProtocol(wanted) => format!("does not agree on {} by ALPN", any_of(wanted)),
        Unmet::Protocols(agreed) => format!("agrees on {} by ALPN", all_of(agreed)),
        Unmet::Staple { required: true, found: Staple::Missing, times } => {
            format!("staples no OCSP response, asked {times} times")
        }
        Unmet::Staple { required: true, found, .. } => format!("staples {}", staple(found)),
        Unmet::Staple { required: false, found, .. } => format!("staples {}, expected none", staple(found)),
        Unmet::Hsts(fault) => hsts(fault),
        Unmet::Header { name, wanted, found } => header(name, wanted, found.as_deref()),
        Unmet::Redirect { fault, port, status, detail } => {
            redirect(*fault, *port, *status, detail.as_deref())
        }
    }
}

fn hsts(fault: &HstsFault) -> String {
    match fault {
        HstsFault::Missing => "sends no Strict-Transport-Security".to_owned(),
        HstsFault::Invalid(why) => {
            format!("sends a Strict-Transport-Security that clients ignore, since {why}")
        }
        HstsFault::MaxAge { least, found } => {
            format!("sends Strict-Transport-Security for {}, expected {}", span(*found), span(*least))
        }
        HstsFault::WithoutSubdomains => {
            "sends a Strict-Transport-Security without includeSubDomains".to_owned()
        }
        HstsFault::WithoutPreload => "sends a Strict-Transport-Security without preload".to_owned(),
    }
}

fn header(name: &str, wanted: &HeaderWanted, found: Option<&[u8]>) -> String {
    let found = found.map(|value| quoted(&String::from_utf8_lossy(value)));
    match (wanted, found) {
        (HeaderWanted::Absent, found) => {
            format!("sends the header {name} {}, expected none", found.unwrap_or_default())
        }
        (HeaderWanted::Present, _) => format!("sends no header {name}"),
        (HeaderWanted::Exactly(value), None) => {
            format!("sends no header {name}, expected {}", quoted(value))
        }
        (HeaderWanted::Exactly(value), Some(found)) => {
            format!("sends the header {name} {found}, expected {}", quoted(value))
        }
    }
}

fn redirect(fault: RedirectFault, port: u16, status: Option<u16>, detail: Option<&str>) -> String {
    let status = status.map(|status| format!("HTTP {status}")).unwrap_or_default();
    // Why there is no answer is our own words.
    let why = detail.unwrap_or_default();
    let detail = quoted(why);
    match fault {
        RedirectFault::NoRedirect => {
            format!("answers plain HTTP on port {port} with {status}, expected a redirect")
        }
        RedirectFault::NoLocation => format!("redirects plain HTTP on port {port} by {status} to nowhere"),
        RedirectFault::NotHttps => {
            format!("redirects plain HTTP on port {port} to {detail}, which is not HTTPS")
        }
        RedirectFault::OtherHost => {
            format!("redirects plain HTTP on port {port} to {detail}, which is elsewhere")
        }
        RedirectFault::NoHttp => format!("gives no answer by plain HTTP on port {port}: {why}"),
        RedirectFault::PortClosed => format!("does not listen on port {port}, so nothing redirects to HTTPS"),
    }
}

fn staple(staple: &Staple) -> &'static str {
    match staple {
        Staple::Missing => "nothing",
        Staple::Successful => "an OCSP response",
        Staple::Useless(what) => what,
    }
}

/// Where what was sent leads, as what a host does.
#[must_use]
pub(in crate::report) fn chain(sent: usize, end: &ChainEnd) -> String {
    let plural = if sent == 1 { "" } else { "s" };
    let sends = format!("sends {sent} certificate{plural}");
    match end {
        ChainEnd::Root => format!("{sends}, up to a trusted root"),
        ChainEnd::IssuerNotSent { issuer, of_leaf: true } => {
            format!("{sends}, and its issuer {issuer} is not sent")
        }
        ChainEnd::IssuerNotSent { issuer, of_leaf: false } => {
            format!("{sends}, and the last one's issuer {issuer} is neither sent nor trusted")
        }
        ChainEnd::UnknownRoot { root } => format!("{sends}, up to the root {root}, which is not trusted"),
        ChainEnd::Broken(why) => format!("{sends} that lead nowhere: {why}"),
    }
}

/// What could not be told, as what a host does.
pub(super) fn unsettled(unsettled: &Unsettled) -> String {
    let Unsettled { question, why } = unsettled;
    format!("does not say {}: {why}", about(question))
}

/// What a question is about, in a clause.
#[must_use]
pub(in crate::report) fn about(question: &Question) -> String {
    match question {
        Question::Protocol(protocol) => format!("whether it agrees on {} by ALPN", printable(protocol)),
        Question::Staple(_) => "whether it staples an OCSP response".to_owned(),
        Question::PlainHttp { port, .. } => format!("where plain HTTP on port {port} leads"),
    }
}

/// What came of a question.
#[must_use]
pub(in crate::report) fn reply(question: &Question, reply: &Reply) -> String {
    let detail = match reply {
        Reply::Agreed => "agreed".to_owned(),
        Reply::RefusedProtocol => {
            format!("refused, alert {}", AlertDescription::NO_APPLICATION_PROTOCOL.with_code())
        }
        Reply::WithoutProtocol => "not agreed, the handshake went on without it".to_owned(),
        Reply::Stapled(found) => format!("{} stapled", staple(found)),
        Reply::Http { status, location } => {
            let location = location.as_deref().map(|to| format!(", to {}", quoted(to))).unwrap_or_default();
            format!("{status}{location}")
        }
        Reply::NoHttp(why) => format!("no answer: {why}"),
        Reply::PortClosed => "connection refused".to_owned(),
        Reply::Unclear(why) => format!("unclear: {why}"),
    };
    match question {
        Question::Protocol(protocol) => format!("{} {detail}", printable(protocol)),
        Question::Staple(time) => format!("{detail}, asked the {} time", ordinal(*time)),
        Question::PlainHttp { port, .. } => format!("port {port}: {detail}"),
    }
}

fn ordinal(number: u8) -> String {
    match number {
        2 => "2nd".to_owned(),
        3 => "3rd".to_owned(),
        other => format!("{other}th"),
    }
}

/// So many seconds, in days where they are full or many.
fn span(seconds: u64) -> String {
    match (seconds / DAY, seconds % DAY) {
        (0, _) => in_largest_unit(Duration::from_secs(seconds)),
        (whole, 0) => format!("{whole}d"),
        (whole, rest) => format!("{whole}d and {}", in_largest_unit(Duration::from_secs(rest))),
    }
}

/// Enough of a fingerprint to tell two apart.
pub(in crate::report) fn short(sha256: &str) -> &str {
    sha256.get(..16).unwrap_or(sha256)
}

/// A peer's text in a sentence: escaped, cut.
fn quoted(text: &str) -> String {
    format!("`{}`", crate::escape::printable_up_to(text, 200))
}
