//! Observations, findings and expectations in words. Peer text arrives here escaped.

use std::fmt::Display;
use std::net::IpAddr;
use std::time::Duration;

use crate::escape::printable;
use crate::escape::printable_bytes;
use crate::evidence::{
    Acceptance, CertificateOutcome, Doubt, Extras, Followed, Hello, HttpOutcome, Observation, Outcome,
    Refusal, SaidName, Tailored, Unreachable, Violation,
};
use crate::scenario::{CertificateExpectation, Depth, Expectation, Scenario, Tolerance, in_largest_unit};
use crate::version::{Version, VersionRange};
use crate::wire::AlertDescription;

pub mod client;
mod headline;
pub(in crate::report) mod posture;
pub(in crate::report) mod required;
pub(super) mod rounds;

pub use headline::headline;

/// A length of time as people read it: `0.4 ms`, `31 ms`, `5.0 s`.
#[must_use]
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.01 {
        format!("{:.1} ms", seconds * 1e3)
    } else if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1e3)
    } else {
        format!("{seconds:.1} s")
    }
}

/// What a scenario expects, in a line.
#[must_use]
pub fn expectation(scenario: &Scenario) -> String {
    if scenario.client.is_some() {
        return client::expectation(scenario);
    }
    expected(scenario.versions, &scenario.expectation, scenario.depth, posture::NAMES)
}

/// What is expected of a host that is offered a range, in a line; of long lists at most `most` names.
#[must_use]
pub(super) fn expected(range: VersionRange, expectation: &Expectation, depth: Depth, most: usize) -> String {
    match expectation {
        Expectation::Unreachable => "unreachable".to_owned(),
        Expectation::Meets(required) => format!("{range}: {}", posture::required(required, most)),
        Expectation::Refused { alert: None } => format!("{range} refused"),
        Expectation::Refused { alert: Some(alert) } => format!("{range} refused by alert {alert}"),
        Expectation::Accepted(acceptable) => {
            let mut words = format!("{range} accepted");
            if let Some(version) = acceptable.version {
                words.push_str(&format!(", ending with {version}"));
            }
            if depth >= Depth::Handshake && acceptable.certificate != CertificateExpectation::Trusted {
                words.push_str(&format!(", certificate {}", certificate_expectation(acceptable.certificate)));
            }
            if let Some(needed) = acceptable.certificate_valid_for {
                words.push_str(&format!(", certificate valid for {}", in_largest_unit(needed)));
            }
            match (&acceptable.status, depth) {
                (Some(status), _) => words.push_str(&format!(", HTTP {status}")),
                (None, Depth::Http) => words.push_str(", an HTTP answer"),
                _ => {}
            }
            for clause in required::clauses(&acceptable.requirements) {
                words.push_str(&format!(", {clause}"));
            }
            if !acceptable.posture.is_empty() {
                words.push_str(&format!("; {}", posture::required(&acceptable.posture, most)));
            }
            words
        }
    }
}

/// An observation in two parts: a word, and what stands behind it, what followed the first flight
/// included.
#[must_use]
pub fn describe(observation: &Observation) -> (&'static str, String) {
    let (word, mut detail) = first_flight(observation);
    match &observation.followed {
        None => {}
        Some(Followed::Broken(why)) => detail.push_str(&format!("; then broke off: {why}")),
        Some(Followed::Session(session)) => {
            detail.push_str(&format!("; certificate {}", certificate(&session.certificate)));
            match &session.http {
                Some(HttpOutcome::Status { status, .. }) => detail.push_str(&format!("; HTTP {status}")),
                Some(HttpOutcome::Failed(why)) => detail.push_str(&format!("; no HTTP answer: {why}")),
                Some(HttpOutcome::NotSent) | None => {}
            }
        }
    }
    (word, detail)
}

