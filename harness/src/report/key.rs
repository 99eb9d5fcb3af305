//! Words for programs: once published they stay.

use crate::evidence::{CertificateOutcome, Hello, Outcome};
use crate::scenario::Expectation;
use crate::verdict::Finding;

pub(super) fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "accepted",
        Outcome::Answered(_) => "answered",
        Outcome::Refused(_) => "refused",
        Outcome::Inconclusive(_) => "inconclusive",
        Outcome::Unreachable(_) => "unreachable",
        Outcome::NotTls { .. } => "not_tls",
        Outcome::Violation(_) => "violation",
    }
}

/// As `expect` has it in a scenario.
pub(super) fn expectation(expectation: &Expectation) -> &'static str {
    match expectation {
        Expectation::Accepted(_) => "accepted",
        Expectation::Refused { .. } => "refused",
        Expectation::Unreachable => "unreachable",
    }
}

/// As `certificate` has it in a scenario, and `other`.
pub(super) fn certificate(outcome: &CertificateOutcome) -> &'static str {
    match outcome {
        CertificateOutcome::Trusted => "trusted",
        CertificateOutcome::Expired => "expired",
        CertificateOutcome::UnknownIssuer => "unknown-issuer",
        CertificateOutcome::NameMismatch => "name-mismatch",
        CertificateOutcome::Other(_) => "other",
    }
}

pub(super) fn hello(hello: Hello) -> &'static str {
    match hello {
        Hello::Standard => "standard",
        Hello::Variant(_) => "variant",
        Hello::OneGroup(_) => "one_group",
        Hello::Rustls => "rustls",
    }
}

pub(super) fn finding(finding: &Finding) -> &'static str {
    match finding {
        Finding::Accepted(_) => "accepted",
        Finding::Refused { .. } => "refused",
        Finding::Gone(_) => "gone",
        Finding::StillAccepts(_) => "still_accepts",
        Finding::NotAccepted(_) => "not_accepted",
        Finding::AnsweredBelow(_) => "answered_below",
        Finding::OtherVersion { .. } => "other_version",
        Finding::CannotFinish { .. } => "cannot_finish",
        Finding::HandshakeRefused { .. } => "handshake_refused",
        Finding::HandshakeBroke { .. } => "handshake_broke",
        Finding::Certificate { .. } => "certificate",
        Finding::CertificateEndsSoon { .. } => "certificate_ends_soon",
        Finding::OtherStatus { .. } => "other_status",
        Finding::NoHttpAnswer(_) => "no_http_answer",
        Finding::OtherRefusal { .. } => "other_refusal",
        Finding::StillThere => "still_there",
        Finding::NotTls => "not_tls",
        Finding::BrokeProtocol(_) => "broke_protocol",
        Finding::CannotReach(_) => "cannot_reach",
        Finding::CannotTell(..) => "cannot_tell",
        Finding::ViolationIsNoRefusal(..) => "violation_is_no_refusal",
        Finding::NotTlsIsNoRefusal => "not_tls_is_no_refusal",
        Finding::NoControl => "no_control",
        Finding::ControlLost(_) => "control_lost",
        Finding::Unconfirmed(_) => "unconfirmed",
        Finding::NotProbed(_) => "not_probed",
    }
}
