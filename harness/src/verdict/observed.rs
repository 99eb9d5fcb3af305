//! What failing tests observed: a fact for each thing that is not as it should be, so that a waiver can be
//! narrowed to some of them and two runs can be compared.
//!
//! Every finding is named here, and a new one has to be: it does not compile else.

use std::collections::BTreeSet;

use super::client::{ClientFinding, Offered};
use super::fact::{self, Fact};
use super::{AddressJudgement, Finding, HstsFault, Judgement, PostureFault, RedirectFault, Unmet, Verdict};
use crate::evidence::client::{Lacking, ProgramEnd};
use crate::evidence::{CertificateOutcome, Doubt, Outcome, Refusal, SaidName, Staple, Violation};
use crate::scenario::requirements::HeaderWanted;
use crate::version::Version;
use crate::wire::AlertDescription;

/// What a test observed that is not as it should be, over all its addresses; sorted, each once.
#[must_use]
pub fn observed(judgement: &Judgement) -> Vec<Fact> {
    let of_addresses = judgement.addresses.iter().flat_map(of_address);
    of_addresses.chain(facts(&judgement.finding)).collect::<BTreeSet<Fact>>().into_iter().collect()
}

/// What one address showed that is not as it should be; sorted, each once.
#[must_use]
pub fn of_address(address: &AddressJudgement) -> Vec<Fact> {
    let all = [&address.finding].into_iter().chain(&address.besides);
    all.flat_map(facts).collect::<BTreeSet<Fact>>().into_iter().collect()
}

/// The facts of one finding, sorted; at least one where it stands for a failure, and none else.
#[must_use]
pub fn facts(finding: &Finding) -> Vec<Fact> {
    if finding.verdict() != Verdict::Failed {
        return Vec::new();
    }
    match finding {
        Finding::StillAccepts(versions) => {
            let each: BTreeSet<Fact> = versions.iter().map(|it| fact::ACCEPTED.version(*it)).collect();
            each.into_iter().collect()
        }
        Finding::NotAccepted(how) => vec![refusal(*how)],
        Finding::AnsweredBelow(answered) => vec![fact::ANSWERED.version(*answered)],
        Finding::OtherVersion { chosen, .. } => vec![fact::CHOSEN.version(*chosen)],
        Finding::CannotFinish { version: chosen, .. } if *chosen < Version::Tls12 => {
            vec![fact::CHOSEN.version(*chosen)]
        }
        Finding::CannotFinish { group: Some(group), .. } => vec![fact::GROUP.group(*group)],
        Finding::CannotFinish { cipher_suite, group: None, .. } => {
            vec![fact::SUITE.suite(*cipher_suite)]
        }
        Finding::HandshakeRefused { refusal, .. } => vec![match refusal {
            Refusal::Alert(alert) => fact::HANDSHAKE_ALERT.alert(*alert),
            Refusal::Closed => Fact::of(fact::HANDSHAKE, "closed"),
            Refusal::Reset => Fact::of(fact::HANDSHAKE, "reset"),
            Refusal::Ssl2Error(_) | Refusal::Ssl2NoCipher => Fact::of(fact::HANDSHAKE, "refused"),
        }],
        Finding::HandshakeBroke { .. } => vec![Fact::of(fact::HANDSHAKE, "broke")],
        Finding::Certificate { found, .. } => vec![Fact::of(fact::CERTIFICATE, certificate(found))],
        Finding::CertificateEndsSoon { .. } => vec![Fact::of(fact::CERTIFICATE, "ends soon")],
        Finding::OtherStatus { status, .. } => vec![Fact::of(fact::STATUS, status)],
        Finding::NoHttpAnswer(_) => vec![Fact::plain(fact::NO_HTTP_ANSWER)],
        Finding::Unmet { first, others } => {
            let each: BTreeSet<Fact> = others.iter().chain([&**first]).flat_map(of_unmet).collect();
            each.into_iter().collect()
        }
        Finding::OtherRefusal { refusal: how, .. } => {
            vec![how.map_or_else(|| Fact::plain(fact::LOWER_VERSION), refusal)]
        }
        Finding::Posture(unmet) => {
            let each: BTreeSet<Fact> = unmet.iter().flat_map(of_requirement).collect();
            each.into_iter().collect()
        }
        Finding::Disagrees(versions) => {
            let each: BTreeSet<Fact> = versions.iter().map(|it| fact::CHOSEN.version(*it)).collect();
            each.into_iter().collect()
        }
        Finding::StillThere => vec![Fact::plain(fact::STILL_THERE)],
        Finding::NotTls => vec![Fact::plain(fact::NOT_TLS)],
        Finding::BrokeProtocol(broken) => vec![Fact::of(fact::VIOLATION, violation(broken))],
        Finding::Client(finding) => of_program(finding).into_iter().collect(),
        Finding::Accepted(_)
        | Finding::Refused { .. }
        | Finding::Gone(_)
        | Finding::Meets(_)
        | Finding::CannotReach(_)
        | Finding::CannotTell(..)
        | Finding::NotConnected(_)
        | Finding::ViolationIsNoRefusal(..)
        | Finding::NotTlsIsNoRefusal
        | Finding::NoControl
        | Finding::ControlLost(_)
        | Finding::Unconfirmed(_)
        | Finding::Unsettled(_)
        | Finding::NotProbed(_) => Vec::new(),
    }
}