/// As [`describe`], up to the end of the first flight.
#[must_use]
pub(super) fn first_flight(observation: &Observation) -> (&'static str, String) {
    let (word, mut detail) = of_outcome(&observation.outcome, observation.offer.versions);
    if let Some(special) = special(observation.offer.hello) {
        detail = format!("{special}: {detail}");
    }
    let mut warnings: Vec<AlertDescription> = observation.warnings.clone();
    warnings.dedup();
    for warning in warnings {
        detail.push_str(&format!(", after the warning {}", warning.with_code()));
    }
    (word, detail)
}

/// An outcome in two parts: a word, and what stands behind it.
fn of_outcome(outcome: &Outcome, versions: VersionRange) -> (&'static str, String) {
    match outcome {
        Outcome::Accepted(accepted) => {
            let chosen = if versions.min() == versions.max() {
                String::new()
            } else {
                format!("{}, ", accepted.version)
            };
            ("accepted", chosen + &acceptance(accepted))
        }
        Outcome::Answered(answer) => {
            ("answered", format!("with {} and {}", answer.version, answer.cipher_suite))
        }
        Outcome::Refused(how) => ("refused", refusal(*how)),
        Outcome::Inconclusive(Doubt::Barred(barred)) => ("not asked", barred.to_string()),
        Outcome::Inconclusive(how) => ("no answer", doubt(how)),
        Outcome::Unreachable(reason) => ("unreachable", unreachable(reason)),
        Outcome::NotTls { first_bytes } => {
            ("not TLS", format!("first bytes: {}", printable_bytes(first_bytes, 64)))
        }
        Outcome::Violation(broken) => ("violation", violation(broken)),
    }
}

/// An outcome in words, where it is part of a sentence.
fn first_words(outcome: &Outcome) -> String {
    let versions = match outcome {
        Outcome::Accepted(acceptance) => VersionRange::only(acceptance.version),
        _ => VersionRange::ALL,
    };
    let (word, detail) = of_outcome(outcome, versions);
    format!("{word}, {detail}")
}

/// What a hello said that an ordinary one does not.
fn special(hello: Hello) -> Option<&'static str> {
    let Hello::Tailored(Tailored { extras, .. }) = hello else { return None };
    match extras {
        Extras { compression: true, .. } => Some("with TLS compression"),
        Extras { encrypt_then_mac: true, .. } => Some("with encrypt_then_mac and CBC suites"),
        Extras { future_version: true, .. } => Some(posture::borne(Tolerance::FutureVersion)),
        Extras { grease: true, .. } => Some(posture::borne(Tolerance::Grease)),
        Extras { name: SaidName::AsEver, .. } => None,
        Extras { name, .. } => Some(posture::said(name)),
    }
}

fn acceptance(accepted: &Acceptance) -> String {
    let mut words = accepted.cipher_suite.to_string();
    if let Some(group) = accepted.group {
        words.push_str(&format!(", {group}"));
    }
    if accepted.hello_retry {
        words.push_str(" by HelloRetryRequest");
    }
    if accepted.client_certificate_wanted {
        words.push_str(", client certificate wanted");
    }
    words
}

/// A refusal in words.
#[must_use]
pub(super) fn refusal(how: Refusal) -> String {
    match how {
        Refusal::Alert(alert) => format!("alert {}", alert.with_code()),
        Refusal::Ssl2Error(code) => format!("SSL 2.0 error {code}"),
        Refusal::Ssl2NoCipher => "SSL 2.0 server hello without a cipher".to_owned(),
        Refusal::Reset => "reset after the hello".to_owned(),
        Refusal::Closed => "closed after the hello".to_owned(),
    }
}

/// Why nothing follows from an answer, in words.
#[must_use]
pub(super) fn doubt(how: &Doubt) -> String {
    match how {
        Doubt::Silence => "silence until the deadline".to_owned(),
        Doubt::Slow => "only part of an answer until the deadline".to_owned(),
        Doubt::Alert(alert) => {
            format!("alert {}, which says nothing about the version", alert.with_code())
        }
        Doubt::HalfAlert => "half an alert, then the end".to_owned(),
        Doubt::LostBeforeHello => "the connection ended before the hello was sent".to_owned(),
        Doubt::RetryUnanswered => "no answer to the hello that a HelloRetryRequest had asked for".to_owned(),
        Doubt::OurSide(words) => format!("this machine could not do it: {words}"),
        Doubt::Barred(barred) => format!("not connected to: {barred}"),
    }
}

