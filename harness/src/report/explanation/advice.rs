//! What follows from a finding, and what to do about it, where the scenario does not say.

use super::super::words::ip;
use super::super::{Against, Outcome};
use super::{our_side, posture, required};
use crate::bounds::{Barred, Rule};
use crate::evidence::{
    CertificateOutcome, Chain, ChainEnd, Doubt, Followed, Gathered, Outcome as Observed, Refusal, Unreachable,
};
use crate::scenario::{Addresses, CertificateExpectation};
use crate::verdict::{Finding, Verdict};
use crate::version::Version;
use crate::wire::AlertDescription;

/// Whether a stand-in failed: it does what its scenario says, so the scenario is what is wrong.
fn is_contradiction(outcome: &Outcome) -> bool {
    outcome.against == Against::Replica && outcome.judgement.verdict == Verdict::Failed
}

/// What follows, in a clause; also from it that the host's addresses differ.
pub(super) fn consequence(outcome: &Outcome, addresses_differ: bool) -> String {
    if is_contradiction(outcome) {
        return "the stand-in does what `replica` says, and that is not what is expected; nothing is said \
                about the host"
            .to_owned();
    }
    let text = of_host(&outcome.judgement.finding);
    if addresses_differ
        && outcome.judgement.verdict == Verdict::Failed
        && outcome.test.scenario.addresses == Addresses::All
    {
        format!("{text}; all servers of a service should agree (RFC 9325 3.1)")
    } else {
        text
    }
}

fn of_host(finding: &Finding) -> String {
    let text = match finding {
        Finding::Accepted(_) => "a client that offers this range gets what is expected",
        Finding::Refused { .. } => "clients that speak nothing else no longer get through",
        Finding::Gone(_) => "nobody can connect any more",
        Finding::Meets(_) => "all that is required is met",
        Finding::Posture(unmet) => return unmet.first().map(posture::consequence).unwrap_or_default(),
        Finding::StillAccepts(_) => "clients that speak nothing newer still get through",
        Finding::NotAccepted(_) => "a client that offers this range does not get through",
        Finding::AnsweredBelow(version) => {
            return format!("the server's newest version here is {version}: its upgrade is still to be done");
        }
        Finding::OtherVersion { .. } => "clients that offer the whole range end with this version",
        Finding::CannotFinish { version, .. } if *version < Version::Tls12 => {
            "the version is there, but no certificate and no answer over HTTP can be seen with it"
        }
        Finding::CannotFinish { group: None, .. } => {
            "the version is there, but a client without CBC and RSA key exchange cannot use it"
        }
        Finding::CannotFinish { .. } => "the version is there, but a client without that group cannot use it",
        Finding::HandshakeRefused {
            refusal: Refusal::Alert(AlertDescription::NO_APPLICATION_PROTOCOL),
            ..
        } => "the version is there, but the server does not speak HTTP/1.1 over it",
        Finding::HandshakeRefused { .. } => {
            "the version is there, but the server objects to what else a client of today says"
        }
        Finding::HandshakeBroke { .. } => "the version is there, but the handshake cannot be finished",
        Finding::Unmet { first, .. } => required::consequence(first),
        Finding::Unsettled(_) => "what was asked besides got no answer that tells: nothing follows from it",
        Finding::Certificate { expected: CertificateExpectation::Trusted, .. } => {
            "the version is right, but clients reject the certificate"
        }
        Finding::Certificate { found: CertificateOutcome::Trusted, .. } => {
            "clients accept the certificate, and the scenario expects that they do not"
        }
        Finding::Certificate { .. } => "clients reject the certificate, but not for the expected reason",
        Finding::CertificateEndsSoon { .. } => "clients will reject the certificate before it is renewed",
        Finding::OtherStatus { .. } => "TLS works; what answers over it is not what was announced",
        Finding::NoHttpAnswer(_) => "TLS works; what should answer over it does not",
        Finding::OtherRefusal { expected: AlertDescription::PROTOCOL_VERSION, .. } => {
            "it is refused, but clients cannot tell why"
        }
        Finding::OtherRefusal { .. } => "it is refused, but otherwise than expected",
        Finding::Disagrees(_) => "the servers behind it do not have the same configuration",
        Finding::StillThere => "it can still be used by whoever knows the address",
        Finding::NotTls => "something else listens there",
        Finding::BrokeProtocol(_) => "clients cannot be expected to cope with it",
        Finding::CannotReach(Unreachable::ConnectionRefused) => {
            "a host that refuses connections is down, not ready: nothing is proven"
        }
        Finding::CannotReach(_) => "nothing was asked of the host, so nothing is proven",
        Finding::CannotTell(_, Doubt::OurSide(_)) => "the fault is on this machine: nothing is proven",
        Finding::NotConnected(Barred { rule: Rule::Spent(_), .. }) => {
            "the run had to stop asking: what was not asked proves nothing about the host"
        }
        Finding::NotConnected(_) => "this run may not go there: nothing is proven about the host",
        Finding::CannotTell(..) => "silence and unclear answers are no refusals: nothing is proven",
        Finding::ViolationIsNoRefusal(..) => "a broken answer is no refusal: nothing is proven",
        Finding::NotTlsIsNoRefusal => "a peer that speaks no TLS refuses no version: nothing is proven",
        Finding::NoControl => "it may be down, or a balancer without back ends: nothing is proven",
        Finding::ControlLost(_) => "it throttles, or it went down meanwhile: nothing is proven",
        Finding::Unconfirmed(_) => "one refusal may have other causes: nothing is proven",
        Finding::NotProbed(_) | Finding::Client(_) => "nothing is proven",
    };
    text.to_owned()
}