/// What is not as required of certificate, protocol and HTTP.
fn of_unmet(unmet: &Unmet) -> Vec<Fact> {
    let of_certificate = |what| vec![Fact::of(fact::CERTIFICATE, what)];
    match unmet {
        Unmet::Unreadable => of_certificate("unreadable"),
        Unmet::Lifespan { found: Some(seconds), .. } => vec![fact::LIFESPAN.days(*seconds)],
        Unmet::Lifespan { found: None, .. } => of_certificate("unreadable"),
        Unmet::Key { found, .. } => vec![fact::KEY.key(found)],
        Unmet::Signature { found, .. } => vec![fact::SIGNATURE.text(found.as_deref())],
        Unmet::Names(missing) => missing.iter().map(|name| fact::WITHOUT.name(&name.to_string())).collect(),
        Unmet::Chain { .. } => of_certificate("chain"),
        Unmet::Differs { .. } => of_certificate("differs"),
        Unmet::NoProtocol(_) => vec![Fact::plain(fact::NO_ALPN)],
        Unmet::Protocols(agreed) => agreed.iter().map(|protocol| fact::ALPN.protocol(protocol)).collect(),
        Unmet::Staple { found, .. } => {
            let what = match found {
                Staple::Missing => "missing",
                Staple::Successful => "there",
                Staple::Useless(_) => "useless",
            };
            vec![Fact::of(fact::OCSP_STAPLE, what)]
        }
        Unmet::Hsts(fault) => {
            let fault = match fault {
                HstsFault::Missing => Fact::of(fact::HSTS, "missing"),
                HstsFault::Invalid(_) => Fact::of(fact::HSTS, "invalid"),
                HstsFault::MaxAge { found, .. } => Fact::of(fact::HSTS_MAX_AGE, found),
                HstsFault::WithoutSubdomains => Fact::of(fact::HSTS, "include-subdomains"),
                HstsFault::WithoutPreload => Fact::of(fact::HSTS, "preload"),
            };
            vec![fault]
        }
        Unmet::Header { name, wanted, found } => {
            let form = match (wanted, found) {
                (HeaderWanted::Absent, _) => fact::HEADER_THERE,
                (_, None) => fact::HEADER_MISSING,
                (_, Some(_)) => fact::HEADER_OTHER,
            };
            vec![form.header_field(name)]
        }
        Unmet::Redirect { fault, .. } => {
            let what = match fault {
                RedirectFault::NoRedirect => "no-redirect",
                RedirectFault::NoLocation => "no-location",
                RedirectFault::NotHttps => "not-https",
                RedirectFault::OtherHost => "elsewhere",
                RedirectFault::NoHttp => "no-http",
                RedirectFault::PortClosed => "port-closed",
            };
            vec![Fact::of(fact::REDIRECT, what)]
        }
    }
}

/// What a host has too much of, or lacks.
fn of_requirement(unmet: &PostureFault) -> Vec<Fact> {
    match unmet {
        PostureFault::VersionNotAccepted(version) => vec![fact::REFUSED.version(*version)],
        PostureFault::VersionAccepted(version) => vec![fact::ACCEPTED.version(*version)],
        PostureFault::SuitesAccepted(suites) => {
            suites.iter().map(|(_, suite)| fact::SUITE.suite(*suite)).collect()
        }
        PostureFault::NoSuiteOf(_) => vec![Fact::plain(fact::NO_SUITE)],
        PostureFault::GroupsAccepted(groups) => {
            groups.iter().map(|(_, group)| fact::GROUP.group(*group)).collect()
        }
        PostureFault::NoGroupOf(_) => vec![Fact::plain(fact::NO_GROUP)],
        PostureFault::SmallPrime { bits, .. } => vec![Fact::of(fact::PRIME, bits)],
        PostureFault::Order { is_servers, .. } => {
            vec![Fact::of(fact::ORDER, if *is_servers { "server" } else { "client" })]
        }
        PostureFault::Feature { feature, is_there, .. } => {
            vec![Fact::of(if *is_there { fact::HAS } else { fact::LACKS }, feature.name())]
        }
        PostureFault::Intolerant { tolerance, .. } => vec![Fact::of(fact::INTOLERANT, tolerance.name())],
        PostureFault::Name { name, outcome, .. } => {
            let form = if *name == SaidName::Nothing { fact::WITHOUT_NAME } else { fact::UNKNOWN_NAME };
            vec![Fact::of(form, answer(outcome))]
        }
    }
}

