//! Words for programs: once published they stay.

use super::model::Text;
use crate::evidence::client::{Came, Declined, Then};
use crate::evidence::{CertificateOutcome, Hello, Outcome, Question, Refusal, Reply, Staple, Strength};
use crate::scenario::Expectation;
use crate::verdict::{ClientFinding, Finding, Unmet, Verdict};

/// What decided the verdict that the calendar made of what was `found`: `finding`, unless a waiver that is
/// over failed what was no failure.
pub(super) fn decided_by(found: Verdict, verdict: Verdict, finding: Text) -> Text {
    let is_waiver = verdict == Verdict::Failed && found != Verdict::Failed;
    if is_waiver { "waiver_expired".into() } else { finding }
}

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

/// Of a connection of a program: what the one who serves saw, in the words that a client uses.
pub(super) fn client_outcome(came: &Came) -> &'static str {
    match came {
        Came::Chosen { then: Then::Alert(_), .. } | Came::NoVersion | Came::NothingInCommon { .. } => {
            "refused"
        }
        Came::Declined(Declined::Refused(_)) | Came::AlertFirst(_) => "refused",
        Came::Chosen { then: Then::EndedByHost(_), .. } => "refused",
        Came::Chosen { then: Then::Silent, .. } => "inconclusive",
        Came::Chosen { then: Then::Broke(_), .. } | Came::NotAHello(_) => "violation",
        Came::Chosen { .. } => "accepted",
        Came::NotTls { .. } => "not_tls",
        Came::Declined(Declined::Unreachable(_)) => "unreachable",
        Came::Nothing | Came::Declined(_) | Came::Barred(_) | Came::OurSide(_) => "inconclusive",
    }
}

/// As `expect` has it in a scenario.
pub(super) fn expectation(expectation: &Expectation) -> &'static str {
    match expectation {
        Expectation::Accepted(_) => "accepted",
        Expectation::Refused { .. } => "refused",
        Expectation::Unreachable => "unreachable",
        Expectation::Meets(_) => "requirements",
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

pub(super) fn strength(refusal: Refusal) -> &'static str {
    match refusal.strength() {
        Strength::Strong => "strong",
        Strength::Weak => "weak",
    }
}

pub(super) fn hello(hello: Hello) -> &'static str {
    match hello {
        Hello::Standard => "standard",
        Hello::Variant(_) => "variant",
        Hello::OneGroup(_) => "one_group",
        Hello::Tailored(_) => "tailored",
        Hello::Rustls => "rustls",
    }
}

pub(super) fn finding(finding: &Finding) -> &'static str {
    match finding {
        Finding::Accepted(_) => "accepted",
        Finding::Refused { .. } => "refused",
        Finding::Gone(_) => "gone",
        Finding::Meets(_) => "meets",
        Finding::Posture(_) => "posture",
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
        Finding::Unmet { first, .. } => unmet(first),
        Finding::OtherRefusal { .. } => "other_refusal",
        Finding::Disagrees(_) => "disagrees",
        Finding::StillThere => "still_there",
        Finding::NotTls => "not_tls",
        Finding::BrokeProtocol(_) => "broke_protocol",
        Finding::CannotReach(_) => "cannot_reach",
        Finding::CannotTell(..) => "cannot_tell",
        Finding::NotConnected(_) => "not_connected",
        Finding::ViolationIsNoRefusal(..) => "violation_is_no_refusal",
        Finding::NotTlsIsNoRefusal => "not_tls_is_no_refusal",
        Finding::NoControl => "no_control",
        Finding::ControlLost(_) => "control_lost",
        Finding::Unconfirmed(_) => "unconfirmed",
        Finding::Unsettled(unsettled) => match unsettled.question {
            Question::Protocol(_) => "alpn_unsettled",
            Question::Staple(_) => "ocsp_staple_unsettled",
            Question::PlainHttp { .. } => "http_redirect_unsettled",
        },
        Finding::NotProbed(_) => "not_probed",
        Finding::Client(finding) => client_finding(finding),
    }
}