/// What to do, at `place`: a host, or the one address among several.
pub(super) fn to_do(outcome: &Outcome, place: &str) -> String {
    if is_contradiction(outcome) {
        return "correct `replica` or what is expected of it in the scenario".to_owned();
    }
    if matches!(outcome.judgement.finding, Finding::NoHttpAnswer(_)) && wants_client_certificate(outcome) {
        return "ask for a path that needs no client certificate, which the gate has none of, or leave `path` out"
            .to_owned();
    }
    let finding = &outcome.judgement.finding;
    let expected = CertificateExpectation::Trusted;
    match (finding, broken_chain(outcome)) {
        (
            Finding::Certificate { expected: wanted, found: CertificateOutcome::UnknownIssuer },
            Some(chain),
        ) if *wanted == expected => required::mend_chain(&chain.end, place),
        _ => at(finding, place),
    }
}

fn wants_client_certificate(outcome: &Outcome) -> bool {
    outcome.addresses().iter().flat_map(|address| &address.observations).any(|observation| {
        matches!(&observation.outcome, Observed::Accepted(acceptance) if acceptance.client_certificate_wanted)
    })
}

fn at(finding: &Finding, place: &str) -> String {
    match finding {
        Finding::StillAccepts(versions) => {
            let versions: Vec<&str> = versions.iter().map(|version| version.name()).collect();
            format!("disable {} at {place}", versions.join(", "))
        }
        Finding::NotAccepted(_) | Finding::AnsweredBelow(_) => {
            format!("enable the expected versions at {place}")
        }
        Finding::OtherVersion { expected, .. } => {
            format!("let {place} prefer {expected}, or correct `version` in the scenario")
        }
        Finding::CannotFinish { version, .. } if *version < Version::Tls12 => {
            format!("enable TLS 1.2 at {place}, or expect no more than the version of it")
        }
        Finding::CannotFinish { group: Some(_), .. } => {
            format!("add x25519 or secp256r1 at {place}, or write `evidence: hello` where the version alone matters")
        }
        Finding::CannotFinish { .. } => format!(
            "add TLS_ECDHE_*_WITH_AES_*_GCM_* suites at {place}, or write `evidence: hello` where the version alone matters"
        ),
        Finding::HandshakeBroke { .. } | Finding::HandshakeRefused { .. } => {
            format!(
                "look into the log of {place}, or write `evidence: hello` where the version alone matters"
            )
        }
        Finding::Certificate { expected, .. } if *expected != CertificateExpectation::Trusted => {
            format!("correct `certificate` in the scenario, or the certificate at {place}")
        }
        Finding::Certificate { found: CertificateOutcome::UnknownIssuer, .. } => {
            format!("serve the whole chain at {place}, or name the private CA by `ca` in the scenario")
        }
        Finding::Certificate { found: CertificateOutcome::NameMismatch, .. } => {
            format!("serve a certificate for the name that was asked for at {place}")
        }
        Finding::Certificate { found: CertificateOutcome::Expired, .. }
        | Finding::CertificateEndsSoon { found: CertificateOutcome::Expired, .. } => {
            format!("renew the certificate at {place}")
        }
        Finding::Certificate { .. } | Finding::CertificateEndsSoon { .. } => {
            format!("replace the certificate at {place}")
        }
        Finding::Unmet { first, others } => {
            let all = std::iter::once(&**first).chain(others);
            let mut all: Vec<String> = all.map(|unmet| required::to_do(unmet, place)).collect();
            all.dedup();
            all.join("; ")
        }
        Finding::Unsettled(_) => {
            format!("run it again, and look into the log of {place} where it stays so")
        }
        Finding::OtherStatus { .. } | Finding::NoHttpAnswer(_) => {
            format!("look at the application behind {place}, or correct `path` and `status` in the scenario")
        }
        Finding::OtherRefusal { expected, .. } => {
            format!("let {place} refuse by alert {expected}, or correct `alert` in the scenario")
        },
        Finding::Disagrees(_) => format!("let all servers behind {place} speak the same versions"),
        Finding::StillThere => format!("take {place} down, and remove its name"),
        Finding::NotTls => format!("check that {place} is the port of the TLS server"),
        Finding::BrokeProtocol(_) | Finding::ViolationIsNoRefusal(..) => {
            format!("look at what answers at {place}: a proxy or an old device, perhaps")
        }
        Finding::CannotTell(_, Doubt::OurSide(words))
        | Finding::CannotReach(Unreachable::Failed(words) | Unreachable::ResolverFailed(words))
            if our_side::remedy(words).is_some() =>
        {
            our_side::remedy(words).unwrap_or_default().to_owned()
        }
        Finding::CannotReach(Unreachable::NoSuchName) => "correct the host in the scenario, or give it a DNS record; if it is gone for good, `expect: unreachable` says so".to_owned(),
        Finding::CannotReach(
            Unreachable::ResolverFailed(_) | Unreachable::ResolverTimedOut | Unreachable::NoRoute,
        ) => "check the network of this machine".to_owned(),
        Finding::CannotTell(Version::Ssl2, Doubt::Alert(AlertDescription::UNRECOGNIZED_NAME)) => {
            "begin the range at SSLv3: SSL 2.0 cannot name a host, and this server answers nobody who does not"
                .to_owned()
        }
        Finding::CannotTell(_, Doubt::OurSide(_)) | Finding::CannotReach(Unreachable::Failed(_)) => {
            "mend what the message names; it is on this machine, as a rule".to_owned()
        }
        Finding::NotConnected(barred) => permit(barred),
        Finding::CannotReach(Unreachable::ConnectionRefused) => {
            format!("start what should listen at {place}, or correct the host and its port in the scenario")
        }
        Finding::CannotReach(Unreachable::ConnectTimedOut) => {
            format!("look for a firewall on the way to {place}, or raise `timeout` in the scenario")
        }
        Finding::CannotTell(_, Doubt::Alert(_) | Doubt::HalfAlert) => {
            format!("look into the log of {place} for why it sent this alert")
        }
        Finding::ControlLost(_) => {
            format!("wait a little, or let this machine through the rate limit of {place}")
        }
        Finding::NotTlsIsNoRefusal | Finding::NoControl => format!("check that {place} is up and speaks TLS"),
        Finding::CannotReach(_) | Finding::CannotTell(..) | Finding::Unconfirmed(_) => {
            format!("check that {place} is up, or raise `timeout` in the scenario")
        }
        Finding::NotProbed(_) => "report it as a bug of the gate".to_owned(),
        Finding::Posture(unmet) => {
            let steps: Vec<String> = unmet.iter().map(|unmet| posture::to_do(unmet, place)).collect();
            steps.join("; ")
        }
        Finding::Accepted(_)
        | Finding::Refused { .. }
        | Finding::Gone(_)
        | Finding::Meets(_)
        | Finding::Client(_) => "nothing".to_owned(),
    }
}