/// Why there was no connection, in words.
#[must_use]
pub fn unreachable(reason: &Unreachable) -> String {
    match reason {
        Unreachable::NoSuchName => "the name does not exist".to_owned(),
        Unreachable::NoAddress => "the name has no address".to_owned(),
        Unreachable::ResolverFailed(words) => format!("the name could not be looked up: {words}"),
        Unreachable::ResolverTimedOut => "the name was not looked up before the deadline".to_owned(),
        Unreachable::ConnectionRefused => "connection refused".to_owned(),
        Unreachable::ConnectTimedOut => "the connection attempt was not answered".to_owned(),
        Unreachable::NoRoute => "no route from this machine".to_owned(),
        Unreachable::Failed(words) => words.clone(),
    }
}

fn violation(broken: &Violation) -> String {
    match broken {
        Violation::VersionNotOffered(code) => match Version::from_code(*code) {
            Some(version) => format!("{version} was chosen, which was not offered"),
            None => format!("the unknown version 0x{code:04x} was chosen"),
        },
        Violation::DowngradeSentinel(version) => {
            format!("{version} was chosen with the sentinel of a server that knows a newer version")
        }
        Violation::CipherSuiteNotOffered(suite) => format!("{suite} was chosen, which was not offered"),
        Violation::GroupNotOffered(group) => format!("the group {group} was chosen, which was not offered"),
        Violation::ExtensionNotOffered(code) => format!("extension {code} came, which was not offered"),
        Violation::Compression(method) => format!("compression method {method} was chosen"),
        Violation::SessionIdNotEchoed => "the session id was not echoed".to_owned(),
        Violation::HelloRetryLoop => {
            "a second HelloRetryRequest, or one for what was sent already".to_owned()
        }
        Violation::SecondServerHello => "a second ServerHello".to_owned(),
        Violation::UnexpectedMessage(kind) => {
            format!("a handshake message of type {kind} instead of ServerHello")
        }
        Violation::UnexpectedRecord(kind) => format!("a record of type {kind} instead of ServerHello"),
        Violation::Malformed(what) => format!("malformed: {what}"),
        Violation::CutOff => "cut off in the middle of a message".to_owned(),
        Violation::TooMuch(what) => format!("more than a first flight may hold: {what}"),
        Violation::Handshake(words) => words.clone(),
    }
}

/// What verifying a certificate came to, in words.
#[must_use]
pub(super) fn certificate(outcome: &CertificateOutcome) -> String {
    match outcome {
        CertificateOutcome::Trusted => "trusted".to_owned(),
        CertificateOutcome::Expired => "expired".to_owned(),
        CertificateOutcome::UnknownIssuer => "from an unknown issuer".to_owned(),
        CertificateOutcome::NameMismatch => "for another name".to_owned(),
        CertificateOutcome::Other(words) => format!("not accepted: {words}"),
    }
}

fn certificate_expectation(expected: CertificateExpectation) -> &'static str {
    match expected {
        CertificateExpectation::Trusted => "trusted",
        CertificateExpectation::Expired => "expired",
        CertificateExpectation::UnknownIssuer => "from an unknown issuer",
        CertificateExpectation::NameMismatch => "for another name",
        CertificateExpectation::Any => "of any kind",
    }
}

/// In brackets where it is of IPv6, as scenarios have it: a line that began with `::1` could be
/// taken for a workflow command.
#[must_use]
pub(super) fn ip(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// One of these, in a sentence.
pub(super) fn any_of(words: &[impl Display]) -> String {
    joined(words, "or")
}

/// All of these, in a sentence.
pub(super) fn all_of(words: &[impl Display]) -> String {
    joined(words, "and")
}

fn joined(words: &[impl Display], joint: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| printable(&word.to_string())).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} {joint} {last}", rest.join(", ")),
    }
}