/// What is required and not met.
fn unmet(unmet: &Unmet) -> &'static str {
    match unmet {
        Unmet::Unreadable => "certificate_unreadable",
        Unmet::Lifespan { .. } => "certificate_lifespan",
        Unmet::Key { .. } => "certificate_key",
        Unmet::Signature { .. } => "certificate_signature",
        Unmet::Names(_) => "certificate_names",
        Unmet::Chain { .. } => "certificate_chain",
        Unmet::Differs { .. } => "certificate_differs",
        Unmet::NoProtocol(_) => "alpn_not_agreed",
        Unmet::Protocols(_) => "alpn_agreed",
        Unmet::Staple { .. } => "ocsp_staple",
        Unmet::Hsts(_) => "hsts",
        Unmet::Header { .. } => "header",
        Unmet::Redirect { .. } => "http_redirect",
    }
}

/// What a further question to an address was.
pub(super) fn question(question: &Question) -> &'static str {
    match question {
        Question::Protocol(_) => "alpn",
        Question::Staple(_) => "ocsp_staple",
        Question::PlainHttp { .. } => "plain_http",
    }
}

/// What came of it.
pub(super) fn reply(reply: &Reply) -> &'static str {
    match reply {
        Reply::Agreed => "agreed",
        Reply::RefusedProtocol => "refused",
        Reply::WithoutProtocol => "not_agreed",
        Reply::Stapled(Staple::Missing) => "not_stapled",
        Reply::Stapled(Staple::Successful) => "stapled",
        Reply::Stapled(Staple::Useless(_)) => "stapled_useless",
        Reply::Http { .. } => "answered",
        Reply::NoHttp(_) => "not_http",
        Reply::PortClosed => "port_closed",
        Reply::Unclear(_) => "inconclusive",
    }
}

/// Of a program: those that a host has too have the same names.
fn client_finding(finding: &ClientFinding) -> &'static str {
    match finding {
        ClientFinding::Speaks(..) => "speaks",
        ClientFinding::StaysAway(_) => "stays_away",
        ClientFinding::RefusesItself(..) => "refuses_itself",
        ClientFinding::RefusedByHost(_) => "refused_by_host",
        ClientFinding::NotOffered(_) => "not_offered",
        ClientFinding::AlertFirst(_) => "alert_first",
        ClientFinding::OfferedAndRefused(..) => "offered_and_refused",
        ClientFinding::NothingInCommon(..) => "nothing_in_common",
        ClientFinding::OtherVersion { .. } => "other_version",
        ClientFinding::NotTrusted(..) => "not_trusted",
        ClientFinding::OtherStatus { .. } => "other_status",
        ClientFinding::ProgramFailed(..) => "program_failed",
        ClientFinding::StillSpeaks(..) => "still_speaks",
        ClientFinding::BrokeProtocol(..) => "broke_protocol",
        ClientFinding::DeclinedByHost(_) => "declined_by_host",
        ClientFinding::NotInstalled(_) => "not_installed",
        ClientFinding::NeverConnected => "never_connected",
        ClientFinding::SentNothing => "sent_nothing",
        ClientFinding::NotTls(_) => "not_tls",
        ClientFinding::NotAHello(_) => "not_a_hello",
        ClientFinding::CannotTell(..) => "cannot_tell",
        ClientFinding::OffersWithoutMeans(..) => "offers_without_means",
        ClientFinding::ChosenOutside(_) => "chosen_outside",
        ClientFinding::HostUnclear(_) => "host_unclear",
        ClientFinding::TrustUnclear(_) => "trust_unclear",
        ClientFinding::StatusUnseen(_) => "status_unseen",
        ClientFinding::StillRunning => "still_running",
        ClientFinding::NotConnected(_) => "not_connected",
        ClientFinding::OurSide(_) => "our_side",
        ClientFinding::LeftOut(_) => "left_out",
    }
}