/// How to let a run go where it may not.
pub(super) fn permit(barred: &Barred) -> String {
    match barred.rule {
        Rule::NotAllowed => format!(
            "add --allow {} to the command, or its name, where the run may go there; else correct the scenario",
            ip(barred.address.ip())
        ),
        Rule::NotPublic(_) => "run it without --public-only on a machine that may go there, or against a \
                               replica; else correct the scenario"
            .to_owned(),
        Rule::Spent(_) => "raise --max-connections, or run fewer of the tests at a time".to_owned(),
    }
}

/// The first chain that leads to no trusted root.
fn broken_chain(outcome: &Outcome) -> Option<&Chain> {
    let Gathered::Server(evidence) = &outcome.evidence else { return None };
    let observations = evidence.addresses.iter().flat_map(|address| &address.observations);
    observations
        .filter_map(|observation| match &observation.followed {
            Some(Followed::Session(session)) => Some(&session.chain),
            _ => None,
        })
        .find(|chain| chain.end != ChainEnd::Root)
}

/// The standard behind a finding, where there is one.
pub(super) fn reference(outcome: &Outcome) -> Option<&'static str> {
    match &outcome.judgement.finding {
        _ if is_contradiction(outcome) => None,
        Finding::StillAccepts(_)
        | Finding::OtherRefusal { expected: AlertDescription::PROTOCOL_VERSION, .. } => {
            Some("https://www.rfc-editor.org/rfc/rfc8996")
        }
        Finding::NotAccepted(_) | Finding::AnsweredBelow(_) | Finding::CannotFinish { .. } => {
            Some("https://www.rfc-editor.org/rfc/rfc9325")
        }
        Finding::Posture(unmet) => unmet.first().and_then(posture::reference),
        Finding::Unmet { first, .. } => required::reference(first),
        _ => None,
    }
}