fn answer(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted(_) | Outcome::Answered(_) => "accepted",
        Outcome::Refused(_) => "refused",
        Outcome::Inconclusive(Doubt::Alert(AlertDescription::UNRECOGNIZED_NAME)) => "unrecognized_name",
        Outcome::Inconclusive(_)
        | Outcome::Unreachable(_)
        | Outcome::NotTls { .. }
        | Outcome::Violation(_) => "other",
    }
}

fn of_program(finding: &ClientFinding) -> Option<Fact> {
    use ClientFinding as F;
    Some(match finding {
        F::NotOffered(offered) => match offered {
            Offered::UpTo(newest) => fact::NEWEST.version(*newest),
            Offered::Only(versions) => match versions.first() {
                Some(newest) => fact::NEWEST.version(*newest),
                None => Fact::plain(fact::NO_KNOWN_VERSION),
            },
            Offered::Unknown(_) => Fact::plain(fact::NO_KNOWN_VERSION),
        },
        F::AlertFirst(alert) | F::OfferedAndRefused(_, alert) | F::DeclinedByHost(alert) => {
            fact::ALERT.alert(*alert)
        }
        F::NothingInCommon(_, lacking) => Fact::of(
            fact::LACKING,
            match lacking {
                Lacking::CipherSuite => "cipher-suite",
                Lacking::ModernCipherSuite => "modern-cipher-suite",
                Lacking::Group => "group",
                Lacking::SignatureAlgorithm => "signature-algorithm",
                Lacking::Other(_) => "other",
            },
        ),
        F::OtherVersion { chosen, .. } => fact::CHOSEN.version(*chosen),
        F::NotTrusted(..) => Fact::of(fact::CERTIFICATE, "rejected"),
        F::OtherStatus { status: Some(status), .. } => Fact::of(fact::STATUS, status),
        F::OtherStatus { status: None, .. } => Fact::plain(fact::NO_HTTP_ANSWER),
        F::ProgramFailed(_, end) => match end {
            // A system that has wider codes has them counted as shells do.
            ProgramEnd::Exited(code) => Fact::of(fact::EXIT, code & 0xffff),
            ProgramEnd::Signalled(signal) => Fact::of(fact::SIGNAL, signal & 0xffff),
            ProgramEnd::TimedOut | ProgramEnd::Missing(_) | ProgramEnd::NotRun(_) => {
                Fact::plain(fact::NOT_ENDED)
            }
        },
        F::StillSpeaks(spoken, _) => fact::SPOKEN.version(*spoken),
        F::BrokeProtocol(..) => Fact::of(fact::VIOLATION, "handshake"),
        F::NotInstalled(_) => Fact::plain(fact::NOT_INSTALLED),
        F::Speaks(..)
        | F::StaysAway(_)
        | F::RefusesItself(..)
        | F::RefusedByHost(_)
        | F::NeverConnected
        | F::SentNothing
        | F::NotTls(_)
        | F::NotAHello(_)
        | F::CannotTell(..)
        | F::OffersWithoutMeans(..)
        | F::ChosenOutside(_)
        | F::HostUnclear(_)
        | F::TrustUnclear(_)
        | F::StatusUnseen(_)
        | F::StillRunning
        | F::NotConnected(_)
        | F::OurSide(_)
        | F::LeftOut(_) => return None,
    })
}

fn refusal(how: Refusal) -> Fact {
    match how {
        Refusal::Alert(alert) => fact::ALERT.alert(alert),
        Refusal::Ssl2Error(code) => Fact::of(fact::SSL2_ERROR, code),
        Refusal::Ssl2NoCipher => Fact::plain(fact::SSL2_NO_CIPHER),
        Refusal::Reset => Fact::plain(fact::RESET),
        Refusal::Closed => Fact::plain(fact::CLOSED),
    }
}

fn certificate(found: &CertificateOutcome) -> &'static str {
    match found {
        CertificateOutcome::Trusted => "trusted",
        CertificateOutcome::Expired => "expired",
        CertificateOutcome::UnknownIssuer => "unknown-issuer",
        CertificateOutcome::NameMismatch => "name-mismatch",
        CertificateOutcome::Other(_) => "other",
    }
}

fn violation(broken: &Violation) -> &'static str {
    match broken {
        Violation::VersionNotOffered(_) => "version-not-offered",
        Violation::DowngradeSentinel(_) => "downgrade-sentinel",
        Violation::CipherSuiteNotOffered(_) => "cipher-suite-not-offered",
        Violation::GroupNotOffered(_) => "group-not-offered",
        Violation::ExtensionNotOffered(_) => "extension-not-offered",
        Violation::Compression(_) => "compression",
        Violation::SessionIdNotEchoed => "session-id-not-echoed",
        Violation::HelloRetryLoop => "hello-retry-loop",
        Violation::SecondServerHello => "second-server-hello",
        Violation::UnexpectedMessage(_) => "unexpected-message",
        Violation::UnexpectedRecord(_) => "unexpected-record",
        Violation::Malformed(_) => "malformed",
        Violation::CutOff => "cut-off",
        Violation::TooMuch(_) => "too-much",
        Violation::Handshake(_) => "handshake",
    }
}
